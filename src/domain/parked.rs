//! A run of deletions by date that the brake stopped: it waits for an administrator.

use jiff::Timestamp;

/// A tenant's parked run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Everybody whose deletion began at or before this instant belongs to it.
    pub until: Timestamp,
    /// When it stopped.
    pub parked_at: Timestamp,
    /// How many people it would have deleted.
    pub people: u64,
    /// How many live people there were.
    pub of: u64,
    /// What an administrator said; the calendar carries it out.
    pub decision: Option<Decision>,
}

/// What becomes of a parked run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Its people are deleted.
    Release,
    /// They stay.
    Discard,
}

impl Decision {
    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Discard => "discard",
        }
    }

    /// The decision of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Release, Self::Discard].into_iter().find(|decision| decision.as_str() == text)
    }
}

impl Parked {
    /// Whether a deletion due at this instant waits with the run.
    #[must_use]
    pub fn covers(&self, due: Timestamp) -> bool {
        due <= self.until
    }
}
