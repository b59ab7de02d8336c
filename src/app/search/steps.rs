//! Where a client's walk by `startIndex` stands: the next page goes on behind the last resource of the page before, so that people who come or
//! go meanwhile make it neither skip nor repeat anybody.
//!
//! Where other processes may serve the next page, the steps lie in the database, sealed, for all of them; otherwise in the memory of this
//! one. A walk that begins anew forgets the pages that earlier ones were served, so that nothing is found by what was right then. It keeps
//! the page that a walk under way will ask for next, and pages of other sizes: a look at the first person or two is no walk.

use super::{Entry, Search, cursor::Cursor, walks::PAUSE};
use crate::{
    app::{App, Error, keyring::Purpose},
    store::{
        self, Conn,
        walk_steps::{Next, Served},
    },
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

    /// Remembers that a page was served and, where there are more, what it ended with. A first page that shows everything leads nowhere.
    pub(super) async fn remember(
        &self,
        context: &str,
        page: Stretch,
        total: u64,
        last: Option<Entry>,
    ) -> Result<(), Error> {
        let last = last.filter(|_| total >= page.next());
        if page.count == 0 || (page.start == 1 && last.is_none()) {
            return Ok(());
        }
        if self.app.store.is_shared() {
            return self.write_down(context, page, last).await;
        }
        let (walks, now) = (&self.app.walks, self.app.clock.now());
        if page.start == 1 {
            walks.begin(context, page.count);
        } else {
            walks.serve(context, page.start, page.count, now);
        }
        if let Some(last) = last {
            walks.go_on(context, page.next(), page.count, last, now);
        }
        Ok(())
    }

    async fn write_down(&self, context: &str, page: Stretch, last: Option<Entry>) -> Result<(), Error> {
        let (app, number) = (self.app, page.next());
        let walk = app.keys.digest(Purpose::Walk, context);
        let at = app.clock.now();
        let served = Served { tenant: self.tenant, walk, number: page.start, size: page.count, at };
        let seal = |last| Cursor { entry: Some(last), ..Cursor::first(page.count) }.write(app, &bound(context, number));
        let next = last.map(seal).transpose()?.map(|place| Next { number, place });
        app.store
            .write(move |tx| {
                let (served, next) = (served.clone(), next.clone());
                Box::pin(async move {
                    match next {
                        Some(next) if served.number == 1 => {
                            store::walk_steps::begin(tx, &served, &next, paused(at), MOST).await?;
                        }
                        Some(next) => store::walk_steps::go_on(tx, &served, &next).await?,
                        None => store::walk_steps::end(tx, &served).await?,
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
