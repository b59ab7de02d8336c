//! Who is in which group, by whose word.

use super::{Conn, StoreError};
use crate::domain::{
    ConnectionId, GroupId, TenantId, UserId,
    group::{MemberId, Membership},
    role::Source,
};
use jiff::Timestamp;

/// Inserts rows, leaving those that exist but updating their display; answers how many rows were new or changed.
pub async fn insert(
    _conn: &mut Conn,
    _tenant: TenantId,
    _rows: &[Membership],
    _at: Timestamp,
) -> Result<u64, StoreError> {
    todo!()
}
/// Removes a source's rows of these members (all roles) from a group; answers how many went.
pub async fn remove(
    _conn: &mut Conn,
    _tenant: TenantId,
    _group: GroupId,
    _source: Source,
    _connection: Option<ConnectionId>,
    _members: &[MemberId],
) -> Result<u64, StoreError> {
    todo!()
}
/// Removes all of a source's rows from a group.
pub async fn remove_all(
    _conn: &mut Conn,
    _tenant: TenantId,
    _group: GroupId,
    _source: Source,
    _connection: Option<ConnectionId>,
) -> Result<u64, StoreError> {
    todo!()
}
/// Removes every row of a group, and every row in which it is a member (the group is being deleted).
pub async fn remove_group(_conn: &mut Conn, _tenant: TenantId, _group: GroupId) -> Result<(), StoreError> {
    todo!()
}
/// Removes a person's rows of one source and connection.
pub async fn remove_of_user(
    _conn: &mut Conn,
    _tenant: TenantId,
    _user: UserId,
    _source: Source,
    _connection: Option<ConnectionId>,
) -> Result<u64, StoreError> {
    todo!()
}
/// Removes a person from everywhere; answers the groups that lost them.
pub async fn remove_user(_conn: &mut Conn, _tenant: TenantId, _user: UserId) -> Result<Vec<GroupId>, StoreError> {
    todo!()
}
/// A group's members of one source in key order, after the given one, at most `limit`.
pub async fn page_of_group(
    _conn: &mut Conn,
    _tenant: TenantId,
    _group: GroupId,
    _source: Source,
    _connection: Option<ConnectionId>,
    _after: Option<MemberId>,
    _limit: i64,
) -> Result<Vec<Membership>, StoreError> {
    todo!()
}
/// How many members of one source a group has, counted up to `limit`.
pub async fn count_of_group(
    _conn: &mut Conn,
    _tenant: TenantId,
    _group: GroupId,
    _source: Source,
    _connection: Option<ConnectionId>,
    _limit: i64,
) -> Result<u64, StoreError> {
    todo!()
}
/// A group's pushed members that are rows for the given ids (to learn which exist already).
pub async fn existing(
    _conn: &mut Conn,
    _tenant: TenantId,
    _group: GroupId,
    _source: Source,
    _connection: Option<ConnectionId>,
    _members: &[MemberId],
) -> Result<Vec<Membership>, StoreError> {
    todo!()
}
/// One row of what people (or groups) belong to, with the group's name.
#[derive(Debug, Clone)]
pub struct Belonging {
    pub membership: Membership,
    pub group_name: String,
    pub group_connection: Option<ConnectionId>,
    pub group_is_root: bool,
}
/// All groups that directly hold these members, all sources: one query.
pub async fn of_members(
    _conn: &mut Conn,
    _tenant: TenantId,
    _members: &[MemberId],
) -> Result<Vec<Belonging>, StoreError> {
    todo!()
}
/// A membership row with the name its member is shown by: displayName, else userName.
#[derive(Debug, Clone)]
pub struct Named {
    pub membership: Membership,
    pub name: Option<String>,
}
/// All rows of these groups of one source and connection, in member order: one query.
pub async fn of_groups(_conn: &mut Conn, _tenant: TenantId, _groups: &[GroupId], _source: Source, _connection: ConnectionId) -> Result<Vec<Named>, StoreError> {
    todo!()
}
