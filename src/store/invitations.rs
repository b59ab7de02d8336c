//! Invitations.

use super::{Conn, StoreError};
use crate::domain::{InvitationId, TenantId, UserId, invitation::Invitation};
use jiff::Timestamp;

pub async fn insert(_conn: &mut Conn, _invitation: &Invitation) -> Result<(), StoreError> {
    todo!()
}
pub async fn update(_conn: &mut Conn, _invitation: &Invitation) -> Result<(), StoreError> {
    todo!()
}
pub async fn find(_conn: &mut Conn, _tenant: TenantId, _id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    todo!()
}
/// As `find`, holding the row against other writers.
pub async fn lock(_conn: &mut Conn, _tenant: TenantId, _id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    todo!()
}
pub async fn find_many(
    _conn: &mut Conn,
    _tenant: TenantId,
    _ids: &[InvitationId],
) -> Result<Vec<Invitation>, StoreError> {
    todo!()
}
/// The person's live invitation (scheduled or pending).
pub async fn find_live(_conn: &mut Conn, _tenant: TenantId, _user: UserId) -> Result<Option<Invitation>, StoreError> {
    todo!()
}
/// Pending invitations of any tenant that expire at or before `now`.
pub async fn due_for_expiry(
    _conn: &mut Conn,
    _now: Timestamp,
    _limit: i64,
) -> Result<Vec<(TenantId, InvitationId)>, StoreError> {
    todo!()
}
/// The tenant that holds an invitation: links name the invitation only.
pub async fn find_tenant(_conn: &mut Conn, _id: InvitationId) -> Result<Option<TenantId>, StoreError> {
    todo!()
}
