//! What can go wrong below the use cases.

/// A unique key that is taken, by the name of its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    UserName,
    GroupDisplayName,
    LiveInvitation,
    NotificationCause,
    TenantSlug,
    ConnectionName,
    TokenDigest,
    OpenBillingInterval,
    Other,
}

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken.
    #[error("a unique key is taken: {0:?}")]
    Conflict(Conflict),
    /// The database can't be reached or is too busy right now; the same request may succeed later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A row holds what this program never writes.
    #[error("corrupt row: {table}.{column} of {id}")]
    Corrupt { table: &'static str, column: &'static str, id: String },
    /// The statement failed otherwise.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// The database's schema can't be brought up to date.
    #[error("the database can't be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
}
