//! The ordered feed of events for the platform behind Usher.

use super::{App, Error, desk::Actor};
use crate::{
    domain::TenantId,
    store::{self, Conn},
};

pub use crate::store::events::Entry;

/// How many events a page has at most.
pub const MAX_PAGE: usize = 1_000;
/// How many events get their place in one transaction.
const CHUNK: i64 = 1_000;

/// A part of the feed.
#[derive(Debug, Clone)]
pub struct Page {
    /// The events, oldest first.
    pub items: Vec<Entry>,
    /// Where to go on, also when there is nothing new yet.
    pub next: i64,
}

/// The events after a place, oldest first, `limit` of them (at most [`MAX_PAGE`]). Whoever goes on at `next` misses none and meets none twice.
///
/// # Errors
/// `Forbidden` for who does not administer the platform.
pub async fn read(app: &App, actor: &Actor, after: i64, limit: usize) -> Result<Page, Error> {
    actor.check_platform()?;
    let limit = limit.clamp(1, MAX_PAGE);
    let wanted = i64::try_from(limit).unwrap_or(CHUNK);
    let tenant = actor.tenant_id();
    loop {
        let mut reader = app.store.read().await?;
        let items = store::events::page(&mut reader, tenant, after, wanted).await?;
        if items.len() == limit || !store::events::are_waiting(&mut reader, tenant).await? {
            let next = items.last().map_or(after, |event| event.seq);
            return Ok(Page { items, next });
        }
        drop(reader);
        number(app, tenant).await?;
    }
}

/// Gives every event that has none yet its place.
///
/// # Errors
/// The store's; places given before it stay given.
pub(super) async fn number_all(app: &App, tenant: TenantId) -> Result<(), Error> {
    while number(app, tenant).await? > 0 {}
    Ok(())
}

async fn number(app: &App, tenant: TenantId) -> Result<u64, Error> {
    app.store.write(move |tx| Box::pin(async move { number_some(tx, tenant).await })).await
}

/// Gives a chunk of events their places, in the caller's transaction; answers how many.
///
/// # Errors
/// The store's.
pub(super) async fn number_some(tx: &mut Conn, tenant: TenantId) -> Result<u64, Error> {
    Ok(store::events::number(tx, tenant, CHUNK).await?)
}
