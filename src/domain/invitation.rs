//! Invitations (domain 2.2).

use super::{
    InvitationId, TenantId, UserId,
    notification::{Code, Variant},
};
use crate::scim::{Object, schema};
use jiff::Timestamp;

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Waits for the start date.
    Scheduled,
    /// Can be accepted.
    Pending,
    /// The form was filled.
    Accepted,
    /// Its time is over.
    Expired,
    /// Ended by somebody.
    Cancelled,
    /// Replaced by another path.
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
    /// To the platform.
    Platform,
    /// To the group of this id.
    Group(String),
    /// To the session of this id.
    Session(String),
}

impl Kind {
    /// What `invitedFrom` in a person's document says; the platform where it says nothing.
    #[must_use]
    pub fn of(document: &Object) -> Self {
        let from = document.get(schema::USHER).and_then(|own| own.get("invitedFrom"));
        let text = |name: &str| from.and_then(|from| from.get(name)?.as_str()).unwrap_or_default();
        let (kind, value) = (text("kind").to_ascii_lowercase(), text("value").to_owned());
        match kind.as_str() {
            "group" if !value.is_empty() => Self::Group(value),
            "session" if !value.is_empty() => Self::Session(value),
            _ => Self::Platform,
        }
    }

    /// The mail that invites.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Platform => Code::E1,
            Self::Group(_) => Code::E2,
            Self::Session(_) => Code::E3,
        }
    }

    /// The wording of the other mails about such an invitation.
    #[must_use]
    pub fn variant(&self) -> Variant {
        match self {
            Self::Platform => Variant::Platform,
            Self::Group(_) => Variant::Group,
            Self::Session(_) => Variant::Session,
        }
    }

    /// The word in the API.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.variant().as_str()
    }

    /// The id of the group or session; nothing for the platform.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Platform => "",
            Self::Group(target) | Self::Session(target) => target,
        }
    }

    /// Whether this mail invited in this way.
    #[must_use]
    pub fn was_told_by(&self, code: Code, variant: Variant) -> bool {
        code == self.code() || (matches!(code, Code::E5 | Code::E10) && variant == self.variant())
    }
}

/// An invitation as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: InvitationId,
    /// The person.
    pub user: UserId,
    /// Which kind it is.
    pub kind: Kind,
    /// Who invited: a token's or a person's name, for the list.
    pub inviter: String,
    /// BCP 47 tag of a language we have.
    pub language: String,
    /// Where it stands.
    pub status: Status,
    /// Counts the links; a link of an older count is dead.
    pub generation: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the mail may go.
    pub send_at: Timestamp,
    /// When the relay accepted it.
    pub sent_at: Option<Timestamp>,
    /// How many mails of it were accepted.
    pub sent_count: i64,
    /// When it dies by itself.
    pub expires_at: Timestamp,
    /// When the form was filled.
    pub accepted_at: Option<Timestamp>,
    /// When it was ended.
    pub cancelled_at: Option<Timestamp>,
    /// Who ended it.
    pub cancelled_by: Option<CancelledBy>,
    /// Delivery of its last mail: queued, sent, delayed, failed, held, omitted.
    pub delivery: String,
    /// scim, api, console, csv.
    pub source: String,
}

/// What people's resources show of an invitation.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Where it stands.
    pub status: Status,
    /// When the relay accepted its last mail.
    pub sent_at: Option<Timestamp>,
    /// How many mails of it were accepted.
    pub sent_count: i64,
    /// When it dies by itself.
    pub expires_at: Timestamp,
    /// Delivery of its last mail.
    pub delivery: String,
}

impl Invitation {
    /// What its person's resource shows of it.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            status: self.status,
            sent_at: self.sent_at,
            sent_count: self.sent_count,
            expires_at: self.expires_at,
            delivery: self.delivery.clone(),
        }
    }
}

/// Who ended an invitation: an administrator's word outlives a reactivation, a suspension's does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelledBy {
    /// An administrator.
    Administrator,
    /// The suspension of the person.
    Suspension,
    /// The deletion of the person.
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
