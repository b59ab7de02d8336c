//! Where walks by number stand, for all processes that serve them. Never knows what a place holds.

use super::{Conn, StoreError, conn::sql, users::bounded};
use crate::domain::TenantId;
use jiff::Timestamp;

/// A page that was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Whose list.
    pub tenant: TenantId,
    /// Which client's walk through which list.
    pub walk: String,
    /// The 1-based number it begins at.
    pub number: u64,
    /// How many were asked for.
    pub size: u64,
    /// When.
    pub at: Timestamp,
}

/// Where a page with a certain number goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The 1-based number it begins at.
    pub number: u64,
    /// What the page before ended with, sealed.
    pub place: String,
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
    Ok(row.map(|row| row.fields("walk_steps").opt_text("place")).transpose()?.flatten())
}

/// Remembers that a page was served which nothing follows.
///
/// # Errors
/// The store's own.
pub async fn end(conn: &mut Conn, page: &Served) -> Result<(), StoreError> {
    sql("INSERT INTO walk_steps (tenant_id, walk, number, size, is_served, at) VALUES ($1, $2, $3, $4, true, $5)
         ON CONFLICT (tenant_id, walk, number) DO UPDATE SET is_served = true, at = excluded.at")
    .bind(page.tenant)
    .bind(&page.walk)
    .bind(bounded(page.number))
    .bind(bounded(page.size))
    .bind(page.at)
    .post(conn)
    .await
}

/// Remembers that a page was served, and where the next one goes on; that one may have been served already, without a place.
///
/// # Errors
/// The store's own.
pub async fn go_on(conn: &mut Conn, page: &Served, next: &Next) -> Result<(), StoreError> {
    sql("WITH here AS (
             INSERT INTO walk_steps (tenant_id, walk, number, size, is_served, at) VALUES ($1, $2, $3, $4, true, $5)
             ON CONFLICT (tenant_id, walk, number) DO UPDATE SET is_served = true, at = excluded.at
         )
         INSERT INTO walk_steps (tenant_id, walk, number, size, place, is_served, at) VALUES ($1, $2, $6, $4, $7, false, $5)
         ON CONFLICT (tenant_id, walk, number) DO UPDATE SET size = excluded.size, place = excluded.place, at = excluded.at,
             is_served = walk_steps.is_served AND walk_steps.place IS NULL")
    .bind(page.tenant)
    .bind(&page.walk)
    .bind(bounded(page.number))
    .bind(bounded(page.size))
    .bind(page.at)
    .bind(bounded(next.number))
    .bind(&next.place)
    .post(conn)
    .await
}

/// Remembers where the page behind a first one goes on and forgets all pages of this walk that were served in this size; also what the tenant
/// has from before `since`, and the oldest where there is more than `most`. What somebody else is just forgetting is left to them, so that
/// nobody waits.
///
/// # Errors
/// The store's own.
pub async fn begin(conn: &mut Conn, page: &Served, next: &Next, since: Timestamp, most: u64) -> Result<(), StoreError> {
    sql("WITH earlier AS (
             DELETE FROM walk_steps WHERE (tenant_id, walk, number) IN (
                 SELECT tenant_id, walk, number FROM walk_steps
                 WHERE tenant_id = $1 AND walk = $2 AND number <> $3 AND size = $4 AND is_served
                 FOR UPDATE SKIP LOCKED)
         ), past AS (
             DELETE FROM walk_steps WHERE (tenant_id, walk, number) IN (
                 SELECT tenant_id, walk, number FROM walk_steps
                 WHERE tenant_id = $1 AND NOT (walk = $2 AND number = $3) AND at < greatest($7, coalesce(
                     (SELECT at FROM walk_steps WHERE tenant_id = $1 ORDER BY at DESC OFFSET $8 LIMIT 1), $7))
                 FOR UPDATE SKIP LOCKED)
         )
         INSERT INTO walk_steps (tenant_id, walk, number, size, place, is_served, at) VALUES ($1, $2, $3, $4, $5, false, $6)
         ON CONFLICT (tenant_id, walk, number) DO UPDATE SET size = excluded.size, place = excluded.place, at = excluded.at,
             is_served = false")
    .bind(page.tenant)
    .bind(&page.walk)
    .bind(bounded(next.number))
    .bind(bounded(page.size))
    .bind(&next.place)
    .bind(page.at)
    .bind(since)
    .bind(bounded(most))
    .post(conn)
    .await
}

/// Removes what is from before this time; answers how much.
///
/// # Errors
/// The store's own.
pub async fn delete_before(conn: &mut Conn, at: Timestamp) -> Result<u64, StoreError> {
    sql("DELETE FROM walk_steps WHERE at < $1").bind(at).execute(conn).await
}
