//! Receivers of events.

use super::{
    Conn, StoreError,
    conn::{Statement, sql},
    row::Row,
};
use crate::domain::{
    TenantId, WebhookId, event,
    webhook::{Reach, Status, Webhook},
};
use jiff::Timestamp;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, url, description, types, allow_private, status, status_reason, secret, old_secret,
                    old_secret_until, last_seq, failing_since, succeeded_at, created_at FROM webhooks ",
            $rest
        )
    };
}

/// Inserts a webhook.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, webhook: &Webhook) -> Result<(), StoreError> {
    let statement =
        sql("INSERT INTO webhooks (tenant_id, id, url, description, types, allow_private, status, status_reason,
             secret, old_secret, old_secret_until, last_seq, failing_since, succeeded_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
    bind(statement, webhook).bind(webhook.created_at).execute(conn).await?;
    Ok(())
}

/// Writes everything but who serves it.
///
/// # Errors
/// The store's own.
pub async fn update(conn: &mut Conn, webhook: &Webhook) -> Result<(), StoreError> {
    let statement = sql("UPDATE webhooks SET url = $3, description = $4, types = $5, allow_private = $6, status = $7,
             status_reason = $8, secret = $9, old_secret = $10, old_secret_until = $11, last_seq = $12,
             failing_since = $13, succeeded_at = $14
         WHERE tenant_id = $1 AND id = $2");
    bind(statement, webhook).execute(conn).await?;
    Ok(())
}

fn bind(statement: Statement, webhook: &Webhook) -> Statement {
    let types: Vec<_> = webhook.types.iter().map(|kind| kind.as_str()).collect();
    let old = webhook.old_secret.as_ref();
    statement
        .bind(webhook.tenant)
        .bind(webhook.id)
        .bind(&webhook.url)
        .bind(webhook.description.as_deref())
        .bind(types.join(" "))
        .bind(webhook.reach == Reach::Private)
        .bind(webhook.status.as_str())
        .bind(webhook.status_reason.as_deref())
        .bind(&webhook.secret)
        .bind(old.map(|(secret, _)| secret.as_str()))
        .bind(old.map(|(_, until)| *until))
        .bind(webhook.last_seq)
        .bind(webhook.failing_since)
        .bind(webhook.succeeded_at)
}

/// Deletes a webhook and what was on its way to it; answers whether there was one.
///
/// # Errors
/// The store's own.
pub async fn delete(conn: &mut Conn, tenant: TenantId, id: WebhookId) -> Result<bool, StoreError> {
    sql("DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND webhook_id = $2")
        .bind(tenant)
        .bind(id)
        .execute(conn)
        .await?;
    let deleted =
        sql("DELETE FROM webhooks WHERE tenant_id = $1 AND id = $2").bind(tenant).bind(id).execute(conn).await?;
    Ok(deleted > 0)
}

/// One webhook.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// One webhook, held against other writers.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let statement = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id);
    let row = statement.for_update(conn).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// A tenant's webhooks, newest first.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, tenant: TenantId) -> Result<Vec<Webhook>, StoreError> {
    let rows = sql(select!("WHERE tenant_id = $1 ORDER BY id DESC")).bind(tenant).rows(conn).await?;
    rows.iter().map(read).collect()
}

/// Webhooks of any tenant that nobody serves now and that there may be something for: events without a place, events not put on their way while
/// fewer than `window` are, or an event that is due and its lane's first.
///
/// # Errors
/// The store's own.
pub async fn due(conn: &mut Conn, now: Timestamp, window: i64) -> Result<Vec<(TenantId, WebhookId)>, StoreError> {
    let rows = sql("SELECT w.tenant_id, w.id FROM webhooks w
         WHERE w.status = 'active' AND (w.lease_until IS NULL OR w.lease_until <= $1)
           AND ((SELECT count(*) FROM webhook_deliveries o
                 WHERE o.tenant_id = w.tenant_id AND o.webhook_id = w.id AND o.status = 'waiting') < $2
                AND (EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = w.tenant_id AND e.seq IS NULL)
                     OR EXISTS (SELECT 1 FROM event_feeds f WHERE f.tenant_id = w.tenant_id AND f.last_seq > w.last_seq))
                OR EXISTS (SELECT 1 FROM webhook_deliveries d
                           WHERE d.tenant_id = w.tenant_id AND d.webhook_id = w.id AND d.status = 'waiting' AND d.due_at <= $1
                             AND NOT EXISTS (SELECT 1 FROM webhook_deliveries b
                                             WHERE b.tenant_id = d.tenant_id AND b.webhook_id = d.webhook_id
                                               AND b.status = 'waiting' AND b.lane = d.lane AND b.seq < d.seq)))
         ORDER BY w.tenant_id, w.id")
    .bind(now)
    .bind(window)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("webhooks");
            Ok((fields.parsed("tenant_id")?, fields.parsed("id")?))
        })
        .collect()
}

/// Whether somebody else than this worker serves the webhook.
///
/// # Errors
/// The store's own.
pub async fn is_leased(
    conn: &mut Conn,
    tenant: TenantId,
    id: WebhookId,
    worker: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row =
        sql("SELECT id FROM webhooks WHERE tenant_id = $1 AND id = $2 AND lease_owner <> $3 AND lease_until > $4")
            .bind(tenant)
            .bind(id)
            .bind(worker)
            .bind(now)
            .row(conn)
            .await?;
    Ok(row.is_some())
}

/// Takes the webhook for this worker until an instant.
///
/// # Errors
/// The store's own.
pub async fn lease(
    conn: &mut Conn,
    tenant: TenantId,
    id: WebhookId,
    worker: &str,
    until: Timestamp,
) -> Result<(), StoreError> {
    sql("UPDATE webhooks SET lease_owner = $3, lease_until = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(worker)
        .bind(until)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives the webhook back; answers whether this worker still had it.
///
/// # Errors
/// The store's own.
pub async fn release(conn: &mut Conn, tenant: TenantId, id: WebhookId, worker: &str) -> Result<bool, StoreError> {
    let released = sql("UPDATE webhooks SET lease_owner = NULL, lease_until = NULL
                        WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3")
    .bind(tenant)
    .bind(id)
    .bind(worker)
    .execute(conn)
    .await?;
    Ok(released > 0)
}

fn read(row: &Row) -> Result<Webhook, StoreError> {
    let mut fields = row.fields("webhooks");
    Ok(Webhook {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        url: fields.text("url")?,
        description: fields.opt_text("description")?,
        types: fields.word("types", |text| text.split_whitespace().map(event::Kind::parse).collect())?,
        reach: if fields.flag("allow_private")? { Reach::Private } else { Reach::Public },
        status: fields.word("status", Status::parse)?,
        status_reason: fields.opt_text("status_reason")?,
        secret: fields.text("secret")?,
        old_secret: fields.opt_text("old_secret")?.zip(fields.opt_time("old_secret_until")?),
        last_seq: fields.int("last_seq")?,
        failing_since: fields.opt_time("failing_since")?,
        succeeded_at: fields.opt_time("succeeded_at")?,
        created_at: fields.time("created_at")?,
    })
}
