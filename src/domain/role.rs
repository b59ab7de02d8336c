//! Roles on groups, and who may grant them (domain rule: nobody grants more than they hold; a push never grants power by itself).

use std::{fmt, str::FromStr};

/// A role a person holds on a group, from least to most powerful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Takes part; the default.
    Learner,
    /// Writes content.
    Author,
    /// Accompanies learners.
    Coach,
    /// Manages the group's people.
    UserAdmin,
    /// Administers the group; on the root group, the platform.
    Admin,
    /// The one protected account.
    Owner,
}

impl Role {
    /// Those that a push may grant without an administrator's mapping.
    pub const GRANTABLE_BY_PUSH: [Self; 3] = [Self::Learner, Self::Author, Self::Coach];

    /// The word in every API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Author => "author",
            Self::Coach => "coach",
            Self::UserAdmin => "userAdmin",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Whether a push may grant it without an administrator's mapping.
    #[must_use]
    pub fn is_grantable_by_push(self) -> bool {
        Self::GRANTABLE_BY_PUSH.contains(&self)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no role; the roles are learner, author, coach, userAdmin and admin")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        [Self::Learner, Self::Author, Self::Coach, Self::UserAdmin, Self::Admin, Self::Owner]
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// Where a membership row comes from; a push removes only its own connection's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A pushed group's `members`.
    IdpMembers,
    /// Roles in our extension or in core `roles`.
    IdpRoles,
    /// An administrator's hand.
    Admin,
    /// A CSV batch.
    Csv,
    /// A program session.
    Session,
    /// A connection's default group.
    Default,
    /// A connection's group mapping, for members of the pushed group.
    IdpMapping,
}

impl Source {
    /// The word in the store and, but for the three kinds of `idp`, in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdpMembers => "idp-members",
            Self::IdpRoles => "idp-roles",
            Self::Admin => "admin",
            Self::Csv => "csv",
            Self::Session => "session",
            Self::Default => "default",
            Self::IdpMapping => "idp-mapping",
        }
    }

    /// The word in the API, where all kinds of push are one.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::IdpMembers | Self::IdpRoles | Self::IdpMapping => "idp",
            other => other.as_str(),
        }
    }

    /// The source of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::IdpMembers, Self::IdpRoles, Self::Admin, Self::Csv, Self::Session, Self::Default, Self::IdpMapping]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}
