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
    /// Created; password known.
    E6,
    /// Created with generated credentials.
    E7,
    /// Created without a password: a one-time set-password link.
    E8,
    /// The account will be deleted in 24 hours.
    E13,
    /// Forgot password: a one-time set-password link the person asked for.
    Reset,
}

impl Code {
    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::E1 => "E1",
            Self::E6 => "E6",
            Self::E7 => "E7",
            Self::E8 => "E8",
            Self::E13 => "E13",
            Self::Reset => "RESET",
        }
    }

    /// The code of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::E1, Self::E6, Self::E7, Self::E8, Self::E13, Self::Reset].into_iter().find(|code| code.as_str() == text)
    }

    /// Whether `suppressNotifications` silences it.
    #[must_use]
    pub fn is_suppressible(self) -> bool {
        !matches!(self, Self::E7 | Self::Reset)
    }

    /// Whether the relay's 250 for it makes a staged person active and billed.
    #[must_use]
    pub fn activates(self) -> bool {
        matches!(self, Self::E6 | Self::E7 | Self::E8)
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
    /// What made it; with tenant, user and code the row's unique key.
    pub cause: String,
    /// Where it stands.
    pub status: Status,
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
    /// Not before this instant.
    pub due_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the relay accepted it.
    pub sent_at: Option<Timestamp>,
}
