//! What the API answers: JSON, lists and problems.

use crate::{
    app::{self, App},
    http::error::{Challenge, Problem},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// What a handler of the API answers.
pub(super) type Answered = Result<Response, Refusal>;

/// A refusal as a problem (RFC 9457).
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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let title = problem.status.canonical_reason().unwrap_or("Error");
        let mut body = json!({ "type": "about:blank", "title": title, "status": problem.status.as_u16(), "detail": problem.detail });
        if let (Some(field), Value::Object(body)) = (&problem.field, &mut body) {
            body.insert("field".to_owned(), json!(field));
        }
        let mut response = written(problem.status, "application/problem+json", body.to_string());
        problem.write_headers(response.headers_mut());
        if let Some(challenge) = problem.challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge_header(challenge));
        }
        response
    }
}

fn challenge_header(challenge: Challenge) -> HeaderValue {
    HeaderValue::from_static(match challenge {
        Challenge::Missing => r#"Bearer realm="api""#,
        Challenge::InvalidToken => r#"Bearer realm="api", error="invalid_token""#,
        Challenge::InvalidRequest => r#"Bearer realm="api", error="invalid_request""#,
        Challenge::InsufficientScope => r#"Bearer realm="api", error="insufficient_scope", scope="api""#,
    })
}

/// A body in JSON.
pub(super) fn json_of(status: StatusCode, body: &Value) -> Response {
    written(status, "application/json", body.to_string())
}

/// A body in JSON about what stands at a path below `/api/v1/`.
pub(super) fn located(app: &App, status: StatusCode, path: &str, body: &Value) -> Response {
    let mut response = json_of(status, body);
    if let Ok(location) = HeaderValue::from_str(&format!("{}/api/v1/{path}", app.settings.public_url)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// 200 with a body in JSON.
#[expect(clippy::unnecessary_wraps, reason = "every handler ends with an answer of this type")]
pub(super) fn ok(body: &Value) -> Answered {
    Ok(json_of(StatusCode::OK, body))
}

/// A body in some media type. Answers name people, so nothing in between may keep them.
pub(super) fn written(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, body).into_response()
}
