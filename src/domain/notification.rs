//! Mails to send: their codes, states and causes.

use super::{InvitationId, NotificationId, TenantId, UserId};
use jiff::Timestamp;

/// A tenant's or connection's switch for mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSwitch {
    /// Mails leave.
    On,
    /// Mails wait for an administrator.
    Hold,
    /// Mails are recorded as omitted.
    Off,
}

impl MailSwitch {
    /// The word in settings and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Hold => "hold",
            Self::Off => "off",
        }
    }

    /// The switch of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::On, Self::Hold, Self::Off].into_iter().find(|switch| switch.as_str() == text)
    }
}

/// The kinds of mail (domain table 2.4); the word in the API is the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// Invited to the platform.
    E1,
    /// Invited from a group.
    E2,
    /// Invited from a program session.
    E3,
    /// Reminder: the invitation still waits.
    E4,
    /// The invitation again, with a fresh link.
    E5,
    /// Created; password known.
    E6,
    /// Created with generated credentials.
    E7,
    /// Created without a password: a one-time set-password link.
    E8,
    /// Created by a CSV batch; with no variant the report to who sent the batch.
    E9,
    /// Welcome back: added again after a deletion.
    E10,
    /// An active person joined a group or was given a role.
    E11,
    /// An active person was registered to a session.
    E12,
    /// The account will be deleted in 24 hours.
    E13,
    /// Suspended, deleted, or the invitation was cancelled.
    E14,
    /// To administrators: what needs their eye.
    E15,
    /// Forgot password: a one-time set-password link the person asked for.
    Reset,
    /// To the old address: the account's address has changed.
    AddressChanged,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::E1,
        Self::E2,
        Self::E3,
        Self::E4,
        Self::E5,
        Self::E6,
        Self::E7,
        Self::E8,
        Self::E9,
        Self::E10,
        Self::E11,
        Self::E12,
        Self::E13,
        Self::E14,
        Self::E15,
        Self::Reset,
        Self::AddressChanged,
    ];

    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::E1 => "E1",
            Self::E2 => "E2",
            Self::E3 => "E3",
            Self::E4 => "E4",
            Self::E5 => "E5",
            Self::E6 => "E6",
            Self::E7 => "E7",
            Self::E8 => "E8",
            Self::E9 => "E9",
            Self::E10 => "E10",
            Self::E11 => "E11",
            Self::E12 => "E12",
            Self::E13 => "E13",
            Self::E14 => "E14",
            Self::E15 => "E15",
            Self::Reset => "RESET",
            Self::AddressChanged => "ADDRESS",
        }
    }

    /// The code of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }

    /// Whether `suppressNotifications` silences it.
    #[must_use]
    pub fn is_suppressible(self) -> bool {
        !matches!(self, Self::E5 | Self::E7 | Self::E15 | Self::Reset | Self::AddressChanged)
    }

    /// Whether the person needs it; the others are sent at most once of a kind in 24 hours.
    #[must_use]
    pub fn is_mandatory(self) -> bool {
        !matches!(self, Self::E4 | Self::E11 | Self::E12 | Self::E13 | Self::E14 | Self::E15)
    }
}

/// The wording of a mail whose code has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The only one.
    Plain,
    /// E4, E5, E10: of a platform invitation.
    Platform,
    /// E4, E5, E10: of an invitation from a group.
    Group,
    /// E4, E5, E10: of an invitation from a session.
    Session,
    /// E9, E10: as E6.
    Known,
    /// E9, E10: as E7.
    Generated,
    /// E9, E10: as E8.
    Link,
    /// E14.
    Suspended,
    /// E14.
    Deleted,
    /// E14.
    Cancelled,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Plain,
        Self::Platform,
        Self::Group,
        Self::Session,
        Self::Known,
        Self::Generated,
        Self::Link,
        Self::Suspended,
        Self::Deleted,
        Self::Cancelled,
    ];

    /// The word in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Platform => "platform",
            Self::Group => "group",
            Self::Session => "session",
            Self::Known => "known",
            Self::Generated => "generated",
            Self::Link => "link",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
            Self::Cancelled => "cancelled",
        }
    }

    /// The variant of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.as_str() == text)
    }
}

/// What a mail does for its person, whatever its wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aim {
    /// Carries the link of the invitation.
    Invitation,
    /// Tells that the account is there; the relay's 250 makes a staged person active and billed.
    Creation,
    /// Anything else.
    Information,
}

impl Aim {
    /// The aim of a code in a wording.
    #[must_use]
    pub fn of(code: Code, variant: Variant) -> Self {
        match (code, variant) {
            (Code::E1 | Code::E2 | Code::E3 | Code::E5, _)
            | (Code::E10, Variant::Platform | Variant::Group | Variant::Session) => Self::Invitation,
            (Code::E6 | Code::E7 | Code::E8, _)
            | (Code::E9 | Code::E10, Variant::Known | Variant::Generated | Variant::Link) => Self::Creation,
            _ => Self::Information,
        }
    }
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Waits for the worker.
    Queued,
    /// A worker has it.
    Sending,
    /// The relay accepted it.
    Sent,
    /// Waits for another attempt.
    Delayed,
    /// Refused for good, or given up.
    Failed,
    /// Waits for an administrator.
    Held,
    /// Was not to be sent.
    Omitted,
    /// Became pointless.
    Cancelled,
}

impl Status {
    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delayed => "delayed",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Omitted => "omitted",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Sending,
            Self::Sent,
            Self::Delayed,
            Self::Failed,
            Self::Held,
            Self::Omitted,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|status| status.as_str() == text)
    }

    /// Whether the mail may still leave.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sending | Self::Delayed | Self::Held)
    }
}

/// Whether a mail still has to pass the tenant's hourly budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearance {
    /// The budget was not asked yet.
    Open,
    /// It counts against the budget of the hour it was let go in.
    Counted,
    /// An administrator let it go: neither budget nor switch holds it again.
    Released,
}

impl Clearance {
    /// The word in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Counted => "counted",
            Self::Released => "released",
        }
    }

    /// The clearance of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Counted, Self::Released].into_iter().find(|clearance| clearance.as_str() == text)
    }
}

/// One row of the outbox.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: NotificationId,
    /// The person.
    pub user: UserId,
    /// The kind of mail.
    pub code: Code,
    /// Its wording.
    pub variant: Variant,
    /// The group or session it is about, or nothing.
    pub target: String,
    /// What made it; with tenant, user and code the row's unique key.
    pub cause: String,
    /// Where it stands.
    pub status: Status,
    /// Whether the budget let it go.
    pub clearance: Clearance,
    /// Why it stands where it stands: the relay's reply, or the reason for an omission.
    pub reason: Option<String>,
    /// The address it goes to; absent for a person without one.
    pub to: Option<String>,
    /// BCP 47 tag of a language we have.
    pub language: String,
    /// As it left.
    pub subject: Option<String>,
    /// The invitation it belongs to.
    pub invitation: Option<InvitationId>,
    /// A generated password, encrypted; gone once the relay accepted the mail.
    pub sealed: Option<String>,
    /// How many attempts were made.
    pub attempts: i64,
    /// When the first attempt was made, since it was last held or sent again by hand.
    pub tried_at: Option<Timestamp>,
    /// Not before this instant.
    pub due_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the relay accepted it.
    pub sent_at: Option<Timestamp>,
}

impl Notification {
    /// What it does for its person.
    #[must_use]
    pub fn aim(&self) -> Aim {
        Aim::of(self.code, self.variant)
    }
}
