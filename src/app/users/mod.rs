//! People over SCIM: provision, read, replace, patch, delete.

mod invited_from;
pub(super) mod render;
mod roles;
pub mod seeding;
mod wish;
mod write;
mod written;

pub use write::{delete, patch, provision, replace};

use super::{
    App, Error,
    access::{Grant, Principal},
    consequences::Consequences,
};
use crate::{
    domain::{GroupId, UserId, connection::Connection, user::User},
    scim::{self, Object, Registry, projection::Projection},
    store,
};
use render::{Holders, Renderer};
use std::sync::Arc;

/// A rendered resource: every attribute a client may see, before projection.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The JSON object.
    pub body: Object,
    /// Counts the changes; the `ETag` shows it.
    pub version: i64,
    /// Its URL.
    pub location: String,
    /// What the write came to; nothing for a read.
    pub consequences: Consequences,
}

/// A resource in text, as much of it as was asked for.
#[derive(Debug, Clone)]
pub struct Written {
    /// The JSON object.
    pub text: Vec<u8>,
    /// Counts the changes; the `ETag` shows it.
    pub version: i64,
    /// Its URL.
    pub location: String,
}

/// An If-Match header: absent, any version, or one of these.
#[derive(Debug, Clone)]
pub enum Precondition {
    /// No header: unconditional.
    None,
    /// `*`: whatever the version.
    Any,
    /// One of these.
    Versions(Vec<i64>),
}

impl Precondition {
    /// Refuses a version the client did not mean.
    ///
    /// # Errors
    /// `PreconditionFailed`.
    pub fn check(&self, version: i64) -> Result<(), Error> {
        match self {
            Self::None | Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&version) => Ok(()),
            Self::Versions(_) => Err(Error::PreconditionFailed),
        }
    }
}

/// A SCIM caller: the parts of a principal that every SCIM use case needs.
#[derive(Clone)]
pub(super) struct Caller {
    pub connection: Arc<Connection>,
    pub registry: Arc<Registry>,
    /// The group the token is bound to.
    pub group: Option<GroupId>,
}

impl Caller {
    /// # Errors
    /// `Forbidden` for tokens of the API.
    pub fn of(principal: &Principal) -> Result<Self, Error> {
        match &principal.grant {
            Grant::Scim { connection, registry, group } => {
                Ok(Self { connection: Arc::clone(connection), registry: Arc::clone(registry), group: *group })
            }
            Grant::Api { .. } => {
                Err(Error::Forbidden("this token is for the API; SCIM needs a token of scope scim".to_owned()))
            }
        }
    }
}

/// GET by id.
///
/// # Errors
/// `NotFound` for ids that are unknown, deleted or another tenant's.
pub async fn find(app: &App, principal: &Principal, id: &str, projection: &Projection) -> Result<Written, Error> {
    let caller = Caller::of(principal)?;
    let parsed = parse_id(id).ok_or_else(|| not_found(id))?;
    let mut reader = app.store.read().await?;
    let tenant = principal.tenant.id;
    let groups = render::groups_of(projection, &caller.registry);
    let shown = store::shown::find_stored(&mut reader, tenant, parsed, groups).await?;
    let shown = shown.filter(|shown| shown.user.profile.is_visible).ok_or_else(|| not_found(id))?;
    let holders = Holders::load(&mut reader, tenant, std::slice::from_ref(&shown)).await?;
    let renderer = Renderer::new(app, &caller.registry, caller.connection.id);
    let mut text = Vec::new();
    renderer.write(&shown, &holders, projection, &mut text)?;
    Ok(Written { text, version: shown.user.profile.version, location: renderer.location(parsed) })
}

/// Parses an id as SCIM ids are: anything that is not one of ours is simply unknown.
pub(super) fn parse_id(text: &str) -> Option<UserId> {
    text.parse().ok()
}

fn not_found(id: &str) -> Error {
    let shown: String = id.chars().take(64).collect();
    Error::NotFound(format!("there is no user with the id \"{shown}\""))
}

/// 409: the userName is taken; says by what, so that an administrator knows what to do.
fn taken(existing: &User) -> Error {
    use crate::domain::user::State;
    let name = &existing.user_name;
    let detail = match existing.state {
        State::Invited => format!(
            "a user with the userName \"{name}\" already exists: the following user already has a pending invitation: {name}"
        ),
        State::Suspended => format!(
            "a user with the userName \"{name}\" already exists, suspended: the following user already has an account: {name}"
        ),
        State::Active | State::Staged | State::Deleted => {
            format!(
                "a user with the userName \"{name}\" already exists: the following user already has an active account: {name}"
            )
        }
    };
    Error::Scim(scim::Error::of(scim::ScimType::Uniqueness, detail))
}
