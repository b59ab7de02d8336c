//! What people who were deleted belonged to, kept for their return.

use super::{
    Conn, StoreError,
    conn::{Builder, sql},
    groups::connection_key,
    keys::Key,
    memberships,
};
use crate::domain::{ConnectionId, GroupId, TenantId, UserId, group::Membership, role::Source};
use jiff::Timestamp;

/// Keeps a copy of a person's rows in place of an older one. What follows from mappings follows again.
///
/// # Errors
/// The store's own.
pub async fn keep(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
    forget_user(conn, tenant, user).await?;
    sql("INSERT INTO former_memberships (tenant_id, user_id, group_id, source, connection_key, role, display)
         SELECT tenant_id, member_id, group_id, source, connection_key, role, display FROM memberships
         WHERE tenant_id = $1 AND member_kind = 'user' AND member_id = $2 AND source <> 'idp-mapping'")
    .bind(tenant)
    .bind(user)
    .post(conn)
    .await
}

/// Makes the kept rows memberships again where the group is still there, all of them or those a connection pushed, and keeps none any
/// more; answers those that came back.
///
/// # Errors
/// The store's own.
pub async fn give_back(
    conn: &mut Conn,
    tenant: TenantId,
    user: UserId,
    pushed_by: Option<ConnectionId>,
    at: Timestamp,
) -> Result<Vec<Membership>, StoreError> {
    let statement = Builder::new(
        "INSERT INTO memberships (tenant_id, group_id, member_kind, member_id, source, connection_key, role, display, created_at)
         SELECT f.tenant_id, f.group_id, 'user', f.user_id, f.source, f.connection_key, f.role, f.display, CAST(",
    );
    let mut statement = statement
        .bind(at)
        .push(" AS BIGINT) FROM former_memberships f JOIN groups g ON g.tenant_id = f.tenant_id AND g.id = f.group_id WHERE f.tenant_id = ")
        .bind(tenant)
        .push(" AND f.user_id = ")
        .bind(user);
    if let Some(connection) = pushed_by {
        statement = statement.push(" AND f.connection_key = ").bind(connection);
    }
    let statement = statement
        .push(" ON CONFLICT (tenant_id, group_id, member_kind, member_id, source, connection_key, role) DO NOTHING")
        .push(memberships::RETURNING);
    let rows = memberships::read_all(&statement.build().changed_rows(conn).await?)?;
    forget_user(conn, tenant, user).await?;
    Ok(rows)
}

/// Forgets what a person belonged to.
///
/// # Errors
/// The store's own.
pub async fn forget_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
    let statement = sql("DELETE FROM former_memberships WHERE tenant_id = $1 AND user_id = $2");
    statement.bind(tenant).bind(user).post(conn).await
}

/// Forgets a source's rows of a group, of all people or of these: it says they would not be in it any more.
///
/// # Errors
/// The store's own.
pub(super) async fn forget(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
    people: Option<&[UserId]>,
) -> Result<(), StoreError> {
    let mut statement = Builder::new("DELETE FROM former_memberships WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND group_id = ")
        .bind(group)
        .push(" AND source = ")
        .bind(source.as_str())
        .push(" AND connection_key = ")
        .bind(connection_key(connection));
    let Some(people) = people else { return statement.build().post(conn).await };
    statement = match people {
        [one] => statement.push(" AND user_id = ").bind(*one),
        people => statement.push(" AND user_id").within(people.iter().copied()),
    };
    statement.build().about(Key::people(tenant, people.iter().copied())).post(conn).await
}

/// Forgets a group that is being deleted.
///
/// # Errors
/// The store's own.
pub(super) async fn forget_group(conn: &mut Conn, tenant: TenantId, group: GroupId) -> Result<(), StoreError> {
    let statement = sql("DELETE FROM former_memberships WHERE tenant_id = $1 AND group_id = $2");
    statement.bind(tenant).bind(group).post(conn).await
}
