//! What became of rows.

use super::Fault;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was not looked at yet.
    Waiting,
    /// Its person was added on the create path.
    Created,
    /// Its person was added and invited.
    Invited,
    /// Its person was there and is different now.
    Updated,
    /// Everything it says was so already.
    Unchanged,
    /// It changed nothing, for a reason.
    Rejected,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Created, Self::Invited, Self::Updated, Self::Unchanged, Self::Rejected];

    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Created => "created",
            Self::Invited => "invited",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
        }
    }

    /// The status of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its physical line.
    pub line: usize,
    /// Where it stands.
    pub status: Status,
    /// The column a rejection or a remark is about.
    pub column: Option<String>,
    /// Why it was rejected, or what else there is to say.
    pub message: Option<String>,
}

impl Outcome {
    /// A row that was taken.
    #[must_use]
    pub fn taken(line: usize, status: Status, remark: Option<&Fault>) -> Self {
        let column = remark.and_then(|remark| remark.column).map(|column| column.name().to_owned());
        Self { line, status, column, message: remark.map(|remark| remark.message.clone()) }
    }

    /// A row that changed nothing.
    #[must_use]
    pub fn rejected(line: usize, fault: &Fault) -> Self {
        Self::taken(line, Status::Rejected, Some(fault))
    }
}

/// How many rows stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that still wait.
    pub waiting: u64,
    /// People newly added by either path.
    pub created: u64,
    /// Rows whose person is different now.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows that changed nothing, for a reason.
    pub rejected: u64,
}

impl Tally {
    /// Counts rows of a status.
    pub fn add(&mut self, status: Status, rows: u64) {
        let count = match status {
            Status::Waiting => &mut self.waiting,
            Status::Created | Status::Invited => &mut self.created,
            Status::Updated => &mut self.updated,
            Status::Unchanged => &mut self.unchanged,
            Status::Rejected => &mut self.rejected,
        };
        *count += rows;
    }

    /// How many rows were looked at.
    #[must_use]
    pub fn processed(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.rejected
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.processed() + self.waiting
    }

    /// Keys of labels and numbers, for the report by mail.
    #[must_use]
    pub fn labelled(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("created", self.created),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("rejected", self.rejected),
        ]
    }
}
