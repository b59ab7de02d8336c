//! People.

use super::{Conn, StoreError, filter::Predicate};
use crate::domain::{ConnectionId, TenantId, UserId, user::User};
use jiff::Timestamp;

/// Inserts the row and its email index rows (from `document.emails`).
pub async fn insert(_conn: &mut Conn, _user: &User) -> Result<(), StoreError> {
    todo!()
}
/// Writes the whole row; email index rows only where the document's emails differ from `before`'s.
pub async fn update(_conn: &mut Conn, _before: &User, _user: &User) -> Result<(), StoreError> {
    todo!()
}
/// Any row, tombstones included.
pub async fn find(_conn: &mut Conn, _tenant: TenantId, _id: UserId) -> Result<Option<User>, StoreError> {
    todo!()
}
/// As `find`, holding the row against other writers until the transaction ends (`FOR UPDATE` on PostgreSQL).
pub async fn lock(_conn: &mut Conn, _tenant: TenantId, _id: UserId) -> Result<Option<User>, StoreError> {
    todo!()
}
/// One query: several people, any state, in no particular order.
pub async fn find_many(_conn: &mut Conn, _tenant: TenantId, _ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    todo!()
}
/// The listed person (live, or a tombstone that still holds the name) of a folded userName.
pub async fn find_by_user_name(
    _conn: &mut Conn,
    _tenant: TenantId,
    _user_name_key: &str,
) -> Result<Option<User>, StoreError> {
    todo!()
}
/// Live people who have this folded address among their emails (at most `limit`).
pub async fn find_by_email(
    _conn: &mut Conn,
    _tenant: TenantId,
    _email_key: &str,
    _limit: i64,
) -> Result<Vec<User>, StoreError> {
    todo!()
}
/// How many listed people match the SQL part of a filter.
pub async fn count(_conn: &mut Conn, _tenant: TenantId, _predicate: &Predicate) -> Result<u64, StoreError> {
    todo!()
}
/// A page of listed people in id order: those after `after`, or skipping `offset`.
pub async fn page(
    _conn: &mut Conn,
    _tenant: TenantId,
    _predicate: &Predicate,
    _from: From,
    _limit: u64,
) -> Result<Vec<User>, StoreError> {
    todo!()
}
/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub enum From {
    Offset(u64),
    After(UserId),
}
/// Live people of any tenant whose deletion instant is at or before `now`, oldest first.
pub async fn due_for_deletion(
    _conn: &mut Conn,
    _now: Timestamp,
    _limit: i64,
) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    todo!()
}
/// Live people whose deletion instant is at or before `until` and whose date was not warned of.
pub async fn due_for_warning(
    _conn: &mut Conn,
    _until: Timestamp,
    _limit: i64,
) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    todo!()
}
/// People whose start instant has come.
pub async fn due_for_start(
    _conn: &mut Conn,
    _now: Timestamp,
    _limit: i64,
) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    todo!()
}
/// Newest tombstone of this connection and externalId, for people who come back.
pub async fn find_tombstone(
    _conn: &mut Conn,
    _tenant: TenantId,
    _connection: ConnectionId,
    _external_id: &str,
) -> Result<Option<User>, StoreError> {
    todo!()
}
/// How many live people are platform administrators (admin on the root group or owner), the given one left out.
pub async fn count_other_administrators(
    _conn: &mut Conn,
    _tenant: TenantId,
    _except: UserId,
) -> Result<u64, StoreError> {
    todo!()
}
