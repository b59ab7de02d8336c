//! Pages by number (`startIndex`). A walk goes on behind the page before; a jump begins at the nearest known place; what is left is
//! skipped in an index.

use super::{Entry, Page, PagePlace, Row, Search, number, shelf::Shelf, walks::Known};
use crate::{
    app::Error,
    domain::group::MemberId,
    store::{
        self, Conn,
        order::{Order, Start},
    },
};
use std::cmp::Ordering;

/// Rows of a page and how many matches there are in all.
type Read = (u64, Vec<(usize, Row)>);

impl Search<'_> {
    pub(super) async fn by_index(&self, start: u64, count: u64, context: &str) -> Result<Page, Error> {
        let mut reader = self.app.store.read().await?;
        let skipped = start.saturating_sub(1);
        let step =
            (skipped > 0 && count > 0).then(|| self.app.walks.step(context, start, self.app.clock.now())).flatten();
        let orders = self.orders();
        let (total, rows) = match (&orders, self.shelves.as_slice(), &step) {
            (Some(orders), [shelf], Some(step)) => {
                self.go_on(&mut reader, shelf, orders, step, (skipped, count)).await?
            }
            (Some(orders), [shelf], None) if count > 0 && shelf.is_whole() && skipped > 0 => {
                self.jump(&mut reader, shelf, orders, skipped, count).await?
            }
            (Some(orders), ..) => self.read_index(&mut reader, orders, skipped, count).await?,
            (None, ..) => self.cut_index(&mut reader, step.as_ref(), skipped, count).await?,
        };
        if let Some((index, row)) = rows.last()
            && number(rows.len()) == count
            && let Some(shelf) = self.shelves.get(*index)
        {
            let next = start.saturating_add(count);
            self.app.walks.go_on(context, next, shelf.entry(row)?, self.app.clock.now());
        }
        let resources = self.show(&mut reader, &rows).await?;
        Ok(Page { total, resources, place: PagePlace::Index(start) })
    }

    /// The page behind the last resource of the page before, wherever that stands by now.
    async fn go_on(
        &self,
        conn: &mut Conn,
        shelf: &Shelf<'_>,
        orders: &[Order],
        step: &Entry,
        (skipped, count): (u64, u64),
    ) -> Result<Read, Error> {
        let Some(order) = orders.first() else { return Ok((0, Vec::new())) };
        let mut rows = shelf.page(conn, *order, &Start::Beyond(step.place()), count.saturating_add(1)).await?;
        let goes_on = number(rows.len()) > count;
        rows.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        let seen = skipped + number(rows.len());
        // The total must not end a walk before its last page, and must end it there.
        let total = if goes_on { shelf.count(conn).await?.max(seen + 1) } else { seen };
        Ok((total, rows.into_iter().map(|row| (0, row)).collect()))
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
        let Some(order) = orders.first() else { return Ok((0, Vec::new())) };
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
        Ok((tally.listed, rows.into_iter().map(|row| (0, row)).collect()))
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
        Ok((total, rows))
    }

    /// A page of what was evaluated.
    async fn cut_index(&self, conn: &mut Conn, step: Option<&Entry>, skipped: u64, count: u64) -> Result<Read, Error> {
        let entries = self.entries(conn).await?;
        let from = match step {
            Some(step) => entries.partition_point(|entry| self.compare(entry, step) != Ordering::Greater),
            None => usize::try_from(skipped).unwrap_or(usize::MAX).min(entries.len()),
        };
        let until = from.saturating_add(usize::try_from(count).unwrap_or(usize::MAX)).min(entries.len());
        let rows = self.load(conn, entries.get(from..until).unwrap_or_default()).await?;
        let total = match step {
            Some(_) => skipped + number(entries.len() - from),
            None => number(entries.len()),
        };
        Ok((total, rows))
    }
}
