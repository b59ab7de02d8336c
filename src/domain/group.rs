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
    pub tenant: TenantId,
    pub id: GroupId,
    /// The connection that pushed it; none for the platform's own groups.
    pub connection: Option<ConnectionId>,
    pub external_id: Option<String>,
    pub display_name: String,
    /// The canonical SCIM document without `members`.
    pub document: Object,
    /// The platform's root group, which is not shown over SCIM.
    pub is_root: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
}

/// Who is in a group: a person or another group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemberId {
    User(UserId),
    Group(GroupId),
}

/// One membership row.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    pub group: GroupId,
    pub member: MemberId,
    pub role: Role,
    pub source: Source,
    /// The connection whose push made it.
    pub connection: Option<ConnectionId>,
    /// The `display` the client sent.
    pub display: Option<String>,
}
