//! Groups of the platform: the tree, and the people in them.

use super::{Actor, MAX_PAGE, Page, id, invalid, one_more, record, roles};
use crate::{
    app::{
        App, Error,
        desk::newcomer::{self, Seat},
        scene::Scene,
    },
    domain::{
        GroupId, UserId, calendar,
        event::{self, Event},
        group::{Group, Visibility},
        notification::{Code, Notification, Status},
        onboarding,
        role::{Role, Source},
        user::{State, User, clean_name},
    },
    scim::{Object, schema},
    store::{self, Conflict, Conn, StoreError, groups::Sought},
};
use serde_json::{Value, json};
use std::sync::{Arc, atomic::Ordering};

/// The longest name, in characters.
const MAX_NAME: usize = 200;

/// What a new group is to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// The group it belongs under; the platform group where none is named.
    pub parent: Option<String>,
    /// `public` or `private`.
    pub visibility: Option<String>,
}

/// Groups, newest first: all for administrators of the platform, else public ones and the actor's own.
///
/// # Errors
/// `Invalid` naming a parameter.
pub async fn list(app: &App, actor: &Actor, cursor: Option<&str>, limit: usize) -> Result<Page<Group>, Error> {
    let limit = limit.clamp(1, MAX_PAGE);
    let sought = Sought {
        seen_by: (!actor.holdings.is_platform_administrator()).then_some(actor.user),
        before: cursor.map(|text| id("cursor", text)).transpose()?,
        limit: one_more(limit),
    };
    let mut reader = app.store.read().await?;
    let found = store::groups::search(&mut reader, actor.tenant.id, &sought).await?;
    Ok(Page::cut(found, limit, |group| group.id.to_string()))
}

/// A new group of the platform, managed by no connection.
///
/// # Errors
/// `Invalid` naming a field; `Forbidden` for who does not administer the parent; `Conflict` when the name is taken.
pub async fn create(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Group, Error> {
    let name = clean_name(&wanted.name, MAX_NAME + 1);
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(invalid("name", format!("give a name of 1 to {MAX_NAME} characters")));
    }
    let visibility = wanted.visibility.as_deref().map_or(Ok(Visibility::Public), |word| {
        Visibility::parse(word).ok_or_else(|| invalid("visibility", "use public or private"))
    })?;
    let parent = wanted.parent.as_deref().map(|text| id("parentId", text)).transpose()?;
    let now = calendar::to_millis(app.clock.now());
    let mut document = Object::new();
    document.insert("schemas".to_owned(), json!([schema::GROUP]));
    document.insert("displayName".to_owned(), json!(name));
    let group = Group {
        tenant: actor.tenant.id,
        id: GroupId::generate(&*app.clock, &*app.rng),
        connection: None,
        external_id: None,
        display_name: name,
        parent: Some(parent.unwrap_or(actor.holdings.root)),
        visibility,
        document,
        is_root: false,
        version: 1,
        created_at: now,
        modified_at: now,
    };
    let shared = Arc::new((actor.clone(), group));
    let command = Arc::clone(&shared);
    let written = app.store.write(move |tx| {
        let command = Arc::clone(&command);
        Box::pin(async move { insert(tx, &command.0, &command.1).await })
    });
    match written.await {
        Err(Error::Store(StoreError::Conflict(Conflict::GroupDisplayName))) => {
            Err(Error::Conflict("name: there is a group of this name already".to_owned()))
        }
        other => other.map(|()| shared.1.clone()),
    }
}

async fn insert(tx: &mut Conn, actor: &Actor, group: &Group) -> Result<(), Error> {
    let parent = group.parent.unwrap_or(actor.holdings.root);
    if store::groups::find(tx, group.tenant, parent).await?.is_none() {
        return Err(invalid("parentId", "there is no such group"));
    }
    actor.check_group(tx, parent).await?;
    store::groups::insert(tx, group).await?;
    let event = Event::of_group(event::Kind::GroupCreated, group.id, json!({ "source": actor.source }));
    store::events::append(tx, group.tenant, group.created_at, &[event]).await?;
    let detail = json!({ "parent": parent.to_string(), "visibility": group.visibility.as_str() });
    record(tx, actor, group.created_at, "group.created", group.id.to_string(), detail).await
}

/// What became of somebody who was added to a group.
#[derive(Debug, Clone)]
pub struct Added {
    /// The person.
    pub user: UserId,
    /// The group.
    pub group: GroupId,
    /// The roles asked for.
    pub roles: Vec<Role>,
    /// Whether any of them is new.
    pub is_new: bool,
}

/// Gives a person who has an account roles on a group.
///
/// # Errors
/// `NotFound` for the group; `Invalid` naming a field; `Forbidden`.
pub async fn add_member(
    app: &App,
    actor: &Actor,
    group: &str,
    user: &str,
    words: Option<&[String]>,
) -> Result<Added, Error> {
    let group: GroupId = group.parse().map_err(|_| unknown())?;
    let user: UserId = id("userId", user)?;
    let shared = Arc::new((app.clone(), actor.clone(), roles(words)?));
    let (added, scene) = app
        .store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { add_in(&shared.0, tx, &shared.1, group, user, &shared.2).await })
        })
        .await?;
    scene.wake_worker();
    Ok(added)
}

async fn add_in(
    app: &App,
    tx: &mut Conn,
    actor: &Actor,
    group: GroupId,
    user: UserId,
    roles: &[Role],
) -> Result<(Added, Scene), Error> {
    if store::groups::find(tx, actor.tenant.id, group).await?.is_none() {
        return Err(unknown());
    }
    let line = actor.check_group(tx, group).await?;
    if let Some(role) = roles.iter().find(|role| !actor.holdings.may_grant(**role, &line)) {
        return Err(Error::Forbidden(format!("you may not grant {role} on this group")));
    }
    let user = store::users::lock(tx, actor.tenant.id, user).await?.filter(User::is_live);
    let user = user.ok_or_else(|| invalid("userId", "there is no such user"))?;
    let scene = actor.scene_of(app, tx, &user).await?;
    let seats: Vec<_> = roles.iter().map(|role| Seat { group, role: *role, source: Source::Admin }).collect();
    let is_new = newcomer::seat(tx, &scene, user.id, &seats).await?;
    if is_new {
        let words: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
        let detail: Value = json!({ "group": group.to_string(), "roles": words });
        record(tx, actor, scene.now, "group.member_added", user.id.to_string(), detail).await?;
        tell(tx, &scene, &user, group, &words).await?;
    }
    Ok((Added { user: user.id, group, roles: roles.to_vec(), is_new }, scene))
}

/// Tells somebody who is in that they are in a group now (E11).
pub(super) async fn tell(
    tx: &mut Conn,
    scene: &Scene,
    user: &User,
    group: GroupId,
    roles: &[&str],
) -> Result<(), Error> {
    if user.state != State::Active {
        return Ok(());
    }
    let cause = format!("{group}/{}/{}", roles.join(","), scene.now.as_millisecond());
    let target = format!("{group} {}", roles.join(","));
    let mut mail = Notification { target, ..scene.mail(user, Code::E11, cause) };
    if let Some(reason) = onboarding::silence(user, Code::E11, &scene.circumstances(None)) {
        mail.status = Status::Omitted;
        mail.reason = Some(reason.to_owned());
    }
    store::notifications::insert(tx, &mail).await?;
    scene.queued.store(true, Ordering::Relaxed);
    Ok(())
}

fn unknown() -> Error {
    Error::NotFound("there is no such group".to_owned())
}
