//! Events: one for each state change, written in its transaction.

use super::{GroupId, UserId};
use serde_json::Value;

/// What happened, in the words of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Added, waiting for a start date.
    UserStaged,
    /// An invitation is out.
    UserInvited,
    /// Put on the create path.
    UserCreated,
    /// Active and billed from now.
    UserActivated,
    /// Attributes changed.
    UserUpdated,
    /// Switched off.
    UserSuspended,
    /// Switched on again.
    UserReactivated,
    /// Gone, by date or by request.
    UserDeleted,
    /// Back from deletion.
    UserRestored,
    /// A connection manages the person from now.
    UserAdopted,
    /// Another connection manages the person from now.
    UserTransferred,
    /// The relay accepted an invitation.
    InvitationSent,
    /// An invitation ended early.
    InvitationCancelled,
    /// An invitation's time is over.
    InvitationExpired,
    /// The relay refused a mail.
    MailFailed,
    /// A mail came back after the relay had accepted it.
    MailBounced,
    /// A group was made.
    GroupCreated,
    /// A group's attributes changed.
    GroupUpdated,
    /// A group is gone.
    GroupDeleted,
    /// A group's members changed.
    MembershipChanged,
    /// Somebody takes part in a program session.
    SessionRegistered,
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
            Self::UserTransferred => "user.transferred",
            Self::InvitationSent => "invitation.sent",
            Self::InvitationCancelled => "invitation.cancelled",
            Self::InvitationExpired => "invitation.expired",
            Self::MailFailed => "mail.failed",
            Self::MailBounced => "mail.bounced",
            Self::GroupCreated => "group.created",
            Self::GroupUpdated => "group.updated",
            Self::GroupDeleted => "group.deleted",
            Self::MembershipChanged => "membership.changed",
            Self::SessionRegistered => "session.registered",
        }
    }
}

/// One event to be written.
#[derive(Debug, Clone)]
pub struct Event {
    /// Which kind it is.
    pub kind: Kind,
    /// The person.
    pub user: Option<UserId>,
    /// The group.
    pub group: Option<GroupId>,
    /// What else is worth telling, without secrets.
    pub data: Value,
}
