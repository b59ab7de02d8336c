//! The billing ledger.

use super::{Conn, StoreError, conn::sql, keys::Key};
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
    .about([Key::person(tenant, user)])
    .post(conn)
    .await
}

/// Ends the open interval, if any; never before it began, as whoever ends it may have come before whoever began it.
///
/// # Errors
/// The store's own.
pub async fn close(conn: &mut Conn, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
    sql("UPDATE billing_intervals SET ended_at = CASE WHEN started_at > $3 THEN started_at ELSE $3 END
         WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL")
    .bind(tenant)
    .bind(user)
    .bind(at)
    .about([Key::person(tenant, user)])
    .post(conn)
    .await
}

/// An interval with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// The interval.
    pub interval: Interval,
    /// The sign-in name.
    pub user_name: String,
    /// The name people are shown by.
    pub display_name: Option<String>,
}

/// Intervals that lie at least in part between two instants, by person and beginning: one query.
///
/// # Errors
/// The store's own.
pub async fn within(
    conn: &mut Conn,
    tenant: TenantId,
    begin: Timestamp,
    end: Timestamp,
) -> Result<Vec<Billed>, StoreError> {
    let rows = sql("SELECT b.user_id, b.started_at, b.ended_at, u.user_name, u.display_name
                    FROM billing_intervals b JOIN users u ON u.tenant_id = b.tenant_id AND u.id = b.user_id
                    WHERE b.tenant_id = $1 AND b.started_at < $3 AND (b.ended_at IS NULL OR b.ended_at > $2)
                    ORDER BY b.user_id, b.started_at")
    .bind(tenant)
    .bind(begin)
    .bind(end)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("billing_intervals");
            let user = fields.parsed("user_id")?;
            let (started_at, ended_at) = (fields.time("started_at")?, fields.opt_time("ended_at")?);
            Ok(Billed {
                interval: Interval { tenant, user, started_at, ended_at },
                user_name: fields.text("user_name")?,
                display_name: fields.opt_text("display_name")?,
            })
        })
        .collect()
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
