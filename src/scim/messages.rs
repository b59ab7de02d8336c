//! Messages that are not resources: ListResponse, Error, ServiceProviderConfig, ResourceTypes, Schemas.

use super::{Error, Object, Registry};
use serde_json::Value;

/// The error body of RFC 7644 section 3.12.
#[must_use]
pub fn error(_error: &Error) -> Value {
    todo!()
}

/// A list answer; `start_index` is the effective one.
#[must_use]
pub fn list(_resources: Vec<Value>, _total: u64, _start_index: u64) -> Value {
    todo!()
}

/// What the server can do; the advertised truth equals behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Capabilities {
    pub change_password: bool,
}

/// `/ServiceProviderConfig`; `base` is the SCIM base URL without a trailing slash.
#[must_use]
pub fn service_provider_config(_base: &str, _capabilities: Capabilities) -> Object {
    todo!()
}

/// `/ResourceTypes`, User first; `hide_own` leaves our own extension out (connections with `extension=off`).
#[must_use]
pub fn resource_types(_base: &str, _registry: &Registry) -> Vec<Object> {
    todo!()
}

/// `/Schemas`.
#[must_use]
pub fn schemas(_base: &str, _registry: &Registry) -> Vec<Object> {
    todo!()
}
