//! Sorting (RFC 7644 section 3.4.2.3): what a resource is sorted by, and which of two comes first.
//!
//! Text that is not caseExact is compared by its folded form, dates as instants, numbers as numbers; no locale. What has no value comes
//! last ascending and first descending.

use super::{
    AttrRef, Error, Kind, Object, Registry, document,
    fold::fold,
    path::AttrPath,
    schema::{Mutability, Returned, Type},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Ordering;

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Least first, missing last.
    #[default]
    Ascending,
    /// The exact reverse.
    Descending,
}

impl Direction {
    /// The other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    /// Turns an ascending comparison into one of this direction.
    #[must_use]
    pub fn of(self, ascending: Ordering) -> Ordering {
        match self {
            Self::Ascending => ascending,
            Self::Descending => ascending.reverse(),
        }
    }
}

/// What a query sorts by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    by: AttrPath,
    /// Which way.
    pub direction: Direction,
}

impl Sort {
    /// Reads `sortBy` and `sortOrder`; `None` where nothing of these resource types can be sorted by it, which means the default order
    /// (decision 23).
    ///
    /// # Errors
    /// 400 `invalidValue` for what is never returned, like `password`, and for a direction that is none.
    pub fn parse(by: &str, order: Option<&str>, registry: &Registry, kinds: &[Kind]) -> Result<Option<Self>, Error> {
        let direction = match order.map(str::trim) {
            None | Some("") => Direction::Ascending,
            Some(word) if word.eq_ignore_ascii_case("ascending") => Direction::Ascending,
            Some(word) if word.eq_ignore_ascii_case("descending") => Direction::Descending,
            Some(_) => return Err(Error::invalid_value("sortOrder must be ascending or descending.")),
        };
        let Ok(path) = AttrPath::parse(by.trim()) else { return Ok(None) };
        let sort = Self { by: path, direction };
        let named = || kinds.iter().filter_map(|kind| registry.resolve(*kind, &sort.by));
        let is_secret = |attr: AttrRef| {
            [registry.attribute(attr), registry.parent(attr)]
                .iter()
                .any(|one| one.returned == Returned::Never || one.mutability == Mutability::WriteOnly)
        };
        if named().any(is_secret) {
            return Err(Error::invalid_value(format!("sortBy can't name {}.", sort.by)));
        }
        let is_known = kinds.iter().any(|kind| sort.attribute(registry, *kind).is_some());
        Ok(is_known.then_some(sort))
    }

    /// The attribute of a resource type that is sorted by; a complex one by its `value`.
    #[must_use]
    pub fn attribute(&self, registry: &Registry, kind: Kind) -> Option<AttrRef> {
        let attr = registry.resolve(kind, &self.by)?;
        if registry.attribute(attr).ty == Type::Complex { registry.value_of(attr) } else { Some(attr) }
    }
}

/// A value to sort by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// `false` before `true`.
    #[serde(rename = "b")]
    Flag(bool),
    /// Integers and decimals.
    #[serde(rename = "n")]
    Number(f64),
    /// Microseconds since 1970.
    #[serde(rename = "i")]
    Instant(i64),
    /// Folded unless the attribute is caseExact.
    #[serde(rename = "t")]
    Text(String),
}

impl Key {
    /// What this resource is sorted by: the primary's value of a multi-valued attribute, else the first.
    #[must_use]
    pub fn of(registry: &Registry, attr: AttrRef, resource: &Object) -> Option<Self> {
        let top = document::get(resource, registry, attr.top())?;
        let chosen = match top {
            Value::Array(elements) => {
                let is_primary = |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
                elements.iter().find(is_primary).or_else(|| elements.first())?
            }
            single => single,
        };
        let attribute = registry.attribute(attr);
        let value = if attr.is_sub() { chosen.get(&*attribute.name)? } else { chosen };
        match (attribute.ty, value) {
            (Type::Boolean, Value::Bool(flag)) => Some(Self::Flag(*flag)),
            (Type::Integer | Type::Decimal, Value::Number(number)) => number.as_f64().map(Self::Number),
            (Type::DateTime, Value::String(text)) => {
                text.parse::<Timestamp>().ok().map(|instant| Self::Instant(instant.as_microsecond()))
            }
            (_, Value::String(text)) if attribute.case_exact => Some(Self::Text(text.clone())),
            (_, Value::String(text)) => Some(Self::Text(fold(text))),
            _ => None,
        }
    }

    /// Which of two comes first ascending; what is missing comes last.
    #[must_use]
    pub fn compare(a: Option<&Self>, b: Option<&Self>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => a.cmp_present(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }

    fn cmp_present(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Instant(a), Self::Instant(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            // One attribute has one type; resource types may give one name two.
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Flag(_) => 0,
            Self::Number(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BOTH: [Kind; 2] = [Kind::User, Kind::Group];

    fn key(by: &str, resource: Value) -> Option<Key> {
        let registry = Registry::builtin();
        let sort = Sort::parse(by, None, &registry, &BOTH).expect("allowed").expect("known");
        let attr = sort.attribute(&registry, Kind::User).expect("of a user");
        Key::of(&registry, attr, &serde_json::from_value(resource).expect("an object"))
    }

    fn text(text: &str) -> Key {
        Key::Text(text.to_owned())
    }

    #[test]
    fn keys_follow_the_type() {
        assert_eq!(key("userName", json!({"userName": "Ａnna"})), Some(text("anna")));
        assert_eq!(key("externalId", json!({"externalId": "Ab"})), Some(text("Ab")));
        assert_eq!(key("NAME.familyName", json!({"name": {"familyName": "Ö"}})), Some(text("ö")));
        assert_eq!(key("name.familyName", json!({"name": {"givenName": "x"}})), None);
        assert_eq!(key("active", json!({"active": true})), Some(Key::Flag(true)));
        let created = json!({"meta": {"created": "2026-05-13T06:00:00+02:00"}});
        assert_eq!(key("meta.created", created), Some(Key::Instant(1_778_644_800_000_000)));
        let enterprise = json!({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "R&D", "manager": {"value": "M"}}});
        assert_eq!(
            key("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", enterprise.clone()),
            Some(text("r&d"))
        );
        assert_eq!(key("manager", enterprise), Some(text("M")));
    }

    #[test]
    fn the_primary_counts_else_the_first() {
        let emails =
            |second: bool| json!({"emails": [{"value": "b@x", "type": "home"}, {"value": "A@x", "primary": second}]});
        assert_eq!(key("emails", emails(true)), Some(text("a@x")));
        assert_eq!(key("emails.value", emails(false)), Some(text("b@x")));
        assert_eq!(key("emails.type", emails(true)), None);
        assert_eq!(key("emails.value", json!({"emails": []})), None);
    }

    #[test]
    fn missing_values_come_last_ascending_and_first_descending() {
        let (a, b) = (Some(text("a")), Some(text("b")));
        let mut keys = [None, b.as_ref(), None, a.as_ref()];
        keys.sort_by(|x, y| Direction::Ascending.of(Key::compare(*x, *y)));
        assert_eq!(keys, [a.as_ref(), b.as_ref(), None, None]);
        keys.sort_by(|x, y| Direction::Descending.of(Key::compare(*x, *y)));
        assert_eq!(keys, [None, None, b.as_ref(), a.as_ref()]);
        assert_eq!(Key::compare(Some(&Key::Number(9.0)), Some(&Key::Number(10.0))), Ordering::Less);
    }

    #[test]
    fn unknown_names_mean_the_default_order_and_secrets_are_refused() {
        let registry = Registry::builtin();
        let parse = |by, order, kinds: &[Kind]| Sort::parse(by, order, &registry, kinds);
        for by in ["nothing", "name", "emails[type eq \"work\"].value", "", "a..b"] {
            assert_eq!(parse(by, None, &BOTH), Ok(None), "{by}");
        }
        assert_eq!(parse("members.value", None, &[Kind::User]), Ok(None));
        assert!(parse("members.value", None, &BOTH).expect("allowed").is_some());
        for (by, order) in [("password", None), ("userName", Some("up")), ("nothing", Some("up"))] {
            assert_eq!(parse(by, order, &BOTH).expect_err(by).status, 400);
        }
        let descending = parse("userName", Some("Descending"), &BOTH).expect("allowed").expect("known");
        assert_eq!(descending.direction, Direction::Descending);
    }
}
