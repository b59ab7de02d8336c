//! Rows on two engines: SQLite (embedded, the default) and PostgreSQL. One set of SQL behind one seam.
//!
//! Never decides: it inserts, finds, lists and locks. Never imports what is above it. All engine differences live in `dialect`.

pub mod archive;
pub mod audit;
pub mod billing;
pub mod connections;
pub mod earlier;
pub mod events;
pub mod figures;
pub mod filter;
pub mod former;
pub mod groups;
pub mod held;
pub mod idempotency;
pub mod imports;
pub mod inbox;
pub mod invitations;
pub mod labels;
pub mod mail_budget;
pub mod mappings;
pub mod memberships;
pub mod notifications;
pub mod order;
pub mod parked;
pub mod pauses;
pub mod people;
pub mod program_sessions;
pub mod reminders;
pub mod requests;
pub mod schemas;
pub mod sessions;
pub mod shown;
pub mod suppressed;
pub mod tallies;
pub mod tenants;
pub mod tokens;
pub mod unique;
pub mod users;
pub mod walk_steps;
pub mod webhook_deliveries;
pub mod webhooks;

mod ahead;
mod chain;
mod conn;
mod connecting;
mod dialect;
mod draft;
mod driver;
mod error;
mod keys;
mod lanes;
mod locks;
mod merge;
mod open;
mod pause;
mod pool;
mod readers;
mod rehearsal;
mod row;
mod servers;
mod statement;
mod statements;
mod transaction;
mod turn;
mod value;
mod writer;

pub use conn::Conn;
pub use error::{Conflict, StoreError};
pub use open::{Engine, Isolation, Load, Store, Tuning};
pub use readers::Reader;
pub use statements::Recorded;

use std::{future::Future, pin::Pin};

/// What a write's closure returns: a future that borrows the transaction.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;
