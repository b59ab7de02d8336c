//! The SCIM surface without its doors, for simulations: requests are answered by the real handlers, on behalf of a caller who is known already.

use super::{authentication::Caller, record::Told};
use crate::{
    app::{
        App,
        access::{Grant, Principal},
        consequences::Consequences,
        requests::{Operation, Refusal},
    },
    http::body,
};
use axum::{
    Router,
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request, Uri, header},
};
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

/// More than any answer has.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// The surface over one rehearsal.
pub(in crate::http) struct Surface {
    router: Router,
    caller: Option<Caller>,
}

/// A request that can be sent.
#[derive(Debug)]
pub(in crate::http) struct Sent<'a> {
    pub method: Method,
    /// Below the base URL, with its query.
    pub uri: Uri,
    pub headers: &'a [(String, String)],
    pub body: Option<String>,
}

/// How it was answered.
#[derive(Debug, Default)]
pub(in crate::http) struct Answer {
    pub status: u16,
    /// Null for none.
    pub body: Value,
    pub consequences: Consequences,
    pub refusal: Option<Refusal>,
    pub operations: Vec<Operation>,
}

impl Surface {
    pub fn new(app: App, principal: &Arc<Principal>) -> Self {
        let caller = match &principal.grant {
            Grant::Scim { registry, .. } => {
                Some(Caller { principal: Arc::clone(principal), registry: Arc::clone(registry) })
            }
            Grant::Api { .. } => None,
        };
        Self { router: super::rooms(app), caller }
    }

    pub async fn answer(&self, sent: Sent<'_>) -> Answer {
        let mut request = Request::new(sent.body.map_or_else(Body::empty, Body::from));
        *request.method_mut() = sent.method;
        *request.uri_mut() = sent.uri;
        for (name, value) in sent.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                request.headers_mut().insert(name, value);
            }
        }
        let json = HeaderValue::from_static("application/scim+json");
        request.headers_mut().entry(header::CONTENT_TYPE).or_insert(json);
        if let Some(caller) = &self.caller {
            request.extensions_mut().insert(caller.clone());
        }
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let bytes = body::read(body, MAX_ANSWER).await.unwrap_or_default();
        let mut answer = Answer {
            status: parts.status.as_u16(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            ..Answer::default()
        };
        match parts.extensions.get::<Told>().cloned() {
            Some(Told::Consequences(consequences)) => answer.consequences = Arc::unwrap_or_clone(consequences),
            Some(Told::Refusal(refusal)) => answer.refusal = Some(refusal),
            Some(Told::Operations(operations)) => answer.operations = Arc::unwrap_or_clone(operations),
            None => {}
        }
        answer
    }
}
