//! Pages by number (`startIndex`). A walk goes on behind the page before; a jump begins at the nearest known place; what is left is
//! skipped in an index.

use super::{Entry, Page, PagePlace, Row, Search, cursor::Cursor, number, shelf::Shelf, steps::Stretch, walks::Known};
use crate::{
    app::Error,
    domain::group::MemberId,
    store::{
        self, Conn,
        order::{Order, Start},
    },
};
use std::cmp::Ordering;

/// What a page was found to be.
struct Read {
    /// All matches.
    total: u64,
    rows: Vec<(usize, Row)>,
    /// What the page ends with, where that is known already.
    last: Option<Entry>,
}

impl Read {
    fn of(total: u64, rows: Vec<(usize, Row)>) -> Self {
        Self { total, rows, last: None }
    }
}

impl Search<'_> {
    pub(super) async fn by_index(&self, start: u64, count: u64, context: &str) -> Result<Page, Error> {
        let mut reader = self.app.store.read().await?;
        let (skipped, page) = (start.saturating_sub(1), Stretch { start, count });
        let step = self.step(&mut reader, context, page).await?;
        let orders = self.orders();
        let read = match (&orders, self.shelves.as_slice(), step) {
            (Some(orders), _, Some(step)) => self.go_on(&mut reader, orders, step, skipped, count).await?,
            (Some(orders), [shelf], None) if count > 0 && shelf.is_whole() && skipped > 0 => {
                self.jump(&mut reader, shelf, orders, skipped, count).await?
            }
            (Some(orders), ..) => self.read_index(&mut reader, orders, skipped, count).await?,
            (None, _, step) => self.cut_index(&mut reader, step.as_ref(), skipped, count).await?,
        };
        let last = if count > 0 && number(read.rows.len()) == count { self.end(&read)? } else { None };
        let resources = self.show(&mut reader, &read.rows).await?;
        // Whoever holds one connection must not wait for another.
        drop(reader);
        self.remember(context, page, read.total, last).await?;
        Ok(Page { total: read.total, resources, place: PagePlace::Index(start) })
    }

    /// What a page ends with.
    fn end(&self, read: &Read) -> Result<Option<Entry>, Error> {
        let row = || read.rows.last().and_then(|(index, row)| Some(self.shelves.get(*index)?.entry(row)));
        match &read.last {
            Some(last) => Ok(Some(last.clone())),
            None => row().transpose(),
        }
    }

    /// The page behind the last resource of the page before, wherever that stands by now.
    async fn go_on(
        &self,
        conn: &mut Conn,
        orders: &[Order],
        step: Entry,
        skipped: u64,
        count: u64,
    ) -> Result<Read, Error> {
        let from = Cursor { entry: Some(step), ..Cursor::first(count) };
        let slice = self.read_slice(conn, orders, &from, count).await?;
        let seen = skipped + number(slice.rows.len());
        // The total must not end a walk before its last page, and must end it there.
        let mut total = seen;
        if slice.goes_on {
            let mut all = 0;
            for shelf in &self.shelves {
                all += shelf.count(conn).await?;
            }
            total = all.max(seen + 1);
        }
        Ok(Read { total, rows: slice.rows, last: slice.last })
    }

    /// A page somewhere in the list of all people.
    async fn jump(
        &self,
        conn: &mut Conn,
        shelf: &Shelf<'_>,
        orders: &[Order],
        skipped: u64,
        count: u64,
    ) -> Result<Read, Error> {
        let Some(order) = orders.first() else { return Ok(Read::of(0, Vec::new())) };
        let tenant = shelf.tenant();
        let known = self.app.walks.at_or_before(tenant, skipped + 1);
        let from = match known {
            Some(known) => Start::From(known.id.to_string(), (skipped + 1).saturating_sub(known.number)),
            None => Start::Skip(skipped),
        };
        let mut rows = shelf.page(conn, *order, &from, count).await?;
        let tally = store::tallies::of_users(conn, tenant).await?;
        let place = |row: Option<&Row>, number| match row.map(Row::id) {
            Some(MemberId::User(id)) => Some(Known { id, number }),
            _ => None,
        };
        let ends = [place(rows.first(), skipped + 1), place(rows.last(), skipped + number(rows.len()))];
        let ends = ends.into_iter().flatten();
        let is_right = self.app.walks.confirm(tenant, tally.departures, ends, self.app.clock.now());
        if known.is_some() && !is_right {
            rows = shelf.page(conn, *order, &Start::Skip(skipped), count).await?;
        }
        Ok(Read::of(tally.listed, rows.into_iter().map(|row| (0, row)).collect()))
    }

    async fn read_index(
        &self,
        conn: &mut Conn,
        orders: &[Order],
        mut skipped: u64,
        mut left: u64,
    ) -> Result<Read, Error> {
        let (mut total, mut rows) = (0, Vec::new());
        for (index, (shelf, order)) in self.shelves.iter().zip(orders).enumerate() {
            let mut read = Vec::new();
            if left > 0 && !shelf.is_empty() {
                read = shelf.page(conn, *order, &Start::Skip(skipped), left).await?;
            }
            let count = number(read.len());
            // A first page that is not full has told the total already.
            let is_told = (count > 0 || skipped == 0) && count < left;
            let all = if is_told { skipped + count } else { shelf.count(conn).await? };
            total += all;
            skipped = skipped.saturating_sub(all);
            left -= count;
            rows.extend(read.into_iter().map(|row| (index, row)));
        }
        Ok(Read::of(total, rows))
    }

    /// A page of what was evaluated.
    async fn cut_index(&self, conn: &mut Conn, step: Option<&Entry>, skipped: u64, count: u64) -> Result<Read, Error> {
        let entries = self.entries(conn).await?;
        let from = match step {
            Some(step) => entries.partition_point(|entry| self.compare(entry, step) != Ordering::Greater),
            None => usize::try_from(skipped).unwrap_or(usize::MAX).min(entries.len()),
        };
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let (mut until, mut gone, mut rows) = (from, 0, Vec::new());
        // Who left between the look and the page is none of it, but does not make it end early.
        while rows.len() < wanted && until < entries.len() {
            let cut = until..until.saturating_add(wanted - rows.len()).min(entries.len());
            let (length, end) = (cut.len(), cut.end);
            let found = self.load(conn, entries.get(cut).unwrap_or_default()).await?;
            gone += length - found.len();
            rows.extend(found);
            until = end;
        }
        let all = match step {
            Some(_) => skipped + number(entries.len() - from),
            None => number(entries.len()),
        };
        let last = until.checked_sub(1).and_then(|last| entries.get(last)).cloned();
        Ok(Read { total: all.saturating_sub(number(gone)), rows, last })
    }
}
