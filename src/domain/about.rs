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
    /// When it was done with.
    pub finished_at: Option<Timestamp>,
    /// How invited people get in.
    pub entry: Entry,
}

/// How invited people get in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entry {
    /// They fill the form and choose a password.
    #[default]
    Form,
    /// They sign in with their company's account.
    Company,
}
