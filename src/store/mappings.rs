//! What the group mappings of connections say about people, and the rows that follow from them.

use super::{
    Conn, StoreError,
    conn::{Builder, CHUNK, Statement, sql},
    keys::Key,
    row::Row,
    tenants,
};
use crate::{
    domain::{
        ConnectionId, GroupId, TenantId, UserId,
        group::{MemberId, Membership},
        role::{Role, Source},
    },
    scim::fold::fold,
};
use std::collections::BTreeMap;

/// The rows these people should have by the mappings of every connection that pushed them into a group, or into one that is in it: one query,
/// which circles end.
///
/// # Errors
/// The store's own.
pub async fn wanted(conn: &mut Conn, tenant: TenantId, people: &[UserId]) -> Result<Vec<Membership>, StoreError> {
    let text = "WITH RECURSIVE above (member_id, connection_key, group_id) AS (
                    SELECT m.member_id, m.connection_key, m.group_id FROM memberships m
                    WHERE m.source = 'idp-members' AND m.member_kind = 'user' AND m.tenant_id = ";
    let rest = "    UNION
                    SELECT a.member_id, a.connection_key, m.group_id
                    FROM above a JOIN memberships m ON m.tenant_id = $1 AND m.member_id = a.group_id
                    WHERE m.member_kind = 'group' AND m.source = 'idp-members' AND m.connection_key = a.connection_key
                )
                SELECT DISTINCT p.group_id, a.member_id, p.role, a.connection_key
                FROM above a
                JOIN groups g ON g.tenant_id = $1 AND g.id = a.group_id AND g.connection_key = a.connection_key
                JOIN group_mappings p ON p.tenant_id = $1 AND p.connection_id = a.connection_key
                                     AND p.pushed_key = g.display_name_key
                JOIN groups t ON t.tenant_id = $1 AND t.id = p.group_id";
    select(conn, text, rest, tenant, people).await
}

/// The people whom a connection pushed into these groups, and into groups in them at any depth.
///
/// # Errors
/// The store's own.
pub async fn below(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    groups: &[GroupId],
) -> Result<Vec<UserId>, StoreError> {
    let mut found = Vec::new();
    for groups in groups.chunks(CHUNK) {
        let statement = Builder::new(
            "WITH RECURSIVE below (group_id) AS (
                 SELECT g.id FROM groups g WHERE g.tenant_id = ",
        );
        let statement = statement.bind(tenant).push(" AND g.id").within(groups.iter().copied());
        let statement = statement.push(
            "    UNION
                 SELECT m.member_id FROM below b JOIN memberships m ON m.tenant_id = $1 AND m.group_id = b.group_id
                 WHERE m.member_kind = 'group' AND m.source = 'idp-members' AND m.connection_key = ",
        );
        let statement = statement.bind(connection).push(
            ")
             SELECT DISTINCT m.member_id FROM below b JOIN memberships m ON m.tenant_id = $1 AND m.group_id = b.group_id
             WHERE m.member_kind = 'user' AND m.source = 'idp-members' AND m.connection_key = ",
        );
        for row in statement.bind(connection).build().rows(conn).await? {
            found.push(row.fields("memberships").parsed("member_id")?);
        }
    }
    Ok(found)
}

/// The rows these people have by mappings.
///
/// # Errors
/// The store's own.
pub async fn present(conn: &mut Conn, tenant: TenantId, people: &[UserId]) -> Result<Vec<Membership>, StoreError> {
    let text = "SELECT m.group_id, m.member_id, m.role, m.connection_key FROM memberships m
                WHERE m.source = 'idp-mapping' AND m.member_kind = 'user' AND m.tenant_id = ";
    select(conn, text, "", tenant, people).await
}

/// Removes exactly these rows.
///
/// # Errors
/// The store's own.
pub async fn withdraw(conn: &mut Conn, tenant: TenantId, rows: &[Membership]) -> Result<(), StoreError> {
    let mut kinds: BTreeMap<(GroupId, &'static str, Option<ConnectionId>), Vec<UserId>> = BTreeMap::new();
    for row in rows {
        if let MemberId::User(user) = row.member {
            kinds.entry((row.group, row.role.as_str(), row.connection)).or_default().push(user);
        }
    }
    for ((group, role, connection), people) in kinds {
        for people in people.chunks(CHUNK) {
            let statement = Builder::new("DELETE FROM memberships WHERE source = 'idp-mapping' AND tenant_id = ")
                .bind(tenant)
                .push(" AND group_id = ")
                .bind(group)
                .push(" AND role = ")
                .bind(role)
                .push(" AND connection_key = ")
                .bind(super::groups::connection_key(connection))
                .push(" AND member_kind = 'user' AND member_id");
            statement.within(people.iter().copied()).build().execute(conn).await?;
        }
    }
    Ok(())
}

/// Where a tenant has mappings, lets one transaction at a time follow them until it ends; answers whether there are any.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId) -> Result<bool, StoreError> {
    let are_any = locking(tenant).row(conn).await?.is_some();
    if are_any {
        // Mappings come and go. One row that stays is the same for everybody.
        hold(conn, tenant).await?;
    }
    Ok(are_any)
}

/// What [`lock`] reads.
pub(super) fn locking(tenant: TenantId) -> Statement {
    sql("SELECT pushed FROM group_mappings WHERE tenant_id = $1 LIMIT 1").bind(tenant).about([Key::mappings(tenant)])
}

/// As [`lock`] for who is about to change the mappings, also where there are none yet.
///
/// # Errors
/// The store's own.
pub async fn hold(conn: &mut Conn, tenant: TenantId) -> Result<(), StoreError> {
    tenants::hold(conn, tenant).await
}

/// Removes a mapping, compared as it was made; answers whether it was there.
///
/// # Errors
/// The store's own.
pub async fn remove(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    pushed: &str,
    group: GroupId,
    role: Role,
) -> Result<bool, StoreError> {
    let statement = sql("DELETE FROM group_mappings
                         WHERE tenant_id = $1 AND connection_id = $2 AND pushed_key = $3 AND group_id = $4 AND role = $5");
    let removed = statement
        .bind(tenant)
        .bind(connection)
        .bind(fold(pushed))
        .bind(group)
        .bind(role.as_str())
        .execute(conn)
        .await?;
    Ok(removed > 0)
}

async fn select(
    conn: &mut Conn,
    text: &'static str,
    rest: &'static str,
    tenant: TenantId,
    people: &[UserId],
) -> Result<Vec<Membership>, StoreError> {
    let mut found = Vec::new();
    for people in people.chunks(CHUNK) {
        let statement = Builder::new(text).bind(tenant).push(" AND m.member_id").within(people.iter().copied());
        for row in statement.push(rest).build().rows(conn).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

fn read(row: &Row) -> Result<Membership, StoreError> {
    let mut fields = row.fields("memberships");
    Ok(Membership {
        group: fields.parsed("group_id")?,
        member: MemberId::User(fields.parsed("member_id")?),
        role: fields.parsed("role")?,
        source: Source::IdpMapping,
        connection: fields.key("connection_key")?,
        display: None,
    })
}
