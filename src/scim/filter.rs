//! Filters (RFC 7644 section 3.4.2.2): parse (depth-limited while parsing), check against the schema, evaluate in memory, print.

use super::{AttrRef, Error, Kind, Object, Registry, path::AttrPath};

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// A comparison value: a JSON literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    String(String),
}

/// A filter over attributes named by `A`: `AttrPath` as parsed, `AttrRef` once checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<A> {
    Present(A),
    Compare(A, Op, Literal),
    /// `attr[filter]`, and `attr[filter].sub op value` as Entra writes it (rewritten to a conjunction inside).
    ValuePath(A, Box<Filter<A>>),
    And(Vec<Filter<A>>),
    Or(Vec<Filter<A>>),
    Not(Box<Filter<A>>),
}

impl Filter<AttrPath> {
    /// Parses a filter: at most 16 KiB, 20 levels and 200 terms.
    ///
    /// # Errors
    /// 400 `invalidFilter` with the position.
    pub fn parse(_text: &str) -> Result<Self, Error> {
        todo!()
    }

    /// Resolves every name, coerces operands to the attribute's type, folds strings that are not caseExact.
    /// Names a resource type doesn't know are 400 `invalidFilter`.
    ///
    /// # Errors
    /// 400 `invalidFilter` naming the attribute and the operator.
    pub fn check(&self, _registry: &Registry, _kind: Kind) -> Result<Filter<AttrRef>, Error> {
        todo!()
    }
}

impl Filter<AttrRef> {
    /// Whether a full resource (as rendered, all attributes) matches.
    #[must_use]
    pub fn matches(&self, _registry: &Registry, _resource: &Object) -> bool {
        todo!()
    }

    /// The attributes the filter looks at.
    pub fn attributes(&self) -> Vec<AttrRef> {
        todo!()
    }
}
