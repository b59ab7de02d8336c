//! Schemas as data (RFC 7643 sections 2, 7 and 8.7): the JSON files beside this one are the only place an attribute is described.

use super::{Error, path::AttrPath};
use serde_json::Value;

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

/// An attribute's data type (RFC 7643 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Binary,
    Reference,
    Complex,
}

/// Who may write an attribute (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    ReadOnly,
    ReadWrite,
    Immutable,
    WriteOnly,
}

/// When an attribute is returned (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    Always,
    Never,
    Default,
    Request,
}

/// How far a value is unique (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    None,
    Server,
    Global,
}

/// One attribute or sub-attribute with its characteristics.
#[derive(Debug, Clone)]
pub struct Attribute {
    pub name: Box<str>,
    pub ty: Type,
    pub multi_valued: bool,
    pub required: bool,
    pub case_exact: bool,
    pub mutability: Mutability,
    pub returned: Returned,
    pub uniqueness: Uniqueness,
    pub sub_attributes: Vec<Attribute>,
}

/// A schema: a URN and its attributes; `definition` is the JSON `/Schemas` shows.
#[derive(Debug, Clone)]
pub struct Schema {
    pub id: Box<str>,
    pub name: Box<str>,
    pub attributes: Vec<Attribute>,
    pub definition: Value,
}

/// A resolved attribute: small, `Copy`, valid for the registry that made it.
/// The common attributes (`schemas`, `id`, `externalId`, `meta`) live in schema 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttrRef {
    pub(crate) schema: u16,
    pub(crate) attribute: u16,
    pub(crate) sub: Option<u16>,
}

/// All schemas a tenant knows: the built-in ones and its own extensions.
#[derive(Debug, Clone)]
pub struct Registry {
    schemas: Vec<Schema>,
}

impl Registry {
    /// The built-in schemas alone.
    #[must_use]
    pub fn builtin() -> Self {
        todo!()
    }

    /// The built-in schemas and a tenant's extensions: (definition in RFC 7643 section 7 form, the resource type it extends).
    ///
    /// # Errors
    /// 400 `invalidValue` naming the definition's fault.
    pub fn with_extensions(_extensions: &[(Value, Kind)]) -> Result<Self, Error> {
        todo!()
    }

    /// Resolves a written name for a resource type; `None` when nothing is called so.
    /// Case-insensitive; core URN optional; `<URN>.attr` equals `<URN>:attr`; unqualified `manager` is the enterprise attribute.
    #[must_use]
    pub fn resolve(&self, _kind: Kind, _path: &AttrPath) -> Option<AttrRef> {
        todo!()
    }

    /// The attribute itself (the sub-attribute where the reference names one).
    #[must_use]
    pub fn attribute(&self, _attr: AttrRef) -> &Attribute {
        todo!()
    }

    /// The parent attribute of a sub-attribute; the attribute itself otherwise.
    #[must_use]
    pub fn parent(&self, _attr: AttrRef) -> &Attribute {
        todo!()
    }

    /// Canonical written form: `userName`, `emails.value`, `urn:…:User:manager.value`; core names without URN.
    #[must_use]
    pub fn path_of(&self, _attr: AttrRef) -> String {
        todo!()
    }

    /// The URN of the extension the attribute belongs to; `None` for common and base-schema attributes.
    #[must_use]
    pub fn extension_of(&self, _attr: AttrRef) -> Option<&str> {
        todo!()
    }
}
