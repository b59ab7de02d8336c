//! What some kinds of mail name beside their person.

use jiff::{Timestamp, civil::Date};

/// Names and numbers of one mail; a kind that needs what is not there can't be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// A group's name.
    pub group: Option<String>,
    /// A program session's title.
    pub session: Option<String>,
    /// The day it starts.
    pub starts: Option<Date>,
    /// Who invited or registered the person.
    pub inviter: Option<String>,
    /// The words of roles.
    pub roles: Vec<String>,
    /// Whole days until the invitation dies.
    pub days: Option<i64>,
    /// How many mails are held, or rows were read.
    pub count: Option<u64>,
    /// What became of a batch, or needs an eye: the key of a label (`created`) and a number.
    pub tally: Vec<(&'static str, u64)>,
    /// The first rows of a batch that were rejected, in the order of the file.
    pub rejected: Vec<Rejected>,
    /// When it was done with.
    pub finished_at: Option<Timestamp>,
    /// How people get in.
    pub entry: Entry,
}

/// A row of a batch that changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its physical line in the file.
    pub line: usize,
    /// The column that is wrong, where it is one.
    pub column: Option<String>,
    /// What is wrong, and the remedy, in English.
    pub reason: String,
}

/// How people get in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entry {
    /// They choose a password, or have one.
    #[default]
    Form,
    /// They sign in with their company's account.
    Company,
}
