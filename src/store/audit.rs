//! Who did what to whom.

use super::{Conn, StoreError};
use crate::domain::TenantId;
use jiff::Timestamp;
use serde_json::Value;

/// One audit row; no secrets, attribute names rather than values.
#[derive(Debug, Clone)]
pub struct Entry {
    pub actor: String,
    pub action: &'static str,
    pub target: Option<String>,
    pub request_id: Option<String>,
    pub detail: Value,
}

/// Appends entries in order with one statement.
pub async fn append(_conn: &mut Conn, _tenant: TenantId, _at: Timestamp, _entries: &[Entry]) -> Result<(), StoreError> {
    todo!()
}
