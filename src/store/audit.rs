//! Who did what to whom.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder},
};
use crate::domain::TenantId;
use jiff::Timestamp;
use serde_json::Value;

/// One audit row; no secrets, attribute names rather than values.
#[derive(Debug, Clone)]
pub struct Entry {
    /// A token's or a person's name, or the part of the server that acted.
    pub actor: String,
    /// The verb.
    pub action: &'static str,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// The request it came with.
    pub request_id: Option<String>,
    /// What else is to be known.
    pub detail: Value,
}

/// Appends entries in order with one statement.
///
/// # Errors
/// The store's own.
pub async fn append(conn: &mut Conn, tenant: TenantId, at: Timestamp, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows = entries.iter().map(|entry| {
        [
            tenant.into_value(),
            at.into_value(),
            entry.actor.as_str().into_value(),
            entry.action.into_value(),
            entry.target.as_deref().into_value(),
            entry.request_id.as_deref().into_value(),
            entry.detail.to_string().into_value(),
        ]
    });
    let insert = "INSERT INTO audit (tenant_id, at, actor, action, target, request_id, detail) VALUES ";
    Builder::new(insert).rows(rows).build().post(conn).await?;
    Ok(())
}
