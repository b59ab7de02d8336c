//! Groups (their members are in `memberships`).

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, CHUNK, Column, Statement, changed, sql},
    filter::Predicate,
    keys::Key,
    locks,
    order::{Order, Start},
    row::Row,
    users::{bounded, document_text},
};
use crate::{
    domain::{
        ConnectionId, GroupId, TenantId, UserId,
        calendar::to_millis,
        group::{Group, Visibility},
    },
    scim::fold::fold,
};
use jiff::Timestamp;

/// What a SCIM connection may see: its own groups and the platform's; never the root group.
#[derive(Debug, Clone, Copy)]
pub enum View {
    /// Its own and the platform's.
    Connection(ConnectionId),
    /// Those of every connection.
    Everything,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, connection_id, external_id, display_name, parent_id, is_private, document, is_root, version, created_at, modified_at
             FROM groups ",
            $rest
        )
    };
}

/// Inserts a group.
///
/// # Errors
/// [`super::Conflict::GroupDisplayName`].
pub async fn insert(conn: &mut Conn, group: &Group) -> Result<(), StoreError> {
    let own = [
        ("tenant_id", group.tenant.into_value()),
        ("id", group.id.into_value()),
        ("created_at", to_millis(group.created_at).into_value()),
    ];
    let columns = own.into_iter().chain(indexed(group)).chain(unindexed(group)?);
    Builder::new("INSERT INTO groups ").columns(columns).build().post(conn).await
}

/// Writes the row; columns that an index holds only where they differ from `before`'s, which is the row as it is stored.
///
/// # Errors
/// [`super::Conflict::GroupDisplayName`].
pub async fn update(conn: &mut Conn, before: &Group, group: &Group) -> Result<(), StoreError> {
    let columns = unindexed(group)?.into_iter().chain(changed(indexed(before), indexed(group)));
    let statement = Builder::new("UPDATE groups SET ").assignments(columns);
    let statement = statement.push(" WHERE tenant_id = ").bind(group.tenant).push(" AND id = ").bind(group.id).build();
    let is_same_but_for_members =
        Group { version: before.version, modified_at: before.modified_at, ..group.clone() } == *before;
    // What else a group is shows in many places.
    let statement =
        if is_same_but_for_members { statement.about([Key::group(group.tenant, group.id)]) } else { statement };
    statement.post(conn).await
}

/// The columns that stand in an index, and what goes with them.
fn indexed(group: &Group) -> [Column; 5] {
    [
        ("connection_id", group.connection.into_value()),
        ("connection_key", connection_key(group.connection).into_value()),
        ("external_id", group.external_id.as_deref().into_value()),
        ("display_name_key", fold(&group.display_name).into_value()),
        ("is_root", group.is_root.into_value()),
    ]
}

/// The other columns that change.
fn unindexed(group: &Group) -> Result<[Column; 6], StoreError> {
    Ok([
        ("display_name", group.display_name.as_str().into_value()),
        ("parent_id", group.parent.into_value()),
        ("is_private", (group.visibility == Visibility::Private).into_value()),
        ("document", document_text(&group.document)?.into_value()),
        ("version", group.version.into_value()),
        ("modified_at", to_millis(group.modified_at).into_value()),
    ])
}

/// Advances version and modification time only. Where one of them is not held as it should be by then, the write starts over.
///
/// # Errors
/// The store's own.
pub async fn touch(conn: &mut Conn, tenant: TenantId, ids: &[GroupId], at: Timestamp) -> Result<(), StoreError> {
    locks::need_groups(conn, tenant, ids).await?;
    for ids in ids.chunks(CHUNK) {
        Builder::new("UPDATE groups SET version = version + 1, modified_at = ")
            .bind(to_millis(at))
            .push(" WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND id")
            .within(ids.iter().copied())
            .build()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Removes the row; members are rows of their own.
///
/// # Errors
/// The store's own.
pub async fn delete(conn: &mut Conn, tenant: TenantId, id: GroupId) -> Result<(), StoreError> {
    sql("DELETE FROM groups WHERE tenant_id = $1 AND id = $2").bind(tenant).bind(id).execute(conn).await?;
    Ok(())
}

/// The group of an id, root included.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: GroupId) -> Result<Option<Group>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// As `find`, holding the row against other writers.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId, id: GroupId) -> Result<Option<Group>, StoreError> {
    let row = locking(conn, tenant, id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// What [`lock`] reads.
pub(super) fn locking(conn: &Conn, tenant: TenantId, id: GroupId) -> Statement {
    let statement = sql(select!("WHERE tenant_id = $1 AND id = $2")).for_update(conn);
    statement.bind(tenant).bind(id).about([Key::group(tenant, id)])
}

/// Holds the groups that a person is directly in, or was in before they were deleted, against other writers, in the order of their ids.
/// Whoever writes groups and people takes the groups first, so that no two wait for each other.
///
/// # Errors
/// The store's own.
pub async fn lock_of_member(conn: &mut Conn, tenant: TenantId, member: UserId) -> Result<(), StoreError> {
    locks::groups_of(conn, tenant, member).await
}

fn of_ids(tenant: TenantId, ids: &[GroupId]) -> Statement {
    Builder::new(select!("WHERE tenant_id = ")).bind(tenant).push(" AND id").within(ids.iter().copied()).build()
}

/// One query: several groups, in no particular order.
///
/// # Errors
/// The store's own.
pub async fn find_many(conn: &mut Conn, tenant: TenantId, ids: &[GroupId]) -> Result<Vec<Group>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        for row in of_ids(tenant, ids).rows(conn).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// A group and the groups above it, itself first and the platform's root group last.
///
/// # Errors
/// The store's own.
pub async fn line(conn: &mut Conn, tenant: TenantId, id: GroupId) -> Result<Vec<GroupId>, StoreError> {
    let rows = sql("WITH RECURSIVE line (id, parent_id, depth) AS (
                        SELECT id, parent_id, 0 FROM groups WHERE tenant_id = $1 AND id = $2
                        UNION ALL
                        SELECT g.id, g.parent_id, l.depth + 1 FROM line l JOIN groups g ON g.tenant_id = $1 AND g.id = l.parent_id
                        WHERE l.depth < 32
                    )
                    SELECT id FROM line ORDER BY depth")
    .bind(tenant)
    .bind(id)
    .rows(conn)
    .await?;
    rows.iter().map(|row| row.fields("groups").parsed("id")).collect()
}

/// Which groups to look for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Only public groups, those this person is in, and those below one they administer.
    pub seen_by: Option<UserId>,
    /// Older than this one.
    pub before: Option<GroupId>,
    /// At most so many.
    pub limit: i64,
}

/// Groups of every origin, newest first, root included; pushed groups that only stand for others by a mapping are left out.
///
/// # Errors
/// The store's own.
pub async fn search(conn: &mut Conn, tenant: TenantId, sought: &Sought) -> Result<Vec<Group>, StoreError> {
    let mut statement = Builder::new(select!("WHERE tenant_id = ")).bind(tenant).push(
        " AND NOT EXISTS (SELECT 1 FROM group_mappings p WHERE p.tenant_id = groups.tenant_id
                            AND p.connection_id = groups.connection_key AND p.pushed_key = groups.display_name_key)",
    );
    if let Some(user) = sought.seen_by {
        statement = statement
            .push(" AND (NOT is_private OR id IN (SELECT group_id FROM memberships WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND member_id = ")
            .bind(user)
            .push(") OR id IN (WITH RECURSIVE below (id) AS (SELECT group_id FROM memberships WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND member_id = ")
            .bind(user)
            .push(" AND role IN ('admin', 'owner') UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id WHERE g.tenant_id = ")
            .bind(tenant)
            .push(") SELECT id FROM below))");
    }
    if let Some(before) = sought.before {
        statement = statement.push(" AND id < ").bind(before);
    }
    let statement = statement.push(" ORDER BY id DESC LIMIT ").bind(sought.limit);
    statement.build().rows(conn).await?.iter().map(read).collect()
}

/// The platform's root group.
///
/// # Errors
/// The store's own.
pub async fn find_root(conn: &mut Conn, tenant: TenantId) -> Result<Option<Group>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND is_root ORDER BY id LIMIT 1")).bind(tenant).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// Groups of this folded name in the view, root never.
///
/// # Errors
/// The store's own.
pub async fn find_by_display_name(
    conn: &mut Conn,
    tenant: TenantId,
    view: View,
    key: &str,
) -> Result<Vec<Group>, StoreError> {
    let statement = viewed(Builder::new(select!("WHERE NOT is_root AND tenant_id = ")).bind(tenant), view);
    let statement = statement.push(" AND display_name_key = ").bind(key).push(" ORDER BY id");
    statement.build().rows(conn).await?.iter().map(read).collect()
}

/// How many groups of the view match the SQL part of a filter.
///
/// # Errors
/// The store's own.
pub async fn count(conn: &mut Conn, tenant: TenantId, view: View, predicate: &Predicate) -> Result<u64, StoreError> {
    let statement = Builder::new("SELECT count(*) FROM groups WHERE NOT is_root AND tenant_id = ").bind(tenant);
    viewed(statement, view).matching(predicate).build().number(conn).await
}

/// A page in id order.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    tenant: TenantId,
    view: View,
    predicate: &Predicate,
    from: From,
    limit: u64,
) -> Result<Vec<Group>, StoreError> {
    let statement = Builder::new(select!("WHERE NOT is_root AND tenant_id = ")).bind(tenant);
    let mut statement = viewed(statement, view).matching(predicate);
    if let From::After(id) = from {
        statement = statement.push(" AND id > ").bind(id);
    }
    statement = statement.push(" ORDER BY id LIMIT ").bind(bounded(limit));
    if let From::Offset(offset @ 1..) = from {
        statement = statement.push(" OFFSET ").bind(bounded(offset));
    }
    statement.build().rows(conn).await?.iter().map(read).collect()
}

/// A page in any order.
///
/// # Errors
/// The store's own.
pub async fn ordered(
    conn: &mut Conn,
    tenant: TenantId,
    view: View,
    predicate: &Predicate,
    order: Order,
    start: &Start,
    limit: u64,
) -> Result<Vec<Group>, StoreError> {
    let statement = Builder::new(select!("WHERE NOT is_root AND tenant_id = ")).bind(tenant);
    let statement = viewed(statement, view).matching(predicate);
    let ids = |outer: Builder| {
        let outer = outer.push("SELECT id FROM groups WHERE NOT is_root AND tenant_id = ").bind(tenant);
        viewed(outer, view).matching(predicate)
    };
    statement.page(ids, order, predicate, start, limit).build().rows(conn).await?.iter().map(read).collect()
}

/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub enum From {
    /// After so many.
    Offset(u64),
    /// After this one.
    After(GroupId),
}

/// A connection as part of a unique key: '' where there is none.
pub(super) fn connection_key(connection: Option<ConnectionId>) -> String {
    connection.map(|id| id.to_string()).unwrap_or_default()
}

fn viewed(statement: Builder, view: View) -> Builder {
    match view {
        View::Connection(id) => statement.push(" AND connection_key IN ('', ").bind(id).push(")"),
        View::Everything => statement,
    }
}

fn read(row: &Row) -> Result<Group, StoreError> {
    let mut fields = row.fields("groups");
    Ok(Group {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        connection: fields.opt_parsed("connection_id")?,
        external_id: fields.opt_text("external_id")?,
        display_name: fields.text("display_name")?,
        parent: fields.opt_parsed("parent_id")?,
        visibility: if fields.flag("is_private")? { Visibility::Private } else { Visibility::Public },
        document: fields.object("document")?,
        is_root: fields.flag("is_root")?,
        version: fields.int("version")?,
        created_at: fields.time("created_at")?,
        modified_at: fields.time("modified_at")?,
    })
}
