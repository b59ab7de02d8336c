//! Who is calling: bearer tokens to principals, from a cache that empties when the access epoch moves.

use super::{
    App, Error,
    keyring::{Link, Purpose},
};
use crate::{
    domain::{
        ConnectionId, GroupId, TenantId, TokenId, UserId,
        connection::{Connection, Extension},
        tenant::Tenant,
    },
    scim::Registry,
    store::{
        self, Conn,
        tokens::{Scope, Token},
    },
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// How many principals are kept; beyond it the cache starts anew.
const CAPACITY: usize = 10_000;
/// What a short-lived token begins with.
const ACCESS: &str = "usher_access_";
/// How long a short-lived token works.
const ACCESS_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// An authenticated caller with everything a request needs to know of its tenant; shared, immutable.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The tenant it belongs to.
    pub tenant: Arc<Tenant>,
    /// The token itself.
    pub token: TokenId,
    /// The token's name, for lists and the audit trail.
    pub token_name: String,
    /// When the token ends by itself.
    pub expires_at: Timestamp,
    /// What the token is for.
    pub grant: Grant,
}

/// What the token is for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// SCIM on behalf of a connection; `group` when the token is bound to one.
    Scim {
        /// The connection it belongs to.
        connection: Arc<Connection>,
        /// What attributes the tenant knows.
        registry: Arc<Registry>,
        /// The group the token is bound to.
        group: Option<GroupId>,
    },
    /// The API, acting as a person.
    Api {
        /// The person it acts as.
        user: UserId,
    },
}

/// What is cached between requests.
#[derive(Debug, Default)]
pub struct Cache {
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The access epoch all of this belongs to.
    epoch: i64,
    principals: HashMap<String, Arc<Principal>>,
}

impl Cache {
    fn get(&self, digest: &str) -> Option<Arc<Principal>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).principals.get(digest).cloned()
    }

    /// Keeps a principal that was read while the epoch was `epoch`; one read before the last change is not kept.
    fn put(&self, digest: String, principal: Arc<Principal>, epoch: i64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.principals.len() >= CAPACITY {
            known.principals.clear();
        }
        if known.epoch <= epoch {
            known.principals.insert(digest, principal);
        }
    }

    fn move_to(&self, epoch: i64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.epoch != epoch {
            known.epoch = epoch;
            known.principals.clear();
        }
    }
}

/// Finds the principal of a bearer token. Costs no statement when cached.
///
/// # Errors
/// `BadCredentials` for unknown, expired and revoked tokens.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Arc<Principal>, Error> {
    let digest = app.keys.digest(Purpose::Token, bearer);
    let principal = match app.access.get(&digest) {
        Some(principal) => principal,
        None => load(app, digest, bearer).await?,
    };
    if principal.expires_at <= app.clock.now() { Err(Error::BadCredentials) } else { Ok(principal) }
}

/// A short-lived token for a client that shows a token of its own (RFC 6749 section 4.4).
#[derive(Debug, Clone)]
pub struct Granted {
    /// What the client sends as bearer token.
    pub bearer: String,
    /// How long it works, in whole seconds.
    pub seconds: i64,
    /// What it may be used for.
    pub scope: Scope,
}

/// Exchanges a token for a short-lived one with the same rights; it ends with the token it came from.
///
/// # Errors
/// `BadCredentials` unless `secret` is a usable token and `client` its name or id.
pub async fn grant(app: &App, client: &str, secret: &str) -> Result<Granted, Error> {
    // One that is short-lived itself could renew itself for ever.
    if secret.starts_with(ACCESS) {
        return Err(Error::BadCredentials);
    }
    let principal = authenticate(app, secret).await?;
    if client != principal.token_name && client != principal.token.to_string() {
        return Err(Error::BadCredentials);
    }
    let now = app.clock.now();
    let ends = now.checked_add(ACCESS_LIFE).map_or(principal.expires_at, |end| end.min(principal.expires_at));
    let mut random = [0; 4];
    app.rng.fill(&mut random);
    // Its number only makes two tokens of one second differ.
    let number = i64::from(u32::from_be_bytes(random));
    let (tenant, subject) = (principal.tenant.id, principal.token.bytes());
    let link = Link { tenant, subject, generation: number, expires_at: ends };
    let scope = match principal.grant {
        Grant::Scim { .. } => Scope::Scim,
        Grant::Api { .. } => Scope::Api,
    };
    let bearer = format!("{ACCESS}{}", app.keys.sign_link(Purpose::AccessToken, &link));
    Ok(Granted { bearer, seconds: ends.duration_since(now).as_secs(), scope })
}

/// The token behind a bearer: itself, or the one it was exchanged for.
async fn token(app: &App, conn: &mut Conn, digest: &str, bearer: &str) -> Result<Option<Token>, Error> {
    let Some(signed) = bearer.strip_prefix(ACCESS) else {
        return Ok(store::tokens::find_by_digest(conn, digest).await?);
    };
    let Some(link) = app.keys.read_link(Purpose::AccessToken, signed) else { return Ok(None) };
    let found = store::tokens::find(conn, link.tenant, TokenId::from_bytes(link.subject)).await?;
    Ok(found.map(|token| Token { expires_at: token.expires_at.min(link.expires_at), ..token }))
}

async fn load(app: &App, digest: String, bearer: &str) -> Result<Arc<Principal>, Error> {
    // Read before the rows: a change in between makes the epoch move on, and the entry is dropped with the next refresh.
    let epoch = app.store.access_epoch().await?;
    let mut reader = app.store.read().await?;
    let token = token(app, &mut reader, &digest, bearer).await?;
    let token = token.filter(|token| token.revoked_at.is_none()).ok_or(Error::BadCredentials)?;
    let principal = Arc::new(principal(&mut reader, token).await?);
    app.access.put(digest, Arc::clone(&principal), epoch);
    Ok(principal)
}

async fn principal(conn: &mut Conn, token: Token) -> Result<Principal, Error> {
    let tenant = store::tenants::find(conn, token.tenant).await?.ok_or(Error::BadCredentials)?;
    let grant = match (token.scope, token.connection, token.user) {
        (Scope::Scim, Some(connection), _) => scim_grant(conn, token.tenant, connection, token.group).await?,
        (Scope::Api, _, Some(user)) => Grant::Api { user },
        _ => return Err(Error::BadCredentials),
    };
    let tenant = Arc::new(tenant);
    Ok(Principal { tenant, token: token.id, token_name: token.name, expires_at: token.expires_at, grant })
}

/// A caller on behalf of a connection who needs no token, with the name and the bounds of the connection's newest one that works.
///
/// # Errors
/// `NotFound` for the connection.
pub(super) async fn stand_in(app: &App, tenant: &Arc<Tenant>, name: &str) -> Result<Arc<Principal>, Error> {
    let mut reader = app.store.read().await?;
    let shown: String = name.chars().take(64).collect();
    let unknown = || Error::NotFound(format!("there is no connection {shown} in tenant {}", tenant.slug));
    let connection = store::connections::find_by_name(&mut reader, tenant.id, name).await?.ok_or_else(unknown)?;
    let now = app.clock.now();
    let works =
        |token: &Token| token.connection == Some(connection.id) && token.revoked_at.is_none() && token.expires_at > now;
    let token = store::tokens::list(&mut reader, tenant.id).await?.into_iter().rfind(works);
    let grant = scim_grant(&mut reader, tenant.id, connection.id, token.as_ref().and_then(|token| token.group)).await?;
    let id = token.as_ref().map_or_else(|| TokenId::generate(&*app.clock, &*app.rng), |token| token.id);
    let token_name = token.map_or(connection.name, |token| token.name);
    Ok(Arc::new(Principal { tenant: Arc::clone(tenant), token: id, token_name, expires_at: Timestamp::MAX, grant }))
}

async fn scim_grant(
    conn: &mut Conn,
    tenant: TenantId,
    id: ConnectionId,
    group: Option<GroupId>,
) -> Result<Grant, Error> {
    let connection = store::connections::find(conn, tenant, id).await?.ok_or(Error::BadCredentials)?;
    let extensions = store::schemas::list(conn, tenant).await?;
    let registry = Registry::with_extensions(&extensions)?;
    let registry = match connection.extension {
        Extension::On => registry,
        Extension::Off => registry.without_own(),
    };
    Ok(Grant::Scim { connection: Arc::new(connection), registry: Arc::new(registry), group })
}

/// Compares the stored access epoch with the cached one and empties the cache when it moved; to be called about twice a second. While the
/// database is away the cache is empty, too: what another process revoked meanwhile can't be known here.
///
/// # Errors
/// The store's.
pub async fn refresh(app: &App) -> Result<(), Error> {
    match app.store.access_epoch().await.map_err(Error::from) {
        Ok(epoch) => {
            app.access.move_to(epoch);
            Ok(())
        }
        Err(error) => {
            if matches!(error, Error::Away(_)) {
                forget(app);
            }
            Err(error)
        }
    }
}

/// Empties the cache of this process at once (after a command changed a token, setting or schema).
pub fn forget(app: &App) {
    let mut known = app.access.known.write().unwrap_or_else(PoisonError::into_inner);
    known.principals.clear();
}
