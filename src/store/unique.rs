//! Values of a tenant's own attributes that only one resource may have, as digests.

use super::{
    Conn, StoreError,
    conn::{Builder, sql},
};
use crate::{
    domain::TenantId,
    scim::{Kind, Object},
};

/// Takes a value for a resource; answers who has it, where that is another one that is alive.
///
/// # Errors
/// The store's own.
pub async fn take(
    conn: &mut Conn,
    tenant: TenantId,
    attribute: &str,
    value: &str,
    holder: &str,
) -> Result<Option<String>, StoreError> {
    // The row is held from here on, whoever has it, so that its holder does not come back meanwhile.
    let rows = sql("INSERT INTO unique_values (tenant_id, attribute_key, value_key, holder_id) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (tenant_id, attribute_key, value_key) DO UPDATE SET holder_id = unique_values.holder_id
                    RETURNING holder_id")
    .bind(tenant)
    .bind(attribute)
    .bind(value)
    .bind(holder)
    .changed_rows(conn)
    .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let present = row.fields("unique_values").text("holder_id")?;
    if present == holder {
        return Ok(None);
    }
    if is_alive(conn, tenant, &present).await? {
        return Ok(Some(present));
    }
    sql("UPDATE unique_values SET holder_id = $4 WHERE tenant_id = $1 AND attribute_key = $2 AND value_key = $3")
        .bind(tenant)
        .bind(attribute)
        .bind(value)
        .bind(holder)
        .execute(conn)
        .await?;
    Ok(None)
}

/// Whether this is a group, or a person who is not deleted.
async fn is_alive(conn: &mut Conn, tenant: TenantId, id: &str) -> Result<bool, StoreError> {
    let row = sql("SELECT id FROM users WHERE tenant_id = $1 AND id = $2 AND state <> 'deleted'
                   UNION ALL SELECT id FROM groups WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .row(conn)
    .await?;
    Ok(row.is_some())
}

/// Gives a resource's value up.
///
/// # Errors
/// The store's own.
pub async fn release(
    conn: &mut Conn,
    tenant: TenantId,
    attribute: &str,
    value: &str,
    holder: &str,
) -> Result<(), StoreError> {
    sql("DELETE FROM unique_values WHERE tenant_id = $1 AND attribute_key = $2 AND value_key = $3 AND holder_id = $4")
        .bind(tenant)
        .bind(attribute)
        .bind(value)
        .bind(holder)
        .post(conn)
        .await
}

/// Gives everything up that a resource has.
///
/// # Errors
/// The store's own.
pub async fn release_all(conn: &mut Conn, tenant: TenantId, holder: &str) -> Result<(), StoreError> {
    let statement = sql("DELETE FROM unique_values WHERE tenant_id = $1 AND holder_id = $2");
    statement.bind(tenant).bind(holder).post(conn).await
}

/// Forgets all values of an attribute.
///
/// # Errors
/// The store's own.
pub async fn forget(conn: &mut Conn, tenant: TenantId, attribute: &str) -> Result<(), StoreError> {
    let statement = sql("DELETE FROM unique_values WHERE tenant_id = $1 AND attribute_key = $2");
    statement.bind(tenant).bind(attribute).post(conn).await
}

/// Ids and documents of live resources in the order of their ids, after the given one, at most `limit`.
///
/// # Errors
/// The store's own.
pub async fn documents(
    conn: &mut Conn,
    tenant: TenantId,
    kind: Kind,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, Object)>, StoreError> {
    let (table, text) = match kind {
        Kind::User => ("users", "SELECT id, document FROM users WHERE state <> 'deleted' AND tenant_id = "),
        Kind::Group => ("groups", "SELECT id, document FROM groups WHERE tenant_id = "),
    };
    let statement = Builder::new(text).bind(tenant).push(" AND id > ").bind(after);
    let rows = statement.push(" ORDER BY id LIMIT ").bind(limit).build().rows(conn).await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields(table);
            Ok((fields.text("id")?, fields.object("document")?))
        })
        .collect()
}
