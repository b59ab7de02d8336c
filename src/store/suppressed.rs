//! Addresses that bounced: no mail goes there until an administrator clears them.

use super::{
    Conn, StoreError,
    conn::{Builder, sql},
};
use crate::{domain::TenantId, scim::fold::fold};
use jiff::Timestamp;

/// An address that gets no mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// As it was written to.
    pub address: String,
    /// What the relay said.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// Keeps the first reason where the address is suppressed already.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, tenant: TenantId, suppressed: &Suppressed) -> Result<(), StoreError> {
    sql("INSERT INTO suppressed_addresses (tenant_id, address_key, address, reason, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, address_key) DO NOTHING")
    .bind(tenant)
    .bind(fold(&suppressed.address))
    .bind(&suppressed.address)
    .bind(&suppressed.reason)
    .bind(suppressed.since)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the address is suppressed.
///
/// # Errors
/// The store's own.
pub async fn contains(conn: &mut Conn, tenant: TenantId, address: &str) -> Result<bool, StoreError> {
    let statement = sql("SELECT address FROM suppressed_addresses WHERE tenant_id = $1 AND address_key = $2");
    Ok(statement.bind(tenant).bind(fold(address)).row(conn).await?.is_some())
}

/// Takes the address out; answers whether it was in.
///
/// # Errors
/// The store's own.
pub async fn remove(conn: &mut Conn, tenant: TenantId, address: &str) -> Result<bool, StoreError> {
    let statement = sql("DELETE FROM suppressed_addresses WHERE tenant_id = $1 AND address_key = $2");
    Ok(statement.bind(tenant).bind(fold(address)).execute(conn).await? > 0)
}

/// Those of a tenant that come after this one, newest first, at most so many.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    tenant: TenantId,
    after: Option<(Timestamp, &str)>,
    limit: i64,
) -> Result<Vec<Suppressed>, StoreError> {
    let mut statement =
        Builder::new("SELECT address, reason, since FROM suppressed_addresses WHERE tenant_id = ").bind(tenant);
    if let Some((since, address)) = after {
        statement = statement.push(" AND (since < ").bind(since).push(" OR (since = ").bind(since);
        statement = statement.push(" AND address_key > ").bind(fold(address)).push("))");
    }
    let rows = statement.push(" ORDER BY since DESC, address_key LIMIT ").bind(limit).build().rows(conn).await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("suppressed_addresses");
            Ok(Suppressed {
                address: fields.text("address")?,
                reason: fields.text("reason")?,
                since: fields.time("since")?,
            })
        })
        .collect()
}
