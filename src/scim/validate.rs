//! From a request body to a canonical document (RFC 7643 sections 2 and 3, RFC 7644 sections 3.3 and 3.5.1).

use super::{Error, Kind, Object, Registry};

/// What the message is for: decides required, mutability and what absence means.
#[derive(Debug, Clone, Copy)]
pub enum Context<'a> {
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
