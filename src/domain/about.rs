//! What some kinds of mail name beside their person.

use jiff::civil::Date;

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
}
