//! Whether somebody who is being added was here before.

use super::{
    Conn, StoreError,
    conn::{Builder, sql},
    keys::Key,
    users,
};
use crate::domain::{ConnectionId, TenantId, UserId, user::User};

/// Whether anybody, living or deleted, may be known by one of these folded names and addresses, the userName first, or by a connection's own id.
/// Most newcomers are not, and one question tells.
///
/// # Errors
/// The store's own.
pub async fn is_known(
    conn: &mut Conn,
    tenant: TenantId,
    names: &[String],
    record: Option<(ConnectionId, &str)>,
) -> Result<bool, StoreError> {
    let mut keys: Vec<Key> = names.iter().map(|name| Key::name(tenant, name)).collect();
    let names = || names.iter().map(String::as_str);
    let mut statement =
        Builder::new("SELECT 1 AS known WHERE EXISTS (SELECT 1 FROM users WHERE is_listed AND tenant_id = ")
            .bind(tenant)
            .push(" AND user_name_key")
            .within(names())
            .push(") OR EXISTS (SELECT 1 FROM users WHERE NOT is_listed AND tenant_id = ")
            .bind(tenant)
            .push(" AND user_name_key")
            .within(names())
            .push(") OR EXISTS (SELECT 1 FROM user_emails WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND value_key")
            .within(names())
            .push(")");
    if let Some((connection, external_id)) = record {
        keys.push(Key::record(tenant, connection, external_id));
        statement = statement
            .push(" OR EXISTS (SELECT 1 FROM users WHERE external_id IS NOT NULL AND tenant_id = ")
            .bind(tenant)
            .push(" AND connection_id = ")
            .bind(connection)
            .push(" AND external_id = ")
            .bind(external_id)
            .push(")");
    }
    Ok(statement.build().about(keys).row(conn).await?.is_some())
}

/// Newest tombstone of this connection and externalId, for people who come back.
///
/// # Errors
/// The store's own.
pub async fn find_tombstone(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    external_id: &str,
) -> Result<Option<User>, StoreError> {
    let row = sql(users::select!(
        "WHERE tenant_id = $1 AND connection_id = $2 AND external_id IS NOT NULL AND external_id = $3 AND state = 'deleted'
         ORDER BY deleted_at DESC, id DESC LIMIT 1"
    ))
    .bind(tenant)
    .bind(connection)
    .bind(external_id)
    .about([Key::record(tenant, connection, external_id)])
    .row(conn)
    .await?;
    row.as_ref().map(users::read).transpose()
}

/// Newest tombstone that had one of these folded texts as its userName or among its emails.
///
/// # Errors
/// The store's own.
pub async fn find_tombstone_by_address(
    conn: &mut Conn,
    tenant: TenantId,
    keys: &[String],
) -> Result<Option<UserId>, StoreError> {
    let keys = || keys.iter().map(String::as_str);
    let statement = Builder::new("SELECT id FROM users WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND state = 'deleted' AND id IN (SELECT user_id FROM user_emails WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND value_key")
        .within(keys())
        // Both, since each has an index of its own.
        .push(" UNION SELECT id FROM users WHERE NOT is_listed AND tenant_id = ")
        .bind(tenant)
        .push(" AND user_name_key")
        .within(keys())
        .push(" UNION SELECT id FROM users WHERE is_listed AND tenant_id = ")
        .bind(tenant)
        .push(" AND user_name_key")
        .within(keys())
        .push(") ORDER BY deleted_at DESC, id DESC LIMIT 1");
    statement.build().row(conn).await?.map(|row| row.fields("users").parsed("id")).transpose()
}
