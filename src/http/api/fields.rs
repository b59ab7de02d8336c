//! The fields of a request body, each read with its type; what is wrong is named by its field.

use super::answer::Refusal;
use crate::{
    app::desk::Change,
    http::{
        body::{self, Unread},
        error::Problem,
        media_type::{self, Charset},
    },
    scim::{self, Object},
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, StatusCode},
};
use serde_json::Value;

/// The largest body that is read.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// A JSON object whose fields are taken one after the other; [`Fields::end`] refuses what nobody took.
#[derive(Debug)]
pub(super) struct Fields(Object);

impl Fields {
    /// The fields of an object inside a body.
    pub fn of(object: Object) -> Self {
        Self(object)
    }

    /// Any value, as it stands.
    pub fn value(&mut self, name: &'static str) -> Option<Value> {
        self.0.shift_remove(name)
    }

    /// A text, absent or null as `None`.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, Problem> {
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => without_nul(name, text).map(Some),
            Some(_) => Err(Problem::invalid(name, "it must be a string")),
        }
    }

    /// A text that must be there.
    pub fn needed(&mut self, name: &'static str) -> Result<String, Problem> {
        self.text(name)?.ok_or_else(|| Problem::invalid(name, "it is missing"))
    }

    /// A text of a merge patch that can be changed but not taken away.
    pub fn lasting(&mut self, name: &'static str) -> Result<Option<String>, Problem> {
        if self.0.get(name).is_some_and(Value::is_null) {
            return Err(Problem::invalid(name, "it can be changed but not taken away"));
        }
        self.text(name)
    }

    /// A list of texts, absent or null as `None`.
    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, Problem> {
        let wrong = || Problem::invalid(name, "it must be an array of strings");
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(values)) => {
                let text = |value: Value| match value {
                    Value::String(text) => without_nul(name, text),
                    _ => Err(wrong()),
                };
                values.into_iter().map(text).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }

    /// A whole number, absent or null as `None`.
    pub fn number(&mut self, name: &'static str) -> Result<Option<i64>, Problem> {
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(Problem::invalid(name, "it must be a whole number")),
            },
        }
    }

    /// A list of objects that must be there.
    pub fn needed_objects(&mut self, name: &'static str) -> Result<Vec<Self>, Problem> {
        let wrong = || Problem::invalid(name, "it must be an array of objects");
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Err(Problem::invalid(name, "it is missing")),
            Some(Value::Array(values)) => {
                let object = |value: Value| match value {
                    Value::Object(object) => Ok(Self(object)),
                    _ => Err(wrong()),
                };
                values.into_iter().map(object).collect()
            }
            Some(_) => Err(wrong()),
        }
    }

    /// Yes or no; no when absent.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, Problem> {
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(Problem::invalid(name, "it must be true or false")),
        }
    }

    /// A field of a merge patch: absent stays, null clears.
    pub fn change<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Self, &'static str) -> Result<Option<T>, Problem>,
    ) -> Result<Change<T>, Problem> {
        if !self.0.contains_key(name) {
            return Ok(Change::Stays);
        }
        Ok(read(self, name)?.map_or(Change::Cleared, Change::Set))
    }

    /// Refuses fields that nobody took.
    pub fn end(self) -> Result<(), Problem> {
        match self.0.keys().next() {
            Some(name) => {
                let shown: String = name.chars().take(64).collect();
                Err(Problem::invalid(&shown, "there is no such field here; check the spelling or leave it out"))
            }
            None => Ok(()),
        }
    }
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let is_json = is_json(request.headers());
        // It would say nothing, or set everything back to what it was at first.
        let is_needed = matches!(*request.method(), Method::PUT | Method::PATCH);
        let bytes = body::read(request.into_body(), MAX_BYTES).await.map_err(unread)?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            if is_needed {
                return Err(
                    Problem::new(StatusCode::BAD_REQUEST, "The body is missing; it must be a JSON object.").into()
                );
            }
            return Ok(Self(Object::new()));
        }
        if !is_json {
            let detail = "The body must be JSON in UTF-8, with the Content-Type application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into());
        }
        Ok(Self(scim::json::parse(&bytes).map_err(Problem::from)?))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let is_plain = !headers.contains_key(axum::http::header::CONTENT_ENCODING);
    media_type::of(headers).is_some_and(|content| {
        let essence = content.essence.as_str();
        is_plain
            && content.charset == Charset::Utf8
            && matches!(essence, "application/json" | "application/merge-patch+json")
    })
}

/// PostgreSQL takes no NUL in a text, and nobody's name has one.
fn without_nul(name: &'static str, text: String) -> Result<String, Problem> {
    if text.contains('\0') { Err(Problem::invalid(name, "it holds a NUL character")) } else { Ok(text) }
}

/// Why a body was not read, as clients of the API are told.
pub(super) fn unread(why: Unread) -> Problem {
    match why {
        Unread::TooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
        Unread::TooSlow => Problem::new(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive."),
        Unread::Broken => Problem::new(StatusCode::BAD_REQUEST, "The body did not arrive whole."),
    }
}
