//! Who is in which group, by whose word.

use super::{
    Conn, StoreError, ahead,
    conn::{Bind, Builder, CHUNK, Statement, sql},
    dialect, former,
    groups::connection_key,
    keys::Key,
    row::{Fields, Row},
};
use crate::domain::{
    ConnectionId, GroupId, TenantId, UserId,
    group::{MemberId, Membership},
    role::{Role, Source},
};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashSet};

/// So many rows go into one INSERT.
const ROWS: usize = 1_000;

/// What came of inserting rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inserted {
    /// The rows that are new, in the order given.
    pub added: Vec<Membership>,
    /// How many rows are new or show their member by another name now.
    pub touched: u64,
}

/// Inserts rows, leaving those that exist but setting a display that is given.
///
/// # Errors
/// The store's own.
pub async fn insert(
    conn: &mut Conn,
    tenant: TenantId,
    rows: &[Membership],
    at: Timestamp,
) -> Result<Inserted, StoreError> {
    // PostgreSQL refuses to touch a row twice in one statement; the last word counts.
    let mut seen = HashSet::new();
    let mut distinct: Vec<&Membership> = rows.iter().rev().filter(|row| seen.insert(key(row))).collect();
    distinct.reverse();
    if conn.is_ahead() {
        return ahead::insert(conn, tenant, &distinct, at).await;
    }
    let mut inserted = Inserted::default();
    for rows in distinct.chunks(ROWS) {
        let statement = insertion(tenant, rows, at).push(" ON CONFLICT DO NOTHING").push(RETURNING);
        let added = read_all(&statement.build().changed_rows(conn).await?)?;
        let added: HashSet<_> = added.iter().map(key).collect();
        let (new, old): (Vec<&Membership>, Vec<_>) = rows.iter().partition(|row| added.contains(&key(row)));
        inserted.touched += new.len() as u64;
        inserted.added.extend(new.into_iter().cloned());
        let shown: Vec<_> = old.into_iter().filter(|row| row.display.is_some()).collect();
        if !shown.is_empty() {
            inserted.touched += insertion(tenant, &shown, at).push(SHOWING).build().execute(conn).await?;
        }
    }
    Ok(inserted)
}

/// What an INSERT does where the row exists, and shows its member by another name.
pub(super) const SHOWING: &str =
    " ON CONFLICT (tenant_id, group_id, member_kind, member_id, source, connection_key, role)
      DO UPDATE SET display = excluded.display WHERE memberships.display IS DISTINCT FROM excluded.display";

pub(super) const RETURNING: &str = " RETURNING group_id, member_kind, member_id, role, source, connection_key, display";

/// What tells rows apart.
pub(super) fn key(row: &Membership) -> (GroupId, MemberId, Role, Source, Option<ConnectionId>) {
    (row.group, row.member, row.role, row.source, row.connection)
}

pub(super) fn insertion(tenant: TenantId, rows: &[&Membership], at: Timestamp) -> Builder {
    let values = rows.iter().map(|row| {
        let (kind, id) = member_key(row.member);
        [
            tenant.into_value(),
            row.group.into_value(),
            kind.into_value(),
            id.into_value(),
            row.source.as_str().into_value(),
            connection_key(row.connection).into_value(),
            row.role.as_str().into_value(),
            row.display.as_deref().into_value(),
            at.into_value(),
        ]
    });
    Builder::new(
        "INSERT INTO memberships (tenant_id, group_id, member_kind, member_id, source, connection_key, role, display, created_at) VALUES ",
    )
    .rows(values)
}

/// Removes a source's rows of these members (all roles) from a group; answers them.
///
/// # Errors
/// The store's own.
pub async fn remove(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
    members: &[MemberId],
) -> Result<Vec<Membership>, StoreError> {
    if conn.is_ahead() {
        return ahead::remove(conn, tenant, group, source, connection, members).await;
    }
    let mut removed = Vec::new();
    for members in members.chunks(CHUNK) {
        let statement = Builder::new("DELETE FROM memberships WHERE tenant_id = ").bind(tenant);
        let statement = among(within(statement, group, source, connection), members).push(RETURNING);
        removed.extend(read_all(&statement.build().changed_rows(conn).await?)?);
        let people: Vec<UserId> = members.iter().filter_map(|member| member.user()).collect();
        if !people.is_empty() {
            former::forget(conn, tenant, group, source, connection, Some(&people)).await?;
        }
    }
    Ok(removed)
}

/// Removes all of a source's rows from a group; answers them.
///
/// # Errors
/// The store's own.
pub async fn remove_all(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
) -> Result<Vec<Membership>, StoreError> {
    former::forget(conn, tenant, group, source, connection, None).await?;
    let statement = Builder::new("DELETE FROM memberships WHERE tenant_id = ").bind(tenant);
    let statement = within(statement, group, source, connection).push(RETURNING);
    read_all(&statement.build().changed_rows(conn).await?)
}

/// Removes every row of a group, and every row in which it is a member (the group is being deleted).
///
/// # Errors
/// The store's own.
pub async fn remove_group(conn: &mut Conn, tenant: TenantId, group: GroupId) -> Result<(), StoreError> {
    sql("DELETE FROM memberships WHERE tenant_id = $1 AND (group_id = $2 OR member_id = $2)")
        .bind(tenant)
        .bind(group)
        .post(conn)
        .await?;
    former::forget_group(conn, tenant, group).await
}

/// Removes a person's rows of one source and connection; answers them.
///
/// # Errors
/// The store's own.
pub async fn remove_of_user(
    conn: &mut Conn,
    tenant: TenantId,
    user: UserId,
    source: Source,
    connection: Option<ConnectionId>,
) -> Result<Vec<Membership>, StoreError> {
    let rows =
        sql("DELETE FROM memberships WHERE tenant_id = $1 AND member_id = $2 AND source = $3 AND connection_key = $4
                    RETURNING group_id, member_kind, member_id, role, source, connection_key, display")
        .bind(tenant)
        .bind(user)
        .bind(source.as_str())
        .bind(connection_key(connection))
        .changed_rows(conn)
        .await?;
    read_all(&rows)
}

/// Removes a person from everywhere; answers the groups that lost them, each once.
///
/// # Errors
/// The store's own.
pub async fn remove_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<Vec<GroupId>, StoreError> {
    let rows = sql("DELETE FROM memberships WHERE tenant_id = $1 AND member_id = $2 RETURNING group_id")
        .bind(tenant)
        .bind(user)
        .changed_rows(conn)
        .await?;
    let mut groups =
        rows.iter().map(|row| row.fields("memberships").parsed("group_id")).collect::<Result<Vec<GroupId>, _>>()?;
    groups.sort_unstable();
    groups.dedup();
    Ok(groups)
}

/// A group's members of one source in key order, after the given one, at most `limit`; each member once, whatever its roles.
///
/// # Errors
/// The store's own.
pub async fn page_of_group(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<Membership>, StoreError> {
    let statement = Builder::new(
        "SELECT group_id, member_kind, member_id, min(role) AS role, source, connection_key, min(display) AS display
         FROM memberships WHERE tenant_id = ",
    );
    let mut statement = within(statement.bind(tenant), group, source, connection);
    if let Some(after) = after {
        let (kind, id) = member_key(after);
        statement = statement.push(" AND (member_kind, member_id) > (").bind(kind).push(", ").bind(id).push(")");
    }
    let statement = statement.push(
        " GROUP BY group_id, member_kind, member_id, source, connection_key ORDER BY group_id, member_kind, member_id, source, connection_key LIMIT ",
    );
    statement.bind(limit).build().rows(conn).await?.iter().map(|row| read(&mut row.fields("memberships"))).collect()
}

/// A group's pushed members that are rows for the given ids (to learn which exist already).
///
/// # Errors
/// The store's own.
pub async fn existing(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
    members: &[MemberId],
) -> Result<Vec<Membership>, StoreError> {
    let mut found = Vec::new();
    for members in members.chunks(CHUNK) {
        found.extend(read_all(&looking_for(tenant, group, source, connection, members).rows(conn).await?)?);
    }
    Ok(found)
}

/// What [`existing`] reads, of at most [`CHUNK`] members.
pub(super) fn looking_for(
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
    members: &[MemberId],
) -> Statement {
    let statement = Builder::new(
        "SELECT group_id, member_kind, member_id, role, source, connection_key, display FROM memberships WHERE tenant_id = ",
    );
    let statement = among(within(statement.bind(tenant), group, source, connection), members).build();
    // Whatever changes a group's own memberships concerns everything.
    statement.about(Key::people(tenant, members.iter().filter_map(|member| member.user())))
}

/// One row of what people (or groups) belong to, with the group's name.
#[derive(Debug, Clone, PartialEq)]
pub struct Belonging {
    /// The row itself.
    pub membership: Membership,
    /// The group's displayName.
    pub group_name: String,
    /// The connection that pushed the group.
    pub group_connection: Option<ConnectionId>,
    /// The platform's root group, which is not shown over SCIM.
    pub group_is_root: bool,
    /// The group is itself a member of groups.
    pub group_is_nested: bool,
    /// Its connection maps the group to others, so that it is no group of the platform itself.
    pub group_is_mapped: bool,
}

/// All groups that directly hold these members, all sources: one query. In order of member and group.
///
/// # Errors
/// The store's own.
pub async fn of_members(conn: &mut Conn, tenant: TenantId, members: &[MemberId]) -> Result<Vec<Belonging>, StoreError> {
    let mut found = Vec::new();
    for members in members.chunks(CHUNK) {
        let statement = belonging(tenant).within(members.iter().map(|id| member_key(*id).1));
        let people = members.iter().filter_map(|member| member.user());
        let keys: Vec<Key> = people.map(|user| Key::person(tenant, user)).collect();
        let statement = in_order(statement).build();
        // A group's own memberships have no key.
        let statement = if keys.len() == members.len() { statement.about(keys) } else { statement };
        for row in statement.rows(conn).await? {
            found.push(read_belonging(&row)?);
        }
    }
    Ok(found)
}

/// The beginning of a query for the memberships of certain members, up to the id.
pub(super) fn belonging(tenant: TenantId) -> Builder {
    let statement = Builder::new(
        "SELECT m.group_id, m.member_kind, m.member_id, m.role, m.source, m.connection_key, m.display,
                g.display_name, g.connection_id, g.is_root,
                EXISTS (SELECT 1 FROM memberships n WHERE n.tenant_id = m.tenant_id AND n.member_id = m.group_id) AS is_nested,
                EXISTS (SELECT 1 FROM group_mappings p WHERE p.tenant_id = g.tenant_id AND p.connection_id = g.connection_key
                                                         AND p.pushed_key = g.display_name_key) AS is_mapped
         FROM memberships m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
         WHERE m.tenant_id = ",
    );
    statement.bind(tenant).push(" AND m.member_id")
}

/// The end of such a query.
pub(super) fn in_order(statement: Builder) -> Builder {
    statement.push(" ORDER BY m.member_id, m.group_id, m.source, m.role")
}

/// A group that holds another one, directly or through others.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// The group that is held.
    pub held: GroupId,
    /// The group that holds it.
    pub group: GroupId,
    /// Its displayName.
    pub name: String,
    /// The connection that pushed it.
    pub connection: Option<ConnectionId>,
    /// The platform's root group.
    pub is_root: bool,
}

/// All groups above these, each once for each of them, whatever the depth; circles end where they began.
///
/// # Errors
/// The store's own.
pub async fn holders(conn: &mut Conn, tenant: TenantId, groups: &[GroupId]) -> Result<Vec<Holder>, StoreError> {
    let mut found = Vec::new();
    for groups in groups.chunks(CHUNK) {
        let statement = Builder::new(
            "WITH RECURSIVE above (held, group_id) AS (
                SELECT m.member_id, m.group_id FROM memberships m WHERE m.tenant_id = ",
        );
        let statement = statement.bind(tenant).push(" AND m.member_id").within(groups.iter().copied());
        let statement = statement.push(
            "   UNION
                SELECT a.held, m.group_id FROM above a JOIN memberships m ON m.tenant_id = $1 AND m.member_id = a.group_id
             )
             SELECT a.held, a.group_id, g.display_name, g.connection_id, g.is_root
             FROM above a JOIN groups g ON g.tenant_id = $1 AND g.id = a.group_id
             ORDER BY a.held, a.group_id",
        );
        for row in statement.build().rows(conn).await? {
            let mut fields = row.fields("memberships");
            found.push(Holder {
                held: fields.parsed("held")?,
                group: fields.parsed("group_id")?,
                name: fields.text("display_name")?,
                connection: fields.opt_parsed("connection_id")?,
                is_root: fields.flag("is_root")?,
            });
        }
    }
    Ok(found)
}

/// A membership row with the name its member is shown by: displayName, else userName.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The row itself.
    pub membership: Membership,
    /// The member's name; none for a member that is gone.
    pub name: Option<String>,
}

/// All rows of these groups of one source and connection, in order of group and member: one query.
///
/// # Errors
/// The store's own.
pub async fn of_groups(
    conn: &mut Conn,
    tenant: TenantId,
    groups: &[GroupId],
    source: Source,
    connection: ConnectionId,
) -> Result<Vec<Named>, StoreError> {
    let mut found = Vec::new();
    for groups in groups.chunks(CHUNK) {
        let statement = Builder::new(
            "SELECT m.group_id, m.member_kind, m.member_id, m.role, m.source, m.connection_key, m.display,
                    coalesce(nullif(u.display_name, ''), u.user_name, g.display_name) AS name
             FROM memberships m
             LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.member_id
             LEFT JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.member_id
             WHERE m.tenant_id = ",
        );
        let statement = statement.bind(tenant).push(" AND m.group_id").within(groups.iter().copied());
        let statement = statement.push(" AND m.source = ").bind(source.as_str());
        let statement = statement.push(" AND m.connection_key = ").bind(connection);
        let statement = statement.push(" ORDER BY m.group_id, m.member_kind, m.member_id, m.role");
        for row in statement.build().rows(conn).await? {
            found.push(read_named(&mut row.fields("memberships"))?);
        }
    }
    Ok(found)
}

/// A group's members of one source and connection in key order, after the given one, at most `limit`; each member once.
///
/// # Errors
/// The store's own.
pub async fn named_page(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: ConnectionId,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<Named>, StoreError> {
    let statement = naming(Builder::new("SELECT "), tenant, group, source, connection, after).bind(limit).build();
    statement.rows(conn).await?.iter().map(|row| read_named(&mut row.fields("memberships"))).collect()
}

/// All members of a group of one source and connection in key order, each once, where there are at most `most`; `None` where there are more.
///
/// # Errors
/// The store's own.
pub async fn few_named(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: ConnectionId,
    most: i64,
) -> Result<Option<Vec<Named>>, StoreError> {
    let counted = |statement: Builder| {
        let found = "SELECT count(*) FROM (SELECT DISTINCT member_kind, member_id FROM memberships WHERE tenant_id = ";
        let found = within(statement.push(found).bind(tenant), group, source, Some(connection));
        found.push(" LIMIT ").bind(most.saturating_add(1)).push(") AS found")
    };
    if dialect::plans_by_limit(conn.engine()) {
        let count = counted(Builder::default()).build().number(conn).await?;
        let is_few = i64::try_from(count).is_ok_and(|count| count <= most);
        if !is_few {
            return Ok(None);
        }
        return named_page(conn, tenant, group, source, connection, None, most).await.map(Some);
    }
    let statement = counted(Builder::new("WITH counted (members) AS MATERIALIZED ("));
    let statement = statement.push(") SELECT (SELECT members FROM counted) AS members, ");
    let statement = naming(statement, tenant, group, source, connection, None);
    // Of too many, one tells that.
    let statement = statement.push("(SELECT CASE WHEN members > ").bind(most).push(" THEN 1 ELSE ").bind(most);
    let rows = statement.push(" END FROM counted)").build().rows(conn).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut fields = row.fields("memberships");
        if fields.int("members")? > most {
            return Ok(None);
        }
        found.push(read_named(&mut fields)?);
    }
    Ok(Some(found))
}

/// A query's columns, and all of it up to the limit: the members after the given one.
fn naming(
    statement: Builder,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: ConnectionId,
    after: Option<MemberId>,
) -> Builder {
    let statement = statement.push(
        "m.group_id, m.member_kind, m.member_id, min(m.role) AS role, m.source, m.connection_key, min(m.display) AS display,
                min(coalesce(nullif(u.display_name, ''), u.user_name, g.display_name)) AS name
         FROM memberships m
         LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.member_id
         LEFT JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.member_id
         WHERE m.tenant_id = ",
    );
    let statement = statement.bind(tenant).push(" AND m.group_id = ").bind(group);
    let statement = statement.push(" AND m.source = ").bind(source.as_str());
    let mut statement = statement.push(" AND m.connection_key = ").bind(connection);
    if let Some(after) = after {
        let (kind, id) = member_key(after);
        statement = statement.push(" AND (m.member_kind, m.member_id) > (").bind(kind).push(", ").bind(id).push(")");
    }
    // The order is the grouping's own, or SQLite would sort all that is left for every page.
    statement.push(
        " GROUP BY m.group_id, m.member_kind, m.member_id, m.source, m.connection_key ORDER BY m.group_id, m.member_kind, m.member_id, m.source, m.connection_key LIMIT ",
    )
}

/// How a member is stored. Ids are unique over both kinds.
pub(super) fn member_key(member: MemberId) -> (&'static str, String) {
    match member {
        MemberId::User(id) => ("user", id.to_string()),
        MemberId::Group(id) => ("group", id.to_string()),
    }
}

/// The rows of these members, each id once, so that the primary key leads to each.
fn among(statement: Builder, members: &[MemberId]) -> Builder {
    let ids: BTreeSet<String> = members.iter().map(|member| member_key(*member).1).collect();
    statement.push(" AND member_kind IN ('group', 'user') AND member_id").within(ids.into_iter())
}

/// One source's rows of a group.
fn within(statement: Builder, group: GroupId, source: Source, connection: Option<ConnectionId>) -> Builder {
    statement
        .push(" AND group_id = ")
        .bind(group)
        .push(" AND source = ")
        .bind(source.as_str())
        .push(" AND connection_key = ")
        .bind(connection_key(connection))
}

pub(super) fn read_all(rows: &[Row]) -> Result<Vec<Membership>, StoreError> {
    rows.iter().map(|row| read(&mut row.fields("memberships"))).collect()
}

fn read(fields: &mut Fields<'_>) -> Result<Membership, StoreError> {
    let group = fields.parsed("group_id")?;
    let is_user = fields.word("member_kind", |kind| match kind {
        "user" => Some(true),
        "group" => Some(false),
        _ => None,
    })?;
    Ok(Membership {
        group,
        member: if is_user {
            MemberId::User(fields.parsed("member_id")?)
        } else {
            MemberId::Group(fields.parsed("member_id")?)
        },
        role: fields.parsed("role")?,
        source: fields.word("source", Source::parse)?,
        connection: fields.key("connection_key")?,
        display: fields.opt_text("display")?,
    })
}

fn read_named(fields: &mut Fields<'_>) -> Result<Named, StoreError> {
    Ok(Named { membership: read(fields)?, name: fields.opt_text("name")? })
}

pub(super) fn read_belonging(row: &Row) -> Result<Belonging, StoreError> {
    let mut fields = row.fields("memberships");
    Ok(Belonging {
        membership: read(&mut fields)?,
        group_name: fields.text("display_name")?,
        group_connection: fields.opt_parsed("connection_id")?,
        group_is_root: fields.flag("is_root")?,
        group_is_nested: fields.flag("is_nested")?,
        group_is_mapped: fields.flag("is_mapped")?,
    })
}
