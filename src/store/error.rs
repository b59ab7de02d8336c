//! What can go wrong below the use cases.

use sqlx::migrate::MigrateError;

/// A unique key that is taken, by the name of its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// A listed person of the tenant has the userName.
    UserName,
    /// A group of the connection has the displayName.
    GroupDisplayName,
    /// The person has a live invitation.
    LiveInvitation,
    /// The mail of this cause exists.
    NotificationCause,
    /// A tenant has the slug.
    TenantSlug,
    /// A connection of the tenant has the name.
    ConnectionName,
    /// A token has the digest.
    TokenDigest,
    /// The person has an open interval.
    OpenBillingInterval,
    /// Any other unique key, primary keys included.
    Other,
}

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken.
    #[error("a unique key is taken: {0:?}")]
    Conflict(Conflict),
    /// The database is too busy right now; the same request may succeed later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Other writes held for too long what this one needs, or were in its way each time; the same request may succeed later.
    #[error("other writes were in the way")]
    InTheWay(#[source] sqlx::Error),
    /// The database can't be reached, or takes no writes; whoever noticed first has said so in the log. What was under way may have
    /// happened or not.
    #[error("the database can't be reached")]
    Away(#[source] sqlx::Error),
    /// A row holds what this program never writes.
    #[error("corrupt row: {table}.{column} of {id}")]
    Corrupt {
        /// The row's table.
        table: &'static str,
        /// The column that can't be read.
        column: &'static str,
        /// The row's id.
        id: String,
    },
    /// As `Corrupt`, for tables known by the catalogue only.
    #[error("the column {column} of {table} holds what this program never writes")]
    Unreadable {
        /// The row's table.
        table: String,
        /// The column that can't be read.
        column: String,
    },
    /// The statement failed otherwise.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// The database's schema can't be brought up to date.
    #[error("the database can't be migrated")]
    Migration(#[source] MigrateError),
}

impl StoreError {
    /// For a transaction that an earlier failure has spoilt.
    pub(super) fn spoilt() -> Self {
        Self::Database(sqlx::Error::Protocol("an earlier statement of this transaction failed".to_owned()))
    }

    /// The store is closed, or the task that would have done it is gone.
    pub(super) fn closed() -> Self {
        Self::Unavailable(sqlx::Error::PoolClosed)
    }

    /// The same failure once more, for another write of the same commit.
    pub(super) fn another(&self) -> Self {
        let again = |error: &sqlx::Error| sqlx::Error::Protocol(error.to_string());
        match self {
            Self::Conflict(conflict) => Self::Conflict(*conflict),
            Self::Unavailable(error) => Self::Unavailable(again(error)),
            Self::InTheWay(error) => Self::InTheWay(again(error)),
            Self::Away(error) => Self::Away(again(error)),
            Self::Corrupt { table, column, id } => Self::Corrupt { table, column, id: id.clone() },
            Self::Unreadable { table, column } => Self::Unreadable { table: table.clone(), column: column.clone() },
            Self::Database(error) => Self::Database(again(error)),
            Self::Migration(error) => Self::Migration(MigrateError::Source(error.to_string().into())),
        }
    }
}
