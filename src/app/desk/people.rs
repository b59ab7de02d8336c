//! People as administrators see them: find, change, suspend, reactivate, activate by hand, delete.

use super::{
    Actor, Change, MAX_PAGE, Page, deletion_date, id, invalid, labels, language, one_more, record, setting_up,
};
use crate::{
    app::{
        App, Error,
        effects::{self, Writer},
        names, protection,
        scene::Scene,
        trail,
    },
    domain::{
        GroupId, UserId,
        connection::Connection,
        group::MemberId,
        invitation, mailbox,
        onboarding::{self, Credentials, Decision, Wish},
        user::{FormerLink, State, User},
    },
    scim::{Object, fold::fold, schema},
    store::{self, Conflict, Conn, StoreError, people::Sought},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Value, json};
use std::sync::Arc;

pub use crate::store::memberships::Belonging;

/// A person with what an administrator sees beside the row.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person.
    pub user: User,
    /// Their groups and roles.
    pub memberships: Vec<Belonging>,
    /// The connection that manages them.
    pub managed_by: Option<String>,
    /// The account they had before, as far as the actor may know of it.
    pub earlier: Option<Earlier>,
}

/// An account that a person had before this one.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// What is left of it.
    pub user: User,
    /// The connection that managed it.
    pub managed_by: Option<String>,
    /// What came of it.
    pub standing: Standing,
}

/// What came of an earlier account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its connection pushed the same record again: names, language and labels came back.
    Recognised,
    /// An administrator said it was the same person's: names, language and labels came back.
    Confirmed,
    /// It had the same sign-in name or address; an administrator may confirm it.
    Unconfirmed,
    /// As before, but nothing of it can come back: it was deleted too long ago, or lives again.
    Unavailable,
}

impl Standing {
    /// The word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recognised => "recognised",
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::Unavailable => "unavailable",
        }
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of a sign-in name, display name or address.
    pub query: Option<String>,
    /// A state's word; without it everybody but the deleted.
    pub state: Option<String>,
    /// Only people with a role on this group.
    pub group: Option<String>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: usize,
}

/// People, newest first.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a parameter.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<Page<Person>, Error> {
    let mut reader = app.store.read().await?;
    let group: Option<GroupId> = filter.group.as_deref().map(|text| id("groupId", text)).transpose()?;
    match group {
        Some(group) => drop(actor.check_group(&mut reader, group).await?),
        None => actor.check_platform()?,
    }
    let state = filter.state.as_deref().map(|word| {
        let words = "use staged, invited, active, suspended or deleted";
        State::parse(word).ok_or_else(|| invalid("state", words))
    });
    let limit = filter.limit.clamp(1, MAX_PAGE);
    let sought = Sought {
        text: filter.query.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(fold),
        state: state.transpose()?,
        group,
        before: filter.cursor.as_deref().map(|text| id("cursor", text)).transpose()?,
        limit: one_more(limit),
    };
    let users = store::people::search(&mut reader, actor.tenant.id, &sought).await?;
    let page = Page::cut(users, limit, |user| user.id.to_string());
    Ok(Page { items: surround(app, &mut reader, actor, page.items).await?, next: page.next })
}

/// One person, deleted ones included while they can be brought back.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn find(app: &App, actor: &Actor, text: &str) -> Result<Person, Error> {
    let mut reader = app.store.read().await?;
    let user = match text.parse() {
        Ok(user) => store::users::find(&mut reader, actor.tenant.id, user).await?,
        Err(_) => None,
    };
    let found = surround(app, &mut reader, actor, user.into_iter().collect()).await?.pop();
    let person = found.ok_or_else(|| unknown(text))?;
    if !actor.holdings.is_platform_administrator() && !shares_group(&mut reader, actor, &person).await? {
        return Err(Error::Forbidden(
            "only administrators of the platform or of a group of this person may do this".to_owned(),
        ));
    }
    Ok(person)
}

/// A change of some fields.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The language of mails.
    pub language: Change<String>,
    /// The day the account goes.
    pub deletion_date: Change<String>,
    /// All labels.
    pub labels: Change<Vec<String>>,
}

/// Changes a person.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid` naming a field, `Conflict` when the new address is somebody's sign-in name.
pub async fn change(app: &App, actor: &Actor, text: &str, changes: &Changes) -> Result<Person, Error> {
    let now = app.clock.now();
    let revised = Revision {
        first_name: changes.first_name.as_deref().map(|name| setting_up::name("firstName", name)).transpose()?,
        last_name: changes.last_name.as_deref().map(|name| setting_up::name("lastName", name)).transpose()?,
        email: changes.email.as_deref().map(address).transpose()?,
        language: changes
            .language
            .as_ref()
            .and_then(|tag| Ok::<_, Error>(language(Some(tag))?.map(|language| language.tag().to_owned())))?,
        deletion_date: changes.deletion_date.as_ref().and_then(|date| deletion_date(Some(date), &actor.tenant, now))?,
        labels: changes.labels.as_ref().and_then(|given| labels(Some(given)).map(Some))?,
    };
    act(app, actor, text, Verb::Change(revised)).await
}

/// Suspends a person: sessions, open mails and the invitation end.
///
/// # Errors
/// `NotFound`, `Forbidden` (also for the owner and the last administrator), `Conflict` when there is nothing to suspend.
pub async fn suspend(app: &App, actor: &Actor, text: &str) -> Result<Person, Error> {
    act(app, actor, text, Verb::Suspend).await
}

/// Ends a suspension.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when the person is not suspended.
pub async fn reactivate(app: &App, actor: &Actor, text: &str) -> Result<Person, Error> {
    act(app, actor, text, Verb::Reactivate).await
}

/// Makes a created person active who still waits for a notification, or an invited one who signed in with their company's account, as the
/// platform tells; billed from now.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when the person does not wait.
pub async fn activate(app: &App, actor: &Actor, text: &str) -> Result<Person, Error> {
    act(app, actor, text, Verb::Activate).await
}

/// Deletes a person.
///
/// # Errors
/// `NotFound`, `Forbidden` (also for the owner and the last administrator).
pub async fn delete(app: &App, actor: &Actor, text: &str) -> Result<(), Error> {
    act(app, actor, text, Verb::Delete).await.map(drop)
}

/// The id a text names.
///
/// # Errors
/// `NotFound`.
pub fn known(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| unknown(text))
}

enum Verb {
    Change(Revision),
    Suspend,
    Reactivate,
    Activate,
    Delete,
}

/// What of a person is to be different, understood and checked.
pub(super) struct Revision {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub language: Change<String>,
    pub deletion_date: Change<Date>,
    pub labels: Change<Vec<String>>,
}

async fn act(app: &App, actor: &Actor, text: &str, verb: Verb) -> Result<Person, Error> {
    actor.check_platform()?;
    let user = known(text)?;
    let shared = Arc::new((app.clone(), actor.clone(), verb));
    let command = Arc::clone(&shared);
    let written = app.store.write(move |tx| {
        let shared = Arc::clone(&command);
        Box::pin(async move { write(&shared.0, tx, &shared.1, user, &shared.2).await })
    });
    match written.await {
        Ok(scene) => scene.wake_worker(),
        Err(Error::Store(StoreError::Conflict(Conflict::UserName))) => return Err(name_taken()),
        Err(error) => return Err(error),
    }
    find(app, actor, text).await
}

async fn write(app: &App, tx: &mut Conn, actor: &Actor, id: UserId, verb: &Verb) -> Result<Scene, Error> {
    if matches!(verb, Verb::Delete | Verb::Change(Revision { deletion_date: Change::Set(_), .. })) {
        store::groups::lock_of_member(tx, actor.tenant.id, id).await?;
    }
    let before = store::users::lock(tx, actor.tenant.id, id).await?;
    let before = before.filter(User::is_live).ok_or_else(|| unknown(&id.to_string()))?;
    let scene = actor.scene_of(app, tx, &before).await?;
    let (decision, action) = decide(tx, &scene, &before, verb).await?;
    if matches!(verb, Verb::Suspend | Verb::Delete) && protection::protects(tx, &before).await? {
        let message = "the owner and the last platform administrator can be neither suspended nor deleted; make somebody else an administrator first";
        return Err(Error::Forbidden(message.to_owned()));
    }
    if fold(&decision.user.user_name) != fold(&before.user_name) {
        let name = names::free(tx, before.tenant, &fold(&decision.user.user_name), Some(id)).await?;
        if matches!(name, names::Name::Held(_)) {
            return Err(name_taken());
        }
    }
    let user = effects::update(tx, &scene, &before, decision, Writer::Client).await?.user;
    if user != before {
        let (old, new) = trail::of_person(&before, &user);
        let detail = json!({ "before": old, "after": new });
        record(tx, actor, scene.now, action, id.to_string(), detail).await?;
    }
    Ok(scene)
}

async fn decide(tx: &mut Conn, scene: &Scene, before: &User, verb: &Verb) -> Result<(Decision, &'static str), Error> {
    let last = match before.invitation.filter(|_| before.state == State::Suspended) {
        Some(id) => store::invitations::find(tx, before.tenant, id).await?,
        None => None,
    };
    let around = scene.circumstances(last.as_ref());
    let switched = |active| onboarding::rewrite(before, Wish { active: Some(active), ..wish_of(before) }, &around);
    Ok(match verb {
        Verb::Change(Revision { deletion_date: Change::Set(_), .. }) if before.is_owner => {
            return Err(invalid("deletionDate", "the owner's account has no deletion date"));
        }
        Verb::Change(revision) => (onboarding::rewrite(before, revise(before, revision), &around), "user.changed"),
        Verb::Suspend if before.is_switched_on() => (switched(false), "user.suspended"),
        Verb::Suspend => return Err(Error::Conflict("this person is suspended already".to_owned())),
        Verb::Reactivate if before.state == State::Suspended => (switched(true), "user.reactivated"),
        Verb::Reactivate => return Err(Error::Conflict("this person is not suspended".to_owned())),
        Verb::Activate if before.state == State::Staged => (onboarding::activate(before, scene.now), "user.activated"),
        Verb::Activate if before.state == State::Invited && scene.company().is_some() => {
            check_invitation(tx, scene, before).await?;
            (onboarding::activate(before, scene.now), "user.activated")
        }
        Verb::Activate => return Err(not_to_be_activated(before)),
        Verb::Delete => (onboarding::delete(before, scene.now), "user.deleted"),
    })
}

/// Who signs in with the company's account accepts the invitation by it: it must be one that the link would still open.
async fn check_invitation(tx: &mut Conn, scene: &Scene, before: &User) -> Result<(), Error> {
    let live = store::invitations::find_live(tx, before.tenant, before.id).await?;
    if live.is_some_and(|live| live.status == invitation::Status::Pending && live.expires_at > scene.now) {
        return Ok(());
    }
    let message = "this person's invitation has expired or was cancelled; resend it or invite them again first";
    Err(Error::Conflict(message.to_owned()))
}

fn not_to_be_activated(before: &User) -> Error {
    let remedy = match before.state {
        State::Invited => {
            "; an invited one fills the form, unless people sign in with their company's account (companySignIn)"
        }
        _ => "",
    };
    let message = format!(
        "only a person who waits for a notification can be activated; this one is {}{remedy}",
        before.state.as_str()
    );
    Error::Conflict(message)
}

/// The person as they are, as a wish.
fn wish_of(user: &User) -> Wish {
    Wish {
        document: user.document.clone(),
        user_name: user.user_name.clone(),
        external_id: user.external_id.clone(),
        active: None,
        shows_active: user.shows_active,
        mode: None,
        start_date: user.start_date,
        deletion_date: user.deletion_date,
        suppress_notifications: user.suppress_notifications,
        credentials: Credentials::Unsaid,
    }
}

/// The person with the revision, as a wish.
pub(super) fn revise(before: &User, revision: &Revision) -> Wish {
    let mut wish = wish_of(before);
    let document = &mut wish.document;
    if revision.first_name.is_some() || revision.last_name.is_some() {
        rename(document, revision.first_name.as_deref(), revision.last_name.as_deref());
    }
    match &revision.language {
        Change::Set(tag) => drop(document.insert("preferredLanguage".to_owned(), json!(tag))),
        Change::Cleared => drop(document.shift_remove("preferredLanguage")),
        Change::Stays => {}
    }
    if let Some(email) = &revision.email {
        let old = mailbox::address_of(document, &before.user_name);
        // Who signs in with the address goes on to do so.
        if old.as_deref().map(fold) == Some(fold(&before.user_name)) {
            wish.user_name.clone_from(email);
            document.insert("userName".to_owned(), json!(email));
        }
        document.insert("emails".to_owned(), json!([{ "value": email, "type": "work", "primary": true }]));
    }
    match revision.deletion_date {
        Change::Set(date) => {
            wish.deletion_date = Some(date);
            set_own(document, "deletionDate", Some(json!(date.to_string())));
        }
        Change::Cleared => {
            wish.deletion_date = None;
            set_own(document, "deletionDate", None);
        }
        Change::Stays => {}
    }
    match &revision.labels {
        Change::Set(labels) if !labels.is_empty() => set_own(document, "labels", Some(json!(labels))),
        Change::Set(_) | Change::Cleared => set_own(document, "labels", None),
        Change::Stays => {}
    }
    wish
}

fn rename(document: &mut Object, first: Option<&str>, last: Option<&str>) {
    let Value::Object(name) = document.entry("name").or_insert_with(|| json!({})) else { return };
    for (part, value) in [("givenName", first), ("familyName", last)] {
        if let Some(value) = value {
            name.insert(part.to_owned(), json!(value));
        }
    }
    if name.contains_key("formatted") {
        let part = |part: &str| name.get(part).and_then(Value::as_str).unwrap_or_default();
        let formatted = format!("{} {}", part("givenName"), part("familyName"));
        name.insert("formatted".to_owned(), json!(formatted.trim()));
    }
}

/// Sets or removes an attribute of our extension.
fn set_own(document: &mut Object, name: &str, value: Option<Value>) {
    let Value::Object(own) = document.entry(schema::USHER).or_insert_with(|| json!({})) else { return };
    match value {
        Some(value) => drop(own.insert(name.to_owned(), value)),
        None => drop(own.shift_remove(name)),
    }
    if own.is_empty() {
        document.shift_remove(schema::USHER);
    }
}

fn address(typed: &str) -> Result<String, Error> {
    let typed = typed.trim();
    if mailbox::is_address(typed) {
        return Ok(typed.to_owned());
    }
    Err(invalid("email", "give one mail address, as in ann@example.com"))
}

/// People with their memberships, the names of their connections and the accounts before: three statements, however many there are.
async fn surround(app: &App, conn: &mut Conn, actor: &Actor, users: Vec<User>) -> Result<Vec<Person>, Error> {
    let Some(tenant) = users.first().map(|user| user.tenant) else { return Ok(Vec::new()) };
    let members: Vec<_> = users.iter().map(|user| MemberId::User(user.id)).collect();
    let rows = store::memberships::of_members(conn, tenant, &members).await?;
    let connections = store::connections::list(conn, tenant).await?;
    let former = former_of(conn, actor, &users).await?;
    let now = app.clock.now();
    let person = |user: User| {
        let own = |row: &&Belonging| row.membership.member == MemberId::User(user.id) && !row.group_is_mapped;
        Person {
            memberships: rows.iter().filter(own).cloned().collect(),
            managed_by: manager(&connections, &user),
            earlier: former.iter().find(|former| Some(former.id) == user.former.map(|former| former.id)).map(
                |former| {
                    let standing = standing(&user, former, actor.tenant.retention, now);
                    Earlier { user: former.clone(), managed_by: manager(&connections, former), standing }
                },
            ),
            user,
        }
    };
    Ok(users.into_iter().map(person).collect())
}

/// Who was deleted is the business of administrators of the platform alone.
async fn former_of(conn: &mut Conn, actor: &Actor, users: &[User]) -> Result<Vec<User>, Error> {
    let ids: Vec<UserId> = users.iter().filter_map(|user| user.former).map(|former| former.id).collect();
    if ids.is_empty() || !actor.holdings.is_platform_administrator() {
        return Ok(Vec::new());
    }
    Ok(store::users::find_many(conn, actor.tenant.id, &ids).await?)
}

fn standing(user: &User, former: &User, retention: SignedDuration, now: Timestamp) -> Standing {
    match user.former.map(|former| former.link) {
        Some(FormerLink::Record) => Standing::Recognised,
        Some(FormerLink::Confirmed) => Standing::Confirmed,
        _ if former.is_kept(retention, now) => Standing::Unconfirmed,
        _ => Standing::Unavailable,
    }
}

fn manager(connections: &[Connection], user: &User) -> Option<String> {
    let managing = connections.iter().find(|connection| Some(connection.id) == user.connection);
    managing.map(|connection| connection.name.clone())
}

/// Whether the actor administers one of the person's groups.
async fn shares_group(conn: &mut Conn, actor: &Actor, person: &Person) -> Result<bool, Error> {
    for row in &person.memberships {
        let line = store::groups::line(conn, actor.tenant.id, row.membership.group).await?;
        if actor.holdings.administers(&line) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn name_taken() -> Error {
    Error::Conflict("email: another person signs in with this address".to_owned())
}

fn unknown(text: &str) -> Error {
    let shown: String = text.chars().take(64).collect();
    Error::NotFound(format!("there is no user with the id \"{shown}\""))
}
