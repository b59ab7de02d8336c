//! Webhooks: where events are pushed, how they are signed (Standard Webhooks), when they are tried again, which addresses they may go to.
//!
//! Pure: the sending is `crate::webhook`'s, the bookkeeping `app::webhooks`'s.

pub mod reach;
pub mod schedule;
pub mod secret;

pub use reach::{Reach, Target};
pub use secret::Secret;

use super::{TenantId, WebhookId, event};
use jiff::{SignedDuration, Timestamp};

/// Whether a webhook is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Events are sent.
    Active,
    /// Nothing arrived for days; an administrator resumes it.
    Suspended,
    /// The receiver said that it wants no more (410).
    Disabled,
}

impl Status {
    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Disabled => "disabled",
        }
    }

    /// The status of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Suspended, Self::Disabled].into_iter().find(|status| status.as_str() == text)
    }
}

/// A receiver of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// The tenant whose events it gets.
    pub tenant: TenantId,
    /// Its id.
    pub id: WebhookId,
    /// Where events go.
    pub url: String,
    /// What administrators call it.
    pub description: Option<String>,
    /// The kinds it wants; all where there is none.
    pub types: Vec<event::Kind>,
    /// Which addresses it may be at.
    pub reach: Reach,
    /// Whether it is served.
    pub status: Status,
    /// Why it is not, in words.
    pub status_reason: Option<String>,
    /// The secret, sealed.
    pub secret: String,
    /// The secret before it, sealed, and until when it signs too.
    pub old_secret: Option<(String, Timestamp)>,
    /// The last event that was put on its way, or passed over.
    pub last_seq: i64,
    /// The first failure since the last success.
    pub failing_since: Option<Timestamp>,
    /// The last success.
    pub succeeded_at: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl Webhook {
    /// Whether it wants events of this `type`.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|wanted| wanted.as_str() == kind)
    }
}

/// What became of an event on its way to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// To be sent, again perhaps.
    Waiting,
    /// The receiver answered with a 2xx.
    Delivered,
}

impl Progress {
    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
        }
    }

    /// The value of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered].into_iter().find(|progress| progress.as_str() == text)
    }
}

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The event's place in the feed.
    pub seq: i64,
    /// How far it is.
    pub progress: Progress,
    /// How often it was tried.
    pub attempts: i64,
    /// How often in a row it failed, as far as the next pause goes by it.
    pub failures: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// The first attempt that counts for giving up.
    pub first_tried_at: Option<Timestamp>,
    /// The last attempt.
    pub tried_at: Option<Timestamp>,
    /// The status of the last answer; none where there was no answer.
    pub answer: Option<i64>,
    /// Why the last attempt failed.
    pub reason: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The receiver answered.
    Status {
        /// The status.
        code: u16,
        /// When it wants to be asked again.
        retry_after: Option<SignedDuration>,
    },
    /// There was no answer; why, in words.
    None(String),
}

impl Answer {
    /// Whether the event has arrived.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Status { code: 200..=299, .. })
    }

    /// Whether the receiver wants no more events.
    #[must_use]
    pub fn is_farewell(&self) -> bool {
        matches!(self, Self::Status { code: 410, .. })
    }

    /// Why it is no success, in words.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Status { code: 200..=299, .. } => None,
            Self::Status { code: 300..=399, .. } => {
                Some("the receiver answered with a redirect, which is not followed".to_owned())
            }
            Self::Status { code, .. } => Some(format!("the receiver answered {code}")),
            Self::None(reason) => Some(reason.clone()),
        }
    }
}
