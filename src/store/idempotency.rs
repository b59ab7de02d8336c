//! Requests that carried an idempotency key, a row each.

use super::{Conn, StoreError, conn::sql, row::Row};
use crate::domain::{TenantId, UserId};
use jiff::Timestamp;

/// Whose key it is, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The tenant.
    pub tenant: TenantId,
    /// The person who acts.
    pub user: UserId,
    /// What the client calls it.
    pub name: String,
}

/// What is known of the request a key came with first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// A keyed digest of the request.
    pub fingerprint: String,
    /// The answer's status; none while the request is under way.
    pub status: Option<i64>,
    /// The rest of the answer, encrypted.
    pub sealed: Option<String>,
    /// When the request came.
    pub created_at: Timestamp,
}

/// Inserts a request under way; answers whether the key was free.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, key: &Key, fingerprint: &str, at: Timestamp) -> Result<bool, StoreError> {
    let count = sql("INSERT INTO idempotency_keys (tenant_id, user_id, name, fingerprint, created_at)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, user_id, name) DO NOTHING")
    .bind(key.tenant)
    .bind(key.user)
    .bind(&key.name)
    .bind(fingerprint)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(count > 0)
}

/// What is known of a key.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, key: &Key) -> Result<Option<Known>, StoreError> {
    let row = sql("SELECT fingerprint, status, sealed, created_at FROM idempotency_keys
                   WHERE tenant_id = $1 AND user_id = $2 AND name = $3")
    .bind(key.tenant)
    .bind(key.user)
    .bind(&key.name)
    .row(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Keeps the answer of the request that came at this time.
///
/// # Errors
/// The store's own.
pub async fn update(conn: &mut Conn, key: &Key, at: Timestamp, status: i64, sealed: &str) -> Result<(), StoreError> {
    sql("UPDATE idempotency_keys SET status = $5, sealed = $6
         WHERE tenant_id = $1 AND user_id = $2 AND name = $3 AND created_at = $4 AND status IS NULL")
    .bind(key.tenant)
    .bind(key.user)
    .bind(&key.name)
    .bind(at)
    .bind(status)
    .bind(sealed)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes the request that came at this time.
///
/// # Errors
/// The store's own.
pub async fn delete(conn: &mut Conn, key: &Key, at: Timestamp) -> Result<(), StoreError> {
    sql("DELETE FROM idempotency_keys WHERE tenant_id = $1 AND user_id = $2 AND name = $3 AND created_at = $4")
        .bind(key.tenant)
        .bind(key.user)
        .bind(&key.name)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes what came before this time; answers how many.
///
/// # Errors
/// The store's own.
pub async fn delete_before(conn: &mut Conn, at: Timestamp) -> Result<u64, StoreError> {
    sql("DELETE FROM idempotency_keys WHERE created_at < $1").bind(at).execute(conn).await
}

fn read(row: &Row) -> Result<Known, StoreError> {
    let mut fields = row.fields("idempotency_keys");
    Ok(Known {
        fingerprint: fields.text("fingerprint")?,
        status: fields.opt_int("status")?,
        sealed: fields.opt_text("sealed")?,
        created_at: fields.time("created_at")?,
    })
}
