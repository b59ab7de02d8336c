//! The outbox from the worker's side: claim, prepare, record.

use super::{App, Error};
use crate::domain::notification::{Code, Notification};
use jiff::{SignedDuration, Timestamp, civil::Date};

/// A mail that is to leave now: everything the letter needs, read at this moment.
#[derive(Debug, Clone)]
pub struct Letter {
    pub notification: Notification,
    pub code: Code,
    /// `<…@host>`, the same at every attempt.
    pub message_id: String,
    pub to: String,
    /// The person's name, for the To header and the greeting; may be empty.
    pub to_name: String,
    pub login: String,
    pub language: String,
    pub tenant_name: String,
    /// The link of the invitation or the set-password page; the sign-in page for E6 and E7.
    pub link: String,
    /// When the link dies.
    pub expires_at: Option<Timestamp>,
    /// E7 only.
    pub password: Option<String>,
    /// E13 only.
    pub deletion_date: Option<Date>,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The relay's final 250, with its words and the subject that went out.
    Accepted { reply: String, subject: String },
    /// 4xx, timeout or connection failure: worth another attempt.
    Delayed { reply: String },
    /// 5xx, or no such mail can be made.
    Refused { reply: String },
}

/// Claims up to `limit` due mails for this worker.
pub async fn claim(_app: &App, _worker: &str, _lease: SignedDuration, _limit: i64) -> Result<Vec<Notification>, Error> {
    todo!()
}
/// Checks the state again and gathers the letter; `None` when the mail is pointless now (recorded as omitted or cancelled, with the reason).
pub async fn prepare(_app: &App, _notification: Notification) -> Result<Option<Letter>, Error> {
    todo!()
}
/// Records how the attempt ended; acceptance of a created-mail makes the staged person active and billed in the same transaction.
pub async fn record(_app: &App, _letter: &Letter, _outcome: Outcome) -> Result<(), Error> {
    todo!()
}
/// Gives what this worker still holds back to the queue.
pub async fn release(_app: &App, _worker: &str) -> Result<(), Error> {
    todo!()
}
