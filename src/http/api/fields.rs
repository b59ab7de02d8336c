//! The fields of a request body, each read with its type; what is wrong is named by its field.

use super::answer::Refusal;
use crate::{
    app::desk::Change,
    http::{
        body::{self, Unread},
        error::Problem,
    },
    scim::Object,
};
use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde_json::Value;

/// The largest body that is read.
const MAX_BYTES: usize = 1024 * 1024;

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
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::invalid(name, "it must be a string")),
        }
    }

    /// A text that must be there.
    pub fn needed(&mut self, name: &'static str) -> Result<String, Problem> {
        self.text(name)?.ok_or_else(|| Problem::invalid(name, "it is missing"))
    }

    /// A list of texts, absent or null as `None`.
    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, Problem> {
        let wrong = || Problem::invalid(name, "it must be an array of strings");
        match self.0.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(values)) => {
                let text = |value: Value| match value {
                    Value::String(text) => Ok(text),
                    _ => Err(wrong()),
                };
                values.into_iter().map(text).collect::<Result<_, _>>().map(Some)
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
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type =
            media_type.map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let bytes = body::read(request.into_body(), MAX_BYTES).await.map_err(unread)?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Object::new()));
        }
        if !media_type.is_some_and(|value| value == "application/json" || value == "application/merge-patch+json") {
            let detail = "The body must be JSON, with the Content-Type application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into());
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "The body must be a JSON object.").into()),
            Err(error) => {
                Err(Problem::new(StatusCode::BAD_REQUEST, format!("The body is not valid JSON: {error}.")).into())
            }
        }
    }
}

/// Why a body was not read, as clients of the API are told.
pub(super) fn unread(why: Unread) -> Problem {
    match why {
        Unread::TooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
        Unread::TooSlow => Problem::new(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive."),
        Unread::Broken => Problem::new(StatusCode::BAD_REQUEST, "The body did not arrive whole."),
    }
}
