//! Events: one for each state change, written in its transaction.

use super::{GroupId, UserId};
use serde_json::Value;

/// What happened, in the words of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    UserStaged,
    UserInvited,
    UserCreated,
    UserActivated,
    UserUpdated,
    UserSuspended,
    UserReactivated,
    UserDeleted,
    UserRestored,
    UserAdopted,
    InvitationSent,
    InvitationCancelled,
    InvitationExpired,
    MailFailed,
    GroupCreated,
    GroupUpdated,
    GroupDeleted,
    MembershipChanged,
}

impl Kind {
    /// The `type` in the feed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserStaged => "user.staged",
            Self::UserInvited => "user.invited",
            Self::UserCreated => "user.created",
            Self::UserActivated => "user.activated",
            Self::UserUpdated => "user.updated",
            Self::UserSuspended => "user.suspended",
            Self::UserReactivated => "user.reactivated",
            Self::UserDeleted => "user.deleted",
            Self::UserRestored => "user.restored",
            Self::UserAdopted => "user.adopted",
            Self::InvitationSent => "invitation.sent",
            Self::InvitationCancelled => "invitation.cancelled",
            Self::InvitationExpired => "invitation.expired",
            Self::MailFailed => "mail.failed",
            Self::GroupCreated => "group.created",
            Self::GroupUpdated => "group.updated",
            Self::GroupDeleted => "group.deleted",
            Self::MembershipChanged => "membership.changed",
        }
    }
}

/// One event to be written.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: Kind,
    pub user: Option<UserId>,
    pub group: Option<GroupId>,
    pub data: Value,
}
