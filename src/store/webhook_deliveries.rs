//! Events on their way to webhooks.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, sql},
    row::Row,
};
use crate::domain::{
    TenantId, WebhookId,
    webhook::{Delivery, Progress},
};
use jiff::Timestamp;

const COLUMNS: &str = "seq, status, attempts, failures, due_at, first_tried_at, tried_at, answer, reason";

/// Puts events on their way: the place of each and its lane, whose order is kept.
///
/// # Errors
/// The store's own.
pub async fn insert(
    conn: &mut Conn,
    tenant: TenantId,
    webhook: WebhookId,
    events: &[(i64, String)],
    due_at: Timestamp,
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let rows = events.iter().map(|(seq, lane)| {
        [
            tenant.into_value(),
            webhook.into_value(),
            seq.into_value(),
            lane.into_value(),
            Progress::Waiting.as_str().into_value(),
            0.into_value(),
            0.into_value(),
            due_at.into_value(),
        ]
    });
    Builder::new(
        "INSERT INTO webhook_deliveries (tenant_id, webhook_id, seq, lane, status, attempts, failures, due_at) VALUES ",
    )
    .rows(rows)
    .build()
    .execute(conn)
    .await?;
    Ok(())
}

/// How many events are on their way.
///
/// # Errors
/// The store's own.
pub async fn count_waiting(conn: &mut Conn, tenant: TenantId, webhook: WebhookId) -> Result<u64, StoreError> {
    sql("SELECT count(*) FROM webhook_deliveries WHERE tenant_id = $1 AND webhook_id = $2 AND status = 'waiting'")
        .bind(tenant)
        .bind(webhook)
        .number(conn)
        .await
}

/// Events that are due, the first of each lane only, in order.
///
/// # Errors
/// The store's own.
pub async fn due(
    conn: &mut Conn,
    tenant: TenantId,
    webhook: WebhookId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let rows = sql("SELECT seq, status, attempts, failures, due_at, first_tried_at, tried_at, answer, reason
         FROM webhook_deliveries d
         WHERE tenant_id = $1 AND webhook_id = $2 AND status = 'waiting' AND due_at <= $3
           AND NOT EXISTS (SELECT 1 FROM webhook_deliveries b
                           WHERE b.tenant_id = $1 AND b.webhook_id = $2 AND b.status = 'waiting' AND b.lane = d.lane
                             AND b.seq < d.seq)
         ORDER BY seq LIMIT $4")
    .bind(tenant)
    .bind(webhook)
    .bind(now)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Writes how far an event is.
///
/// # Errors
/// The store's own.
pub async fn update(
    conn: &mut Conn,
    tenant: TenantId,
    webhook: WebhookId,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    sql("UPDATE webhook_deliveries SET status = $4, attempts = $5, failures = $6, due_at = $7, first_tried_at = $8,
             tried_at = $9, answer = $10, reason = $11
         WHERE tenant_id = $1 AND webhook_id = $2 AND seq = $3")
    .bind(tenant)
    .bind(webhook)
    .bind(delivery.seq)
    .bind(delivery.progress.as_str())
    .bind(delivery.attempts)
    .bind(delivery.failures)
    .bind(delivery.due_at)
    .bind(delivery.first_tried_at)
    .bind(delivery.tried_at)
    .bind(delivery.answer)
    .bind(delivery.reason.as_deref())
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes everything that waits due, with short pauses again.
///
/// # Errors
/// The store's own.
pub async fn hurry(conn: &mut Conn, tenant: TenantId, webhook: WebhookId, now: Timestamp) -> Result<u64, StoreError> {
    sql("UPDATE webhook_deliveries SET due_at = $3, failures = 0
         WHERE tenant_id = $1 AND webhook_id = $2 AND status = 'waiting'")
    .bind(tenant)
    .bind(webhook)
    .bind(now)
    .execute(conn)
    .await
}

/// Forgets for how long what waits has failed.
///
/// # Errors
/// The store's own.
pub async fn forgive(conn: &mut Conn, tenant: TenantId, webhook: WebhookId) -> Result<u64, StoreError> {
    sql("UPDATE webhook_deliveries SET first_tried_at = NULL
         WHERE tenant_id = $1 AND webhook_id = $2 AND status = 'waiting'")
    .bind(tenant)
    .bind(webhook)
    .execute(conn)
    .await
}

/// Forgets what was put on its way after a place.
///
/// # Errors
/// The store's own.
pub async fn forget_after(conn: &mut Conn, tenant: TenantId, webhook: WebhookId, seq: i64) -> Result<(), StoreError> {
    sql("DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND webhook_id = $2 AND seq > $3")
        .bind(tenant)
        .bind(webhook)
        .bind(seq)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets what arrived before an instant; answers how many.
///
/// # Errors
/// The store's own.
pub async fn forget_delivered(conn: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    sql("DELETE FROM webhook_deliveries WHERE status = 'delivered' AND tried_at < $1").bind(before).execute(conn).await
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// How far they are.
    pub progress: Option<Progress>,
    /// Only events that were tried and did not arrive.
    pub is_failing: bool,
    /// Before this place.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// A page of a webhook's deliveries, newest first.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    tenant: TenantId,
    webhook: WebhookId,
    sought: &Sought,
) -> Result<Vec<Delivery>, StoreError> {
    let mut statement = Builder::new("SELECT ").push(COLUMNS).push(" FROM webhook_deliveries WHERE tenant_id = ");
    statement = statement.bind(tenant).push(" AND webhook_id = ").bind(webhook);
    if let Some(progress) = sought.progress {
        statement = statement.push(" AND status = ").bind(progress.as_str());
    }
    if sought.is_failing {
        statement = statement.push(" AND status = 'waiting' AND attempts > 0");
    }
    if let Some(before) = sought.before {
        statement = statement.push(" AND seq < ").bind(before);
    }
    let rows = statement.push(" ORDER BY seq DESC LIMIT ").bind(sought.limit).build().rows(conn).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Delivery, StoreError> {
    let mut fields = row.fields("webhook_deliveries");
    Ok(Delivery {
        seq: fields.int("seq")?,
        progress: fields.word("status", Progress::parse)?,
        attempts: fields.int("attempts")?,
        failures: fields.int("failures")?,
        due_at: fields.time("due_at")?,
        first_tried_at: fields.opt_time("first_tried_at")?,
        tried_at: fields.opt_time("tried_at")?,
        answer: fields.opt_int("answer")?,
        reason: fields.opt_text("reason")?,
    })
}
