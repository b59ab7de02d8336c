//! Groups and memberships.

use super::{
    ConnectionId, GroupId, TenantId, UserId,
    role::{Role, Source},
};
use crate::scim::Object;
use jiff::Timestamp;

/// A group as stored; its members are rows of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: GroupId,
    /// The connection that pushed it; none for the platform's own groups.
    pub connection: Option<ConnectionId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// The name as written.
    pub display_name: String,
    /// The group it belongs under; its administrators administer this one too.
    pub parent: Option<GroupId>,
    /// Whether people outside see it.
    pub visibility: Visibility,
    /// The canonical SCIM document without `members`.
    pub document: Object,
    /// The platform's root group, which is not shown over SCIM.
    pub is_root: bool,
    /// Counts the changes; the `ETag` shows it.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
}

/// Whether a group is seen by those who are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// By everybody of the tenant.
    Public,
    /// By its members and administrators.
    Private,
}

impl Visibility {
    /// The word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    /// The value of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Private].into_iter().find(|visibility| visibility.as_str() == text)
    }
}

/// Who is in a group: a person or another group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemberId {
    /// A person.
    User(UserId),
    /// Another group.
    Group(GroupId),
}

impl MemberId {
    /// The person, if it is one.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Group(_) => None,
        }
    }

    /// The group, if it is one.
    #[must_use]
    pub fn group(self) -> Option<GroupId> {
        match self {
            Self::User(_) => None,
            Self::Group(group) => Some(group),
        }
    }
}

/// One membership row.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// Who is in the group.
    pub member: MemberId,
    /// The role held or granted.
    pub role: Role,
    /// Where the row comes from.
    pub source: Source,
    /// The connection whose push made it.
    pub connection: Option<ConnectionId>,
    /// The `display` the client sent.
    pub display: Option<String>,
}
