//! Stub.

/// Stub.
#[must_use]
pub fn address_of(_document: &crate::scim::Object, _user_name: &str) -> Option<String> { todo!() }
