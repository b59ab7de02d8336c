//! The billing ledger.

use super::{Conn, StoreError, conn::sql};
use crate::domain::{TenantId, UserId, billing::Interval};
use jiff::Timestamp;

/// Opens an interval unless one is open.
///
/// # Errors
/// The store's own.
pub async fn open(conn: &mut Conn, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
    // An interval that ended at this very instant goes on.
    sql("INSERT INTO billing_intervals (tenant_id, user_id, started_at)
         SELECT $1, $2, $3 WHERE NOT EXISTS
            (SELECT 1 FROM billing_intervals WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL)
         ON CONFLICT (tenant_id, user_id, started_at) DO UPDATE SET ended_at = NULL")
    .bind(tenant)
    .bind(user)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the open interval, if any.
///
/// # Errors
/// The store's own.
pub async fn close(conn: &mut Conn, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
    sql("UPDATE billing_intervals SET ended_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL")
        .bind(tenant)
        .bind(user)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}

/// A person's intervals, oldest first.
///
/// # Errors
/// The store's own.
pub async fn of_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<Vec<Interval>, StoreError> {
    let rows = sql("SELECT tenant_id, user_id, started_at, ended_at FROM billing_intervals
                    WHERE tenant_id = $1 AND user_id = $2 ORDER BY started_at")
    .bind(tenant)
    .bind(user)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("billing_intervals");
            Ok(Interval {
                tenant: fields.parsed("tenant_id")?,
                user: fields.parsed("user_id")?,
                started_at: fields.time("started_at")?,
                ended_at: fields.opt_time("ended_at")?,
            })
        })
        .collect()
}
