//! What a run found, for people and for programs.

mod json;
mod junit;
mod table;
mod text;

pub use json::json;
pub use junit::junit;
pub use table::table;
pub use text::{line, text};

use crate::outcome::{End, Outcome};

/// What a report says beside the outcomes.
#[derive(Debug)]
pub struct Heading {
    pub base: String,
    pub profile: &'static str,
    pub seconds: f64,
}

/// How many ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    pub unsure: usize,
    pub requests: usize,
}

impl Counts {
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            match outcome.end {
                End::Passed => counts.passed += 1,
                End::Failed(_) => counts.failed += 1,
                End::Skipped(_) => counts.skipped += 1,
            }
            counts.unsure += outcome.unsure.len();
            counts.requests += outcome.requests;
        }
        counts
    }

    pub fn all(self) -> usize {
        self.passed + self.failed + self.skipped
    }
}

#[cfg(test)]
mod tests;
