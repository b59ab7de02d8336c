//! The one error of this room: what RFC 7644 section 3.12 puts into an error body.

use std::fmt;

/// The `scimType` words of RFC 7644 table 9 and RFC 9865 section 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimType {
    /// A filter that can't be parsed, or that names an unknown attribute.
    InvalidFilter,
    /// A request that yields or needs more than the server is willing to handle.
    TooMany,
    /// A value that must be unique is taken.
    Uniqueness,
    /// A write to what may not be written.
    Mutability,
    /// A body that is not of the message's structure.
    InvalidSyntax,
    /// A PATCH path that is malformed or names no attribute.
    InvalidPath,
    /// A PATCH path that matches nothing.
    NoTarget,
    /// A missing required value, or a value of the wrong type.
    InvalidValue,
    /// A protocol version this server doesn't speak.
    InvalidVers,
    /// A request that puts personal data into a URL.
    Sensitive,
    /// A cursor this server did not make for this query.
    InvalidCursor,
    /// A cursor whose time is over.
    ExpiredCursor,
    /// A count that differs from the query's first page.
    InvalidCount,
}

impl ScimType {
    /// The word as it stands on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// A refusal in SCIM's terms: HTTP status, optional `scimType`, and a sentence for the client's administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The HTTP status code.
    pub status: u16,
    /// The detail keyword, where RFC 7644 has one.
    pub scim_type: Option<ScimType>,
    /// What is wrong, where, and what to do.
    pub detail: String,
}

impl Error {
    /// A refusal with a `scimType`; 409 for uniqueness, 403 for sensitive, 400 for all others.
    #[must_use]
    pub fn of(scim_type: ScimType, detail: impl Into<String>) -> Self {
        let status = match scim_type {
            ScimType::Uniqueness => 409,
            ScimType::Sensitive => 403,
            _ => 400,
        };
        Self { status, scim_type: Some(scim_type), detail: detail.into() }
    }

    /// A refusal that has a status only.
    #[must_use]
    pub fn status(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    /// 400 `invalidValue`.
    #[must_use]
    pub fn invalid_value(detail: impl Into<String>) -> Self {
        Self::of(ScimType::InvalidValue, detail)
    }

    /// 400 `invalidSyntax`.
    #[must_use]
    pub fn invalid_syntax(detail: impl Into<String>) -> Self {
        Self::of(ScimType::InvalidSyntax, detail)
    }

    /// 400 `invalidFilter`.
    #[must_use]
    pub fn invalid_filter(detail: impl Into<String>) -> Self {
        Self::of(ScimType::InvalidFilter, detail)
    }

    /// 400 `invalidPath`.
    #[must_use]
    pub fn invalid_path(detail: impl Into<String>) -> Self {
        Self::of(ScimType::InvalidPath, detail)
    }

    /// 400 `mutability`.
    #[must_use]
    pub fn mutability(detail: impl Into<String>) -> Self {
        Self::of(ScimType::Mutability, detail)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Error {}
