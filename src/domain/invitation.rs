//! Invitations (domain 2.2).

use super::{InvitationId, TenantId, UserId};
use jiff::Timestamp;

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Scheduled,
    Pending,
    Accepted,
    Expired,
    Cancelled,
    Superseded,
}

impl Status {
    /// The word in the store and every API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
        }
    }

    /// The status of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Scheduled, Self::Pending, Self::Accepted, Self::Expired, Self::Cancelled, Self::Superseded]
            .into_iter()
            .find(|status| status.as_str() == text)
    }

    /// Whether it can still be accepted, now or after its start date.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Scheduled | Self::Pending)
    }
}

/// Where a person is invited from (E1, E2 or E3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Platform,
    Group(String),
    Session(String),
}

/// An invitation as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    pub tenant: TenantId,
    pub id: InvitationId,
    pub user: UserId,
    pub kind: Kind,
    /// Who invited: a token's or a person's name, for the list.
    pub inviter: String,
    pub language: String,
    pub status: Status,
    /// Counts the links; a link of an older count is dead.
    pub generation: i64,
    pub created_at: Timestamp,
    /// When the mail may go.
    pub send_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub sent_count: i64,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub cancelled_by: Option<CancelledBy>,
    /// Delivery of its last mail: queued, sent, delayed, failed, held, omitted.
    pub delivery: String,
    /// scim, api, console, csv.
    pub source: String,
}

/// Who ended an invitation: an administrator's word outlives a reactivation, a suspension's does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelledBy {
    Administrator,
    Suspension,
    Deletion,
}

impl CancelledBy {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Suspension => "suspension",
            Self::Deletion => "deletion",
        }
    }

    /// The value of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Administrator, Self::Suspension, Self::Deletion].into_iter().find(|by| by.as_str() == text)
    }
}
