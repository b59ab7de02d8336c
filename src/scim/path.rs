//! Attribute paths and PATCH paths (RFC 7644 sections 3.10 and 3.5.2, figure 7).

use super::{Error, filter::Filter};

/// A written attribute name: optional URN, attribute, optional sub-attribute. Not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrPath {
    pub urn: Option<String>,
    pub attribute: String,
    pub sub: Option<String>,
}

impl AttrPath {
    /// Parses `[URN:]name[.sub]`.
    ///
    /// # Errors
    /// 400 `invalidPath` with the position.
    pub fn parse(_text: &str) -> Result<Self, Error> {
        todo!()
    }
}

/// A PATCH target: an attribute path, optionally with a value filter and a sub-attribute behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    pub path: AttrPath,
    pub filter: Option<Filter<AttrPath>>,
    pub sub: Option<String>,
}

impl PatchPath {
    /// Parses a PATCH path.
    ///
    /// # Errors
    /// 400 `invalidPath`, or `invalidFilter` for what stands between the brackets.
    pub fn parse(_text: &str) -> Result<Self, Error> {
        todo!()
    }
}
