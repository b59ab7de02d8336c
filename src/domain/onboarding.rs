//! What a write does to a person: from where they stand and what is wished to where they stand next, and what follows from it.
//!
//! Mails follow from transitions (before against after), never from the verb of a request.

#[cfg(test)]
mod tests;
mod transitions;

pub use transitions::{
    activate, call_off_deletion, cancel_invitation, confirm, delete, delete_by_date, migrate, provision, restore,
    rewrite, set_password, silence, start, transfer,
};

use super::{
    about::Entry,
    event,
    notification::{Code, MailSwitch},
    user::{Mode, User},
};
use crate::scim::Object;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// What a request wants a person to be, extracted from its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The canonical document without `active` and `password`.
    pub document: Object,
    /// The sign-in name as written.
    pub user_name: String,
    /// The client's own id.
    pub external_id: Option<String>,
    /// `None` leaves the switch as it is.
    pub active: Option<bool>,
    /// Whether `active` is shown from now on.
    pub shows_active: bool,
    /// The path the extension attribute names.
    pub mode: Option<Mode>,
    /// The day on which the person may come in.
    pub start_date: Option<Date>,
    /// The day on which the account goes.
    pub deletion_date: Option<Date>,
    /// Whether mails are silenced.
    pub suppress_notifications: bool,
    /// How a created person gets in.
    pub credentials: Credentials,
}

/// How a created person gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing was said: a set-password link, unless a password is known.
    Unsaid,
    /// A pushed password was accepted; its hash.
    Known(String),
    /// A password is to be generated and mailed; its hash.
    Generated(String),
}

/// What the decision needs to know besides the person and the wish.
#[derive(Debug, Clone)]
pub struct Circumstances<'a> {
    /// The present instant.
    pub now: Timestamp,
    /// The tenant's time zone.
    pub zone: &'a TimeZone,
    /// The path for people whose push names none.
    pub default_mode: Mode,
    /// How people who have no password get in.
    pub entry: Entry,
    /// The tenant's and the connection's switches, the stricter one.
    pub mail: MailSwitch,
    /// Whether an administrator ended the person's last invitation.
    pub cancelled_by_administrator: bool,
    /// Whether the person's last invitation ended because they were suspended or deleted.
    pub cancelled_with_the_person: bool,
}

/// What follows from a decision, to be carried out in the same transaction, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A new invitation for the person, and its mail unless it is scheduled for later.
    Invite,
    /// The live invitation's mail goes out now (its start date came).
    SendInvitation,
    /// The live invitation gets a new link, and the mail goes to the new address.
    ReissueInvitation,
    /// The person's last invitation, pending or expired, gets a new link and a new life.
    RenewInvitation,
    /// The live invitation's time is over.
    ExpireInvitation,
    /// The live invitation ends, replaced by another path.
    SupersedeInvitation,
    /// The live invitation ends with a suspension or a deletion.
    CancelInvitation(super::invitation::CancelledBy),
    /// The live invitation was accepted.
    AcceptInvitation,
    /// The live invitation's link is mailed once more, in the words of another kind of invitation.
    MailInvitation(super::invitation::Kind),
    /// A mail enters the outbox, due when the start date begins.
    Notify(Code),
    /// As `Notify`, unless a created-mail of the same time on the path waits already.
    NotifyUnlessWaiting(Code),
    /// A mail is recorded as not sent, with the reason.
    Omit(Code, &'static str),
    /// Mails that have not left are dropped, with the reason.
    DropMails(&'static str),
    /// Invitations and created-mails that have not left are dropped, with the reason.
    DropOnboardingMails(&'static str),
    /// The start date moved: the scheduled invitation and the waiting mail move with it.
    Reschedule,
    /// A billing interval begins.
    OpenBilling,
    /// A billing interval begins that did so at this instant.
    OpenBillingSince(Timestamp),
    /// The open billing interval ends at this instant.
    CloseBilling(Timestamp),
    /// All sessions of the person end.
    EndSessions,
    /// The person leaves every group; what they belonged to is kept for their return.
    EndMemberships,
    /// What the person belonged to before a deletion is given back, as far as the groups are still there.
    RestoreMemberships(Returning),
    /// An event for the feed.
    Record(event::Kind),
}

/// How much of what they belonged to a person gets back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// All of it: an administrator says so.
    Everything,
    /// What the connection that manages them had pushed: a push never brings back what people granted by hand.
    Pushed,
}

/// A person after a decision, and what follows. Nothing changed when `user` equals the person before and there are no effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The person.
    pub user: User,
    /// What follows, in order.
    pub effects: Vec<Effect>,
}
