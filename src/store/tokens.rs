//! Bearer tokens, by digest only.

use super::{Conn, StoreError};
use crate::domain::{ConnectionId, GroupId, TenantId, TokenId, UserId};
use jiff::Timestamp;

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Scim,
    Api,
}

/// A token as stored; the secret itself is nowhere.
#[derive(Debug, Clone)]
pub struct Token {
    pub tenant: TenantId,
    pub id: TokenId,
    pub name: String,
    pub scope: Scope,
    /// Keyed digest of the secret, lower-case hexadecimal.
    pub digest: String,
    pub connection: Option<ConnectionId>,
    pub user: Option<UserId>,
    pub group: Option<GroupId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

pub async fn insert(_conn: &mut Conn, _token: &Token) -> Result<(), StoreError> {
    todo!()
}
pub async fn find_by_digest(_conn: &mut Conn, _digest: &str) -> Result<Option<Token>, StoreError> {
    todo!()
}
pub async fn find_by_name(_conn: &mut Conn, _tenant: TenantId, _name: &str) -> Result<Vec<Token>, StoreError> {
    todo!()
}
pub async fn list(_conn: &mut Conn, _tenant: TenantId) -> Result<Vec<Token>, StoreError> {
    todo!()
}
/// Sets expiry and revocation as the value says.
pub async fn update(_conn: &mut Conn, _token: &Token) -> Result<(), StoreError> {
    todo!()
}
