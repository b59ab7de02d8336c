//! The body of a POST, PUT or PATCH: one JSON object of at most 1 MiB. A bulk request's limit is its own.

use super::{answer::Refusal, record::ReadBody};
use crate::{
    http::{
        body::{self, Unread},
        error::Problem,
        media_type::{self, Charset},
    },
    scim::{Error, Object, json, messages::MAX_PAYLOAD_SIZE},
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};

const LIMIT: usize = 1024 * 1024;

/// A parsed body.
#[derive(Debug)]
pub(super) struct Document(pub Object);

impl<S: Sync> FromRequest<S> for Document {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let too_large = format!("The body is larger than this server takes; the limit is {LIMIT} bytes.");
        Ok(Self(object(request, LIMIT, too_large).await?))
    }
}

/// The body of a bulk request.
#[derive(Debug)]
pub(super) struct Payload(pub Object);

impl<S: Sync> FromRequest<S> for Payload {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let too_large =
            format!("The body is larger than this server takes; maxPayloadSize is {MAX_PAYLOAD_SIZE} bytes.");
        Ok(Self(object(request, usize::try_from(MAX_PAYLOAD_SIZE).unwrap_or(usize::MAX), too_large).await?))
    }
}

async fn object(request: Request, limit: usize, too_large: String) -> Result<Object, Refusal> {
    let (parts, body) = request.into_parts();
    check_encoding(&parts.headers)?;
    if !axum::body::HttpBody::is_end_stream(&body) {
        check_type(&parts.headers)?;
    }
    let bytes = body::read(body, limit).await.map_err(|unread| problem(unread, too_large))?;
    let document = json::parse(&bytes);
    if let Some(place) = parts.extensions.get::<ReadBody>() {
        place.leave(bytes);
    }
    Ok(document?)
}

fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    if codings.all(|coding| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    let detail = "Content-Encoding is not supported; send the body as it is.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = media_type::of(headers);
    let accepted = content_type.is_some_and(|given| {
        given.charset == Charset::Utf8 && matches!(given.essence.as_str(), "application/scim+json" | "application/json")
    });
    if accepted {
        return Ok(());
    }
    let detail = "Content-Type must be application/scim+json or application/json, in UTF-8.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

fn problem(unread: Unread, too_large: String) -> Problem {
    match unread {
        Unread::TooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, too_large),
        Unread::TooSlow => Problem::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
        Unread::Broken => Error::invalid_syntax("The body ended before it was complete.").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::HeaderValue};

    async fn status(headers: &[(&'static str, &'static str)], body: Body) -> u16 {
        let mut request = Request::new(body);
        for (name, value) in headers {
            request.headers_mut().append(*name, HeaderValue::from_static(value));
        }
        let refusal = Document::from_request(request, &()).await.expect_err("refused");
        axum::response::IntoResponse::into_response(refusal).status().as_u16()
    }

    #[tokio::test]
    async fn refuses_other_types_and_codings() {
        for (headers, expected) in [
            (&[][..], 415),
            (&[("content-type", "text/plain")], 415),
            (&[("content-type", "application/json; charset=utf-16")], 415),
            (&[("content-type", "application/json"), ("content-encoding", "gzip")], 415),
            (&[("content-type", "application/scim+json"), ("content-encoding", "identity")], 400),
        ] {
            assert_eq!(status(headers, Body::from("[")).await, expected, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn an_empty_body_is_no_json_whatever_its_type() {
        assert_eq!(status(&[], Body::empty()).await, 400);
    }

    #[tokio::test]
    async fn refuses_more_than_a_mebibyte() {
        let json = [("content-type", "application/json")];
        assert_eq!(status(&json, Body::from(vec![b' '; LIMIT + 1])).await, 413);
        assert_eq!(status(&json, Body::from(vec![b' '; LIMIT])).await, 400);
    }
}
