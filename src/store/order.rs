//! The order of lists and where a page of one begins: by id, or by a column and id, so that a page never pays for those before it.

use super::conn::{Bind, Builder, Value};
use super::filter::Predicate;
use super::users::bounded;
use crate::scim::{
    Kind,
    sort::{Direction, Key},
};

/// By what a list is ordered; ids break ties, and descending is the exact reverse of ascending.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    key: Option<Column>,
    direction: Direction,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    sql: &'static str,
    nullability: Nullability,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nullability {
    Never,
    Missing,
}

/// Where a page begins.
#[derive(Debug, Clone)]
pub enum Start {
    /// After so many.
    Skip(u64),
    /// Beyond this place, which need not be anybody's any more.
    Beyond(Place),
    /// So many further than the row of this id, which counts too; in the ascending order of ids only.
    From(String, u64),
}

/// A place in an order.
#[derive(Debug, Clone)]
pub struct Place {
    /// The key; none where the order has none, and where the value is missing.
    pub key: Option<Key>,
    /// The id.
    pub id: String,
}

impl Order {
    /// By id.
    #[must_use]
    pub fn by_id(direction: Direction) -> Self {
        Self { key: None, direction }
    }

    /// By an attribute, where a column holds what it is sorted by; `path` is canonical.
    #[must_use]
    pub fn by(path: &str, kind: Kind, direction: Direction) -> Option<Self> {
        use Nullability::{Missing, Never};
        let (sql, nullability) = match (kind, path) {
            (_, "id") => return Some(Self::by_id(direction)),
            (Kind::User, "userName") => ("user_name_key", Never),
            (Kind::User, "displayName") => ("display_name_key", Missing),
            (Kind::Group, "displayName") => ("display_name_key", Never),
            // A person's is not everybody's, so no column is in its order.
            (Kind::Group, "externalId") => ("external_id", Missing),
            (_, "meta.created") => ("created_at", Never),
            (_, "meta.lastModified") => ("modified_at", Never),
            _ => return None,
        };
        Some(Self { key: Some(Column { sql, nullability }), direction })
    }

    /// The other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { direction: self.direction.reversed(), ..self }
    }
}

impl Builder {
    /// The end of a statement that reads a page: place, order, limit. `ids` appends a query for the ids of the same rows: what is to be
    /// skipped is skipped in an index, and only the page itself is read.
    pub(super) fn page(
        self,
        ids: impl FnOnce(Self) -> Self,
        order: Order,
        predicate: &Predicate,
        start: &Start,
        limit: u64,
    ) -> Self {
        let skipped = match start {
            Start::Skip(skipped) | Start::From(_, skipped) => *skipped,
            Start::Beyond(_) => 0,
        };
        let cut = |statement: Self| {
            let statement = match start {
                Start::Beyond(place) => statement.beyond(order, place),
                Start::From(id, _) => statement.push(" AND id >= ").bind(id.as_str()),
                Start::Skip(_) => statement,
            };
            statement.ordered(order, predicate).push(" LIMIT ").bind(bounded(limit))
        };
        if skipped == 0 {
            return cut(self);
        }
        let ids = cut(ids(self.push(" AND id IN ("))).push(" OFFSET ").bind(bounded(skipped));
        ids.push(")").ordered(order, predicate)
    }

    fn beyond(self, order: Order, place: &Place) -> Self {
        let id = place.id.as_str();
        let further = match order.direction {
            Direction::Ascending => " > ",
            Direction::Descending => " < ",
        };
        let Some(column) = order.key else { return self.push(" AND id").push(further).bind(id) };
        match (&place.key, order.direction) {
            (Some(key), direction) => {
                let statement = self.push(" AND ((").push(column.sql).push(", id)").push(further).push("(");
                let statement = statement.bind(value(key)).push(", ").bind(id).push(")");
                let missing_follow = direction == Direction::Ascending && column.nullability == Nullability::Missing;
                let statement =
                    if missing_follow { statement.push(" OR ").push(column.sql).push(" IS NULL") } else { statement };
                statement.push(")")
            }
            (None, Direction::Ascending) => self.push(" AND ").push(column.sql).push(" IS NULL AND id > ").bind(id),
            (None, Direction::Descending) => {
                let statement = self.push(" AND (").push(column.sql).push(" IS NOT NULL OR id < ");
                statement.bind(id).push(")")
            }
        }
    }

    fn ordered(self, order: Order, predicate: &Predicate) -> Self {
        let way = match order.direction {
            Direction::Ascending => "",
            Direction::Descending => " DESC",
        };
        let mut statement = self.push(" ORDER BY ");
        if let Some(column) = order.key {
            if column.nullability == Nullability::Missing {
                // The engines do not agree on where NULL belongs.
                statement = statement.push(column.sql).push(" IS NULL").push(way).push(", ");
            }
            statement = statement.push(column.sql).push(way).push(", ");
        }
        // An expression keeps SQLite, which has no statistics, from walking the whole tenant in the order of ids for the sake of the order.
        let id = if predicate.is_selective() { "id || ''" } else { "id" };
        statement.push(id).push(way)
    }
}

fn value(key: &Key) -> Value {
    match key {
        Key::Text(text) => text.into_value(),
        Key::Instant(micros) => (*micros).into_value(),
        // No column is ordered by one.
        Key::Flag(flag) => (*flag).into_value(),
        Key::Number(number) => number.to_string().into_value(),
    }
}
