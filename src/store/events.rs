//! The event feed.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, sql},
};
use crate::domain::{TenantId, UserId, event::Event};
use jiff::Timestamp;
use serde_json::Value;

/// Appends events in order with one statement.
///
/// # Errors
/// The store's own.
pub async fn append(conn: &mut Conn, tenant: TenantId, at: Timestamp, events: &[Event]) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let rows = events.iter().map(|event| {
        [
            tenant.into_value(),
            event.kind.as_str().into_value(),
            at.into_value(),
            event.user.into_value(),
            event.group.into_value(),
            event.data.to_string().into_value(),
        ]
    });
    let insert = "INSERT INTO events (tenant_id, kind, at, user_id, group_id, data) VALUES ";
    Builder::new(insert).rows(rows).build().post(conn).await?;
    Ok(())
}

/// Kinds and data of a person's events, oldest first.
///
/// # Errors
/// The store's own.
pub async fn of_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<Vec<(String, Value)>, StoreError> {
    let rows = sql("SELECT kind, data FROM events WHERE tenant_id = $1 AND user_id = $2 ORDER BY seq")
        .bind(tenant)
        .bind(user)
        .rows(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("events");
            Ok((fields.text("kind")?, fields.json("data")?))
        })
        .collect()
}
