//! Connections and their group mappings.

use super::{Conn, StoreError};
use crate::domain::{
    ConnectionId, TenantId,
    connection::{Connection, GroupMapping},
};
use jiff::Timestamp;

pub async fn insert(_conn: &mut Conn, _connection: &Connection, _at: Timestamp) -> Result<(), StoreError> {
    todo!()
}
pub async fn update(_conn: &mut Conn, _connection: &Connection) -> Result<(), StoreError> {
    todo!()
}
pub async fn find(_conn: &mut Conn, _tenant: TenantId, _id: ConnectionId) -> Result<Option<Connection>, StoreError> {
    todo!()
}
pub async fn find_by_name(_conn: &mut Conn, _tenant: TenantId, _name: &str) -> Result<Option<Connection>, StoreError> {
    todo!()
}
pub async fn list(_conn: &mut Conn, _tenant: TenantId) -> Result<Vec<Connection>, StoreError> {
    todo!()
}
pub async fn insert_mapping(
    _conn: &mut Conn,
    _tenant: TenantId,
    _connection: ConnectionId,
    _mapping: &GroupMapping,
) -> Result<(), StoreError> {
    todo!()
}
pub async fn list_mappings(
    _conn: &mut Conn,
    _tenant: TenantId,
    _connection: ConnectionId,
) -> Result<Vec<GroupMapping>, StoreError> {
    todo!()
}
