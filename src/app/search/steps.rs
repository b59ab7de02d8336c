//! Where a client's walk by `startIndex` stands: the next page goes on behind the last resource of the page before, so that people who come or
//! go meanwhile make it neither skip nor repeat anybody.
//!
//! Where other processes may serve the next page, the steps lie in the database, sealed, for all of them; otherwise in the memory of this
//! one. A walk that begins anew forgets the steps of the earlier one with pages of the same size: a look at the first person or two in
//! between is no such walk.

use super::{Entry, Search, cursor::Cursor, walks::PAUSE};
use crate::{
    app::{App, Error, keyring::Purpose},
    store::{self, Conn, walk_steps::Step},
};
use jiff::Timestamp;

/// So many steps of a tenant are kept when a walk begins.
const MOST: u64 = 16_384;

/// A page by number, of as many resources as were asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// Its first resource's number, 1-based.
    pub start: u64,
    /// How many it has.
    pub count: u64,
}

impl Stretch {
    fn next(self) -> u64 {
        self.start.saturating_add(self.count)
    }
}

impl Search<'_> {
    /// The last resource of the page that led to this one; none where the page is to be found by counting.
    pub(super) async fn step(&self, conn: &mut Conn, context: &str, page: Stretch) -> Result<Option<Entry>, Error> {
        if page.start <= 1 || page.count == 0 {
            return Ok(None);
        }
        let now = self.app.clock.now();
        if !self.app.store.is_shared() {
            return Ok(self.app.walks.step(context, page.start, now));
        }
        let walk = self.app.keys.digest(Purpose::Walk, context);
        let place = store::walk_steps::find(conn, self.tenant, &walk, page.start, paused(now)).await?;
        // What another key sealed is nothing to go by.
        let open = |place: String| Cursor::read(self.app, &bound(context, page.start), &place).ok();
        Ok(place.and_then(open).and_then(|cursor| cursor.entry))
    }

    /// Remembers what a page ended with, if the client may go on from there: a first page that shows everything leads nowhere.
    pub(super) async fn remember(
        &self,
        context: &str,
        page: Stretch,
        total: u64,
        last: Option<Entry>,
    ) -> Result<(), Error> {
        let Some(last) = last.filter(|_| page.start > 1 || total >= page.next()) else { return Ok(()) };
        let (app, now) = (self.app, self.app.clock.now());
        if !app.store.is_shared() {
            if page.start == 1 {
                app.walks.begin(context, page.count);
            }
            app.walks.go_on(context, page.next(), page.count, last, now);
            return Ok(());
        }
        let place = Cursor { entry: Some(last), ..Cursor::first(page.count) };
        let step = Step {
            tenant: self.tenant,
            walk: app.keys.digest(Purpose::Walk, context),
            number: page.next(),
            size: page.count,
            place: place.write(app, &bound(context, page.next()))?,
            at: now,
        };
        let is_first = page.start == 1;
        app.store
            .write(move |tx| {
                let step = step.clone();
                Box::pin(async move {
                    if is_first {
                        store::walk_steps::begin(tx, &step, paused(now), MOST).await?;
                    } else {
                        store::walk_steps::put(tx, &step).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Forgets where walks stand that have paused for too long.
///
/// # Errors
/// The store's.
pub async fn forget_paused(app: &App) -> Result<(), Error> {
    if !app.store.is_shared() {
        return Ok(());
    }
    let before = paused(app.clock.now());
    app.store
        .write(move |tx| {
            Box::pin(async move { store::walk_steps::delete_before(tx, before).await.map(drop).map_err(Error::from) })
        })
        .await
}

/// A walk whose last page is from before this time has paused for too long.
fn paused(now: Timestamp) -> Timestamp {
    now.checked_sub(PAUSE).unwrap_or(Timestamp::MIN)
}

/// What a sealed step is tied to; no client's cursor is.
fn bound(context: &str, number: u64) -> String {
    format!("step {number} {context}")
}
