//! Deletions by date that are due, and runs of them that wait for an administrator.

use super::{Conn, StoreError, conn::sql, row::Row, users};
use crate::domain::{
    TenantId, UserId,
    parked::{Decision, Parked},
};
use jiff::Timestamp;

/// Tenants with people whose deletion instant is at or before `until` and who belong to no parked run.
///
/// # Errors
/// The store's own.
pub async fn tenants_due(conn: &mut Conn, until: Timestamp) -> Result<Vec<(TenantId, u64)>, StoreError> {
    let rows = sql("SELECT u.tenant_id, count(*) AS due FROM users u
                    LEFT JOIN parked_deletions p ON p.tenant_id = u.tenant_id
                    WHERE u.deletion_at IS NOT NULL AND u.deletion_at <= $1 AND u.state <> 'deleted'
                      AND (p.until IS NULL OR (u.deletion_at > p.until AND p.decision IS NULL))
                    GROUP BY u.tenant_id ORDER BY u.tenant_id")
    .bind(until)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("users");
            Ok((fields.parsed("tenant_id")?, u64::try_from(fields.int("due")?).unwrap_or(0)))
        })
        .collect()
}

/// People to be deleted now, oldest date first: those of no parked run, and of tenants whose last run is through.
///
/// # Errors
/// The store's own.
pub async fn free(conn: &mut Conn, until: Timestamp, limit: i64) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    let rows = sql("SELECT u.tenant_id, u.id FROM users u
                    LEFT JOIN parked_deletions p ON p.tenant_id = u.tenant_id
                    WHERE u.deletion_at IS NOT NULL AND u.deletion_at <= $1 AND u.state <> 'deleted'
                      AND (p.until IS NULL OR (u.deletion_at > p.until AND p.decision IS NULL))
                    ORDER BY u.deletion_at, u.tenant_id, u.id LIMIT $2")
    .bind(until)
    .bind(limit)
    .rows(conn)
    .await?;
    users::places(&rows)
}

/// People of runs that administrators decided on.
///
/// # Errors
/// The store's own.
pub async fn decided(conn: &mut Conn, limit: i64) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    let rows = sql("SELECT u.tenant_id, u.id FROM parked_deletions p
                    JOIN users u ON u.tenant_id = p.tenant_id AND u.deletion_at IS NOT NULL AND u.deletion_at <= p.until
                    WHERE p.decision IS NOT NULL AND u.state <> 'deleted'
                    ORDER BY u.deletion_at, u.tenant_id, u.id LIMIT $1")
    .bind(limit)
    .rows(conn)
    .await?;
    users::places(&rows)
}

/// Runs that have nobody left are over; answers how many.
///
/// # Errors
/// The store's own.
pub async fn forget_finished(conn: &mut Conn) -> Result<u64, StoreError> {
    sql("DELETE FROM parked_deletions WHERE NOT EXISTS (
            SELECT 1 FROM users u WHERE u.tenant_id = parked_deletions.tenant_id AND u.deletion_at IS NOT NULL
                                    AND u.deletion_at <= parked_deletions.until AND u.state <> 'deleted')")
    .execute(conn)
    .await
}

/// Whether any run is parked.
///
/// # Errors
/// The store's own.
pub async fn exist(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(sql("SELECT tenant_id FROM parked_deletions LIMIT 1").row(conn).await?.is_some())
}

/// How many live people of a tenant are due after the given instant, up to `until`.
///
/// # Errors
/// The store's own.
pub async fn count_due(
    conn: &mut Conn,
    tenant: TenantId,
    after: Option<Timestamp>,
    until: Timestamp,
) -> Result<u64, StoreError> {
    sql("SELECT count(*) FROM users WHERE tenant_id = $1 AND deletion_at IS NOT NULL AND deletion_at > $2 AND deletion_at <= $3
         AND state <> 'deleted'")
    .bind(tenant)
    .bind(after.unwrap_or(Timestamp::UNIX_EPOCH))
    .bind(until)
    .number(conn)
    .await
}

/// How many live people a tenant has.
///
/// # Errors
/// The store's own.
pub async fn count_live(conn: &mut Conn, tenant: TenantId) -> Result<u64, StoreError> {
    sql("SELECT count(*) FROM users WHERE tenant_id = $1 AND state <> 'deleted'").bind(tenant).number(conn).await
}

/// The tenant's parked run.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId) -> Result<Option<Parked>, StoreError> {
    let statement =
        sql("SELECT until, parked_at, people, of_people, decision FROM parked_deletions WHERE tenant_id = $1");
    statement.bind(tenant).row(conn).await?.as_ref().map(read).transpose()
}

/// Writes the tenant's parked run.
///
/// # Errors
/// The store's own.
pub async fn put(conn: &mut Conn, tenant: TenantId, parked: &Parked) -> Result<(), StoreError> {
    sql("INSERT INTO parked_deletions (tenant_id, until, parked_at, people, of_people, decision) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id) DO UPDATE SET until = excluded.until, parked_at = excluded.parked_at, people = excluded.people,
            of_people = excluded.of_people, decision = excluded.decision")
    .bind(tenant)
    .bind(parked.until)
    .bind(parked.parked_at)
    .bind(super::users::bounded(parked.people))
    .bind(super::users::bounded(parked.of))
    .bind(parked.decision.map(Decision::as_str))
    .execute(conn)
    .await?;
    Ok(())
}

/// The people of a run who are still due, oldest date first, at most `limit`.
///
/// # Errors
/// The store's own.
pub async fn people(
    conn: &mut Conn,
    tenant: TenantId,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<UserId>, StoreError> {
    let rows = sql("SELECT id FROM users WHERE tenant_id = $1 AND deletion_at IS NOT NULL AND deletion_at <= $2 AND state <> 'deleted'
                    ORDER BY deletion_at, id LIMIT $3")
    .bind(tenant)
    .bind(until)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(|row| row.fields("users").parsed("id")).collect()
}

fn read(row: &Row) -> Result<Parked, StoreError> {
    let mut fields = row.fields("parked_deletions");
    Ok(Parked {
        until: fields.time("until")?,
        parked_at: fields.time("parked_at")?,
        people: u64::try_from(fields.int("people")?).unwrap_or(0),
        of: u64::try_from(fields.int("of_people")?).unwrap_or(0),
        decision: fields.opt_word("decision", Decision::parse)?,
    })
}
