//! What the report of a batch (E9) tells whoever sent it. Its text is the mail's target, so the report says the same at every attempt.

use jiff::Timestamp;
use std::fmt;

/// Longest file name that is kept, in characters.
const MAX_NAME: usize = 100;

/// What became of the rows of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The file's name, or nothing where the rows came without one.
    pub file: String,
    /// When the last row was done.
    pub finished_at: Timestamp,
    /// People newly added, by either path.
    pub created: u64,
    /// People who were changed.
    pub updated: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Rows that were refused.
    pub rejected: u64,
}

impl Report {
    /// How many rows were read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.rejected
    }

    /// Keys of labels and their numbers.
    #[must_use]
    pub fn tally(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("created", self.created),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("rejected", self.rejected),
        ]
    }

    /// Reads what `to_string` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, file) = text.split_once(" | ")?;
        let (at, counts) = numbers.split_once(' ')?;
        let counts: Vec<u64> = counts.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
        let &[created, updated, unchanged, rejected] = counts.as_slice() else { return None };
        let finished_at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some(Self { file: file.to_owned(), finished_at, created, updated, unchanged, rejected })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { created, updated, unchanged, rejected, .. } = self;
        let file: String = self.file.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
        write!(f, "{} {created} {updated} {unchanged} {rejected} | {file}", self.finished_at.as_microsecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(file: &str) -> Report {
        let finished_at = "2027-03-10T09:00:00.123456Z".parse().unwrap();
        Report { file: file.to_owned(), finished_at, created: 7, updated: 2, unchanged: 100, rejected: 1 }
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        for file in ["people.csv", "", "a | b 3.csv", "Teilnehmer \u{fc}ber 40.csv"] {
            assert_eq!(Report::parse(&report(file).to_string()), Some(report(file)), "{file}");
        }
        assert_eq!(report("").rows(), 110);
        for other in ["", "1 2 3", "x 1 2 3 4 | f", "1 1 2 3 | f", "1 1 2 3 4 5 | f", "1 1 2 3 -4 | f"] {
            assert_eq!(Report::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_hostile_file_name_is_cut_to_one_line() {
        let written = report(&format!("a\r\nb{}", "x".repeat(500))).to_string();
        assert!(!written.contains(['\r', '\n']) && written.chars().count() < 200);
    }
}
