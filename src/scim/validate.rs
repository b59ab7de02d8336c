//! From a request body to a canonical document (RFC 7643 sections 2 and 3, RFC 7644 sections 3.3 and 3.5.1).

use super::{AttrRef, Error, Kind, Object, Registry};
use crate::scim::schema::SchemaRef;
use serde_json::Value;

/// What the message is for: decides required, mutability and what absence means.
#[derive(Debug, Clone, Copy)]
pub enum Context<'a> {
    /// POST.
    Create,
    /// PUT over this document: immutables must match, `active`, `password` and our own extension stay when absent.
    Replace(&'a Object),
}

/// Canonicalises and validates a POST or PUT body (already parsed by `json::parse`).
///
/// # Errors
/// 400 `invalidSyntax`, `invalidValue`, `mutability`.
pub fn document(_body: &Object, _registry: &Registry, _kind: Kind, _context: Context<'_>) -> Result<Object, Error> {
    todo!()
}

/// The canonical value of one attribute or sub-attribute, `None` when the written value unassigns it (null, `[]`, all-null).
/// Multi-valued attributes come out as arrays, also from a lone element; readOnly and unknown sub-attributes are dropped.
/// Values of Usher's own extension that are of no use pass as written: `own` judges them, once it is known whether somebody leaves.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn coerce(_registry: &Registry, _attr: AttrRef, _value: &Value) -> Result<Option<Value>, Error> {
    todo!()
}

/// As `coerce`, for a single element of a multi-valued attribute (an object or a one-element array).
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn coerce_element(_registry: &Registry, _attr: AttrRef, _value: &Value) -> Result<Option<Value>, Error> {
    todo!()
}

/// The canonical object of a whole extension (PATCH with a bare URN as path, decision 18); unknown keys and `schemas` are dropped,
/// unassigned attributes stand as null so that a caller can tell them from unmentioned ones.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn coerce_extension(_registry: &Registry, _extension: SchemaRef, _value: &Value) -> Result<Object, Error> {
    todo!()
}

/// Checks a whole document after PATCH: required attributes present, at most one primary per attribute.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn complete(_document: &Object, _registry: &Registry, _kind: Kind) -> Result<(), Error> {
    todo!()
}
