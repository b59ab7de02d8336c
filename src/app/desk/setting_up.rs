//! Setting up one user (S26 to S33): names, address, and exactly one of a typed password and generated credentials by mail.

use super::{
    Actor, deletion_date, id, invalid, labels, language,
    newcomer::{self, Newcomer, Seat},
    people::{self, Person},
    record, roles,
};
use crate::{
    app::{App, Error, scene::Scene},
    domain::{
        GroupId, mailbox,
        onboarding::Credentials,
        password,
        role::Source,
        user::{Mode, User, clean_name},
    },
    store::{self, Conflict, Conn, StoreError},
};
use serde_json::json;
use std::sync::Arc;

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// What was filled in.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The address, which is the sign-in name too.
    pub email: String,
    /// A password the actor hands over.
    pub password: Option<String>,
    /// Whether credentials are generated and mailed.
    pub send_credentials: bool,
    /// The groups to join; the platform group where there is none.
    pub groups: Vec<String>,
    /// The roles on all of them; learner where there is none.
    pub roles: Option<Vec<String>>,
    /// The language of mails.
    pub language: Option<String>,
    /// The day the account goes.
    pub deletion_date: Option<String>,
    /// Labels.
    pub labels: Option<Vec<String>>,
}

/// Adds a created person.
///
/// # Errors
/// `Invalid` naming a field, `Forbidden`, `Conflict` when the address has an account.
pub async fn set_up(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Person, Error> {
    actor.check_platform()?;
    let mut scene = actor.scene(app);
    let mut newcomer = newcomer_of(actor, &scene, wanted)?;
    let seats = seats(app, actor, wanted).await?;
    let password = match (&wanted.password, wanted.send_credentials) {
        (Some(typed), false) => {
            let first = newcomer.first_name.as_deref();
            judge(typed, &[first, newcomer.last_name.as_deref(), Some(&newcomer.address)])?;
            typed.clone()
        }
        (None, true) => {
            let plain = password::generate(&*app.rng);
            scene.generated = Some(plain.clone());
            plain
        }
        _ => {
            return Err(invalid(
                "password",
                "give either a password or sendCredentials: true, not both and not neither",
            ));
        }
    };
    let hash = app.hasher.hash(password::prepare(&password)).await?;
    let is_generated = scene.generated.is_some();
    newcomer.credentials = if is_generated { Credentials::Generated(hash) } else { Credentials::Known(hash) };
    let command = Arc::new((actor.clone(), scene, newcomer, seats));
    let shared = Arc::clone(&command);
    let written = app.store.write(move |tx| {
        let command = Arc::clone(&shared);
        Box::pin(async move { write(tx, &command.0, &command.1, &command.2, &command.3).await })
    });
    let user = match written.await {
        Err(Error::Store(StoreError::Conflict(Conflict::UserName))) => return Err(taken(&command.2.address)),
        other => other?,
    };
    command.1.wake_worker();
    people::find(app, actor, &user.id.to_string()).await
}

async fn write(
    tx: &mut Conn,
    actor: &Actor,
    scene: &Scene,
    newcomer: &Newcomer,
    seats: &[Seat],
) -> Result<User, Error> {
    if super::inviting::find(tx, scene, &newcomer.address).await?.is_some() {
        return Err(taken(&newcomer.address));
    }
    let user = newcomer::add(tx, scene, newcomer, seats).await?;
    let credentials = if scene.generated.is_some() { "generated" } else { "typed" };
    let after = json!({ "userName": user.user_name, "state": user.state.as_str() });
    let detail = json!({ "credentials": credentials, "after": after });
    record(tx, actor, scene.now, "user.set_up", user.id.to_string(), detail).await?;
    Ok(user)
}

fn taken(address: &str) -> Error {
    Error::Conflict(format!("email: the following user already has an active account: {address}"))
}

fn newcomer_of(actor: &Actor, scene: &Scene, wanted: &Wanted) -> Result<Newcomer, Error> {
    let address = wanted.email.trim();
    if !mailbox::is_address(address) {
        return Err(invalid("email", "give one mail address, as in ann@example.com"));
    }
    Ok(Newcomer {
        first_name: Some(name("firstName", &wanted.first_name)?),
        last_name: Some(name("lastName", &wanted.last_name)?),
        language: language(wanted.language.as_deref())?,
        deletion_date: deletion_date(wanted.deletion_date.as_deref(), &actor.tenant, scene.now)?,
        labels: labels(wanted.labels.as_deref())?,
        ..Newcomer::at(address, Mode::Create)
    })
}

/// A name as people write it.
pub(super) fn name(field: &'static str, typed: &str) -> Result<String, Error> {
    let name = clean_name(typed, MAX_NAME);
    if name.is_empty() || typed.chars().count() > MAX_NAME {
        return Err(invalid(field, format!("give a name of 1 to {MAX_NAME} characters")));
    }
    Ok(name)
}

/// Refuses a weak password, or one made of the person's own names and address.
pub(super) fn judge(typed: &str, own: &[Option<&str>]) -> Result<(), Error> {
    let words: Vec<&str> = own.iter().flatten().flat_map(|word| word.split(['@', '.', ' '])).collect();
    password::judge(&password::prepare(typed), &words).map_err(|weakness| invalid("password", weakness.to_string()))
}

/// Every role on every group.
async fn seats(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Vec<Seat>, Error> {
    let roles = roles(wanted.roles.as_deref())?;
    let mut groups: Vec<GroupId> = Vec::new();
    for text in &wanted.groups {
        let group = id("groupIds", text)?;
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let mut reader = app.store.read().await?;
    let found = store::groups::find_many(&mut reader, actor.tenant.id, &groups).await?;
    if let Some(missing) = groups.iter().find(|id| found.iter().all(|group| group.id != **id)) {
        return Err(invalid("groupIds", format!("there is no group {missing}")));
    }
    if groups.is_empty() {
        groups.push(actor.holdings.root);
    }
    let seat = |group: &GroupId| {
        roles.iter().map(|role| Seat { group: *group, role: *role, source: Source::Admin }).collect::<Vec<_>>()
    };
    Ok(groups.iter().flat_map(seat).collect())
}
