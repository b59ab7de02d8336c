//! The outbox.

use super::{
    Conn, StoreError,
    conn::{Builder, Statement, sql},
    dialect,
    keys::Key,
    row::Row,
};
use crate::domain::{
    InvitationId, NotificationId, TenantId, UserId,
    notification::{Clearance, Code, Notification, Status, Variant},
};
use jiff::Timestamp;
use std::collections::HashMap;

macro_rules! columns {
    () => {
        "tenant_id, id, user_id, code, variant, target, cause, status, clearance, reason, to_address, language, subject, invitation_id, sealed, attempts, tried_at, due_at,
         created_at, sent_at"
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM notifications ", $rest)
    };
}

/// Inserts unless a row of the same (tenant, user, code, cause) exists.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, notification: &Notification) -> Result<(), StoreError> {
    sql(concat!(
        "INSERT INTO notifications (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (tenant_id, user_id, code, cause) DO NOTHING"
    ))
    .bind(notification.tenant)
    .bind(notification.id)
    .bind(notification.user)
    .bind(notification.code.as_str())
    .bind(notification.variant.as_str())
    .bind(&notification.target)
    .bind(&notification.cause)
    .bind(notification.status.as_str())
    .bind(notification.clearance.as_str())
    .bind(notification.reason.as_deref())
    .bind(notification.to.as_deref())
    .bind(&notification.language)
    .bind(notification.subject.as_deref())
    .bind(notification.invitation)
    .bind(notification.sealed.as_deref())
    .bind(notification.attempts)
    .bind(notification.tried_at)
    .bind(notification.due_at)
    .bind(notification.created_at)
    .bind(notification.sent_at)
    .about([Key::mails(notification.tenant, notification.user)])
    .post(conn)
    .await
}

/// Takes up to `limit` due mails (queued or delayed and due, or sending under a lease that ran out) for `owner` until `until`, sets them
/// `sending` and counts the attempt. The lease is the row's new due time: if nobody records an outcome, it is due again when the lease ends.
/// Two workers never get the same row (`SKIP LOCKED` on PostgreSQL). Those longest due are taken first. None while mail is paused.
///
/// # Errors
/// The store's own.
pub async fn claim(
    conn: &mut Conn,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    // Materialized, so that PostgreSQL never looks twice and locks more than it takes.
    let statement = Builder::new(
        "WITH due AS MATERIALIZED (
            SELECT tenant_id, id FROM notifications
            WHERE status IN ('queued', 'delayed', 'sending') AND due_at <= ",
    )
    .bind(now)
    .push(" AND NOT EXISTS (SELECT 1 FROM pauses WHERE what = 'mail')")
    .push(" ORDER BY due_at, id LIMIT ")
    .bind(limit)
    .push(dialect::for_update_skip_locked(conn.engine()))
    .push(") UPDATE notifications SET status = 'sending', attempts = attempts + 1, tried_at = coalesce(tried_at, ")
    .bind(now)
    .push("), lease_owner = ")
    .bind(owner)
    .push(", due_at = ")
    .bind(until)
    .push(concat!(" WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM due) RETURNING ", columns!()));
    let rows = statement.build().changed_rows(conn).await?;
    let mut claimed = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    // RETURNING promises no order.
    claimed.sort_by_key(|notification| notification.id);
    Ok(claimed)
}

/// Writes status, reason, subject, `sealed`, `due_at`, `sent_at`, address and language, and ends the lease.
///
/// # Errors
/// The store's own.
pub async fn update(conn: &mut Conn, notification: &Notification) -> Result<(), StoreError> {
    sql("UPDATE notifications SET status = $3, reason = $4, subject = $5, sealed = $6, due_at = $7, sent_at = $8, to_address = $9,
            language = $10, lease_owner = NULL
         WHERE tenant_id = $1 AND id = $2")
    .bind(notification.tenant)
    .bind(notification.id)
    .bind(notification.status.as_str())
    .bind(notification.reason.as_deref())
    .bind(notification.subject.as_deref())
    .bind(notification.sealed.as_deref())
    .bind(notification.due_at)
    .bind(notification.sent_at)
    .bind(notification.to.as_deref())
    .bind(&notification.language)
    .about([Key::mails(notification.tenant, notification.user)])
    .post(conn)
    .await
}

/// Gives claimed rows of this owner back as `queued`, due at once (graceful stop); the attempt that was not made is not counted.
///
/// # Errors
/// The store's own.
pub async fn release(conn: &mut Conn, owner: &str, now: Timestamp) -> Result<u64, StoreError> {
    sql("UPDATE notifications SET status = 'queued', attempts = attempts - 1, due_at = $2, lease_owner = NULL
         WHERE status = 'sending' AND lease_owner = $1")
    .bind(owner)
    .bind(now)
    .execute(conn)
    .await
}

/// The mail of an id.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: NotificationId) -> Result<Option<Notification>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// As `find`, holding the row against other writers.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId, id: NotificationId) -> Result<Option<Notification>, StoreError> {
    let statement = sql(select!("WHERE tenant_id = $1 AND id = $2")).for_update(conn);
    let row = statement.bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// Cancels a person's open mails (all codes, or those given) with a reason; `sealed` goes too. Answers how many.
///
/// # Errors
/// The store's own.
pub async fn cancel_open(
    conn: &mut Conn,
    tenant: TenantId,
    user: UserId,
    codes: Option<&[Code]>,
    reason: &str,
) -> Result<u64, StoreError> {
    if codes.is_some_and(<[Code]>::is_empty) {
        return Ok(0);
    }
    let count = counting_open(tenant, user, codes).number(conn).await?;
    if count > 0 {
        let cancelled = Builder::new("UPDATE notifications SET status = 'cancelled', reason = ").bind(reason);
        let cancelled = cancelled.push(", sealed = NULL, lease_owner = NULL WHERE tenant_id = ");
        open(cancelled, tenant, user, codes).post(conn).await?;
    }
    Ok(count)
}

/// The query for how many of a person's mails have not left, of certain codes or of all.
pub(super) fn counting_open(tenant: TenantId, user: UserId, codes: Option<&[Code]>) -> Statement {
    open(Builder::new("SELECT count(*) FROM notifications WHERE tenant_id = "), tenant, user, codes)
}

/// A statement on them, from the tenant on.
fn open(statement: Builder, tenant: TenantId, user: UserId, codes: Option<&[Code]>) -> Statement {
    let statement = statement.bind(tenant).push(" AND user_id = ").bind(user);
    let statement = statement.push(" AND status IN ('queued', 'sending', 'delayed', 'held')");
    let statement = match codes {
        Some(codes) => statement.push(" AND code").within(codes.iter().map(|code| code.as_str())),
        None => statement,
    };
    statement.build().about([Key::mails(tenant, user)])
}

/// A person's mails, newest first.
///
/// # Errors
/// The store's own.
pub async fn of_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<Vec<Notification>, StoreError> {
    let rows = sql(select!("WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC"))
        .bind(tenant)
        .bind(user)
        .about([Key::mails(tenant, user)])
        .rows(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// Why the last mail of each of these invitations stands where it stands, where there is a reason: one query.
///
/// # Errors
/// The store's own.
pub async fn reasons(
    conn: &mut Conn,
    tenant: TenantId,
    invitations: &[InvitationId],
) -> Result<HashMap<InvitationId, String>, StoreError> {
    if invitations.is_empty() {
        return Ok(HashMap::new());
    }
    let statement = Builder::new("SELECT invitation_id, reason FROM notifications WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND reason IS NOT NULL AND invitation_id")
        .within(invitations.iter().copied())
        .push(" ORDER BY id");
    let rows = statement.build().rows(conn).await?;
    let read = |row: &Row| {
        let mut fields = row.fields("notifications");
        Ok((fields.parsed("invitation_id")?, fields.text("reason")?))
    };
    rows.iter().map(read).collect()
}

/// Which mails are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// This person's.
    pub user: Option<UserId>,
    /// In this state.
    pub status: Option<Status>,
    /// Of this kind.
    pub code: Option<Code>,
    /// Older than this one.
    pub before: Option<NotificationId>,
}

/// A tenant's mails, newest first: their ids hold when they were made.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    tenant: TenantId,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    let mut statement = Builder::new(select!("WHERE tenant_id = ")).bind(tenant);
    if let Some(user) = wanted.user {
        statement = statement.push(" AND user_id = ").bind(user);
    }
    if let Some(status) = wanted.status {
        statement = statement.push(" AND status = ").bind(status.as_str());
    }
    if let Some(code) = wanted.code {
        statement = statement.push(" AND code = ").bind(code.as_str());
    }
    if let Some(before) = wanted.before {
        statement = statement.push(" AND id < ").bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").bind(limit).build().rows(conn).await?;
    rows.iter().map(read).collect()
}

/// As `update`, with the attempts counted from none again.
///
/// # Errors
/// The store's own.
pub async fn restart(conn: &mut Conn, notification: &Notification) -> Result<(), StoreError> {
    update(conn, notification).await?;
    sql("UPDATE notifications SET attempts = 0, tried_at = NULL WHERE tenant_id = $1 AND id = $2")
        .bind(notification.tenant)
        .bind(notification.id)
        .post(conn)
        .await
}

/// When the next mail is due or the next lease ends, if any; none while mail is paused.
///
/// # Errors
/// The store's own.
pub async fn next_due(conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    let row = sql("SELECT due_at FROM notifications WHERE status IN ('queued', 'delayed', 'sending')
            AND NOT EXISTS (SELECT 1 FROM pauses WHERE what = 'mail') ORDER BY due_at LIMIT 1")
    .row(conn)
    .await?;
    row.map(|row| row.fields("notifications").time("due_at")).transpose()
}

/// Open mails by status, for metrics.
///
/// # Errors
/// The store's own.
pub async fn counts(conn: &mut Conn) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = sql("SELECT status, count(*) AS count FROM notifications
                    WHERE status IN ('queued', 'delayed', 'sending', 'held') GROUP BY status ORDER BY status")
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("notifications");
            let status = fields.text("status")?;
            Ok((status, u64::try_from(fields.int("count")?).unwrap_or(0)))
        })
        .collect()
}

/// Mails that wait or failed, by tenant and status.
///
/// # Errors
/// The store's own.
pub async fn standing(conn: &mut Conn) -> Result<Vec<(TenantId, String, u64)>, StoreError> {
    let rows = sql("SELECT tenant_id, status, count(*) AS count FROM notifications
                    WHERE status IN ('queued', 'delayed', 'sending', 'held', 'failed')
                    GROUP BY tenant_id, status ORDER BY tenant_id, status")
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("notifications");
            let (tenant, status) = (fields.parsed("tenant_id")?, fields.text("status")?);
            Ok((tenant, status, u64::try_from(fields.int("count")?).unwrap_or(0)))
        })
        .collect()
}

fn read(row: &Row) -> Result<Notification, StoreError> {
    let mut fields = row.fields("notifications");
    Ok(Notification {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        user: fields.parsed("user_id")?,
        code: fields.word("code", Code::parse)?,
        variant: fields.word("variant", Variant::parse)?,
        target: fields.text("target")?,
        cause: fields.text("cause")?,
        status: fields.word("status", Status::parse)?,
        clearance: fields.word("clearance", Clearance::parse)?,
        reason: fields.opt_text("reason")?,
        to: fields.opt_text("to_address")?,
        language: fields.text("language")?,
        subject: fields.opt_text("subject")?,
        invitation: fields.opt_parsed("invitation_id")?,
        sealed: fields.opt_text("sealed")?,
        attempts: fields.int("attempts")?,
        tried_at: fields.opt_time("tried_at")?,
        due_at: fields.time("due_at")?,
        created_at: fields.time("created_at")?,
        sent_at: fields.opt_time("sent_at")?,
    })
}
