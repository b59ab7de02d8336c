//! Schemas as data (RFC 7643 sections 2, 7 and 8.7): the JSON files beside this one are the only place an attribute is described.
//!
//! A characteristic a file leaves out has the default of RFC 7643 section 2.2; `Schema::definition` states all of them.

mod load;
pub mod own;
mod registry;
#[cfg(test)]
mod tests;

use super::Error;
use serde_json::Value;

pub use registry::{Registry, SchemaRef};
pub(crate) use registry::{catalogue, discovery_schemas};

/// The base schema of a user.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The base schema of a group.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The enterprise extension of a user.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Usher's own extension of a user.
pub const USHER: &str = "urn:ietf:params:scim:schemas:extension:usher:2.0:User";

/// The resource types this server keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `/Users`
    User,
    /// `/Groups`
    Group,
}

impl Kind {
    /// The resource type's name, which is also its id and `meta.resourceType`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The endpoint relative to the SCIM base URL, with its slash.
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// The URN of the base schema.
    #[must_use]
    pub fn base_schema(self) -> &'static str {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
        }
    }
}

/// An attribute's data type (RFC 7643 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// UTF-8 text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Decimal,
    /// A whole number.
    Integer,
    /// `xsd:dateTime`.
    DateTime,
    /// Base64 text.
    Binary,
    /// A URI, or the name of one.
    Reference,
    /// An object of sub-attributes.
    Complex,
}

/// Who may write an attribute (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// The server alone.
    ReadOnly,
    /// The client, at any time.
    ReadWrite,
    /// The client, once.
    Immutable,
    /// The client, and nobody sees it.
    WriteOnly,
}

/// When an attribute is returned (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// In every answer.
    Always,
    /// In no answer.
    Never,
    /// Unless the request says otherwise.
    Default,
    /// When the request names it, or has just written it.
    Request,
}

/// How far a value is unique (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// Not at all.
    None,
    /// Within the service provider (here: the tenant, or the connection).
    Server,
    /// Everywhere.
    Global,
}

/// One attribute or sub-attribute with its characteristics.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name in its canonical case.
    pub name: Box<str>,
    /// The data type.
    pub ty: Type,
    /// Whether the value is an array.
    pub multi_valued: bool,
    /// Whether a resource (for a sub-attribute: the complex value) must have it.
    pub required: bool,
    /// Whether case counts when values are compared.
    pub case_exact: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// How far it is unique.
    pub uniqueness: Uniqueness,
    /// Suggested values; enforced in our own extension only.
    pub canonical_values: Vec<Box<str>>,
    /// What a complex attribute consists of.
    pub sub_attributes: Vec<Attribute>,
}

/// A schema: a URN and its attributes; `definition` is the JSON `/Schemas` shows.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The URN.
    pub id: Box<str>,
    /// The human-readable name.
    pub name: Box<str>,
    /// The attributes in the order of the definition.
    pub attributes: Vec<Attribute>,
    /// The definition with every characteristic stated, without `schemas` and `meta`.
    pub definition: Value,
    names: load::Names,
}

/// A resolved attribute: small, `Copy`, valid for the registry that made it and for every registry with the same extensions.
/// The common attributes (`schemas`, `id`, `externalId`, `meta`) live in schema 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttrRef {
    pub(crate) schema: u16,
    pub(crate) attribute: u16,
    pub(crate) sub: Option<u16>,
}

impl AttrRef {
    /// `schemas`
    pub const SCHEMAS: Self = Self { schema: 0, attribute: 0, sub: None };
    /// `id`
    pub const ID: Self = Self { schema: 0, attribute: 1, sub: None };
    /// `externalId`
    pub const EXTERNAL_ID: Self = Self { schema: 0, attribute: 2, sub: None };
    /// `meta`
    pub const META: Self = Self { schema: 0, attribute: 3, sub: None };

    /// The attribute a sub-attribute belongs to; the attribute itself otherwise.
    #[must_use]
    pub fn top(self) -> Self {
        Self { sub: None, ..self }
    }

    /// Whether this names a sub-attribute.
    #[must_use]
    pub fn is_sub(self) -> bool {
        self.sub.is_some()
    }
}
