//! When invitations are to be reminded of.

use super::{Conn, StoreError, conn::sql};
use crate::domain::{InvitationId, TenantId};
use jiff::Timestamp;

/// Invitations of any tenant whose reminder is due, those longest due first.
///
/// # Errors
/// The store's own.
pub async fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<(TenantId, InvitationId)>, StoreError> {
    let rows = sql("SELECT tenant_id, id FROM invitations WHERE remind_at IS NOT NULL AND remind_at <= $1
                    ORDER BY remind_at, tenant_id, id LIMIT $2")
    .bind(now)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("invitations");
            Ok((fields.parsed("tenant_id")?, fields.parsed("id")?))
        })
        .collect()
}

/// When the next reminder is due and how many were made.
///
/// # Errors
/// The store's own.
pub async fn find(
    conn: &mut Conn,
    tenant: TenantId,
    invitation: InvitationId,
) -> Result<(Option<Timestamp>, i64), StoreError> {
    let row = sql("SELECT remind_at, reminders FROM invitations WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(invitation)
        .row(conn)
        .await?;
    let Some(row) = row else { return Ok((None, 0)) };
    let mut fields = row.fields("invitations");
    Ok((fields.opt_time("remind_at")?, fields.int("reminders")?))
}

/// Writes both.
///
/// # Errors
/// The store's own.
pub async fn set(
    conn: &mut Conn,
    tenant: TenantId,
    invitation: InvitationId,
    remind_at: Option<Timestamp>,
    reminders: i64,
) -> Result<(), StoreError> {
    sql("UPDATE invitations SET remind_at = $3, reminders = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(invitation)
        .bind(remind_at)
        .bind(reminders)
        .execute(conn)
        .await?;
    Ok(())
}
