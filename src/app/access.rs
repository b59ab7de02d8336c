//! Who is calling: bearer tokens to principals, from a cache that empties when the access epoch moves.

use super::{App, Error};
use crate::{
    domain::{GroupId, TokenId, UserId, connection::Connection, tenant::Tenant},
    scim::Registry,
};
use std::sync::Arc;

/// An authenticated caller with everything a request needs to know of its tenant; shared, immutable.
#[derive(Debug, Clone)]
pub struct Principal {
    pub tenant: Arc<Tenant>,
    pub token: TokenId,
    pub token_name: String,
    pub grant: Grant,
}

/// What the token is for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// SCIM on behalf of a connection; `group` when the token is bound to one.
    Scim { connection: Arc<Connection>, registry: Arc<Registry>, group: Option<GroupId> },
    /// The API, acting as a person.
    Api { user: UserId },
}

/// What is cached between requests.
#[derive(Debug, Default)]
pub struct Cache {}

/// Finds the principal of a bearer token. Costs no statement when cached.
///
/// # Errors
/// `BadCredentials` for unknown, expired and revoked tokens.
pub async fn authenticate(_app: &App, _bearer: &str) -> Result<Arc<Principal>, Error> {
    todo!()
}

/// Compares the stored access epoch with the cached one and empties the cache when it moved; to be called about twice a second.
///
/// # Errors
/// The store's.
pub async fn refresh(_app: &App) -> Result<(), Error> {
    todo!()
}

/// Empties the cache of this process at once (after a command changed a token, setting or schema).
pub fn forget(_app: &App) {
    todo!()
}
