//! SCIM 2.0 as values: schemas, attribute paths, filters, PATCH, projection, messages and the quirks of identity providers.
//!
//! Pure: no async, no clock, no SQL, no HTTP framework. RFC 7643, 7644 and 9865.

pub mod bulk;
pub mod catalogue;
pub mod cursor;
pub mod document;
pub mod error;
pub mod filter;
pub mod fold;
pub mod json;
pub mod members;
pub mod messages;
pub mod patch;
pub mod path;
pub mod projection;
pub mod quirks;
pub mod redact;
pub mod schema;
pub mod sort;
pub mod validate;

pub use error::{Error, ScimType};
pub use schema::{AttrRef, Kind, Registry};

/// A JSON object whose members keep their order.
pub type Object = serde_json::Map<String, serde_json::Value>;
