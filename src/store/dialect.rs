//! Every difference between the engines: how errors are told, how rows are held, how transactions begin.

use super::{Conflict, Engine, Isolation, StoreError, conn::Failure};
use sqlx::{
    error::{DatabaseError, ErrorKind},
    postgres::{PgDatabaseError, PgSeverity},
};
use std::io;

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

/// The clock of a PostgreSQL server, in microseconds since 1970.
pub(super) const SERVER_TIME: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
/// The version of a PostgreSQL server.
pub(super) const SERVER_VERSION: &str = "SELECT current_setting('server_version_num')::bigint";
/// Looks through a SQLite file for damage and stops at the first.
pub(super) const QUICK_CHECK: &str = "PRAGMA quick_check(1)";

/// Whether a PostgreSQL server takes no writes: `on` or `off`.
pub(super) const IS_READ_ONLY: &str = "SHOW transaction_read_only";
/// Whether several processes may serve from one database; a file belongs to one.
pub(super) fn is_shared(engine: Engine) -> bool {
    engine == Engine::Postgres
}

/// Whether a row may have to be waited for until another transaction ends; on SQLite one writes at a time.
pub(super) fn waits_for_rows(engine: Engine) -> bool {
    engine == Engine::Postgres
}

/// Whether how a query is planned hangs on its limit, which has to be known then: a computed one is taken for a large one.
pub(super) fn plans_by_limit(engine: Engine) -> bool {
    engine == Engine::Postgres
}

/// What begins a transaction that writes, on SQLite. It takes the lock at once: a deferred transaction that finds another writer in between
/// could only fail.
pub(super) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";
/// The same, and a number that changes when another connection has written.
pub(super) const BEGIN_SQLITE_TURN: &str = "BEGIN IMMEDIATE; PRAGMA data_version";
/// Fails (no integer has the absolute value of the smallest) where that number is not `$1`, and answers no rows where it is.
pub(super) const NOT_OVERTAKEN_SQLITE: &str =
    "SELECT 1 FROM pragma_data_version WHERE abs(-9223372036854775807 - (data_version <> $1)) < 0";
/// What keeps a transaction, on either engine.
pub(super) const COMMIT: &str = "COMMIT";

/// What begins a transaction that writes, on PostgreSQL, whatever the server's own default is.
pub(super) fn begin_postgres(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::ReadCommitted => "BEGIN ISOLATION LEVEL READ COMMITTED",
        Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
    }
}

/// What begins a transaction that reads the database as it is at one moment.
pub(super) fn begin_snapshot(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "BEGIN DEFERRED",
        Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    }
}

/// Tables, columns, types and places in the primary key, from the engine's own catalogue, by name.
pub(super) fn catalogue(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "SELECT t.name AS table_name, c.name AS column_name, c.type AS type_name, c.pk AS key_place
             FROM sqlite_schema t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' AND t.name <> '_sqlx_migrations'
             ORDER BY t.name, c.name"
        }
        Engine::Postgres => {
            "SELECT t.relname::text AS table_name, c.attname::text AS column_name, format_type(c.atttypid, NULL) AS type_name,
                    coalesce(array_position(k.indkey::int2[], c.attnum), -1)::bigint + 1 AS key_place
             FROM pg_class t
             JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
             LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary
             WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relname <> '_sqlx_migrations'
             ORDER BY t.relname COLLATE \"C\", c.attname COLLATE \"C\""
        }
    }
}

/// What lets an INSERT give the numbers that the engine would count.
pub(super) fn overriding(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " OVERRIDING SYSTEM VALUE",
    }
}

/// The last number that the counter of table `$1`, column `$2`, gave.
pub(super) fn counter(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SELECT seq FROM sqlite_sequence WHERE name = $1 AND $2 = $2",
        Engine::Postgres => "SELECT pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass)",
    }
}

/// What lets the counter of table `$1`, column `$3`, go on behind `$2`.
pub(super) fn set_counter(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &[
            "DELETE FROM sqlite_sequence WHERE name = $1 AND $2 = $2 AND $3 = $3",
            "INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2 WHERE $3 = $3",
        ],
        // Before the first number, a sequence stands at 1 and has not given it.
        Engine::Postgres => &["SELECT setval(pg_get_serial_sequence($1, $3), greatest($2, 1), $2 > 0)"],
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

/// As [`for_share`], passing over rows that another transaction is changing.
pub(super) fn for_share_skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR SHARE SKIP LOCKED",
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
        _ if is_outage(&error) => StoreError::Away(error),
        _ if matches!(failure(&error), Failure::Retryable | Failure::Held) => StoreError::InTheWay(error),
        sqlx::Error::Database(report) if is_passing(&**report) => StoreError::Unavailable(error),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            StoreError::Unavailable(error)
        }
        _ => StoreError::Database(error),
    }
}

/// Whether the connection is dead, or of no use: its server is away, going, or takes no writes any more.
pub(super) fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => true,
        sqlx::Error::Database(report) => {
            let Some(report) = report.try_downcast_ref::<PgDatabaseError>() else { return false };
            let is_fatal = matches!(report.severity(), PgSeverity::Fatal | PgSeverity::Panic);
            // A connection that ends; resources and operator intervention; read-only. What a new connection is refused for otherwise
            // (password, database) does not pass.
            let code = report.code();
            code == "25006"
                || code.starts_with("08")
                || (is_fatal && ["25P", "53", "57", "XX"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}

/// Whether a server that can't be entered may only be starting, or about to be promoted.
pub(super) fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::Other),
        sqlx::Error::Database(report) => report.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

/// Whether the server has no such feature; some that speak PostgreSQL's protocol have less than it.
pub(super) fn is_missing_feature(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(report) if report.code().as_deref() == Some("0A000"))
}

/// Whether a statement took longer than it may.
pub(super) fn is_out_of_time(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(report) if report.code().as_deref() == Some("57014"))
}

/// What a failed statement means for the transaction around it.
pub(super) fn failure(error: &sqlx::Error) -> Failure {
    let sqlx::Error::Database(report) = error else { return Failure::Transaction };
    let code = report.code();
    let code = code.as_deref().unwrap_or_default();
    if matches!(code, "40001" | "40P01") {
        return Failure::Retryable;
    }
    if code == "55P03" {
        return Failure::Held;
    }
    // SQLite: an SQL error, a constraint, a value too large, a type that doesn't fit. Everything else (disk full, input/output
    // error, out of memory, busy) may have ended the transaction.
    match primary_code(code) {
        Some(1 | 18..=20) => Failure::Statement,
        _ => Failure::Transaction,
    }
}

fn conflict(report: &dyn DatabaseError) -> Conflict {
    let constraint = report.constraint().map(of_whole);
    let columns = report.message().split_once("constraint failed: ").map(|(_, columns)| columns.trim());
    KEYS.iter()
        .find(|(index, key, _)| constraint == Some(*index) || (constraint.is_none() && columns == Some(*key)))
        .map_or(Conflict::Other, |(_, _, conflict)| *conflict)
}

/// The index's name without the number that Citus puts behind it for a shard.
fn of_whole(index: &str) -> &str {
    let name = index.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if name.len() < index.len() { name.strip_suffix('_').unwrap_or(index) } else { index }
}

/// Whether the same statement may succeed a little later.
fn is_passing(report: &dyn DatabaseError) -> bool {
    let code = report.code();
    let code = code.as_deref().unwrap_or_default();
    match primary_code(code) {
        // Busy, locked, interrupted.
        Some(code) => matches!(code, 5 | 6 | 9),
        // PostgreSQL: connection, transaction rollback, resources, operator intervention (timeouts, shutdown).
        None => ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)),
    }
}

/// SQLite's primary result code; `None` for PostgreSQL, whose codes have five characters.
fn primary_code(code: &str) -> Option<u32> {
    if code.len() == 5 { None } else { code.parse::<u32>().ok().map(|code| code & 0xff) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shards_index_is_known_by_its_tables() {
        for (index, expected) in [
            ("users_user_name", "users_user_name"),
            ("users_user_name_102008", "users_user_name"),
            ("index2", "index2"),
        ] {
            assert_eq!(of_whole(index), expected);
        }
    }
}
