//! One span, one log line, one counter and one duration for every request.
//!
//! Never records query strings, bodies, addresses of people, or tokens: routes are named by their template.

use super::leftover;
use crate::{
    app::{App, trail},
    domain::Rng,
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use std::time::Duration;
use tokio::time::Instant;
use tracing::{Instrument, field::Empty};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, for the audit trail.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

/// The outermost layer. What the client still sends when the answer is ready is read inside of it.
pub(super) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers(), &*app.rng);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = known(request.method());
    let route = template(&request);
    let span =
        tracing::info_span!("request", request.id = %id, http.method = method, http.route = %route, tenant.id = Empty);
    let mut response = trail::within(id.clone(), leftover::drain(request, next)).instrument(span.clone()).await;
    span.in_scope(|| record(method, route, response.status().as_u16(), started.elapsed()));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn record(method: &'static str, route: String, status: u16, duration: Duration) {
    let duration_ms = duration.as_secs_f64() * 1000.0;
    match status {
        // The database or the hashing of passwords has no room: told where it begins, and counted, but not line by line.
        503 => tracing::debug!(status, duration_ms, "request put off"),
        500.. => tracing::warn!(status, duration_ms, "request failed"),
        400.. => tracing::info!(status, duration_ms, "request refused"),
        _ => tracing::debug!(status, duration_ms, "request served"),
    }
    let labels = [
        metrics::Label::from_static_parts("method", method),
        metrics::Label::new("route", route),
        metrics::Label::new("status", status.to_string()),
    ];
    metrics::counter!("usher_http_requests_total", labels.iter()).increment(1);
    let [method, route, _] = &labels;
    metrics::histogram!("usher_http_request_duration_seconds", vec![method.clone(), route.clone()]).record(duration);
}

/// The client's request id, cut to what is safe in a log line, or a fresh one.
fn request_id(headers: &HeaderMap, rng: &dyn Rng) -> String {
    let sent = headers.get(REQUEST_ID).map_or("", |value| value.to_str().unwrap_or_default());
    let kept: String = sent.chars().filter(|c| c.is_ascii_alphanumeric() || "-._:".contains(*c)).take(64).collect();
    if !kept.is_empty() {
        return kept;
    }
    let mut random = [0; 8];
    rng.fill(&mut random);
    format!("{:016x}", u64::from_be_bytes(random))
}

/// The route's template; what no route matched has no name of its own, or clients could fill the metrics with theirs.
fn template(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // `/Users/` is `/Users`.
    let matched = matched.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(matched);
    if matched.is_empty() || matched.contains('*') { "unmatched".to_owned() } else { matched.to_owned() }
}

fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Rng for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0xab);
        }
    }

    #[test]
    fn a_request_id_is_echoed_only_as_far_as_it_is_harmless() {
        let long = "x".repeat(100);
        for (sent, expected) in [
            ("req-1.2_3", "req-1.2_3"),
            ("a b\"c", "abc"),
            ("\"<>\"", "abababababababab"),
            ("", "abababababababab"),
            (long.as_str(), &long[..64]),
        ] {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(sent).expect("a value"))]);
            assert_eq!(request_id(&headers, &Fixed), expected, "{sent}");
        }
    }

    #[test]
    fn odd_methods_share_a_name() {
        assert_eq!(known(&Method::PATCH), "PATCH");
        assert_eq!(known(&Method::from_bytes(b"BREW").expect("a token")), "other");
    }
}
