//! Stub.

/// Stub.
#[must_use]
pub fn address_of(_document: &crate::scim::Object, _user_name: &str) -> Option<String> { todo!() }

/// Stub.
#[must_use]
pub fn name_of(_document: &crate::scim::Object) -> (String, String) { todo!() }
