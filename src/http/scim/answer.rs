//! Rendering: resources, lists and errors to bytes.

use super::{accept::MediaType, call::Call, conditions, record::Told};
use crate::{
    app::{
        self,
        consequences::Consequences,
        requests,
        search::{Page, PagePlace},
        users::{Resource, Written},
    },
    http::error::Problem,
    scim::{self, Kind, Object, messages, projection::Projection},
};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::sync::Arc;

/// What a SCIM handler answers.
pub(super) type Answered = Result<Response, Refusal>;

/// A refusal as an Error message (RFC 7644 section 3.12), always in SCIM's own media type.
#[derive(Debug)]
pub(super) struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<app::Error> for Refusal {
    fn from(error: app::Error) -> Self {
        Self(error.into())
    }
}

impl From<scim::Error> for Refusal {
    fn from(error: scim::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let error = scim::Error {
            status: problem.status.as_u16(),
            scim_type: problem.scim_type,
            detail: problem.detail.clone(),
        };
        count(&error);
        let mut response = json(problem.status, MediaType::ScimJson, &messages::error(&error));
        problem.write_headers(response.headers_mut());
        let refusal = requests::Refusal { scim_type: problem.scim_type, detail: problem.detail };
        response.extensions_mut().insert(Told::Refusal(refusal));
        response
    }
}

fn count(error: &scim::Error) {
    let scim_type = error.scim_type.map_or("none", |scim_type| scim_type.as_str());
    metrics::counter!("usher_scim_errors_total", "status" => error.status.to_string(), "scim_type" => scim_type)
        .increment(1);
}

/// A body in JSON.
pub(super) fn json(status: StatusCode, media_type: MediaType, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => text(status, media_type, bytes),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A body that is JSON already.
fn text(status: StatusCode, media_type: MediaType, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, media_type.header())], body).into_response()
}

/// 200 with a resource in text.
pub(super) fn written(call: &Call, written: Written) -> Response {
    let response = text(StatusCode::OK, call.media_type, written.text);
    with_headers(response, header::CONTENT_LOCATION, &written.location, written.version)
}

/// 200 with a resource, as much of it as was asked for.
pub(super) fn resource(call: &Call, kind: Kind, projection: &Projection, resource: Resource) -> Response {
    let body = projected(call, kind, projection, resource.body);
    let response = json(StatusCode::OK, call.media_type, &body);
    let response = with_headers(response, header::CONTENT_LOCATION, &resource.location, resource.version);
    telling(response, resource.consequences)
}

/// 201 with a resource.
pub(super) fn created(call: &Call, kind: Kind, projection: &Projection, resource: Resource) -> Response {
    let body = projected(call, kind, projection, resource.body);
    let response = json(StatusCode::CREATED, call.media_type, &body);
    let response = with_headers(response, header::LOCATION, &resource.location, resource.version);
    telling(response, resource.consequences)
}

/// 204 with the resource's version.
pub(super) fn no_content(version: i64, consequences: Consequences) -> Response {
    let response = (StatusCode::NO_CONTENT, [(header::ETAG, conditions::etag(version))]).into_response();
    telling(response, consequences)
}

/// 204 for a resource that is gone.
pub(super) fn deleted(consequences: Consequences) -> Response {
    telling(StatusCode::NO_CONTENT.into_response(), consequences)
}

/// 304 with the version the client has.
pub(super) fn not_modified(version: i64) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, conditions::etag(version))]).into_response()
}

/// A `ListResponse`; the resources are projected already, each as its type demands.
pub(super) fn list(call: &Call, page: Page) -> Response {
    let Page { total, resources, place } = page;
    let head = match place {
        PagePlace::Index(start) => messages::list_head(resources.count(), total, start),
        PagePlace::Cursors { previous, next } => messages::cursor_list_head(resources.count(), total, previous, next),
    };
    text(StatusCode::OK, call.media_type, messages::list_text(head, resources.text()))
}

/// The answer to a write with what it came to, for the log.
fn telling(mut response: Response, consequences: Consequences) -> Response {
    if consequences != Consequences::default() {
        response.extensions_mut().insert(Told::Consequences(Arc::new(consequences)));
    }
    response
}

fn projected(call: &Call, kind: Kind, projection: &Projection, mut body: Object) -> Object {
    projection.apply(&call.registry, kind, &mut body);
    body
}

/// The headers that go with a resource.
pub(super) fn with_headers(mut response: Response, name: HeaderName, location: &str, version: i64) -> Response {
    response.headers_mut().insert(header::ETAG, conditions::etag(version));
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers_mut().insert(name, value);
    }
    response
}
