//! PATCH (RFC 7644 section 3.5.2): parse and check the envelope without the resource, then apply in order, all or nothing.
//!
//! A request becomes steps: one for an operation with a path, one for each attribute of a value without a path. A step knows its
//! target as `AttrRef` and holds canonical values, so applying it is plain list and object work.

mod apply;
mod elements;
mod members;
mod parse;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::{AttrRef, Error, Kind, Object, Registry, document::Member, filter::Filter, schema::SchemaRef};

/// A checked PATCH request. Checking needs the schema only, so its errors precede 404 (decision 20).
#[derive(Debug, Clone)]
pub struct Patch {
    steps: Vec<Step>,
}

impl Patch {
    /// The most operations one request may hold.
    pub const MAX_OPERATIONS: usize = 1000;

    /// Parses and checks a `PatchOp` body: envelope, op, path against the schema, presence and shape of values, quirks.
    ///
    /// # Errors
    /// 400 with the operation's number in the detail; 413 for too many operations.
    pub fn parse(body: &Object, registry: &Registry, kind: Kind) -> Result<Self, Error> {
        parse::patch(body, registry, kind)
    }

    /// Applies all operations to a copy of `before` and validates the outcome; `before` is the canonical document
    /// (everything a client may write, see `document`).
    ///
    /// # Errors
    /// 400 `mutability`, `noTarget`, `invalidValue` with the operation's number.
    pub fn apply(&self, before: &Object, registry: &Registry, kind: Kind) -> Result<Object, Error> {
        apply::patch(self, before, registry, kind)
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether an operation gives this attribute a value, as a whole or in part, or the whole that it is part of.
    #[must_use]
    pub fn assigns(&self, attr: AttrRef) -> bool {
        self.steps.iter().any(|step| {
            let target = match &step.target {
                Target::Attribute(target) | Target::Values(_, _, Some(target)) | Target::Values(target, _, None) => {
                    *target
                }
                Target::Extension(_) => return false,
            };
            let is_assigned = matches!(step.action, Action::Set(_) | Action::Merge(_) | Action::Append(_));
            is_assigned && (target == attr || target == attr.top() || target.top() == attr)
        })
    }

    /// For a group: what the operations say about `members` alone, in order, and the patch without them, so that huge groups
    /// are never loaded. `None` when an operation needs the current members (a value filter on anything but `value`).
    #[must_use]
    pub fn split_members(&self, registry: &Registry) -> Option<(Self, Vec<MemberChange>)> {
        members::split(self, registry)
    }
}

/// One step of a group's membership change.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    /// Adds members; one that is there already takes the new display, if there is one.
    Add(Vec<Member>),
    /// Removes members by id; ids that are not members are ignored.
    Remove(Vec<String>),
    /// Removes all members.
    RemoveAll,
    /// These and no others are members.
    Replace(Vec<Member>),
}

/// One change to one attribute, with what error messages say about where it came from.
#[derive(Debug, Clone)]
struct Step {
    origin: Origin,
    target: Target,
    action: Action,
}

/// The operation's number in its request, counted from 1, and its path as written.
#[derive(Debug, Clone)]
struct Origin {
    number: usize,
    path: Option<String>,
}

impl Origin {
    /// Puts the operation in front of an error's detail.
    fn explain(&self, error: &Error) -> Error {
        let detail = match &self.path {
            Some(path) if path.chars().count() <= 200 => {
                format!("Operation {} (path {path}): {}", self.number, error.detail)
            }
            _ => format!("Operation {}: {}", self.number, error.detail),
        };
        Error { detail, ..*error }
    }
}

#[derive(Debug, Clone)]
enum Target {
    /// An attribute, or a sub-attribute of its value or of all its values.
    Attribute(AttrRef),
    /// The values of an attribute that match, or a sub-attribute of these.
    Values(AttrRef, Select, Option<AttrRef>),
    /// An extension whose value is no object; our own alone comes so far.
    Extension(SchemaRef),
}

#[derive(Debug, Clone)]
struct Select {
    filter: Filter<AttrRef>,
    /// What a new value must hold to match; `None` where the filter is more than `eq` joined by `and` (decision 2).
    seed: Option<Object>,
}

#[derive(Debug, Clone)]
enum Action {
    /// Assigns the canonical value in place of what was there.
    Set(Value),
    /// Assigns the members of a complex value that are mentioned; null unassigns.
    Merge(Object),
    /// Adds values to a multi-valued attribute.
    Append(Vec<Value>),
    /// Unassigns.
    Clear,
    /// Takes these values out of a multi-valued attribute (decision 3).
    Discard(Vec<Value>),
    /// Fails, but only once the resource is known to exist (decision 20).
    Refuse(Error),
}
