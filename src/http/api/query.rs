//! The parameters of a list, each taken by name; what nobody took is refused.

use super::answer::Refusal;
use crate::{
    app::desk::MAX_PAGE,
    http::{error::Problem, urlencoded},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use std::collections::BTreeMap;

/// How many rows a page has when nobody says.
const PAGE: usize = 50;

/// Decoded parameters.
#[derive(Debug)]
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// A parameter, absent or empty as `None`.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    /// How many rows a page has.
    pub fn limit(&mut self) -> Result<usize, Problem> {
        self.limit_to(MAX_PAGE)
    }

    /// How many rows a page has, where it may have so many.
    pub fn limit_to(&mut self, most: usize) -> Result<usize, Problem> {
        let Some(text) = self.take("limit") else { return Ok(PAGE) };
        let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
        limit.ok_or_else(|| Problem::invalid("limit", &format!("it must be a number from 1 to {most}")))
    }

    /// A place in the feed of events.
    pub fn place(&mut self, name: &'static str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let place = text.parse().ok().filter(|place: &i64| *place >= 0);
        place.map(Some).ok_or_else(|| {
            Problem::invalid(name, "it must be a number from 0 on; take it from an event's seq or a page's next")
        })
    }

    /// Refuses parameters that nobody took.
    pub fn end(self) -> Result<(), Problem> {
        match self.0.into_keys().next() {
            Some(name) => {
                let shown: String = name.chars().take(64).collect();
                Err(Problem::invalid(&shown, "there is no such parameter here; check the spelling or leave it out"))
            }
            None => Ok(()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let mut decoded = BTreeMap::new();
        for (name, value) in urlencoded::pairs(parts.uri.query().unwrap_or_default()) {
            let (Some(name), Some(value)) = (urlencoded::decode(name), urlencoded::decode(value)) else {
                let shown: String = name.chars().take(64).collect();
                return Err(Problem::invalid(&shown, "it is not properly percent-encoded UTF-8").into());
            };
            if decoded.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Problem::invalid(&name, "it is given twice").into());
            }
        }
        Ok(Self(decoded))
    }
}
