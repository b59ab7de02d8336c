//! The billing ledger.

use super::{Conn, StoreError};
use crate::domain::{TenantId, UserId, billing::Interval};
use jiff::Timestamp;

/// Opens an interval unless one is open.
pub async fn open(_conn: &mut Conn, _tenant: TenantId, _user: UserId, _at: Timestamp) -> Result<(), StoreError> {
    todo!()
}
/// Ends the open interval, if any.
pub async fn close(_conn: &mut Conn, _tenant: TenantId, _user: UserId, _at: Timestamp) -> Result<(), StoreError> {
    todo!()
}
pub async fn of_user(_conn: &mut Conn, _tenant: TenantId, _user: UserId) -> Result<Vec<Interval>, StoreError> {
    todo!()
}
