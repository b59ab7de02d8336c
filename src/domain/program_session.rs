//! Program sessions: a course with a start date, people who teach it, and people who are registered.

use super::{GroupId, SessionId, TenantId, UserId};
use jiff::civil::Date;

/// A program session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramSession {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: SessionId,
    /// What it is called in lists and mails.
    pub title: String,
    /// The one group on which its participants are learners.
    pub group: GroupId,
    /// The day it begins.
    pub start_date: Option<Date>,
    /// Those who teach it and may invite to it.
    pub instructors: Vec<UserId>,
}
