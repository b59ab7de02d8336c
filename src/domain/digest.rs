//! The administrators' digest (E15): what is worth their eye, in numbers.

use super::event;
use jiff::Timestamp;
use std::fmt;

/// The audit trail's word for a deletion run that stopped before it deleted too many.
pub const PARKED: &str = "deletions.parked";
/// The audit trail's word for a write that another connection's or a protected person refused.
pub const REFUSED: &str = "user.refused";

/// The audit trail's word for a webhook that gets no more events.
pub const WEBHOOK_SUSPENDED: &str = "webhook.suspended";

/// What a digest tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    /// Mails that wait for a release now.
    pub held: u64,
    /// Mails the relay refused, or that were given up.
    pub failed: u64,
    /// Mails that came back.
    pub bounced: u64,
    /// Writes refused because of who the person is or who manages them.
    pub conflicts: u64,
    /// People a connection took over.
    pub adopted: u64,
    /// People whose deletion waits for an administrator now.
    pub parked: u64,
    /// Webhooks that get no more events.
    pub webhooks: u64,
}

impl Digest {
    /// Reads it from what waits now, and how often each event and audit word stands since the last one.
    #[must_use]
    pub fn of(held: u64, parked: u64, tallies: &[(String, u64)]) -> Self {
        let sum = |word: &str| tallies.iter().filter(|(other, _)| other == word).map(|(_, count)| count).sum();
        Self {
            held,
            failed: sum(event::Kind::MailFailed.as_str()),
            bounced: sum(event::Kind::MailBounced.as_str()),
            conflicts: sum(REFUSED),
            adopted: sum(event::Kind::UserAdopted.as_str()),
            parked,
            webhooks: sum(WEBHOOK_SUSPENDED),
        }
    }

    /// What there is to tell beside held mails: keys of labels and numbers.
    #[must_use]
    pub fn tally(&self) -> Vec<(&'static str, u64)> {
        let numbers = [
            ("failed", self.failed),
            ("bounced", self.bounced),
            ("conflicts", self.conflicts),
            ("adopted", self.adopted),
            ("parked", self.parked),
            ("webhooks", self.webhooks),
        ];
        numbers.into_iter().filter(|(_, number)| *number > 0).collect()
    }
}

/// Where a digest begins; its text is the mail's cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// When it was made.
    pub told_at: Timestamp,
    /// The last audit row the digest before told of.
    pub audit: i64,
    /// The last event it told of.
    pub event: i64,
}

impl Since {
    /// Reads what `to_string` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/').map(|part| part.parse::<i64>().ok());
        let (told_at, audit, event) = (parts.next()??, parts.next()??, parts.next()??);
        Some(Self { told_at: Timestamp::from_microsecond(told_at).ok()?, audit, event })
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.told_at.as_microsecond(), self.audit, self.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_says_where_its_digest_begins() {
        let since = Since { told_at: "2027-03-10T09:00:00Z".parse().unwrap(), audit: 12, event: 345 };
        assert_eq!(Since::parse(&since.to_string()), Some(since));
        for other in ["", "1", "1/2", "a/b/c"] {
            assert_eq!(Since::parse(other), None);
        }
    }

    #[test]
    fn numbers_are_summed_by_their_words() {
        let tallies = [
            ("mail.failed", 2),
            ("mail.bounced", 1),
            ("user.refused", 3),
            ("webhook.suspended", 1),
            ("user.created", 9),
        ];
        let tallies: Vec<_> = tallies.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
        let digest = Digest { held: 7, failed: 2, bounced: 1, conflicts: 3, adopted: 0, parked: 15, webhooks: 1 };
        assert_eq!(Digest::of(7, 15, &tallies), digest);
    }
}
