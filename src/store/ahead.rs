//! What a write that runs ahead of its turn ([`super::draft`]) does in another way. It reads in one go what it is going to look at. And of a few
//! people more or less in a group it looks who is there, and then says which rows come and which go, where a write in its turn asks what came
//! of that.

use super::{
    Conn, StoreError,
    conn::{Statement, sql},
    former,
    groups::{self, connection_key},
    invitations,
    keys::Key,
    mappings,
    memberships::{self, Inserted, existing, insertion, key, looking_for, member_key},
    notifications, users,
};
use crate::domain::{
    ConnectionId, GroupId, TenantId, UserId,
    group::{MemberId, Membership},
    role::Source,
};
use jiff::Timestamp;

impl Conn {
    /// Reads in one go what a change of a few members that a connection pushes looks at: the group, those of the newcomers who are live, which of
    /// the members are in it already, and whether anything is mapped. A write in its turn reads each when it comes to it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn foresee_members(
        &mut self,
        tenant: TenantId,
        group: GroupId,
        connection: ConnectionId,
        newcomers: &[UserId],
        members: &[MemberId],
    ) -> Result<(), StoreError> {
        let mut reads = vec![groups::locking(self, tenant, group)];
        if !newcomers.is_empty() {
            reads.push(users::holding_live(self, tenant, newcomers));
        }
        reads.push(looking_for(tenant, group, Source::IdpMembers, Some(connection), members));
        reads.push(mappings::locking(tenant));
        self.foresee(reads).await
    }

    /// The same of what ends with somebody's access: the live invitation, and the mails that have not left.
    ///
    /// # Errors
    /// The store's own.
    pub async fn foresee_farewell(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        self.foresee(vec![invitations::live(tenant, user), notifications::counting_open(tenant, user, None)]).await
    }
}

/// As [`memberships::insert`], of rows each of which is there once.
pub(super) async fn insert(
    conn: &mut Conn,
    tenant: TenantId,
    rows: &[&Membership],
    at: Timestamp,
) -> Result<Inserted, StoreError> {
    let mut inserted = Inserted::default();
    for rows in rows.chunk_by(|one, next| lists(one) == lists(next)) {
        let Some((group, source, connection)) = rows.first().map(|row| lists(row)) else { continue };
        let members: Vec<MemberId> = rows.iter().map(|row| row.member).collect();
        let present = existing(conn, tenant, group, source, connection, &members).await?;
        let of_before = |row: &Membership| present.iter().find(|before| key(before) == key(row));
        let (old, new): (Vec<&Membership>, Vec<_>) = rows.iter().partition(|row| of_before(row).is_some());
        let is_renamed = |row: &&Membership| {
            row.display.is_some() && of_before(row).is_some_and(|before| before.display != row.display)
        };
        let renamed: Vec<&Membership> = old.into_iter().filter(is_renamed).collect();
        if !new.is_empty() {
            of(insertion(tenant, &new, at).build(), tenant, &new).post(conn).await?;
        }
        if !renamed.is_empty() {
            let statement = insertion(tenant, &renamed, at).push(memberships::SHOWING).build();
            of(statement, tenant, &renamed).post(conn).await?;
        }
        inserted.touched += (new.len() + renamed.len()) as u64;
        inserted.added.extend(new.into_iter().cloned());
    }
    Ok(inserted)
}

/// As [`memberships::remove`].
pub(super) async fn remove(
    conn: &mut Conn,
    tenant: TenantId,
    group: GroupId,
    source: Source,
    connection: Option<ConnectionId>,
    members: &[MemberId],
) -> Result<Vec<Membership>, StoreError> {
    let present = existing(conn, tenant, group, source, connection, members).await?;
    for row in &present {
        let (kind, id) = member_key(row.member);
        let statement = sql("DELETE FROM memberships
                             WHERE tenant_id = $1 AND group_id = $2 AND member_kind = $3 AND member_id = $4 AND source = $5
                               AND connection_key = $6 AND role = $7")
        .bind(tenant)
        .bind(group)
        .bind(kind)
        .bind(id)
        .bind(source.as_str())
        .bind(connection_key(connection))
        .bind(row.role.as_str());
        of(statement, tenant, &[row]).post(conn).await?;
    }
    // Those worded alike are written together.
    for user in members.iter().filter_map(|member| member.user()) {
        former::forget(conn, tenant, group, source, connection, Some(&[user])).await?;
    }
    Ok(present)
}

/// The list a row stands in.
fn lists(row: &Membership) -> (GroupId, Source, Option<ConnectionId>) {
    (row.group, row.source, row.connection)
}

/// Says what a change of these rows changes. Which groups a group is in concerns who is in those above it, so that nothing is said.
fn of(statement: Statement, tenant: TenantId, rows: &[&Membership]) -> Statement {
    let people: Option<Vec<UserId>> = rows.iter().map(|row| row.member.user()).collect();
    let Some(people) = people else { return statement };
    let groups = rows.iter().map(|row| Key::group(tenant, row.group));
    statement.about(Key::people(tenant, people.into_iter()).into_iter().chain(groups).collect::<Vec<_>>())
}
