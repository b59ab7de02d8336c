//! Lists of one resource type or several (RFC 7644 section 3.4.2, RFC 9865): filtered, sorted, and paged by index or by cursor.
//!
//! Where columns answer both filter and order, pages come from SQL. Where they can't, candidates are evaluated one batch after the other
//! and nothing but keys and ids is kept; the page's own rows are read afterwards.

mod cursor;
mod index;
mod shelf;
mod steps;
mod walks;

pub use steps::forget_paused;
pub use walks::Walks;

use super::{App, Error, access::Principal, users::Caller};
use crate::{
    domain::{TenantId, group::MemberId},
    scim::{
        Kind, Object, ScimType,
        filter::Filter,
        path::AttrPath,
        projection::Projection,
        sort::{Direction, Key, Sort},
    },
    store::{
        Conn,
        order::{Order, Place, Start},
    },
};
use cursor::{Cursor, Way};
use serde_json::Value;
use shelf::{Row, Seen, Shelf};
use std::cmp::Ordering;

/// How long a cursor works, in seconds: `pagination.cursorTimeout`.
pub const CURSOR_TIMEOUT: i64 = 3600;

/// How many bytes a resource has, about.
const USUAL: usize = 1_536;

/// One resource type of a query, and what its resources show.
#[derive(Debug, Clone)]
pub struct Target {
    /// The type.
    pub kind: Kind,
    /// What is shown of each.
    pub projection: Projection,
}

/// What a list asks for.
#[derive(Debug, Clone)]
pub struct Query {
    /// In the order of the answer.
    pub targets: Vec<Target>,
    /// As parsed, not yet checked.
    pub filter: Option<Filter<AttrPath>>,
    /// None: by id, type after type.
    pub sort: Option<Sort>,
    /// Which part of the matches.
    pub window: Window,
    /// All that must be the same on every page.
    pub parameters: String,
}

/// Which part of the matches is wanted.
#[derive(Debug, Clone)]
pub enum Window {
    /// By number.
    Index {
        /// 1-based.
        start: u64,
        /// The most resources to answer with.
        count: u64,
    },
    /// From a cursor on, or from the beginning.
    Cursor {
        /// What an earlier page gave.
        cursor: Option<String>,
        /// The page size, if the request names one.
        count: Option<u64>,
        /// The page size if neither request nor cursor names one.
        default_count: u64,
    },
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// All matches, whatever the page.
    pub total: u64,
    /// As many as are shown.
    pub resources: Resources,
    /// Where it stands.
    pub place: PagePlace,
}

/// Resources in text, each as much of it as was asked for.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    text: Vec<u8>,
    count: usize,
}

impl Resources {
    /// JSON objects with commas between them.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Where the next one is to be appended.
    fn next(&mut self) -> &mut Vec<u8> {
        if self.count > 0 {
            self.text.push(b',');
        }
        self.count += 1;
        &mut self.text
    }
}

impl FromIterator<Object> for Resources {
    fn from_iter<I: IntoIterator<Item = Object>>(objects: I) -> Self {
        let mut resources = Self::default();
        for object in objects {
            resources.next().extend_from_slice(Value::Object(object).to_string().as_bytes());
        }
        resources
    }
}

/// Where a page stands.
#[derive(Debug, Clone)]
pub enum PagePlace {
    /// At this 1-based number.
    Index(u64),
    /// Between these.
    Cursors {
        /// Leads to the page before; none on the first.
        previous: Option<String>,
        /// Leads to the page behind; none on the last.
        next: Option<String>,
    },
}

/// One match: what it is sorted by, and which it is.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    key: Option<Key>,
    id: MemberId,
}

impl Entry {
    fn compare(&self, other: &Self) -> Ordering {
        Key::compare(self.key.as_ref(), other.key.as_ref()).then_with(|| self.id.cmp(&other.id))
    }

    fn kind(&self) -> Kind {
        match self.id {
            MemberId::User(_) => Kind::User,
            MemberId::Group(_) => Kind::Group,
        }
    }

    fn place(&self) -> Place {
        let id = match self.id {
            MemberId::User(id) => id.to_string(),
            MemberId::Group(id) => id.to_string(),
        };
        Place { key: self.key.clone(), id }
    }
}

/// GET of a list, or the same by POST.
///
/// # Errors
/// 400 `invalidFilter`, `invalidCursor`, `expiredCursor`, `invalidCount`; the store's.
pub async fn search(app: &App, principal: &Principal, query: &Query) -> Result<Page, Error> {
    let caller = Caller::of(principal)?;
    let kinds: Vec<Kind> = query.targets.iter().map(|target| target.kind).collect();
    let mut shelves = Vec::with_capacity(kinds.len());
    for target in &query.targets {
        shelves.push(Shelf::new(app, principal, &caller, query, target, &kinds)?);
    }
    let direction = query.sort.as_ref().map_or(Direction::Ascending, |sort| sort.direction);
    let search = Search { app, tenant: principal.tenant.id, shelves, direction };
    let context = cursor::context(principal, &caller, &kinds, &query.parameters);
    match &query.window {
        Window::Index { start, count } => search.by_index(*start, *count, &context).await,
        Window::Cursor { cursor, count, default_count } => {
            let cursor = cursor.as_deref().map(|text| Cursor::read(app, &context, text)).transpose()?;
            let count = agreed(cursor.as_ref(), *count)?.unwrap_or(*default_count);
            search.by_cursor(cursor.unwrap_or_else(|| Cursor::first(count)), count, &context).await
        }
    }
}

/// The page size: what the first page was asked with holds to the last.
fn agreed(cursor: Option<&Cursor>, count: Option<u64>) -> Result<Option<u64>, Error> {
    match (cursor, count) {
        (Some(cursor), Some(count)) if cursor.count != count => Err(crate::scim::Error::of(
            ScimType::InvalidCount,
            format!("count differs from the first page's, which was {}; begin again without a cursor.", cursor.count),
        )
        .into()),
        (Some(cursor), _) => Ok(Some(cursor.count)),
        (None, count) => Ok(count),
    }
}

struct Search<'a> {
    app: &'a App,
    tenant: TenantId,
    shelves: Vec<Shelf<'a>>,
    direction: Direction,
}

/// The rows of a page and the matches at its ends.
struct Slice {
    rows: Vec<(usize, Row)>,
    first: Option<Entry>,
    last: Option<Entry>,
    /// Whether there are further ones the way it was read.
    goes_on: bool,
}

impl Search<'_> {
    /// The order of each shelf, if SQL can answer everything; what several shelves are sorted by is compared here.
    fn orders(&self) -> Option<Vec<Order>> {
        let is_sorted = self.shelves.iter().any(|shelf| shelf.sorted_by().is_some());
        if (is_sorted && self.shelves.len() > 1) || !self.shelves.iter().all(Shelf::is_exact) {
            return None;
        }
        let order = |shelf: &Shelf<'_>| match shelf.sorted_by() {
            Some(path) => Order::by(&path, shelf.kind(), self.direction),
            None => Some(Order::by_id(self.direction)),
        };
        self.shelves.iter().map(order).collect()
    }

    fn compare(&self, a: &Entry, b: &Entry) -> Ordering {
        self.direction.of(a.compare(b))
    }

    async fn by_cursor(&self, cursor: Cursor, count: u64, context: &str) -> Result<Page, Error> {
        let mut reader = self.app.store.read().await?;
        let orders = self.orders();
        let entries = match &orders {
            Some(_) => Vec::new(),
            None => self.entries(&mut reader).await?,
        };
        let mut total = number(entries.len());
        if orders.is_some() {
            for shelf in &self.shelves {
                total += shelf.count(&mut reader).await?;
            }
        }
        if count == 0 {
            let place = PagePlace::Cursors { previous: None, next: None };
            return Ok(Page { total, resources: Resources::default(), place });
        }
        let slice = match orders {
            Some(orders) => self.read_slice(&mut reader, &orders, &cursor, count).await?,
            None => self.cut_slice(&mut reader, &entries, &cursor, count).await?,
        };
        let resources = self.show(&mut reader, &slice.rows).await?;
        let (previous, next) = cursor.neighbours(slice.first, slice.last, slice.goes_on);
        let seal = |cursor: Option<Cursor>| cursor.map(|cursor| cursor.write(self.app, context)).transpose();
        Ok(Page { total, resources, place: PagePlace::Cursors { previous: seal(previous)?, next: seal(next)? } })
    }

    /// A slice by SQL: one more row than wanted tells whether there is more.
    async fn read_slice(&self, conn: &mut Conn, orders: &[Order], cursor: &Cursor, count: u64) -> Result<Slice, Error> {
        let mut sequence: Vec<(usize, (&Shelf<'_>, Order))> =
            self.shelves.iter().zip(orders.iter().copied()).enumerate().collect();
        if cursor.way == Way::Backward {
            sequence.reverse();
        }
        let wanted = count.saturating_add(1);
        let mut rows: Vec<(usize, Row)> = Vec::new();
        let mut is_passed = cursor.entry.is_some();
        for (index, (shelf, order)) in sequence {
            let order = if cursor.way == Way::Backward { order.reversed() } else { order };
            let start = match &cursor.entry {
                Some(entry) if entry.kind() == shelf.kind() => {
                    is_passed = false;
                    Start::Beyond(entry.place())
                }
                _ if is_passed => continue,
                _ => Start::Skip(0),
            };
            let left = wanted.saturating_sub(number(rows.len()));
            if left > 0 && !shelf.is_empty() {
                let read = shelf.page(conn, order, &start, left).await?;
                rows.extend(read.into_iter().map(|row| (index, row)));
            }
        }
        let goes_on = number(rows.len()) > count;
        rows.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        if cursor.way == Way::Backward {
            rows.reverse();
        }
        let entry = |end: Option<&(usize, Row)>| {
            end.and_then(|(index, row)| Some(self.shelves.get(*index)?.entry(row))).transpose()
        };
        Ok(Slice { first: entry(rows.first())?, last: entry(rows.last())?, goes_on, rows })
    }

    /// A slice of what was evaluated.
    async fn cut_slice(&self, conn: &mut Conn, entries: &[Entry], cursor: &Cursor, count: u64) -> Result<Slice, Error> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let (from, until, goes_on) = match cursor.way {
            Way::Forward => {
                let before = |entry: &Entry| {
                    cursor.entry.as_ref().is_some_and(|place| self.compare(entry, place) != Ordering::Greater)
                };
                let from = entries.partition_point(before);
                let until = from.saturating_add(count).min(entries.len());
                (from, until, until < entries.len())
            }
            Way::Backward => {
                let before = |entry: &Entry| {
                    cursor.entry.as_ref().is_none_or(|place| self.compare(entry, place) == Ordering::Less)
                };
                let until = entries.partition_point(before);
                let from = until.saturating_sub(count);
                (from, until, from > 0)
            }
        };
        let cut = entries.get(from..until).unwrap_or_default();
        let rows = self.load(conn, cut).await?;
        Ok(Slice { first: cut.first().cloned(), last: cut.last().cloned(), goes_on, rows })
    }

    /// All matches in order.
    async fn entries(&self, conn: &mut Conn) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        for shelf in &self.shelves {
            shelf.collect(conn, &mut entries).await?;
        }
        entries.sort_unstable_by(|a, b| self.compare(a, b));
        Ok(entries)
    }

    /// The rows of these matches, in their order; what has gone since is left out.
    async fn load(&self, conn: &mut Conn, entries: &[Entry]) -> Result<Vec<(usize, Row)>, Error> {
        let mut found = std::collections::HashMap::with_capacity(entries.len());
        for (index, shelf) in self.shelves.iter().enumerate() {
            for row in shelf.find(conn, entries).await? {
                found.insert(row.id(), (index, row));
            }
        }
        Ok(entries.iter().filter_map(|entry| found.remove(&entry.id)).collect())
    }

    /// The rows as resources, as much of them as was asked for.
    async fn show(&self, conn: &mut Conn, rows: &[(usize, Row)]) -> Result<Resources, Error> {
        let mut shelves = Vec::with_capacity(self.shelves.len());
        for (index, shelf) in self.shelves.iter().enumerate() {
            let own = rows.iter().filter(|(of, _)| *of == index).map(|(_, row)| row);
            shelves.push((shelf, shelf.surroundings(conn, own, &Seen::Projected).await?));
        }
        let text = Vec::with_capacity(rows.len().saturating_mul(USUAL));
        let mut resources = Resources { text, count: 0 };
        for (index, row) in rows {
            let Some((shelf, surroundings)) = shelves.get(*index) else { continue };
            shelf.write(row, surroundings, resources.next())?;
        }
        Ok(resources)
    }
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
