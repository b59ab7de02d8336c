//! PATCH (RFC 7644 section 3.5.2): parse and check the envelope without the resource, then apply in order, all or nothing.

use super::{Error, Kind, Object, Registry};

/// A checked PATCH request. Checking needs the schema only, so its errors precede 404 (decision 20).
#[derive(Debug, Clone)]
pub struct Patch {
    operations: Vec<Operation>,
}

/// One operation, resolved. Its shape is private to this room.
#[derive(Debug, Clone)]
pub struct Operation {}

impl Patch {
    /// Parses and checks a PatchOp body: envelope, op, path against the schema, presence and shape of values, quirks.
    ///
    /// # Errors
    /// 400 with the operation's number in the detail.
    pub fn parse(_body: &Object, _registry: &Registry, _kind: Kind) -> Result<Self, Error> {
        todo!()
    }

    /// Applies all operations to a copy of `before` and validates the outcome; `before` is the canonical document
    /// (everything a client may write, see `document`).
    ///
    /// # Errors
    /// 400 `mutability`, `noTarget`, `invalidValue`, … with the operation's number.
    pub fn apply(&self, _before: &Object, _registry: &Registry, _kind: Kind) -> Result<Object, Error> {
        todo!()
    }

    /// For a group: what the operations say about `members` alone, in order, and the patch without them, so that huge groups
    /// are never loaded. `None` when an operation needs the current members (a value filter on anything but `value`).
    #[must_use]
    pub fn split_members(&self, _registry: &Registry) -> Option<(Self, Vec<MemberChange>)> {
        todo!()
    }
}

/// One step of a group's membership change.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    Add(Vec<super::document::Member>),
    Remove(Vec<String>),
    RemoveAll,
    Replace(Vec<super::document::Member>),
}
