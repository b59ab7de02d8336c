//! Numbers about the whole installation, for metrics and for whoever looks after it. Each is cheap on a large database.

use super::{Conn, Engine, StoreError, conn::sql, dialect, row::Row};
use crate::domain::TenantId;
use jiff::Timestamp;

/// The numbers of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// People who are neither deleted nor replaced.
    pub people: u64,
    /// People with an open billing interval.
    pub billed: u64,
    /// Mails that wait, by status.
    pub mails: Vec<(String, u64)>,
    /// Since when the mail that is due longest has been due.
    pub mail_due_since: Option<Timestamp>,
    /// Since when the start or deletion date that is due longest has been due.
    pub calendar_due_since: Option<Timestamp>,
    /// Tokens that end before the given time and are neither ended nor revoked.
    pub tokens_expiring: u64,
}

/// Reads the numbers; tokens are counted that end before `horizon`.
///
/// # Errors
/// The store's own.
pub async fn read(conn: &mut Conn, now: Timestamp, horizon: Timestamp) -> Result<Figures, StoreError> {
    Ok(Figures {
        people: sql("SELECT count(*) FROM users WHERE is_listed").number(conn).await?,
        billed: sql("SELECT count(*) FROM billing_intervals WHERE ended_at IS NULL").number(conn).await?,
        mails: super::notifications::counts(conn).await?,
        mail_due_since: super::notifications::next_due(conn).await?.filter(|due| *due <= now),
        calendar_due_since: calendar_due(conn).await?.filter(|due| *due <= now),
        tokens_expiring: sql(
            "SELECT count(*) FROM tokens WHERE revoked_at IS NULL AND expires_at > $1 AND expires_at <= $2",
        )
        .bind(now)
        .bind(horizon)
        .number(conn)
        .await?,
    })
}

async fn calendar_due(conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    let row = sql("SELECT min(due) FROM (
                       SELECT min(deletion_at) AS due FROM users WHERE deletion_at IS NOT NULL AND state <> 'deleted'
                       UNION ALL SELECT min(start_at) FROM users WHERE start_at IS NOT NULL AND state = 'staged'
                   ) dates")
    .row(conn)
    .await?;
    let micros = row.map(|row| row.fields("users").optional_number()).transpose()?.flatten();
    Ok(micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
}

/// Mails of which a worker has said nothing since its lease ended, more than the given time ago.
///
/// # Errors
/// The store's own.
pub async fn stuck(conn: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    sql("SELECT count(*) FROM notifications WHERE status = 'sending' AND due_at < $1").bind(before).number(conn).await
}

/// People whose deletion date came before the given time and who are still there, by tenant.
///
/// # Errors
/// The store's own.
pub async fn overdue_deletions(conn: &mut Conn, before: Timestamp) -> Result<Vec<(TenantId, u64)>, StoreError> {
    let rows = sql("SELECT tenant_id, count(*) AS count FROM users
                    WHERE deletion_at IS NOT NULL AND deletion_at < $1 AND state <> 'deleted' GROUP BY tenant_id ORDER BY tenant_id")
    .bind(before)
    .rows(conn)
    .await?;
    let read = |row: &Row| {
        let mut fields = row.fields("users");
        Ok((fields.parsed("tenant_id")?, u64::try_from(fields.int("count")?).unwrap_or(0)))
    };
    rows.iter().map(read).collect()
}

/// When anything was last written, by the clock of whoever wrote it.
///
/// # Errors
/// The store's own.
pub async fn last_written(conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    let row = sql("SELECT max(at) FROM (
                       SELECT at FROM (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) a
                       UNION ALL SELECT at FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 1) e
                   ) written")
    .row(conn)
    .await?;
    let micros = row.map(|row| row.fields("audit").optional_number()).transpose()?.flatten();
    Ok(micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
}

/// The time by the database server's own clock; none where there is no server.
///
/// # Errors
/// The store's own.
pub async fn server_time(conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    if conn.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let row = sql(dialect::SERVER_TIME).row(conn).await?;
    let micros = row.map(|row| row.fields("the server").optional_number()).transpose()?.flatten();
    Ok(micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
}

/// What the engine finds wrong with its own file, in its words; none when all is well. Servers see to that themselves.
///
/// # Errors
/// The store's own.
pub async fn damage(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    if conn.engine() == Engine::Postgres {
        return Ok(None);
    }
    let Some(row) = sql(dialect::QUICK_CHECK).row(conn).await? else { return Ok(None) };
    let said = row.fields("the file").text("quick_check")?;
    Ok((said != "ok").then_some(said))
}

/// The version of the server, such as 150003; none where there is no server.
///
/// # Errors
/// The store's own.
pub async fn server_version(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    if conn.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let row = sql(dialect::SERVER_VERSION).row(conn).await?;
    row.map(|row| row.fields("the server").optional_number()).transpose().map(Option::flatten)
}
