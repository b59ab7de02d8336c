//! Tenants and the access epoch.

use super::{Conn, StoreError};
use crate::domain::{TenantId, tenant::Tenant};
use jiff::Timestamp;

pub async fn insert(_conn: &mut Conn, _tenant: &Tenant, _at: Timestamp) -> Result<(), StoreError> {
    todo!()
}
pub async fn update(_conn: &mut Conn, _tenant: &Tenant) -> Result<(), StoreError> {
    todo!()
}
pub async fn find(_conn: &mut Conn, _id: TenantId) -> Result<Option<Tenant>, StoreError> {
    todo!()
}
pub async fn find_by_slug(_conn: &mut Conn, _slug: &str) -> Result<Option<Tenant>, StoreError> {
    todo!()
}
pub async fn list(_conn: &mut Conn) -> Result<Vec<Tenant>, StoreError> {
    todo!()
}
/// Tells every process to drop what it caches of tokens, settings and schemas.
pub async fn bump_epoch(_conn: &mut Conn) -> Result<(), StoreError> {
    todo!()
}
