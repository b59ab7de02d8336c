//! What a tenant's mail budget has let go, and what its administrators were told of its mails.

use super::{
    Conn, StoreError,
    conn::{Builder, sql},
};
use crate::domain::{NotificationId, TenantId};
use jiff::Timestamp;

/// The row of a tenant that mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Since when the budget holds mails back; none while it holds none.
    pub holding_since: Option<Timestamp>,
    /// The first thing worth telling that nobody was told of yet.
    pub news_at: Option<Timestamp>,
    /// When administrators were told last.
    pub told_at: Option<Timestamp>,
    /// The last audit row they were told of.
    pub told_audit: i64,
    /// The last event they were told of.
    pub told_event: i64,
}

/// The tenant's row, made when there is none, held against other writers: one process at a time decides on a tenant's budget.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId) -> Result<State, StoreError> {
    let rows = sql("INSERT INTO mail_states (tenant_id) VALUES ($1)
                    ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = excluded.tenant_id
                    RETURNING holding_since, news_at, told_at, told_audit, told_event")
    .bind(tenant)
    .changed_rows(conn)
    .await?;
    let Some(row) = rows.first() else {
        return Ok(State { holding_since: None, news_at: None, told_at: None, told_audit: 0, told_event: 0 });
    };
    let mut fields = row.fields("mail_states");
    Ok(State {
        holding_since: fields.opt_time("holding_since")?,
        news_at: fields.opt_time("news_at")?,
        told_at: fields.opt_time("told_at")?,
        told_audit: fields.int("told_audit")?,
        told_event: fields.int("told_event")?,
    })
}

/// Writes the tenant's row, which the transaction holds.
///
/// # Errors
/// The store's own.
pub async fn update(conn: &mut Conn, tenant: TenantId, state: &State) -> Result<(), StoreError> {
    sql("UPDATE mail_states SET holding_since = $2, news_at = $3, told_at = $4, told_audit = $5, told_event = $6
         WHERE tenant_id = $1")
    .bind(tenant)
    .bind(state.holding_since)
    .bind(state.news_at)
    .bind(state.told_at)
    .bind(state.told_audit)
    .bind(state.told_event)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that there is something to tell the administrators, unless that is noted already.
///
/// # Errors
/// The store's own.
pub async fn note_news(conn: &mut Conn, tenant: TenantId, at: Timestamp) -> Result<(), StoreError> {
    sql("INSERT INTO mail_states (tenant_id, news_at) VALUES ($1, $2)
         ON CONFLICT (tenant_id) DO UPDATE SET news_at = excluded.news_at WHERE mail_states.news_at IS NULL")
    .bind(tenant)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Tenants whose news began at or before `begun` and whose administrators were last told at or before `told`.
///
/// # Errors
/// The store's own.
pub async fn due_for_digest(
    conn: &mut Conn,
    begun: Timestamp,
    told: Timestamp,
    limit: i64,
) -> Result<Vec<TenantId>, StoreError> {
    let rows = sql("SELECT tenant_id FROM mail_states
                    WHERE news_at IS NOT NULL AND news_at <= $1 AND (told_at IS NULL OR told_at <= $2)
                    ORDER BY news_at, tenant_id LIMIT $3")
    .bind(begun)
    .bind(told)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(|row| row.fields("mail_states").parsed("tenant_id")).collect()
}

/// The last rows of the tenant's audit trail and of all events.
///
/// # Errors
/// The store's own.
pub async fn ends(conn: &mut Conn, tenant: TenantId) -> Result<(i64, i64), StoreError> {
    let row = sql("SELECT (SELECT coalesce(max(seq), 0) FROM audit WHERE tenant_id = $1) AS audit,
                          (SELECT coalesce(max(id), 0) FROM events) AS event")
    .bind(tenant)
    .row(conn)
    .await?;
    let Some(row) = row else { return Ok((0, 0)) };
    let mut fields = row.fields("mail_states");
    Ok((fields.int("audit")?, fields.int("event")?))
}

/// How often each word stands in the audit trail and among the events after these rows.
///
/// # Errors
/// The store's own.
pub async fn tallies(
    conn: &mut Conn,
    tenant: TenantId,
    audit: i64,
    event: i64,
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows =
        sql("SELECT action AS word, count(*) AS count FROM audit WHERE tenant_id = $1 AND seq > $2 GROUP BY action
                    UNION ALL SELECT kind, count(*) FROM events WHERE tenant_id = $1 AND id > $3 GROUP BY kind")
        .bind(tenant)
        .bind(audit)
        .bind(event)
        .rows(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("mail_states");
            let word = fields.text("word")?;
            Ok((word, u64::try_from(fields.int("count")?).unwrap_or(0)))
        })
        .collect()
}

/// How many mails of the tenant are held.
///
/// # Errors
/// The store's own.
pub async fn count_held(conn: &mut Conn, tenant: TenantId) -> Result<u64, StoreError> {
    sql("SELECT count(*) FROM notifications WHERE tenant_id = $1 AND status = 'held'").bind(tenant).number(conn).await
}

/// How many mails the budget let go in slots after the given one.
///
/// # Errors
/// The store's own.
pub async fn spent(conn: &mut Conn, tenant: TenantId, after_slot: i64) -> Result<u64, StoreError> {
    sql("SELECT CAST(coalesce(sum(mails), 0) AS BIGINT) FROM mail_slots WHERE tenant_id = $1 AND slot > $2")
        .bind(tenant)
        .bind(after_slot)
        .number(conn)
        .await
}

/// Adds mails to a slot and forgets the slots that count no more.
///
/// # Errors
/// The store's own.
pub async fn spend(conn: &mut Conn, tenant: TenantId, slot: i64, mails: u64, forget_to: i64) -> Result<(), StoreError> {
    sql("INSERT INTO mail_slots (tenant_id, slot, mails) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, slot) DO UPDATE SET mails = mail_slots.mails + excluded.mails")
    .bind(tenant)
    .bind(slot)
    .bind(i64::try_from(mails).unwrap_or(i64::MAX))
    .execute(conn)
    .await?;
    sql("DELETE FROM mail_slots WHERE tenant_id = $1 AND slot <= $2")
        .bind(tenant)
        .bind(forget_to)
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks mails as counted.
///
/// # Errors
/// The store's own.
pub async fn count(conn: &mut Conn, tenant: TenantId, ids: &[NotificationId]) -> Result<(), StoreError> {
    let statement = Builder::new("UPDATE notifications SET clearance = 'counted' WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND id")
        .within(ids.iter().copied());
    statement.build().execute(conn).await?;
    Ok(())
}
