//! Filters to SQL: what an index can answer becomes a predicate; what it can't is left to `eval` on the candidates.

mod columns;
#[cfg(test)]
mod tests;

use super::conn::{Bind, Builder, Value};
use crate::{
    domain::ConnectionId,
    scim::{
        AttrRef, Kind, Registry,
        filter::{Filter, Literal, Op},
    },
};

/// True of no row.
const NOTHING: &str = "1 = 0";

/// A WHERE fragment with its values. `Predicate::everything()` restricts nothing.
#[derive(Debug, Clone, Default)]
pub struct Predicate {
    parts: Vec<Part>,
    /// Whether an index leads to few rows.
    is_selective: bool,
}

#[derive(Debug, Clone)]
enum Part {
    Sql(&'static str),
    Value(Value),
}

/// How a filter is answered.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Rows outside of it can't match.
    pub predicate: Predicate,
    /// Whether every row inside of it matches, so that no evaluation is needed.
    pub exact: bool,
}

/// Whose eyes a filter looks through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    /// The connection whose rows `members` shows and whose `externalId`s a person has; without one, both are left to `eval`.
    pub connection: Option<ConnectionId>,
}

impl Predicate {
    /// No restriction.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// Whether it restricts nothing.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether an index leads to the few rows it lets through, so that these are better sorted than looked for in the order of a page.
    #[must_use]
    pub fn is_selective(&self) -> bool {
        self.is_selective
    }

    /// Whether it is known to let nothing through.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Sql(text)] if *text == NOTHING)
    }

    fn sql(text: &'static str) -> Self {
        Self { parts: vec![Part::Sql(text)], is_selective: false }
    }

    fn nothing() -> Self {
        Self::sql(NOTHING)
    }

    fn push(mut self, text: &'static str) -> Self {
        self.parts.push(Part::Sql(text));
        self
    }

    fn bind(mut self, value: impl Bind) -> Self {
        self.parts.push(Part::Value(value.into_value()));
        self
    }

    fn append(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self.is_selective |= other.is_selective;
        self
    }

    /// An index leads to few rows.
    fn selective(self) -> Self {
        Self { is_selective: true, ..self }
    }
}

impl Builder {
    /// ` AND (…)`, or nothing where nothing is restricted. The statement's first value must be the tenant.
    pub(super) fn matching(self, predicate: &Predicate) -> Self {
        if predicate.is_everything() {
            return self;
        }
        let statement = predicate.parts.iter().fold(self.push(" AND ("), |statement, part| match part {
            Part::Sql(text) => statement.push(text),
            Part::Value(value) => statement.bind(value.clone()),
        });
        statement.push(")")
    }
}

impl Plan {
    /// Every candidate has to be evaluated.
    fn unknown() -> Self {
        Self { predicate: Predicate::everything(), exact: false }
    }

    fn exactly(predicate: Predicate) -> Self {
        Self { predicate, exact: true }
    }

    fn at_most(predicate: Predicate) -> Self {
        Self { predicate, exact: false }
    }
}

/// Plans a checked filter for a resource type.
///
/// Every predicate is true or false of a row, never NULL, so that `NOT` of an exact one is exact.
#[must_use]
pub fn plan(filter: &Filter<AttrRef>, registry: &Registry, kind: Kind, scope: Scope) -> Plan {
    match filter {
        Filter::And(parts) => all(parts.iter().map(|part| plan(part, registry, kind, scope))),
        Filter::Or(parts) => any(kind, parts.iter().map(|part| plan(part, registry, kind, scope))),
        Filter::Not(inner) => not(plan(inner, registry, kind, scope)),
        Filter::Present(attr) => columns::present(&registry.path_of(*attr), kind, scope),
        Filter::Compare(attr, op, literal) => compare(&registry.path_of(*attr), kind, *op, literal, scope),
        Filter::ValuePath(attr, inner) => {
            if kind == Kind::User && registry.path_of(*attr) == "emails" {
                columns::email_with(inner, registry)
            } else {
                Plan::unknown()
            }
        }
    }
}

fn compare(path: &str, kind: Kind, op: Op, literal: &Literal, scope: Scope) -> Plan {
    // Of an attribute with one value, `ne` is the contrary of `eq`; of one with several, some value may still differ.
    if op == Op::Ne {
        let equal = columns::compare(path, kind, Op::Eq, literal, scope);
        return if columns::is_multi_valued(path) { Plan::unknown() } else { not(equal) };
    }
    columns::compare(path, kind, op, literal, scope)
}

/// What can be restricted is; exact only when everything is.
fn all(plans: impl Iterator<Item = Plan>) -> Plan {
    let mut exact = true;
    let mut predicate = Predicate::everything();
    for plan in plans {
        exact &= plan.exact;
        if plan.predicate.is_everything() {
            continue;
        }
        if !predicate.is_everything() {
            predicate = predicate.push(" AND ");
        }
        predicate = predicate.push("(").append(plan.predicate).push(")");
    }
    Plan { predicate, exact }
}

/// One part that restricts nothing makes the whole restrict nothing.
fn any(kind: Kind, plans: impl Iterator<Item = Plan>) -> Plan {
    let mut exact = true;
    let mut predicates = Vec::new();
    let mut everything = false;
    for plan in plans {
        if plan.predicate.is_everything() {
            if plan.exact {
                return plan;
            }
            everything = true;
        }
        exact &= plan.exact;
        predicates.push(plan.predicate);
    }
    if everything {
        return Plan::unknown();
    }
    let are_selective = predicates.iter().all(Predicate::is_selective);
    let predicate =
        if are_selective && predicates.len() > 1 { united(kind, predicates) } else { alternatives(predicates) };
    Plan { predicate, exact }
}

fn alternatives(predicates: Vec<Predicate>) -> Predicate {
    // Only if each branch is.
    let is_selective = predicates.iter().all(Predicate::is_selective);
    let joined = predicates.into_iter().reduce(|joined, predicate| joined.push(") OR (").append(predicate));
    let Some(joined) = joined else { return Predicate::nothing() };
    Predicate { is_selective, ..Predicate::sql("(").append(joined).push(")") }
}

/// Branches each of which an index answers, as a set of ids: within one `OR`, neither engine takes a partial index and a subquery together,
/// and would read the whole tenant.
fn united(kind: Kind, predicates: Vec<Predicate>) -> Predicate {
    let (outer, inner) = match kind {
        Kind::User => ("users.id IN (", "SELECT users.id FROM users WHERE is_listed AND tenant_id = $1 AND ("),
        Kind::Group => ("groups.id IN (", "SELECT groups.id FROM groups WHERE tenant_id = $1 AND ("),
    };
    let arm = |predicate| Predicate::sql(inner).append(predicate).push(")");
    let arms = predicates.into_iter().map(arm).reduce(|arms, arm| arms.push(" UNION ").append(arm));
    Predicate::sql(outer).append(arms.unwrap_or_else(Predicate::nothing)).push(")").selective()
}

/// Only an exact predicate has a contrary.
fn not(plan: Plan) -> Plan {
    if !plan.exact {
        return Plan::unknown();
    }
    if plan.predicate.is_everything() {
        return Plan::exactly(Predicate::nothing());
    }
    let contrary = Predicate::sql("NOT (").append(plan.predicate).push(")");
    Plan::exactly(Predicate { is_selective: false, ..contrary })
}
