//! Groups (their members are in `memberships`).

use super::{Conn, StoreError, filter::Predicate};
use crate::domain::{ConnectionId, GroupId, TenantId, group::Group};

/// What a SCIM connection may see: its own groups and the platform's; never the root group.
#[derive(Debug, Clone, Copy)]
pub enum View {
    Connection(ConnectionId),
    Everything,
}

pub async fn insert(_conn: &mut Conn, _group: &Group) -> Result<(), StoreError> {
    todo!()
}
pub async fn update(_conn: &mut Conn, _group: &Group) -> Result<(), StoreError> {
    todo!()
}
/// Advances version and modification time only.
pub async fn touch(
    _conn: &mut Conn,
    _tenant: TenantId,
    _ids: &[GroupId],
    _at: jiff::Timestamp,
) -> Result<(), StoreError> {
    todo!()
}
pub async fn delete(_conn: &mut Conn, _tenant: TenantId, _id: GroupId) -> Result<(), StoreError> {
    todo!()
}
pub async fn find(_conn: &mut Conn, _tenant: TenantId, _id: GroupId) -> Result<Option<Group>, StoreError> {
    todo!()
}
/// As `find`, holding the row against other writers.
pub async fn lock(_conn: &mut Conn, _tenant: TenantId, _id: GroupId) -> Result<Option<Group>, StoreError> {
    todo!()
}
pub async fn find_many(_conn: &mut Conn, _tenant: TenantId, _ids: &[GroupId]) -> Result<Vec<Group>, StoreError> {
    todo!()
}
pub async fn find_root(_conn: &mut Conn, _tenant: TenantId) -> Result<Option<Group>, StoreError> {
    todo!()
}
/// Groups of this folded name in the view, root never.
pub async fn find_by_display_name(
    _conn: &mut Conn,
    _tenant: TenantId,
    _view: View,
    _key: &str,
) -> Result<Vec<Group>, StoreError> {
    todo!()
}
pub async fn count(
    _conn: &mut Conn,
    _tenant: TenantId,
    _view: View,
    _predicate: &Predicate,
) -> Result<u64, StoreError> {
    todo!()
}
/// A page in id order.
pub async fn page(
    _conn: &mut Conn,
    _tenant: TenantId,
    _view: View,
    _predicate: &Predicate,
    _from: From,
    _limit: u64,
) -> Result<Vec<Group>, StoreError> {
    todo!()
}
/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub enum From {
    Offset(u64),
    After(GroupId),
}
