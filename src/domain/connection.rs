//! A connection: one identity provider's or HR system's integration in a tenant.

use super::{ConnectionId, GroupId, TenantId, notification::MailSwitch, role::Role, user::Mode};

/// A connection with its settings.
#[derive(Debug, Clone)]
pub struct Connection {
    pub tenant: TenantId,
    pub id: ConnectionId,
    pub name: String,
    /// The path for people whose push names none; the tenant's when absent.
    pub default_mode: Option<Mode>,
    /// The group every person of this connection joins.
    pub default_group: Option<GroupId>,
    /// The role on it, and of pushed members; learner when absent.
    pub default_role: Option<Role>,
    pub notifications: MailSwitch,
    pub extension: Extension,
}

/// Whether our own extension schema is published to and returned over this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    On,
    Off,
}

/// Pushed group to platform group, with the role its members get.
#[derive(Debug, Clone)]
pub struct GroupMapping {
    /// The pushed group's displayName.
    pub pushed: String,
    pub group: GroupId,
    pub role: Role,
}
