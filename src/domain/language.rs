//! Stub.

/// Stub.
#[must_use]
pub fn negotiate<'a>(_preferred: Option<&str>, _default: &'a str) -> &'a str { todo!() }
