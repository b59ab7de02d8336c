//! What people do by hand: administrators, group administrators and instructors, through the API, the console and a CSV file.

pub mod actor;
pub mod audit;
pub mod billing;
pub mod connections;
pub mod groups;
pub mod importing;
pub mod invitations;
pub mod inviting;
mod newcomer;
pub mod people;
pub mod restoring;
pub mod setting_up;
pub mod training;
pub mod webhooks;

pub use actor::Actor;

use super::Error;
use crate::{
    domain::{calendar, language::Language, role::Role, tenant::Tenant},
    store::{self, Conn},
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value;

/// How many rows a page has at most.
pub const MAX_PAGE: usize = 200;
/// How many labels a person may carry, and how long one may be.
const MAX_LABELS: usize = 50;
const MAX_LABEL: usize = 200;

/// One page of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts what was read one row too far.
    pub(super) fn cut(mut items: Vec<T>, limit: usize, id: impl Fn(&T) -> String) -> Self {
        let goes_on = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| goes_on).map(id);
        Self { items, next }
    }
}

/// A field of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Not named.
    #[default]
    Stays,
    /// Taken away.
    Cleared,
    /// Given.
    Set(T),
}

impl<T> Change<T> {
    fn as_ref(&self) -> Change<&T> {
        match self {
            Self::Stays => Change::Stays,
            Self::Cleared => Change::Cleared,
            Self::Set(value) => Change::Set(value),
        }
    }

    /// Understands a given value; one that means nothing clears.
    fn and_then<U>(self, read: impl FnOnce(T) -> Result<Option<U>, Error>) -> Result<Change<U>, Error> {
        Ok(match self {
            Self::Stays => Change::Stays,
            Self::Cleared => Change::Cleared,
            Self::Set(value) => read(value)?.map_or(Change::Cleared, Change::Set),
        })
    }
}

/// How many rows are to be read for a page of so many.
pub(super) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(1).saturating_add(1)
}

/// What is wrong with a field, and the remedy.
fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid { field, message: message.into() }
}

/// The id in a field.
fn id<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, Error> {
    let shown: String = text.chars().take(64).collect();
    text.parse().map_err(|_| invalid(field, format!("\"{shown}\" is no id; take it from the lists of this API")))
}

/// The roles of a list of words: learner where there is none, each once.
fn roles(words: Option<&[String]>) -> Result<Vec<Role>, Error> {
    let mut roles = Vec::new();
    for word in words.unwrap_or_default() {
        let role: Role =
            word.parse().map_err(|error: crate::domain::role::UnknownRole| invalid("roles", error.to_string()))?;
        if role == Role::Owner {
            return Err(invalid("roles", "there is one owner, who can't be made by hand; use admin"));
        }
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(if roles.is_empty() { vec![Role::Learner] } else { roles })
}

/// A language people can be written to in.
fn language(tag: Option<&str>) -> Result<Option<Language>, Error> {
    let Some(tag) = tag.map(str::trim).filter(|tag| !tag.is_empty()) else { return Ok(None) };
    let known = || Language::all().map(Language::tag).collect::<Vec<_>>().join(", ");
    Language::find(tag)
        .map(Some)
        .ok_or_else(|| invalid("language", format!("there are no texts in it; use one of {}", known())))
}

/// A deletion date that a person may set by hand: a day ahead.
fn deletion_date(text: Option<&str>, tenant: &Tenant, now: Timestamp) -> Result<Option<Date>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let date: Date =
        text.parse().map_err(|_| invalid("deletionDate", "it must be a calendar date as in 2027-06-30"))?;
    if date <= calendar::today(now, &tenant.time_zone) {
        return Err(invalid("deletionDate", "it is today or past; give a day ahead, or delete the person"));
    }
    Ok(Some(date))
}

fn labels(labels: Option<&[String]>) -> Result<Vec<String>, Error> {
    let mut kept: Vec<String> = Vec::new();
    for label in labels.unwrap_or_default() {
        let label = label.trim();
        if label.is_empty() || label.chars().count() > MAX_LABEL || !crate::scim::fold::is_printable(label) {
            return Err(invalid("labels", format!("a label has 1 to {MAX_LABEL} printable characters")));
        }
        if !kept.iter().any(|other| other == label) {
            kept.push(label.to_owned());
        }
    }
    if kept.len() > MAX_LABELS {
        return Err(invalid("labels", format!("a person carries at most {MAX_LABELS} labels")));
    }
    Ok(kept)
}

/// Writes down what an actor did.
async fn record(
    tx: &mut Conn,
    actor: &Actor,
    now: Timestamp,
    action: &'static str,
    target: String,
    detail: Value,
) -> Result<(), Error> {
    let entry = store::audit::Entry {
        actor: actor.audit_name(),
        action,
        target: Some(target),
        request_id: actor.request_id.clone(),
        detail,
    };
    Ok(store::audit::append(tx, actor.tenant.id, now, &[entry]).await?)
}
