//! The event feed. Events are appended in the transaction of what they tell of, without a place; places are given when somebody reads,
//! in one transaction at a time for each tenant, so that no event ever appears before one that was read already.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, sql},
    row::Row,
};
use crate::domain::{GroupId, TenantId, UserId, event::Event};
use jiff::Timestamp;
use serde_json::Value;
use std::borrow::Borrow;

/// So many rows go into one INSERT.
const ROWS: usize = 2_000;

/// An event with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the tenant's feed: 1, 2, 3, …
    pub seq: i64,
    /// Its `type`.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// The person.
    pub user: Option<UserId>,
    /// The group.
    pub group: Option<GroupId>,
    /// What else is told.
    pub data: Value,
}

/// Appends events in order, as a rule with one statement.
///
/// # Errors
/// The store's own.
pub async fn append(
    conn: &mut Conn,
    tenant: TenantId,
    at: Timestamp,
    events: &[impl Borrow<Event>],
) -> Result<(), StoreError> {
    for events in events.chunks(ROWS) {
        let rows = events.iter().map(Borrow::borrow).map(|event: &Event| {
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
        Builder::new(insert).rows(rows).build().about([]).post(conn).await?;
    }
    Ok(())
}

/// Whether a tenant has events without a place.
///
/// # Errors
/// The store's own.
pub async fn are_waiting(conn: &mut Conn, tenant: TenantId) -> Result<bool, StoreError> {
    let row = sql("SELECT id FROM events WHERE tenant_id = $1 AND seq IS NULL LIMIT 1").bind(tenant).row(conn).await?;
    Ok(row.is_some())
}

/// Gives the next places to at most `limit` of a tenant's events that have none, in the order in which they were appended; answers how many.
/// An event whose transaction is still open gets a later place than it would have had.
///
/// # Errors
/// The store's own.
pub async fn number(conn: &mut Conn, tenant: TenantId, limit: i64) -> Result<u64, StoreError> {
    // The row is held until the end of the transaction. Whatever another one numbered is seen by the next statement.
    let rows = sql("INSERT INTO event_feeds (tenant_id, last_seq) VALUES ($1, 0)
                    ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = excluded.tenant_id RETURNING last_seq")
    .bind(tenant)
    .changed_rows(conn)
    .await?;
    let last = rows.first().map_or(Ok(0), |row| row.fields("event_feeds").number())?;
    let numbered = sql("UPDATE events SET seq = numbered.seq
                        FROM (SELECT id, $2 + row_number() OVER (ORDER BY id) AS seq
                              FROM (SELECT id FROM events WHERE tenant_id = $1 AND seq IS NULL ORDER BY id LIMIT $3)
                                   AS waiting) AS numbered
                        WHERE events.id = numbered.id")
    .bind(tenant)
    .bind(last)
    .bind(limit)
    .execute(conn)
    .await?;
    if numbered > 0 {
        sql("UPDATE event_feeds SET last_seq = $2 WHERE tenant_id = $1")
            .bind(tenant)
            .bind(last.saturating_add(i64::try_from(numbered).unwrap_or(0)))
            .execute(conn)
            .await?;
    }
    Ok(numbered)
}

/// The last place that was given in a tenant's feed; 0 before the first.
///
/// # Errors
/// The store's own.
pub async fn last_seq(conn: &mut Conn, tenant: TenantId) -> Result<i64, StoreError> {
    let row = sql("SELECT last_seq FROM event_feeds WHERE tenant_id = $1").bind(tenant).row(conn).await?;
    row.map_or(Ok(0), |row| row.fields("event_feeds").number())
}

/// The last place of an event that happened before an instant; 0 where there is none.
///
/// # Errors
/// The store's own.
pub async fn last_before(conn: &mut Conn, tenant: TenantId, at: Timestamp) -> Result<i64, StoreError> {
    let row =
        sql("SELECT coalesce(min(seq) - 1, (SELECT coalesce(max(last_seq), 0) FROM event_feeds WHERE tenant_id = $1))
                   FROM events WHERE tenant_id = $1 AND seq IS NOT NULL AND at >= $2")
        .bind(tenant)
        .bind(at)
        .row(conn)
        .await?;
    row.map_or(Ok(0), |row| row.fields("events").number())
}

/// A tenant's events after a place, in order.
///
/// # Errors
/// The store's own.
pub async fn page(conn: &mut Conn, tenant: TenantId, after: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = sql("SELECT seq, kind, at, user_id, group_id, data FROM events
                    WHERE tenant_id = $1 AND seq IS NOT NULL AND seq > $2 ORDER BY seq LIMIT $3")
    .bind(tenant)
    .bind(after)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// A tenant's events at these places, in order.
///
/// # Errors
/// The store's own.
pub async fn at_places(conn: &mut Conn, tenant: TenantId, places: &[i64]) -> Result<Vec<Entry>, StoreError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let statement = Builder::new("SELECT seq, kind, at, user_id, group_id, data FROM events WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND seq IS NOT NULL AND seq")
        .within(places.iter().copied())
        .push(" ORDER BY seq");
    statement.build().rows(conn).await?.iter().map(read).collect()
}

/// Kinds and data of a person's events, oldest first.
///
/// # Errors
/// The store's own.
pub async fn of_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<Vec<(String, Value)>, StoreError> {
    let rows = sql("SELECT kind, data FROM events WHERE tenant_id = $1 AND user_id = $2 ORDER BY id")
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

fn read(row: &Row) -> Result<Entry, StoreError> {
    let mut fields = row.fields("events");
    Ok(Entry {
        seq: fields.int("seq")?,
        kind: fields.text("kind")?,
        at: fields.time("at")?,
        user: fields.opt_parsed("user_id")?,
        group: fields.opt_parsed("group_id")?,
        data: fields.json("data")?,
    })
}
