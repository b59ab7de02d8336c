//! The request log: what each connection's identity provider sent, without secrets, how it was answered, what it came to and why.
//!
//! It is for finding out, not for accounting: requests are taken in in memory and written a moment later, many at a time, so that the log costs
//! a push next to nothing; what waits is lost when the process is killed, and what does not fit is dropped and counted. Writes and refusals are
//! rows of their own; reads that succeeded are counted by the minute, with one of them as an example.

mod curl;
mod entry;
mod log;

pub use crate::store::requests::{Content, Logged, Wanted};
pub use curl::line as curl_line;
pub use log::{Extent, Kept, Log};

use super::{
    App, Error,
    access::{Grant, Principal},
    consequences::Consequences,
};
use crate::{
    domain::{ConnectionId, LoggedRequestId, TenantId},
    scim::{ScimType, fold},
    store,
};
use jiff::{SignedDuration, Timestamp};
use std::{sync::Arc, time::Duration};

/// How long a request stays in the log.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// So many rows are written with one statement.
const BATCH: usize = 128;
/// So many rows are removed in one transaction.
const CHUNK: u32 = 1_000;
/// So much of a body is kept, in bytes.
pub const MAX_BODY: usize = 16 * 1024;
/// How many requests a page has at most.
pub const MAX_PAGE: usize = 200;

/// What is known of every request at no cost.
#[derive(Debug, Clone, Copy)]
pub struct Glance<'a> {
    /// Who asked.
    pub principal: &'a Arc<Principal>,
    /// The method.
    pub method: &'a str,
    /// The route's template.
    pub route: &'a str,
    /// The answer's status.
    pub status: u16,
    /// When it arrived.
    pub at: Timestamp,
    /// How long it took.
    pub duration: Duration,
}

/// What else the surface saw of a request.
#[derive(Debug, Default)]
pub struct Details {
    /// The path below the base URL.
    pub path: String,
    /// The query as sent.
    pub query: String,
    /// The query in clear, to find secrets in it.
    pub decoded_query: String,
    /// The headers worth keeping.
    pub headers: Vec<(&'static str, String)>,
    /// The body as sent.
    pub body: Vec<u8>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What the client was told went wrong.
    pub refusal: Option<Refusal>,
    /// What it came to.
    pub consequences: Consequences,
    /// The operations of a bulk request.
    pub operations: Vec<Operation>,
}

/// What a client was told went wrong.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// SCIM's word for it.
    pub scim_type: Option<ScimType>,
    /// The sentence.
    pub detail: String,
}

/// How one operation of a bulk request ended.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Which one of the request.
    pub index: usize,
    /// As the single request is answered.
    pub status: u16,
    /// What the client was told went wrong.
    pub refusal: Option<Refusal>,
    /// What it came to.
    pub consequences: Consequences,
}

/// A request that waits to be written.
#[derive(Debug)]
struct Seen {
    principal: Arc<Principal>,
    method: String,
    status: u16,
    at: Timestamp,
    duration: Duration,
    times: i64,
    place: u32,
    details: Details,
}

/// Takes a request in; `details` is asked only when they are kept.
pub fn record(app: &App, glance: &Glance<'_>, details: impl FnOnce() -> Details) -> Kept {
    let Grant::Scim { connection, .. } = &glance.principal.grant else { return Kept::Kept };
    let seen = || Seen {
        principal: Arc::clone(glance.principal),
        method: glance.method.to_owned(),
        status: glance.status,
        at: glance.at,
        duration: glance.duration,
        times: 1,
        place: 0,
        details: details(),
    };
    let is_read = matches!(glance.method, "GET" | "HEAD" | "OPTIONS") || glance.route.ends_with("/.search");
    if is_read && glance.status < 400 {
        app.requests.count(connection.id, glance, seen);
        return Kept::Kept;
    }
    app.requests.push(seen())
}

/// Writes what waits; answers how many rows.
///
/// # Errors
/// The store's; what could not be written is lost.
pub async fn flush(app: &App, extent: Extent) -> Result<usize, Error> {
    let mut written = 0;
    loop {
        let taken = app.requests.take(extent, app.clock.now(), BATCH);
        if taken.is_empty() {
            return Ok(written);
        }
        let mut rows = taken.into_iter().flat_map(|seen| entry::rows(&seen, &*app.rng)).peekable();
        while rows.peek().is_some() {
            let rows: Arc<[_]> = rows.by_ref().take(BATCH).collect();
            written += rows.len();
            app.store
                .write(move |tx| {
                    let rows = Arc::clone(&rows);
                    Box::pin(async move { store::requests::insert(tx, &rows, fold::fold).await.map_err(Error::from) })
                })
                .await?;
        }
    }
}

/// One page of a connection's requests, newest first, and where the next one begins.
///
/// # Errors
/// `NotFound` for the connection.
pub async fn list(
    app: &App,
    tenant: TenantId,
    connection: &str,
    wanted: &Wanted,
    limit: usize,
) -> Result<(Vec<Logged>, Option<LoggedRequestId>), Error> {
    let limit = limit.clamp(1, MAX_PAGE);
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut reader = app.store.read().await?;
    let connection = known(&mut reader, tenant, connection).await?;
    let mut items = store::requests::page(&mut reader, tenant, connection, wanted, one_more).await?;
    let goes_on = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| goes_on).map(|logged| logged.id);
    Ok((items, next))
}

/// One request in full.
///
/// # Errors
/// `NotFound`.
pub async fn find(
    app: &App,
    tenant: TenantId,
    connection: &str,
    id: LoggedRequestId,
) -> Result<(Logged, Content), Error> {
    let mut reader = app.store.read().await?;
    let connection = known(&mut reader, tenant, connection).await?;
    let found = store::requests::find(&mut reader, tenant, connection, id).await?;
    found.ok_or_else(|| Error::NotFound("there is no such request in the log; it keeps them for 30 days".to_owned()))
}

async fn known(conn: &mut store::Conn, tenant: TenantId, name: &str) -> Result<ConnectionId, Error> {
    let found = store::connections::find_by_name(conn, tenant, name).await?;
    let shown: String = name.chars().take(64).collect();
    found.map(|connection| connection.id).ok_or_else(|| Error::NotFound(format!("there is no connection {shown}")))
}

/// Removes what is older than 30 days; safe to run twice and on several nodes.
///
/// # Errors
/// The store's.
pub async fn forget_old(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let end = now.checked_sub(KEPT).unwrap_or(now);
    loop {
        let removed = app
            .store
            .write(move |tx| {
                Box::pin(
                    async move { store::requests::delete_before(tx, end, i64::from(CHUNK)).await.map_err(Error::from) },
                )
            })
            .await?;
        if removed < u64::from(CHUNK) {
            return Ok(());
        }
    }
}
