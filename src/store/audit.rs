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
    Builder::new(insert).rows(rows).build().about([]).post(conn).await
}

/// A row as it is read.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number, which grows.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// `user:ID`, `token:ID`, or the part of the server that acted.
    pub actor: String,
    /// The verb.
    pub action: String,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// The request it came with.
    pub request_id: Option<String>,
    /// What else is to be known.
    pub detail: Value,
}

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// The actor as it is written.
    pub actor: Option<String>,
    /// The verb.
    pub action: Option<String>,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// At or after this time.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Older than the row of this number.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// Rows that match, newest first.
///
/// # Errors
/// The store's own.
pub async fn search(conn: &mut Conn, tenant: TenantId, sought: &Sought) -> Result<Vec<Row>, StoreError> {
    let select = "SELECT seq, at, actor, action, target, request_id, detail FROM audit WHERE tenant_id = ";
    let mut statement = Builder::new(select).bind(tenant);
    if let Some(actor) = &sought.actor {
        statement = statement.push(" AND actor = ").bind(actor);
    }
    if let Some(action) = &sought.action {
        statement = statement.push(" AND action = ").bind(action);
    }
    if let Some(target) = &sought.target {
        statement = statement.push(" AND target = ").bind(target);
    }
    if let Some(from) = sought.from {
        statement = statement.push(" AND at >= ").bind(from);
    }
    if let Some(until) = sought.until {
        statement = statement.push(" AND at < ").bind(until);
    }
    if let Some(before) = sought.before {
        statement = statement.push(" AND seq < ").bind(before);
    }
    let rows = statement.push(" ORDER BY seq DESC LIMIT ").bind(sought.limit).build().rows(conn).await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("audit");
            Ok(Row {
                seq: fields.int("seq")?,
                at: fields.time("at")?,
                actor: fields.text("actor")?,
                action: fields.text("action")?,
                target: fields.opt_text("target")?,
                request_id: fields.opt_text("request_id")?,
                detail: fields.json("detail")?,
            })
        })
        .collect()
}
