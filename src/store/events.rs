//! The event feed.

use super::{Conn, StoreError};
use crate::domain::{TenantId, event::Event};
use jiff::Timestamp;

/// Appends events in order with one statement.
pub async fn append(_conn: &mut Conn, _tenant: TenantId, _at: Timestamp, _events: &[Event]) -> Result<(), StoreError> {
    todo!()
}
/// Kinds and data of a person's events, oldest first.
pub async fn of_user(
    _conn: &mut Conn,
    _tenant: TenantId,
    _user: crate::domain::UserId,
) -> Result<Vec<(String, serde_json::Value)>, StoreError> {
    todo!()
}
