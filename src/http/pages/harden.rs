//! The headers that go with every page. A response that set one itself keeps its own.

use super::origin::PublicOrigin;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Nothing is loaded but our own style sheet, nothing frames a page, and forms go nowhere else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(in crate::http) async fn layer(State(public): State<Arc<PublicOrigin>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    apply(&public, response.headers_mut());
    response
}

/// Adds what is not there yet.
pub(in crate::http) fn apply(public: &PublicOrigin, headers: &mut HeaderMap) {
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(header::CACHE_CONTROL, "no-store");
    add(header::REFERRER_POLICY, "no-referrer");
    add(header::CONTENT_SECURITY_POLICY, POLICY);
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(header::X_FRAME_OPTIONS, "DENY");
    if public.is_secure() {
        add(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
