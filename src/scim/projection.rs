//! `attributes` and `excludedAttributes` (RFC 7644 sections 3.4.2.5 and 3.9).

use super::{Kind, Object, Registry};

/// Which attributes an answer shows.
#[derive(Debug, Clone, Default)]
pub struct Projection {}

impl Projection {
    /// From the two comma lists (or arrays already joined). Unknown names are ignored; `attributes` wins; empty means default.
    #[must_use]
    pub fn parse(_registry: &Registry, _kind: Kind, _attributes: Option<&str>, _excluded: Option<&str>) -> Self {
        todo!()
    }

    /// Whether this is the plain default answer.
    #[must_use]
    pub fn is_default(&self) -> bool {
        todo!()
    }

    /// Whether the answer shows any part of this top-level attribute (canonical name, e.g. `members`, `groups`).
    #[must_use]
    pub fn shows(&self, _registry: &Registry, _kind: Kind, _attribute: &str) -> bool {
        todo!()
    }

    /// Prunes a full resource in place and sets `schemas` to what it then holds.
    pub fn apply(&self, _registry: &Registry, _kind: Kind, _resource: &mut Object) {
        todo!()
    }
}
