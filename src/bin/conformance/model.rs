//! The language of cases and traces: what a step sends, what it expects and what it remembers.
//!
//! `conformance/README.md` describes it for writers. Unknown members are errors, so that a typing mistake never makes a check vanish.

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How binding a case is, and with that whom it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Level {
    /// MUST, SHALL, REQUIRED.
    M,
    /// SHOULD.
    S,
    /// An optional feature, of those who offer it.
    O,
    /// What identity providers rely on although no RFC says so.
    I,
    /// A decision of Usher's where the RFCs are silent or contradict themselves.
    D,
}

impl Level {
    /// The word a report uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::M => "MUST",
            Self::S => "SHOULD",
            Self::O => "OPTIONAL",
            Self::I => "interoperability",
            Self::D => "decision of Usher",
        }
    }

    /// The letter the rule table uses.
    pub fn letter(self) -> char {
        match self {
            Self::M => 'M',
            Self::S => 'S',
            Self::O => 'O',
            Self::I => 'I',
            Self::D => 'D',
        }
    }
}

/// A file of `conformance/cases`: one subject, with what its cases share.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TopicFile {
    pub topic: String,
    #[serde(rename = "description")]
    _description: String,
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(default)]
    pub setup: Vec<Step>,
    #[serde(default)]
    pub cases: Vec<CaseEntry>,
    #[serde(default)]
    pub tables: Vec<Table>,
}

/// A case as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseEntry {
    pub id: String,
    pub rules: Vec<String>,
    pub level: Option<Level>,
    pub description: String,
    #[serde(default)]
    pub needs: Vec<String>,
    pub steps: Vec<Step>,
}

/// Cases that differ in some values only: the steps are a template, each row is a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Table {
    pub id: String,
    #[serde(default)]
    pub rules: Vec<String>,
    pub level: Option<Level>,
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(default)]
    pub defaults: Map<String, Value>,
    pub steps: Value,
    pub rows: Vec<Row>,
}

/// A row of a table; every further member is a variable of the template.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    pub id: String,
    pub says: String,
    #[serde(default)]
    pub rules: Vec<String>,
    pub level: Option<Level>,
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(flatten)]
    pub values: Map<String, Value>,
}

/// A file of `conformance/traces`: what one identity provider sends, in its order.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trace {
    pub idp: String,
    pub name: String,
    pub description: String,
    #[serde(default, rename = "source")]
    _source: Vec<String>,
    #[serde(default)]
    pub needs: Vec<String>,
    /// The trace that leaves behind what this one works on.
    pub after: Option<String>,
    /// Nobody has seen this on the wire; mismatches are counted apart.
    #[serde(default)]
    pub unsure: bool,
    #[serde(default)]
    pub defaults: Defaults,
    #[serde(default)]
    pub vars: BTreeMap<String, Value>,
    pub steps: Vec<Step>,
}

/// What all requests of a trace have in common.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Defaults {
    #[serde(default)]
    pub headers: Headers,
    /// Whether requests without a body carry the Content-Type as well.
    #[serde(default)]
    pub content_type_on_get: bool,
}

/// Header fields by name; null takes a default away.
pub type Headers = BTreeMap<String, Option<String>>;

/// Whose token a request carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Credentials {
    #[default]
    Own,
    Other,
    None,
}

/// One request with its expectation, or several of one kind.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    pub name: Option<String>,
    /// Method and path in one: `GET /Users/${ann.id}`.
    pub send: Option<String>,
    pub method: Option<String>,
    pub path: Option<String>,
    /// Query parameters, percent-encoded by the runner.
    #[serde(default)]
    pub query: Map<String, Value>,
    #[serde(default)]
    pub headers: Headers,
    pub body: Option<Value>,
    pub raw_body: Option<String>,
    /// A body that is no text.
    pub hex_body: Option<String>,
    /// The operations of a PATCH; the runner puts the message around them.
    pub operations: Option<Value>,
    #[serde(default)]
    pub auth: Credentials,
    #[serde(default)]
    pub no_auth: bool,
    /// Makes a resource with a name of its own at this endpoint.
    pub create: Option<String>,
    /// The variable that holds the resource made.
    #[serde(rename = "as")]
    pub known_as: Option<String>,
    /// What the resource made has besides the least.
    pub with: Option<Value>,
    pub repeat: Option<usize>,
    pub parallel: Option<Parallel>,
    pub paginate: Option<Paginate>,
    #[serde(default)]
    pub expect: Expect,
    #[serde(default)]
    pub capture: BTreeMap<String, String>,
    #[serde(default)]
    pub capture_header: BTreeMap<String, String>,
    #[serde(default)]
    pub unsure: bool,
}

/// Requests sent at once; `tally` says how many answers of each status there must be.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parallel {
    /// How often the steps are sent; `${i}` counts.
    #[serde(default = "once")]
    pub times: usize,
    pub steps: Vec<Step>,
    pub tally: BTreeMap<String, usize>,
}

/// Walks the pages of a list, by a fixed step of the start index or by cursors.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Paginate {
    #[serde(default)]
    pub by: Paging,
    pub count: usize,
    #[serde(default = "once")]
    pub start: usize,
    pub min_total: Option<usize>,
    /// Ids that must appear.
    #[serde(default)]
    pub must_contain: Vec<String>,
    /// The fixtures that must appear, and no other.
    pub ids: Option<Vec<String>>,
    #[serde(default = "sixty")]
    pub max_pages: usize,
}

/// The two ways to page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Paging {
    #[default]
    Index,
    Cursor,
}

/// What an answer must be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expect {
    /// `201`, `"4xx"`, or a list of these; without it a success.
    #[serde(default)]
    pub status: Statuses,
    /// Path by path, the value or the matcher.
    #[serde(default)]
    pub json: BTreeMap<String, Value>,
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
    /// An Error message, with this scimType or one of these; `true` for any.
    pub error: Option<Value>,
    /// The fixtures found, in any order.
    pub ids: Option<Vec<String>>,
    /// The fixtures found, in this order.
    pub order: Option<Vec<String>>,
    /// Texts that appear nowhere in the body.
    #[serde(default)]
    pub body_lacks: Vec<String>,
    #[serde(default)]
    pub empty_body: bool,
    /// An empty answer is a failure, where `json` would otherwise be left unchecked.
    #[serde(default)]
    pub body_required: bool,
    /// The server may close the connection before it has read everything; then nobody sees its answer.
    #[serde(default)]
    pub may_close: bool,
    pub max_seconds: Option<f64>,
    /// One of these must hold as well.
    #[serde(default)]
    pub any_of: Vec<Expect>,
}

/// The statuses an answer may have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged)]
pub enum Statuses {
    #[default]
    Success,
    One(StatusPattern),
    Many(Vec<StatusPattern>),
}

/// A status or a class of statuses, `"4xx"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum StatusPattern {
    Exact(u16),
    Class(String),
}

impl StatusPattern {
    fn admits(&self, status: u16) -> bool {
        match self {
            Self::Exact(exact) => *exact == status,
            Self::Class(class) => {
                *class == status.to_string()
                    || (class.ends_with("xx") && class.starts_with(&(status / 100).to_string()))
            }
        }
    }
}

impl Statuses {
    /// Whether this status is expected.
    pub fn admits(&self, status: u16) -> bool {
        match self {
            Self::Success => (200..300).contains(&status),
            Self::One(pattern) => pattern.admits(status),
            Self::Many(patterns) => patterns.iter().any(|pattern| pattern.admits(status)),
        }
    }

    /// Whether an answer without a body was foreseen among others.
    pub fn foresees_no_content(&self) -> bool {
        self.admits(204)
    }
}

impl std::fmt::Display for Statuses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |pattern: &StatusPattern| match pattern {
            StatusPattern::Exact(status) => status.to_string(),
            StatusPattern::Class(class) => class.clone(),
        };
        match self {
            Self::Success => f.write_str("2xx"),
            Self::One(pattern) => f.write_str(&text(pattern)),
            Self::Many(patterns) => f.write_str(&patterns.iter().map(text).collect::<Vec<_>>().join(" or ")),
        }
    }
}

/// Whether a status belongs to `"201"` or `"2xx"`.
pub fn status_matches(pattern: &str, status: u16) -> bool {
    StatusPattern::Class(pattern.to_owned()).admits(status)
}

fn once() -> usize {
    1
}

fn sixty() -> usize {
    60
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn statuses_are_numbers_classes_or_lists_of_both() {
        let statuses = |value| serde_json::from_value::<Expect>(json!({ "status": value })).unwrap().status;
        assert!(statuses(json!(201)).admits(201) && !statuses(json!(201)).admits(200));
        assert!(statuses(json!("4xx")).admits(404) && !statuses(json!("4xx")).admits(500));
        assert!(statuses(json!([200, "4xx"])).admits(413));
        assert!(Expect::default().status.admits(204) && !Expect::default().status.admits(404));
    }

    #[test]
    fn a_mistyped_member_is_an_error() {
        assert!(serde_json::from_value::<Step>(json!({"send": "GET /Users", "expct": {}})).is_err());
    }
}
