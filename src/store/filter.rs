//! Filters to SQL: what an index can answer becomes a predicate; what it can't is left to `eval` on the candidates.

use crate::scim::{AttrRef, Kind, Registry, filter::Filter};

/// A WHERE fragment with its values. `Predicate::everything()` restricts nothing.
#[derive(Debug, Clone)]
pub struct Predicate {}

/// How a filter is answered.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Rows outside of it can't match.
    pub predicate: Predicate,
    /// Whether every row inside of it matches, so that no evaluation is needed.
    pub exact: bool,
}

impl Predicate {
    /// No restriction.
    #[must_use]
    pub fn everything() -> Self {
        todo!()
    }
}

/// Plans a checked filter for a resource type. `connection` scopes `members` to the connection's own rows.
#[must_use]
pub fn plan(_filter: &Filter<AttrRef>, _registry: &Registry, _kind: Kind) -> Plan {
    todo!()
}
