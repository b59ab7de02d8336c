//! What became of a case.

use crate::{
    http::{Answer, Request},
    matcher::shorten,
    model::Level,
    suite::Case,
};

/// A case with its end.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub topic: String,
    pub id: String,
    pub rules: Vec<String>,
    pub level: Level,
    pub description: String,
    pub end: End,
    /// Mismatches in what nobody has seen on the wire.
    pub unsure: Vec<Failure>,
    pub requests: usize,
    pub seconds: f64,
}

/// How a case ended.
#[derive(Debug, Clone)]
pub enum End {
    Passed,
    Failed(Vec<Failure>),
    Skipped(String),
}

/// A step that did not go as expected: what was sent, what came, what is wrong.
#[derive(Debug, Clone)]
pub struct Failure {
    pub step: String,
    pub sent: Option<Exchange>,
    pub problems: Vec<String>,
}

/// A request and its answer, as a report shows them: without credentials, and shortened.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    pub status: Option<u16>,
    pub answer_headers: Vec<(String, String)>,
    pub answer: String,
}

const BODY_SHOWN: usize = 1500;
const PATH_SHOWN: usize = 400;
const HEADERS_SHOWN: [&str; 5] = ["content-type", "location", "content-location", "etag", "www-authenticate"];

impl Exchange {
    pub fn new(request: &Request, answer: Option<&Answer>) -> Self {
        let sent = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        let came = answer.map(|answer| &answer.headers).into_iter().flatten();
        Self {
            method: request.method.clone(),
            path: shorten(&request.path, PATH_SHOWN),
            headers: sent.map(|(name, value)| (name.clone(), shorten(value, 200))).collect(),
            body: request.body_text().map(|body| shorten(&body, BODY_SHOWN)),
            status: answer.map(|answer| answer.status),
            answer_headers: came
                .filter(|(name, _)| HEADERS_SHOWN.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), shorten(value, 200)))
                .collect(),
            answer: answer.map(|answer| shorten(answer.text.trim(), BODY_SHOWN)).unwrap_or_default(),
        }
    }
}

impl Outcome {
    pub fn new(topic: &str, case: &Case, end: End) -> Self {
        Self {
            topic: topic.to_owned(),
            id: case.id.clone(),
            rules: case.rules.clone(),
            level: case.level,
            description: case.description.clone(),
            end,
            unsure: Vec::new(),
            requests: 0,
            seconds: 0.0,
        }
    }

    pub fn failed(&self) -> bool {
        matches!(self.end, End::Failed(_))
    }
}

impl Failure {
    /// A failure without an exchange.
    pub fn only(step: &str, problem: String) -> Self {
        Self { step: step.to_owned(), sent: None, problems: vec![problem] }
    }
}
