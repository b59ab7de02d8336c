//! How many mails may leave, and how often: the budget of a tenant's hour and what one person gets in a day (domain 2.4, rules 3, 5 and 6).

use super::notification::{Aim, Code, Notification, Status};
use jiff::{SignedDuration, Timestamp};

/// Mails the budget never holds: those a person asked for, and those that tell of held ones.
pub const UNBUDGETED: [Code; 2] = [Code::Reset, Code::E15];
/// The budget's hour is counted in slots of so many seconds.
const SLOT_SECONDS: i64 = 10;
/// So many slots, and the one that is only half over, make an hour.
const SLOTS: i64 = 3_600 / SLOT_SECONDS + 1;
/// How long a mail counts for the limits of one person.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How many invitation mails a person gets in a day.
const INVITATIONS_A_DAY: usize = 3;
/// How soon an invitation may be sent again by hand.
pub const RESEND_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// The slot of an instant.
#[must_use]
pub fn slot_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(SLOT_SECONDS)
}

/// The last slot that counts no more: every mail of a later slot may have left within the hour before `now`.
#[must_use]
pub fn forgotten_slot(now: Timestamp) -> i64 {
    slot_of(now) - SLOTS
}

/// How many more mails may leave.
#[must_use]
pub fn room(budget: u32, spent: u64) -> usize {
    usize::try_from(u64::from(budget).saturating_sub(spent)).unwrap_or(usize::MAX)
}

/// Whether the person's other mails matter to this one.
#[must_use]
pub fn is_restrained(mail: &Notification) -> bool {
    is_invitation(mail) || is_optional(mail.code) || rank(mail).is_some_and(|rank| rank > 0)
}

/// Why a mail is not to be sent besides the person's other mails of the last day, if so. Of several that wait, the one that was made
/// first goes first, so that two workers agree.
#[must_use]
pub fn restraint(mail: &Notification, others: &[Notification], now: Timestamp) -> Option<&'static str> {
    let counts = |other: &&Notification| other.id != mail.id && has_part(other, now);
    if others.iter().filter(counts).any(|other| is_superseded_by(mail, other)) {
        return Some("superseded");
    }
    let is_earlier = |other: &&Notification| (other.created_at, other.id) < (mail.created_at, mail.id);
    let earlier = || others.iter().filter(counts).filter(is_earlier);
    let is_throttled = if is_invitation(mail) {
        earlier().filter(|other| is_invitation(other)).count() >= INVITATIONS_A_DAY
    } else {
        is_optional(mail.code) && earlier().any(|other| (other.code, other.variant) == (mail.code, mail.variant))
    };
    is_throttled.then_some("throttled")
}

/// Left within the last day, or still on its way.
fn has_part(mail: &Notification, now: Timestamp) -> bool {
    match mail.status {
        Status::Queued | Status::Sending | Status::Delayed => true,
        Status::Sent => mail.sent_at.is_some_and(|at| at.checked_add(DAY).is_ok_and(|end| end > now)),
        Status::Failed | Status::Held | Status::Omitted | Status::Cancelled => false,
    }
}

fn is_invitation(mail: &Notification) -> bool {
    mail.aim() == Aim::Invitation && mail.code != Code::E10
}

/// Sent at most once a day. The warning of a deletion is bound to its date, which is limit enough: a date that moved must be told.
fn is_optional(code: Code) -> bool {
    !code.is_mandatory() && !matches!(code, Code::E13 | Code::E15)
}

/// One action sends one mail to a person: invitation before credentials before created before session before group. What an action makes
/// has the same time of making; a mail that had left by then was of an action before.
fn is_superseded_by(mail: &Notification, other: &Notification) -> bool {
    let is_same_action = other.created_at == mail.created_at
        && other.due_at <= mail.due_at.max(mail.created_at)
        && other.sent_at.is_none_or(|at| at > mail.created_at);
    match (rank(mail), rank(other)) {
        (Some(own), Some(better)) => is_same_action && better < own,
        _ => false,
    }
}

fn rank(mail: &Notification) -> Option<u8> {
    match (mail.aim(), mail.code) {
        (Aim::Invitation, _) => Some(0),
        (Aim::Creation, Code::E7) => Some(1),
        (Aim::Creation, _) => Some(2),
        (_, Code::E12) => Some(3),
        (_, Code::E11) => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
