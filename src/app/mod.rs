//! Use cases: one function per product verb. Each loads in a transaction, asks `domain` with values and `now`, writes rows, outbox rows,
//! events and audit rows, and commits.
//!
//! Never knows axum, sqlx or lettre. Nothing slow or external happens here; a mail is a row in the same transaction.

mod about;
pub mod access;
mod address_change;
pub mod administrators;
mod adoption;
pub mod backup;
mod budget;
pub mod bulk;
pub mod calendar;
pub mod catalogue;
mod company;
pub mod connections;
pub mod consequences;
pub mod deletions;
pub mod desk;
pub mod digest;
mod effects;
pub mod error;
pub mod feed;
pub mod groups;
pub mod hashing;
pub mod health;
pub mod idempotency;
pub mod inbox;
pub mod invitations;
pub mod keyring;
mod leavers;
mod limits;
pub mod links;
mod memberships;
mod names;
pub mod notifications;
pub mod outbox;
pub mod passwords;
pub mod pauses;
mod protection;
mod reminders;
pub mod requests;
pub mod restraint;
mod returning;
mod scene;
pub mod schemas;
pub mod search;
pub mod seeding;
mod sessions;
pub mod sign_in;
pub mod simulations;
pub mod tenants;
pub mod tokens;
pub mod trail;
mod unique;
pub mod users;
pub mod webhooks;

pub use error::Error;

use crate::{
    domain::{Clock, Rng},
    store::Store,
};
use std::sync::Arc;

/// Everything a use case needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// What an `App` is made of.
pub struct Inner {
    /// The database.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub rng: Arc<dyn Rng>,
    /// What the secret key protects.
    pub keys: Arc<keyring::Keyring>,
    /// The part of the configuration that matters here.
    pub settings: Settings,
    /// Password hashing.
    pub hasher: hashing::Hasher,
    /// What the calendar saw of the time.
    pub looks: deletions::Looks,
    /// Cached principals.
    pub access: access::Cache,
    /// Where clients that page by number stand.
    pub walks: search::Walks,
    /// Told whenever a mail entered the outbox.
    pub outbox: tokio::sync::Notify,
    /// What waits to be written into the request log.
    pub requests: requests::Log,
    /// Lets one simulation happen at a time.
    pub simulations: simulations::Turn,
}

/// What the use cases need of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The only source of links and `meta.location`; no trailing slash.
    pub public_url: String,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl App {
    /// Puts an application together.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, secret_key: &[u8], settings: Settings) -> Self {
        let keys = Arc::new(keyring::Keyring::new(secret_key));
        let inner = Inner {
            store,
            clock,
            rng,
            keys,
            settings,
            hasher: hashing::Hasher::default(),
            looks: deletions::Looks::default(),
            access: access::Cache::default(),
            walks: search::Walks::default(),
            outbox: tokio::sync::Notify::new(),
            requests: requests::Log::default(),
            simulations: simulations::Turn::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same application on the store of a rehearsal: nobody is woken by what it does, no caller is cached, and no password is hashed.
    fn rehearsing(&self, store: Store) -> Self {
        let inner = Inner {
            store,
            clock: Arc::clone(&self.clock),
            rng: Arc::clone(&self.rng),
            keys: Arc::clone(&self.keys),
            settings: self.settings.clone(),
            hasher: hashing::Hasher::stand_in(),
            access: access::Cache::default(),
            looks: deletions::Looks::default(),
            walks: search::Walks::default(),
            outbox: tokio::sync::Notify::new(),
            requests: requests::Log::default(),
            simulations: simulations::Turn::default(),
        };
        Self { inner: Arc::new(inner) }
    }
}
