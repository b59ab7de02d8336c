//! Sign-in sessions, by digest only.

use super::{Conn, StoreError};
use crate::domain::{TenantId, UserId};
use jiff::Timestamp;

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Session {
    pub digest: String,
    pub tenant: TenantId,
    pub user: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn insert(_conn: &mut Conn, _session: &Session) -> Result<(), StoreError> {
    todo!()
}
pub async fn find(_conn: &mut Conn, _digest: &str) -> Result<Option<Session>, StoreError> {
    todo!()
}
pub async fn delete(_conn: &mut Conn, _digest: &str) -> Result<(), StoreError> {
    todo!()
}
pub async fn delete_of_user(_conn: &mut Conn, _tenant: TenantId, _user: UserId) -> Result<u64, StoreError> {
    todo!()
}
/// Removes sessions that expired before `now`.
pub async fn delete_expired(_conn: &mut Conn, _now: Timestamp) -> Result<u64, StoreError> {
    todo!()
}
