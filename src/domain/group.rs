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

/// Who is in a group: a person or another group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemberId {
    /// A person.
    User(UserId),
    /// Another group.
    Group(GroupId),
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
