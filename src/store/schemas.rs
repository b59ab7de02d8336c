//! A tenant's own extension schemas.

use super::{Conn, StoreError};
use crate::{domain::TenantId, scim::Kind};
use jiff::Timestamp;
use serde_json::Value;

/// Inserts or replaces by URN.
pub async fn put(
    _conn: &mut Conn,
    _tenant: TenantId,
    _urn: &str,
    _kind: Kind,
    _definition: &Value,
    _at: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}
pub async fn list(_conn: &mut Conn, _tenant: TenantId) -> Result<Vec<(Value, Kind)>, StoreError> {
    todo!()
}
