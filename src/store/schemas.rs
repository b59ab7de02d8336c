//! A tenant's own extension schemas.

use super::{Conn, StoreError, conn::sql};
use crate::{
    domain::TenantId,
    scim::{Kind, fold::fold},
};
use jiff::Timestamp;
use serde_json::Value;

/// Inserts or replaces by URN.
///
/// # Errors
/// The store's own.
pub async fn put(
    conn: &mut Conn,
    tenant: TenantId,
    urn: &str,
    kind: Kind,
    definition: &Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    sql("INSERT INTO extension_schemas (tenant_id, urn_key, resource, definition, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, urn_key) DO UPDATE SET resource = excluded.resource, definition = excluded.definition")
    .bind(tenant)
    .bind(fold(urn))
    .bind(word(kind))
    .bind(definition.to_string())
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Definitions and what they extend, oldest first.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, tenant: TenantId) -> Result<Vec<(Value, Kind)>, StoreError> {
    let rows =
        sql("SELECT definition, resource FROM extension_schemas WHERE tenant_id = $1 ORDER BY created_at, urn_key")
            .bind(tenant)
            .rows(conn)
            .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("extension_schemas");
            let definition = fields.json("definition")?;
            let kind = fields
                .word("resource", |text| [Kind::User, Kind::Group].into_iter().find(|kind| word(*kind) == text))?;
            Ok((definition, kind))
        })
        .collect()
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "User",
        Kind::Group => "Group",
    }
}
