//! Sends a request as it stands and takes the answer as it comes: no redirects, no proxy, no decoding.

use crate::model::Credentials;
use reqwest::{Method, header::HeaderMap, redirect};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Where the server is and how to get in.
#[derive(Debug, Clone)]
pub struct Access {
    pub base: String,
    pub authorization: Option<String>,
    pub other_authorization: Option<String>,
    pub timeout: Duration,
}

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Client {
    inner: reqwest::Client,
    access: Access,
}

/// A request, its path relative to the base URL.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub credentials: Credentials,
    pub body: Option<Vec<u8>>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// By name in lower case; repeated fields are joined by commas.
    pub headers: BTreeMap<String, String>,
    pub text: String,
    pub json: Option<Value>,
    pub seconds: f64,
}

impl Client {
    /// # Errors
    /// When TLS can't be set up.
    pub fn new(access: Access) -> Result<Self, String> {
        let builder = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(access.timeout);
        let inner = builder.build().map_err(|error| format!("the HTTP client can't be made: {error}"))?;
        Ok(Self { inner, access })
    }

    pub fn base(&self) -> &str {
        &self.access.base
    }

    pub fn has_other_credentials(&self) -> bool {
        self.access.other_authorization.is_some()
    }

    /// # Errors
    /// A sentence, when there is no whole answer.
    pub async fn send(&self, request: &Request) -> Result<Answer, String> {
        let method: Method = request.method.parse().map_err(|_| format!("{} is no method", request.method))?;
        let mut builder = self.inner.request(method, format!("{}{}", self.access.base, request.path));
        let authorization = match request.credentials {
            Credentials::Own => self.access.authorization.as_ref(),
            Credentials::Other => self.access.other_authorization.as_ref(),
            Credentials::None => None,
        };
        let own = request.headers.keys().any(|name| name.eq_ignore_ascii_case("authorization"));
        if let Some(value) = authorization.filter(|_| !own) {
            builder = builder.header("Authorization", value);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        match &request.body {
            Some(body) => builder = builder.body(body.clone()),
            None if ["POST", "PUT", "PATCH"].contains(&request.method.as_str()) => builder = builder.body(""),
            None => {}
        }
        let start = Instant::now();
        let response = builder.send().await.map_err(|error| format!("no answer: {}", chain(&error)))?;
        let status = response.status().as_u16();
        let headers = fields(response.headers());
        let bytes = response.bytes().await.map_err(|error| format!("no whole answer: {}", chain(&error)))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).ok();
        Ok(Answer { status, headers, text, json, seconds: start.elapsed().as_secs_f64() })
    }
}

impl Request {
    pub fn get(path: &str) -> Self {
        let headers = BTreeMap::from([("Accept".to_owned(), "application/scim+json".to_owned())]);
        Self { method: "GET".to_owned(), path: path.to_owned(), headers, ..Self::default() }
    }

    pub fn delete(path: &str) -> Self {
        Self { method: "DELETE".to_owned(), ..Self::get(path) }
    }

    /// The body for a report.
    pub fn body_text(&self) -> Option<String> {
        self.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned())
    }
}

fn fields(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let field = fields.entry(name.as_str().to_owned()).or_default();
        if !field.is_empty() {
            field.push_str(", ");
        }
        field.push_str(&value);
    }
    fields
}

/// An error with its causes, for reqwest's own text names none.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
