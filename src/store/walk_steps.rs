//! Where walks by number stand, for all processes that serve them. Never knows what a place holds.

use super::{Conn, StoreError, conn::sql, users::bounded};
use crate::domain::TenantId;
use jiff::Timestamp;

/// Where a page with a certain number goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whose list.
    pub tenant: TenantId,
    /// Which client's walk through which list.
    pub walk: String,
    /// The 1-based number the page begins at.
    pub number: u64,
    /// The size of the page before.
    pub size: u64,
    /// What the page before ended with, sealed.
    pub place: String,
    /// When the page before was read.
    pub at: Timestamp,
}

/// The place behind which the page of this number goes on, unless it was remembered before `since`.
///
/// # Errors
/// The store's own.
pub async fn find(
    conn: &mut Conn,
    tenant: TenantId,
    walk: &str,
    number: u64,
    since: Timestamp,
) -> Result<Option<String>, StoreError> {
    let row = sql("SELECT place FROM walk_steps WHERE tenant_id = $1 AND walk = $2 AND number = $3 AND at >= $4")
        .bind(tenant)
        .bind(walk)
        .bind(bounded(number))
        .bind(since)
        .row(conn)
        .await?;
    row.map(|row| row.fields("walk_steps").text("place")).transpose()
}

/// Remembers a step, in place of an earlier one of the same number.
///
/// # Errors
/// The store's own.
pub async fn put(conn: &mut Conn, step: &Step) -> Result<(), StoreError> {
    sql("INSERT INTO walk_steps (tenant_id, walk, number, size, place, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, walk, number) DO UPDATE SET size = excluded.size, place = excluded.place, at = excluded.at")
    .bind(step.tenant)
    .bind(&step.walk)
    .bind(bounded(step.number))
    .bind(bounded(step.size))
    .bind(&step.place)
    .bind(step.at)
    .post(conn)
    .await
}

/// Remembers the first step of a walk and forgets all others of this walk with pages of this size; also those of the tenant from before
/// `since`, and the oldest where there are more than `most`. Steps that somebody else is just forgetting are left to them, so that nobody waits.
///
/// # Errors
/// The store's own.
pub async fn begin(conn: &mut Conn, first: &Step, since: Timestamp, most: u64) -> Result<(), StoreError> {
    sql("WITH earlier AS (
             DELETE FROM walk_steps WHERE (tenant_id, walk, number) IN (
                 SELECT tenant_id, walk, number FROM walk_steps
                 WHERE tenant_id = $1 AND walk = $2 AND number <> $3 AND size = $4
                 FOR UPDATE SKIP LOCKED)
         ), past AS (
             DELETE FROM walk_steps WHERE (tenant_id, walk, number) IN (
                 SELECT tenant_id, walk, number FROM walk_steps
                 WHERE tenant_id = $1 AND NOT (walk = $2 AND number = $3) AND at < greatest($7, coalesce(
                     (SELECT at FROM walk_steps WHERE tenant_id = $1 ORDER BY at DESC OFFSET $8 LIMIT 1), $7))
                 FOR UPDATE SKIP LOCKED)
         )
         INSERT INTO walk_steps (tenant_id, walk, number, size, place, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, walk, number) DO UPDATE SET size = excluded.size, place = excluded.place, at = excluded.at")
    .bind(first.tenant)
    .bind(&first.walk)
    .bind(bounded(first.number))
    .bind(bounded(first.size))
    .bind(&first.place)
    .bind(first.at)
    .bind(since)
    .bind(bounded(most))
    .post(conn)
    .await
}

/// Removes steps from before this time; answers how many.
///
/// # Errors
/// The store's own.
pub async fn delete_before(conn: &mut Conn, at: Timestamp) -> Result<u64, StoreError> {
    sql("DELETE FROM walk_steps WHERE at < $1").bind(at).execute(conn).await
}
