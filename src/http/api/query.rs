//! The parameters of a list, each taken by name; what nobody took is refused.

use super::answer::{self, Answered, Refusal};
use crate::{
    app::{
        App,
        desk::{Actor, MAX_PAGE, Page},
    },
    http::{error::Problem, urlencoded},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many rows a page has when nobody says.
const PAGE: usize = 50;
/// No cursor is longer; there is no use in decrypting more.
const LONGEST_CURSOR: usize = 512;

/// Decoded parameters.
#[derive(Debug)]
pub(super) struct Parameters {
    path: String,
    values: BTreeMap<String, String>,
}

impl Parameters {
    /// A parameter, absent or empty as `None`.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).filter(|value| !value.is_empty())
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

    /// Where a page begins and how long it is.
    pub fn paging(&mut self, app: &App, actor: &Actor) -> Result<Paging, Problem> {
        let limit = self.limit()?;
        let context = format!("api {} {}", actor.tenant_id(), self.path);
        let wrong = || Problem::invalid("cursor", "it is not one that this list gave out; begin again without it");
        let cursor = self.take("cursor").map(|text| {
            let sealed = Some(text).filter(|text| text.len() <= LONGEST_CURSOR).ok_or_else(wrong)?;
            app.keys.open_cursor(&context, &sealed).map_err(|_| wrong())
        });
        Ok(Paging { app: app.clone(), context, cursor: cursor.transpose()?, limit })
    }

    /// Refuses parameters that nobody took.
    pub fn end(self) -> Result<(), Problem> {
        match self.values.into_keys().next() {
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
        let mut values = BTreeMap::new();
        for (name, value) in urlencoded::pairs(parts.uri.query().unwrap_or_default()) {
            let shown: String = name.chars().take(64).collect();
            let (Some(name), Some(value)) = (urlencoded::decode(name), urlencoded::decode(value)) else {
                return Err(Problem::invalid(&shown, "it is not properly percent-encoded UTF-8").into());
            };
            if value.contains('\0') {
                return Err(Problem::invalid(&shown, "it holds a NUL character").into());
            }
            if values.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Problem::invalid(&shown, "it is given twice").into());
            }
        }
        Ok(Self { path: parts.uri.path().to_owned(), values })
    }
}

/// A place in a list. Clients carry it as a sealed text that is worth something for the same list of the same tenant only.
pub(super) struct Paging {
    app: App,
    context: String,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// How many rows it has.
    pub limit: usize,
}

impl Paging {
    /// The page, with the cursor of the next one.
    pub fn answer<T>(&self, page: &Page<T>, item: impl Fn(&T) -> Value) -> Answered {
        let seal = |plain: &String| self.app.keys.seal_cursor(&*self.app.rng, &self.context, plain);
        let next = page.next.as_ref().map(seal).transpose()?;
        let items: Vec<Value> = page.items.iter().map(item).collect();
        answer::ok(&json!({ "items": items, "nextCursor": next }))
    }
}
