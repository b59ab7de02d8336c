//! Mails that wait for an administrator: many at a time are held, released and discarded, with what that means for their people.

use super::{
    Conn, StoreError,
    conn::{Builder, sql},
    dialect,
    row::Row,
};
use crate::domain::{
    InvitationId, NotificationId, TenantId, UserId,
    notification::{Clearance, Code, Status},
};
use jiff::Timestamp;

/// A mail whose status changed, as far as its person and its invitation care.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The mail.
    pub id: NotificationId,
    /// Its person.
    pub user: UserId,
    /// Its invitation.
    pub invitation: Option<InvitationId>,
    /// Its kind.
    pub code: Code,
    /// Its wording.
    pub variant: crate::domain::notification::Variant,
}

/// What becomes of mails.
#[derive(Debug, Clone, Copy)]
pub struct Fate<'a> {
    /// The new status.
    pub status: Status,
    /// The new clearance.
    pub clearance: Clearance,
    /// The new reason.
    pub reason: Option<&'a str>,
    /// When it happens: what a worker had claimed is due from then on, not from the end of its lease.
    pub at: Timestamp,
}

/// Which held mails are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of the tenant.
    All,
    /// Those of one kind.
    Code(Code),
    /// These.
    Ids(Vec<NotificationId>),
}

/// Mails of a tenant that are due, were never attempted and did not pass the budget yet, the given codes left out.
///
/// # Errors
/// The store's own.
pub async fn unpassed(
    conn: &mut Conn,
    tenant: TenantId,
    now: Timestamp,
    except: &[Code],
    limit: i64,
) -> Result<Vec<(NotificationId, UserId)>, StoreError> {
    let statement = Builder::new("SELECT id, user_id FROM notifications WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND status = 'queued' AND clearance = 'open' AND due_at <= ")
        .bind(now)
        .push(" AND code NOT")
        .within(except.iter().map(|code| code.as_str()))
        .push(" ORDER BY id LIMIT ")
        .bind(limit);
    pairs(&statement.build().rows(conn).await?)
}

/// Held mails of a tenant, oldest first.
///
/// # Errors
/// The store's own.
pub async fn held(
    conn: &mut Conn,
    tenant: TenantId,
    selection: &Selection,
    limit: i64,
) -> Result<Vec<(NotificationId, UserId)>, StoreError> {
    let mut statement = Builder::new("SELECT id, user_id FROM notifications WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND status = 'held'");
    match selection {
        Selection::All => {}
        Selection::Code(code) => statement = statement.push(" AND code = ").bind(code.as_str()),
        Selection::Ids(ids) if ids.is_empty() => return Ok(Vec::new()),
        Selection::Ids(ids) => statement = statement.push(" AND id").within(ids.iter().copied()),
    }
    pairs(&statement.push(" ORDER BY id LIMIT ").bind(limit).build().rows(conn).await?)
}

/// Whether the tenant has a held mail.
///
/// # Errors
/// The store's own.
pub async fn exists(conn: &mut Conn, tenant: TenantId) -> Result<bool, StoreError> {
    let row = sql("SELECT id FROM notifications WHERE tenant_id = $1 AND status = 'held' LIMIT 1").bind(tenant);
    Ok(row.row(conn).await?.is_some())
}

/// Locks people in the order of their ids, before any of their mails is touched: the order of locks in every transaction.
///
/// # Errors
/// The store's own.
pub async fn lock_people(conn: &mut Conn, tenant: TenantId, people: &[UserId]) -> Result<(), StoreError> {
    if people.is_empty() || dialect::for_update(conn.engine()).is_empty() {
        return Ok(());
    }
    let statement = Builder::new("SELECT id FROM users WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND id")
        .within(people.iter().copied())
        .push(" ORDER BY id");
    statement.build().for_update(conn).rows(conn).await?;
    Ok(())
}

/// Gives these mails their fate, those that are still held, or queued, or claimed by `owner` before an attempt was made. A generated password
/// goes with an omission.
///
/// # Errors
/// The store's own.
pub async fn settle(
    conn: &mut Conn,
    tenant: TenantId,
    ids: &[NotificationId],
    owner: Option<&str>,
    fate: Fate<'_>,
) -> Result<Vec<Changed>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Builder::new("UPDATE notifications SET status = ")
        .bind(fate.status.as_str())
        .push(", clearance = ")
        .bind(fate.clearance.as_str())
        .push(", reason = ")
        .bind(fate.reason)
        .push(", lease_owner = NULL, tried_at = NULL, attempts = CASE WHEN status = 'sending' THEN attempts - 1 ELSE attempts END")
        .push(", due_at = CASE WHEN status = 'sending' THEN ")
        .bind(fate.at)
        .push(" ELSE due_at END");
    if fate.status == Status::Omitted {
        statement = statement.push(", sealed = NULL");
    }
    statement = statement.push(" WHERE tenant_id = ").bind(tenant).push(" AND id").within(ids.iter().copied());
    statement = match owner {
        Some(owner) => statement
            .push(" AND clearance = 'open' AND (status = 'queued' OR (status = 'sending' AND lease_owner = ")
            .bind(owner)
            .push("))"),
        None => statement.push(" AND status = 'held'"),
    };
    let rows =
        statement.push(" RETURNING id, user_id, invitation_id, code, variant").build().changed_rows(conn).await?;
    rows.iter().map(read).collect()
}

/// Holds every mail of every tenant that has not left, also those a worker had claimed. Answers how many.
///
/// # Errors
/// The store's own.
pub async fn hold_everything(conn: &mut Conn, reason: &str) -> Result<u64, StoreError> {
    sql("UPDATE invitations SET delivery = 'held' WHERE status = 'pending' AND EXISTS (
            SELECT 1 FROM notifications n WHERE n.tenant_id = invitations.tenant_id AND n.invitation_id = invitations.id
                AND n.status IN ('queued', 'delayed', 'sending'))")
    .execute(conn)
    .await?;
    sql("UPDATE notifications SET status = 'held', clearance = 'open', reason = $1, lease_owner = NULL
         WHERE status IN ('queued', 'delayed', 'sending')")
    .bind(reason)
    .execute(conn)
    .await
}

/// Writes the delivery state of the invitations whose mails these are.
///
/// # Errors
/// The store's own.
pub async fn set_delivery(
    conn: &mut Conn,
    tenant: TenantId,
    invitations: &[InvitationId],
    delivery: &str,
) -> Result<(), StoreError> {
    if invitations.is_empty() {
        return Ok(());
    }
    let statement = Builder::new("UPDATE invitations SET delivery = ")
        .bind(delivery)
        .push(" WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND status = 'pending' AND id")
        .within(invitations.iter().copied());
    statement.build().execute(conn).await?;
    Ok(())
}

/// Writes why staged people whose start date is not ahead wait; a new version of each, since the reason is shown.
///
/// # Errors
/// The store's own.
pub async fn set_state_reason(
    conn: &mut Conn,
    tenant: TenantId,
    people: &[UserId],
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let statement = Builder::new("UPDATE users SET state_reason = ")
        .bind(reason)
        // At least a millisecond after the last change, as everywhere.
        .push(", version = version + 1, modified_at = CASE WHEN modified_at < ")
        .bind(now)
        .push(" THEN ")
        .bind(now)
        .push(" ELSE modified_at + 1000 END WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND state = 'staged' AND start_at IS NULL AND id")
        .within(people.iter().copied());
    statement.build().execute(conn).await?;
    Ok(())
}

fn pairs(rows: &[Row]) -> Result<Vec<(NotificationId, UserId)>, StoreError> {
    let read = |row: &Row| {
        let mut fields = row.fields("notifications");
        Ok((fields.parsed("id")?, fields.parsed("user_id")?))
    };
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Changed, StoreError> {
    let mut fields = row.fields("notifications");
    Ok(Changed {
        id: fields.parsed("id")?,
        user: fields.parsed("user_id")?,
        invitation: fields.opt_parsed("invitation_id")?,
        code: fields.word("code", Code::parse)?,
        variant: fields.word("variant", crate::domain::notification::Variant::parse)?,
    })
}
