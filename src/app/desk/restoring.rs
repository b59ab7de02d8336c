//! Bringing deleted people back, with what they belonged to; confirming that somebody who was added again is one of them; and handing people
//! from one connection to another.

use super::invalid;
use crate::{
    app::{
        App, Error,
        effects::{self, Writer},
        groups::mapping,
        names,
        notifications::Clerk,
        returning,
        scene::Scene,
        schemas, trail,
    },
    domain::{
        TenantId, UserId,
        connection::Connection,
        event::Event,
        group::{MemberId, Membership},
        onboarding,
        role::{Role, Source},
        user::{FormerLink, User},
    },
    scim::fold::fold,
    store::{self, Conn, audit},
};
use serde_json::json;

/// Brings a deleted person back to the state they were deleted from, within the tenant's retention time.
///
/// # Errors
/// `NotFound`; `Conflict` for a person who is not deleted, whose time is over, or whose sign-in name or unique value
/// somebody else has.
pub async fn restore(app: &App, clerk: &Clerk, user: UserId) -> Result<User, Error> {
    let (context, clerk) = (app.clone(), clerk.clone());
    let (user, scene) = app
        .store
        .write(move |tx| {
            let (app, clerk) = (context.clone(), clerk.clone());
            Box::pin(async move { restore_in(&app, tx, &clerk, user).await })
        })
        .await?;
    scene.wake_worker();
    Ok(user)
}

async fn restore_in(app: &App, tx: &mut Conn, clerk: &Clerk, id: UserId) -> Result<(User, Scene), Error> {
    store::groups::lock_of_member(tx, clerk.tenant, id).await?;
    let before = store::users::lock(tx, clerk.tenant, id).await?.ok_or_else(|| unknown(&id.to_string()))?;
    if before.is_live() {
        return Err(Error::Conflict(format!("this person is not deleted but {}", before.state.as_str())));
    }
    let scene = Scene::of(app, tx, &before, &clerk.name, "undo").await?.ok_or_else(|| unknown(&id.to_string()))?;
    if !before.is_kept(scene.tenant.retention, scene.now) {
        let days = days_kept(&scene);
        let message =
            format!("this person was deleted more than {days} days ago and can't be brought back; add them again");
        return Err(Error::Conflict(message));
    }
    if let names::Name::Held(_) = names::free(tx, before.tenant, &fold(&before.user_name), Some(id)).await? {
        let message = format!(
            "another person signs in as {} now; give that person another sign-in name or delete them first",
            before.user_name
        );
        return Err(Error::Conflict(message));
    }
    let last = match before.invitation {
        Some(id) => store::invitations::find(tx, before.tenant, id).await?,
        None => None,
    };
    let decision = onboarding::restore(&before, &scene.circumstances(last.as_ref()));
    let user = effects::update(tx, &scene, &before, decision, Writer::Client).await?.user;
    schemas::follow_person(tx, &before, &user).await?;
    record(tx, clerk, &scene, &user, "user.restored", json!({ "state": user.state.as_str() })).await?;
    Ok((user, scene))
}

/// Confirms that the earlier account of a person was theirs: names, language and labels come back where the person has none. Groups, roles
/// and the deletion date never do, and nobody is mailed. Confirming again changes nothing.
///
/// # Errors
/// `NotFound` for a person who is gone; `Conflict` when no earlier account is known, or nothing of it can come back.
pub async fn confirm(app: &App, clerk: &Clerk, user: UserId) -> Result<User, Error> {
    let (context, clerk) = (app.clone(), clerk.clone());
    app.store
        .write(move |tx| {
            let (app, clerk) = (context.clone(), clerk.clone());
            Box::pin(async move { confirm_in(&app, tx, &clerk, user).await })
        })
        .await
}

async fn confirm_in(app: &App, tx: &mut Conn, clerk: &Clerk, id: UserId) -> Result<User, Error> {
    let before = store::users::lock(tx, clerk.tenant, id).await?.filter(User::is_live);
    let before = before.ok_or_else(|| unknown(&id.to_string()))?;
    let Some(link) = before.former else {
        let message = "no deleted person had this one's sign-in name or address when they were added: there is nothing to confirm";
        return Err(Error::Conflict(message.to_owned()));
    };
    if link.link != FormerLink::Likeness {
        return Ok(before);
    }
    let scene = Scene::of(app, tx, &before, &clerk.name, "confirm").await?.ok_or_else(|| unknown(&id.to_string()))?;
    let former = store::users::find(tx, before.tenant, link.id).await?.ok_or_else(|| unknown(&link.id.to_string()))?;
    if former.is_live() {
        let message = format!("the earlier account {} is not deleted any more: they are two people here", former.id);
        return Err(Error::Conflict(message));
    }
    if !former.is_kept(scene.tenant.retention, scene.now) {
        let days = days_kept(&scene);
        let message = format!("the earlier account was deleted more than {days} days ago, and nothing of it is kept");
        return Err(Error::Conflict(message));
    }
    let mut document = before.document.clone();
    returning::give_back(&mut document, &former.document);
    let decision = onboarding::confirm(&before, former.id, document);
    let user = effects::update(tx, &scene, &before, decision, Writer::Client).await?.user;
    let (old, new) = trail::of_person(&before, &user);
    let detail = json!({ "former": former.id.to_string(), "before": old, "after": new });
    record(tx, clerk, &scene, &user, "user.return_confirmed", detail).await?;
    Ok(user)
}

fn days_kept(scene: &Scene) -> i64 {
    scene.tenant.retention.as_hours() / 24
}

/// The person a text means: by id, else the live or last deleted one of a sign-in name or address.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, tenant: TenantId, text: &str) -> Result<User, Error> {
    let mut reader = app.store.read().await?;
    let found = match text.trim().parse() {
        Ok(id) => store::users::find(&mut reader, tenant, id).await?,
        Err(_) => by_name(&mut reader, tenant, text.trim()).await?,
    };
    found.ok_or_else(|| unknown(text))
}

async fn by_name(conn: &mut Conn, tenant: TenantId, text: &str) -> Result<Option<User>, Error> {
    let key = fold(text);
    if let Some(user) = store::users::find_by_any_user_name(conn, tenant, &key).await? {
        return Ok(Some(user));
    }
    Ok(store::users::find_by_any_email(conn, tenant, &key).await?)
}

/// Hands a person to another connection: that one may write from now, the old one no longer.
///
/// # Errors
/// `NotFound` for a person who is gone; `Invalid` for an unknown connection; `Conflict` when it manages the person already.
pub async fn transfer(app: &App, clerk: &Clerk, user: UserId, to: &str) -> Result<User, Error> {
    let (context, clerk, to) = (app.clone(), clerk.clone(), to.to_owned());
    app.store
        .write(move |tx| {
            let (app, clerk, to) = (context.clone(), clerk.clone(), to.clone());
            Box::pin(async move { transfer_in(&app, tx, &clerk, user, &to).await })
        })
        .await
}

async fn transfer_in(app: &App, tx: &mut Conn, clerk: &Clerk, id: UserId, to: &str) -> Result<User, Error> {
    store::groups::lock_of_member(tx, clerk.tenant, id).await?;
    let before = store::users::lock(tx, clerk.tenant, id).await?;
    let before = before.filter(|user| user.is_visible).ok_or_else(|| unknown(&id.to_string()))?;
    let to = store::connections::find_by_name(tx, clerk.tenant, to.trim()).await?;
    let to = to.ok_or_else(|| invalid("connection", "there is no such connection in this tenant"))?;
    if before.connection == Some(to.id) {
        return Err(Error::Conflict(format!("the connection {} manages this person already", to.name)));
    }
    let from = match before.connection {
        Some(id) => store::connections::find(tx, before.tenant, id).await?,
        None => None,
    };
    let scene = Scene::of(app, tx, &before, &clerk.name, "transfer").await?.ok_or_else(|| unknown(&id.to_string()))?;
    let decision = onboarding::transfer(&before, to.id);
    let user = effects::update(tx, &scene, &before, decision, Writer::Client).await?.user;
    hand_over(tx, &before, &to, &scene).await?;
    let detail = json!({ "from": from.map(|connection| connection.name), "to": to.name });
    record(tx, clerk, &scene, &user, "user.transferred", detail).await?;
    Ok(user)
}

/// Roles that the person's own record grants follow the record; membership of pushed groups stays with who pushes the group.
async fn hand_over(tx: &mut Conn, before: &User, to: &Connection, scene: &Scene) -> Result<(), Error> {
    let belongings = store::memberships::of_members(tx, before.tenant, &[MemberId::User(before.id)]).await?;
    let granted = belongings.into_iter().map(|row| row.membership);
    let granted = granted.filter(|row| row.source == Source::IdpRoles && row.connection == before.connection);
    let mut rows: Vec<_> = granted.map(|row| Membership { connection: Some(to.id), ..row }).collect();
    let (tenant, person, from) = (before.tenant, before.id, before.connection);
    store::memberships::remove_of_user(tx, tenant, person, Source::IdpRoles, from).await?;
    let left = store::memberships::remove_of_user(tx, tenant, person, Source::Default, from).await?;
    if let Some(group) = to.default_group.filter(|_| before.is_live()) {
        rows.push(Membership {
            group,
            member: MemberId::User(before.id),
            role: to.default_role.unwrap_or(Role::Learner),
            source: Source::Default,
            connection: Some(to.id),
            display: None,
        });
    }
    let inserted = store::memberships::insert(tx, tenant, &rows, scene.now).await?;
    // Granted roles only change the connection they come from, which nobody outside sees.
    let joined: Vec<_> = inserted.added.into_iter().filter(|row| row.source == Source::Default).collect();
    store::events::append(tx, tenant, scene.now, &Event::of_memberships(&joined, &left)).await?;
    mapping::follow_person(tx, before.tenant, before.id, scene.now).await
}

async fn record(
    tx: &mut Conn,
    clerk: &Clerk,
    scene: &Scene,
    user: &User,
    action: &'static str,
    detail: serde_json::Value,
) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: clerk.name.clone(),
        action,
        target: Some(user.id.to_string()),
        request_id: clerk.request_id.clone(),
        detail,
    };
    Ok(audit::append(tx, user.tenant, scene.now, &[entry]).await?)
}

fn unknown(text: &str) -> Error {
    let shown: String = text.chars().take(64).collect();
    Error::NotFound(format!("there is no user \"{shown}\""))
}
