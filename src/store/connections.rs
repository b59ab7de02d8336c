//! Connections and their group mappings.

use super::{Conn, StoreError, conn::sql, row::Row};
use crate::{
    domain::{
        ConnectionId, TenantId,
        company::CompanySignIn,
        connection::{Connection, Extension, GroupMapping},
        notification::MailSwitch,
        role::Role,
        user::Mode,
    },
    scim::fold::fold,
};
use jiff::Timestamp;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, name, default_mode, default_group_id, default_role, notifications, extension, company_sign_in
             FROM connections ",
            $rest
        )
    };
}

/// Inserts a connection.
///
/// # Errors
/// [`super::Conflict::ConnectionName`].
pub async fn insert(conn: &mut Conn, connection: &Connection, at: Timestamp) -> Result<(), StoreError> {
    sql("INSERT INTO connections (tenant_id, id, name, default_mode, default_group_id, default_role, notifications, extension,
            company_sign_in, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(connection.tenant)
    .bind(connection.id)
    .bind(&connection.name)
    .bind(connection.default_mode.map(Mode::as_str))
    .bind(connection.default_group)
    .bind(connection.default_role.map(Role::as_str))
    .bind(connection.notifications.as_str())
    .bind(connection.extension == Extension::On)
    .bind(connection.company_sign_in.as_ref().map(CompanySignIn::as_str))
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes every setting.
///
/// # Errors
/// [`super::Conflict::ConnectionName`].
pub async fn update(conn: &mut Conn, connection: &Connection) -> Result<(), StoreError> {
    sql("UPDATE connections SET name = $3, default_mode = $4, default_group_id = $5, default_role = $6, notifications = $7,
            extension = $8, company_sign_in = $9
         WHERE tenant_id = $1 AND id = $2")
    .bind(connection.tenant)
    .bind(connection.id)
    .bind(&connection.name)
    .bind(connection.default_mode.map(Mode::as_str))
    .bind(connection.default_group)
    .bind(connection.default_role.map(Role::as_str))
    .bind(connection.notifications.as_str())
    .bind(connection.extension == Extension::On)
    .bind(connection.company_sign_in.as_ref().map(CompanySignIn::as_str))
    .execute(conn)
    .await?;
    Ok(())
}

/// The connection of an id.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// The connection of a name, as written.
///
/// # Errors
/// The store's own.
pub async fn find_by_name(conn: &mut Conn, tenant: TenantId, name: &str) -> Result<Option<Connection>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND name = $2")).bind(tenant).bind(name).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// All connections of a tenant by name.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, tenant: TenantId) -> Result<Vec<Connection>, StoreError> {
    let rows = sql(select!("WHERE tenant_id = $1 ORDER BY name")).bind(tenant).rows(conn).await?;
    rows.iter().map(read).collect()
}

/// Inserts a mapping unless it is there; the pushed name is compared folded.
///
/// # Errors
/// The store's own.
pub async fn insert_mapping(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    mapping: &GroupMapping,
) -> Result<(), StoreError> {
    sql("INSERT INTO group_mappings (tenant_id, connection_id, pushed_key, pushed, group_id, role)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, connection_id, pushed_key, group_id, role) DO NOTHING")
    .bind(tenant)
    .bind(connection)
    .bind(fold(&mapping.pushed))
    .bind(&mapping.pushed)
    .bind(mapping.group)
    .bind(mapping.role.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes every mapping of a connection.
///
/// # Errors
/// The store's own.
pub async fn delete_mappings(conn: &mut Conn, tenant: TenantId, connection: ConnectionId) -> Result<(), StoreError> {
    sql("DELETE FROM group_mappings WHERE tenant_id = $1 AND connection_id = $2")
        .bind(tenant)
        .bind(connection)
        .execute(conn)
        .await?;
    Ok(())
}

/// A connection's mappings by pushed name.
///
/// # Errors
/// The store's own.
pub async fn list_mappings(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
) -> Result<Vec<GroupMapping>, StoreError> {
    let rows = sql("SELECT pushed, group_id, role FROM group_mappings WHERE tenant_id = $1 AND connection_id = $2
                    ORDER BY pushed_key, group_id, role")
    .bind(tenant)
    .bind(connection)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("group_mappings");
            Ok(GroupMapping {
                pushed: fields.text("pushed")?,
                group: fields.parsed("group_id")?,
                role: fields.parsed("role")?,
            })
        })
        .collect()
}

fn read(row: &Row) -> Result<Connection, StoreError> {
    let mut fields = row.fields("connections");
    Ok(Connection {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        name: fields.text("name")?,
        default_mode: fields.opt_word("default_mode", Mode::parse)?,
        default_group: fields.opt_parsed("default_group_id")?,
        default_role: fields.opt_parsed("default_role")?,
        notifications: fields.word("notifications", MailSwitch::parse)?,
        extension: if fields.flag("extension")? { Extension::On } else { Extension::Off },
        company_sign_in: fields.opt_word("company_sign_in", |text| CompanySignIn::parse(text).ok())?,
    })
}
