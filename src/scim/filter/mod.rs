//! Filters (RFC 7644 section 3.4.2.2): parse (depth-limited while parsing), check against the schema, evaluate in memory, print.
//!
//! The variants are public so that a translator to another language can walk a checked filter; `check` documents what it
//! guarantees. Nothing here knows SQL.

mod check;
mod eval;
pub(super) mod parse;
mod print;
#[cfg(test)]
mod tests;

pub(super) use check::{equalities, sub_attribute, values as check_values};

use super::{AttrRef, Error, Kind, Object, Registry, path::AttrPath};

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal; also true of what is absent.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

impl Op {
    /// The word as it stands in a filter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

/// A comparison value: a JSON literal, or what checking made of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`; never in a checked filter.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string; in a checked filter the comparison key (`fold`) where the attribute is not caseExact.
    String(String),
    /// A point in time; only in a checked filter.
    Instant(jiff::Timestamp),
}

/// A filter over attributes named by `A`: `AttrPath` as parsed, `AttrRef` once checked.
///
/// A comparison matches when any value of the attribute matches; `Ne` also when there is no value. An empty `And` is true and an
/// empty `Or` false; only checking makes them.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<A> {
    /// `attr pr`.
    Present(A),
    /// `attr op value`.
    Compare(A, Op, Literal),
    /// `attr[filter]`, and `attr[filter].sub op value` as Entra writes it (rewritten to a conjunction inside).
    ValuePath(A, Box<Filter<A>>),
    /// All of them.
    And(Vec<Filter<A>>),
    /// At least one of them.
    Or(Vec<Filter<A>>),
    /// Not this one.
    Not(Box<Filter<A>>),
}

impl Filter<AttrPath> {
    /// Parses a filter: at most 16 KiB, 20 levels and 200 terms.
    ///
    /// # Errors
    /// 400 `invalidFilter` with the position.
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse::filter(text)
    }

    /// Resolves every name, coerces operands to the attribute's type, folds strings that are not caseExact.
    ///
    /// In what comes back: `null` is gone (`eq null` is not-present, `ne null` present); a bare complex attribute that has a
    /// `value` is compared by `.value`; dateTimes are compared with `Literal::Instant`, numbers with `Number`, booleans with
    /// `Bool`, all else with `String`; inside a `ValuePath` names are sub-attributes of its attribute, or that attribute itself
    /// when it is not complex; an operand no stored value can equal has become an empty `Or` (`And` for `ne`).
    ///
    /// # Errors
    /// 400 `invalidFilter` naming the attribute and the operator.
    pub fn check(&self, registry: &Registry, kind: Kind) -> Result<Filter<AttrRef>, Error> {
        check::filter(self, registry, kind, &[])
    }

    /// As `check`, for one of several types that are queried together: what it does not define has no value here.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn check_among(&self, registry: &Registry, kind: Kind, all: &[Kind]) -> Result<Filter<AttrRef>, Error> {
        check::filter(self, registry, kind, all)
    }
}

impl Filter<AttrRef> {
    /// Whether a full resource (as rendered, all attributes) matches.
    #[must_use]
    pub fn matches(&self, registry: &Registry, resource: &Object) -> bool {
        eval::matches(self, registry, eval::Scope::Resource(resource))
    }

    /// Whether one value of a multi-valued attribute matches what stood between brackets behind that attribute.
    #[must_use]
    pub(super) fn matches_value(&self, registry: &Registry, value: &serde_json::Value) -> bool {
        eval::matches(self, registry, eval::Scope::Value(value))
    }

    /// The attributes the filter looks at, each once, in order of appearance.
    #[must_use]
    pub fn attributes(&self) -> Vec<AttrRef> {
        let mut found = Vec::new();
        collect(self, &mut found);
        found
    }
}

fn collect(filter: &Filter<AttrRef>, found: &mut Vec<AttrRef>) {
    match filter {
        Filter::Present(attr) | Filter::Compare(attr, ..) => {
            if !found.contains(attr) {
                found.push(*attr);
            }
        }
        // The names inside stand for the attribute as well.
        Filter::ValuePath(_, inner) | Filter::Not(inner) => collect(inner, found),
        Filter::And(all) | Filter::Or(all) => all.iter().for_each(|one| collect(one, found)),
    }
}
