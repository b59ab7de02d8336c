//! A connection: one identity provider's or HR system's integration in a tenant.

use super::{
    ConnectionId, GroupId, TenantId, company::CompanySignIn, notification::MailSwitch, role::Role, user::Mode,
};

/// A connection with its settings.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: ConnectionId,
    /// Unique in the tenant.
    pub name: String,
    /// The path for people whose push names none; the tenant's when absent.
    pub default_mode: Option<Mode>,
    /// The group every person of this connection joins.
    pub default_group: Option<GroupId>,
    /// The role on it, and of pushed members; learner when absent.
    pub default_role: Option<Role>,
    /// Its switch for mails.
    pub notifications: MailSwitch,
    /// Whether our extension is shown.
    pub extension: Extension,
    /// Where its people sign in with their company's account; as the tenant has it when absent.
    pub company_sign_in: Option<CompanySignIn>,
}

/// Whether our own extension schema is published to and returned over this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// It is.
    On,
    /// It is not, for clients that choke on schemas they do not know.
    Off,
}

impl Extension {
    /// The word in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// The switch of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::On, Self::Off].into_iter().find(|switch| switch.as_str() == text)
    }
}

/// Pushed group to platform group, with the role its members get.
#[derive(Debug, Clone)]
pub struct GroupMapping {
    /// The pushed group's displayName.
    pub pushed: String,
    /// The group.
    pub group: GroupId,
    /// The role held or granted.
    pub role: Role,
}
