//! Every difference between the engines: how errors are told, how rows are held, how transactions begin.

use super::{Conflict, Engine, StoreError, conn::Failure};
use sqlx::error::{DatabaseError, ErrorKind};

/// The unique keys: the index's name (what PostgreSQL reports) and its columns (what SQLite reports).
const KEYS: [(&str, &str, Conflict); 8] = [
    ("users_user_name", "users.tenant_id, users.user_name_key", Conflict::UserName),
    (
        "groups_display_name",
        "groups.tenant_id, groups.connection_key, groups.display_name_key",
        Conflict::GroupDisplayName,
    ),
    ("invitations_live", "invitations.tenant_id, invitations.user_id", Conflict::LiveInvitation),
    (
        "notifications_cause",
        "notifications.tenant_id, notifications.user_id, notifications.code, notifications.cause",
        Conflict::NotificationCause,
    ),
    ("tenants_slug", "tenants.slug", Conflict::TenantSlug),
    ("connections_name", "connections.tenant_id, connections.name", Conflict::ConnectionName),
    ("tokens_digest", "tokens.digest", Conflict::TokenDigest),
    ("billing_intervals_open", "billing_intervals.tenant_id, billing_intervals.user_id", Conflict::OpenBillingInterval),
];

/// What begins a transaction that writes.
pub(super) fn begin(engine: Engine) -> &'static str {
    match engine {
        // Takes the lock at once: a deferred transaction that finds another writer in between could only fail.
        Engine::Sqlite => "BEGIN IMMEDIATE",
        Engine::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
    }
}

/// What makes a SELECT hold its rows. On SQLite a writing transaction is alone anyway.
pub(super) fn for_update(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE",
    }
}

/// What makes a SELECT keep its rows as they are, without keeping other readers of this kind out.
pub(super) fn for_share(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR SHARE",
    }
}

/// As [`for_update`], passing over rows that another transaction holds.
pub(super) fn for_update_skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

/// The store's word for a driver's error.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(report) if report.kind() == ErrorKind::UniqueViolation => {
            StoreError::Conflict(conflict(&**report))
        }
        sqlx::Error::Database(report) if is_passing(&**report) => StoreError::Unavailable(error),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(error),
        _ => StoreError::Database(error),
    }
}

/// What a failed statement means for the transaction around it.
pub(super) fn failure(error: &sqlx::Error) -> Failure {
    let sqlx::Error::Database(report) = error else { return Failure::Transaction };
    let code = report.code();
    let code = code.as_deref().unwrap_or_default();
    if matches!(code, "40001" | "40P01") {
        return Failure::Retryable;
    }
    // SQLite: an SQL error, a constraint, a value too large, a type that doesn't fit. Everything else (disk full, input/output
    // error, out of memory, busy) may have ended the transaction.
    match primary_code(code) {
        Some(1 | 18..=20) => Failure::Statement,
        _ => Failure::Transaction,
    }
}

fn conflict(report: &dyn DatabaseError) -> Conflict {
    let constraint = report.constraint();
    let columns = report.message().split_once("constraint failed: ").map(|(_, columns)| columns.trim());
    KEYS.iter()
        .find(|(index, key, _)| constraint == Some(*index) || (constraint.is_none() && columns == Some(*key)))
        .map_or(Conflict::Other, |(_, _, conflict)| *conflict)
}

/// Whether the same statement may succeed a little later.
fn is_passing(report: &dyn DatabaseError) -> bool {
    let code = report.code();
    let code = code.as_deref().unwrap_or_default();
    match primary_code(code) {
        // Busy, locked, interrupted.
        Some(code) => matches!(code, 5 | 6 | 9),
        // PostgreSQL: connection, transaction rollback, resources, operator intervention (timeouts, shutdown), lock not available.
        None => ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)) || code == "55P03",
    }
}

/// SQLite's primary result code; `None` for PostgreSQL, whose codes have five characters.
fn primary_code(code: &str) -> Option<u32> {
    if code.len() == 5 { None } else { code.parse::<u32>().ok().map(|code| code & 0xff) }
}
