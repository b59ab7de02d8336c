//! `/oauth/token`: the client-credentials grant (RFC 6749 section 4.4), for identity providers that prefer it to a static token.
//!
//! The client's id is the name or id of a token, its secret the token itself; the answer is a bearer token for an hour.

use super::{body, error::Problem, media_type, peer::Peer, rate::Limiter, urlencoded};
use crate::app::{App, Error, access};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// Tries a minute from one address.
const PER_MINUTE: u32 = 120;
/// A form of credentials is small.
const MAX_BYTES: usize = 16 * 1024;

#[derive(Clone)]
struct Endpoint {
    app: App,
    tries: Arc<Limiter>,
}

/// The endpoint.
pub(super) fn router(app: App) -> Router {
    let endpoint = Endpoint { app, tries: Arc::new(Limiter::per_minute(PER_MINUTE)) };
    Router::new()
        .route("/oauth/token", post(token))
        .method_not_allowed_fallback(|| async {
            Fault { status: StatusCode::METHOD_NOT_ALLOWED, ..Fault::request("this address takes POST") }
        })
        .with_state(endpoint)
}

/// A refusal (RFC 6749 section 5.2).
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    retry_after: Option<u64>,
}

impl Fault {
    fn request(description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_request", description, retry_after: None }
    }

    fn client() -> Self {
        let description = "the client is unknown, or its secret is wrong, expired or revoked";
        Self { status: StatusCode::UNAUTHORIZED, code: "invalid_client", ..Self::request(description) }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        if matches!(error, Error::BadCredentials) {
            return Self::client();
        }
        let Problem { status, retry_after, .. } = error.into();
        let (code, description) = if status == StatusCode::SERVICE_UNAVAILABLE {
            ("temporarily_unavailable", "try again shortly")
        } else {
            ("server_error", "the server failed; its log tells why under this request's id")
        };
        Self { status, code, description, retry_after }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "error_description": self.description });
        let mut response = written(self.status, &body);
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Basic realm="oauth""#));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        response
    }
}

async fn token(State(endpoint): State<Endpoint>, peer: Peer, request: Request) -> Result<Response, Fault> {
    if let Err(wait) = endpoint.tries.take(peer.allowance_key(), Instant::now()) {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let retry_after = Some(wait.as_secs().saturating_add(1));
        return Err(Fault {
            status,
            code: "temporarily_unavailable",
            retry_after,
            ..Fault::request("too many requests")
        });
    }
    let (parts, body) = request.into_parts();
    let form = form(&parts.headers, body).await?;
    let (client, secret) = credentials(&parts.headers, &form)?;
    let granted = access::grant(&endpoint.app, &client, &secret).await?;
    Ok(written(
        StatusCode::OK,
        &json!({
            "access_token": granted.bearer,
            "token_type": "Bearer",
            "expires_in": granted.seconds,
            "scope": granted.scope.as_str(),
        }),
    ))
}

/// The parameters that count. Others are ignored (RFC 6749 section 3.2), a scope too: the answer says which one was granted.
#[derive(Debug, Default)]
struct Form {
    client_id: Option<String>,
    client_secret: Option<String>,
}

async fn form(headers: &HeaderMap, body: axum::body::Body) -> Result<Form, Fault> {
    let is_form = media_type::of(headers).is_some_and(|content| content.essence == "application/x-www-form-urlencoded");
    let bytes =
        body::read(body, MAX_BYTES).await.map_err(|_| Fault::request("the body is too large or did not arrive"))?;
    if !is_form {
        return Err(Fault::request("the body must be application/x-www-form-urlencoded"));
    }
    let text = String::from_utf8(bytes).map_err(|_| Fault::request("the body is not UTF-8"))?;
    let mut form = Form::default();
    let mut grant_type = None;
    for (name, value) in urlencoded::pairs(&text) {
        let decoded = urlencoded::decode(name).zip(urlencoded::decode(value));
        let (name, value) = decoded.ok_or_else(|| Fault::request("the body is not properly encoded"))?;
        let place = match &*name {
            "grant_type" => &mut grant_type,
            "client_id" => &mut form.client_id,
            "client_secret" => &mut form.client_secret,
            _ => continue,
        };
        // A parameter without a value is as good as absent.
        if !value.is_empty() && place.replace(value.into_owned()).is_some() {
            return Err(Fault::request("a parameter is given twice"));
        }
    }
    match grant_type.as_deref() {
        Some("client_credentials") => Ok(form),
        Some(_) => {
            let description = "the only grant type is client_credentials";
            Err(Fault { code: "unsupported_grant_type", ..Fault::request(description) })
        }
        None => Err(Fault::request("grant_type is missing; it must be client_credentials")),
    }
}

/// Who asks, from the header or from the body, never from both.
fn credentials(headers: &HeaderMap, form: &Form) -> Result<(String, String), Fault> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return match (&form.client_id, &form.client_secret) {
            (Some(id), Some(secret)) => Ok((id.clone(), secret.clone())),
            _ => Err(Fault::client()),
        };
    };
    if form.client_secret.is_some() || values.next().is_some() {
        return Err(Fault::request("the client authenticates in more than one way; use the header or the body"));
    }
    let basic = value.to_str().ok().and_then(|value| basic(value.trim())).ok_or_else(Fault::client)?;
    match &form.client_id {
        Some(id) if *id != basic.0 => Err(Fault::request("client_id differs between the header and the body")),
        _ => Ok(basic),
    }
}

/// Id and secret of the Basic scheme; each is form-encoded first (RFC 6749 section 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((urlencoded::decode(id)?.into_owned(), urlencoded::decode(secret)?.into_owned()))
}

fn written(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_of(id: Option<&str>, secret: Option<&str>) -> Form {
        Form { client_id: id.map(str::to_owned), client_secret: secret.map(str::to_owned) }
    }

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(value).expect("a value"))])
    }

    #[test]
    fn a_client_authenticates_in_one_way() {
        let pair = |id: &str, secret: &str| Ok((id.to_owned(), secret.to_owned()));
        let none = HeaderMap::new();
        // "hr sync:s:e" and "hr+sync:s%3Ae".
        for encoded in ["aHIgc3luYzpzOmU=", "aHIrc3luYzpzJTNBZQ=="] {
            assert_eq!(credentials(&headers(&format!("Basic {encoded}")), &Form::default()), pair("hr sync", "s:e"));
        }
        assert_eq!(credentials(&none, &form_of(Some("a"), Some("b"))), pair("a", "b"));
        assert_eq!(credentials(&none, &form_of(Some("a"), None)), Err(Fault::client()));
        for value in ["Bearer x", "Basic", "Basic ???", "Basic eA=="] {
            assert_eq!(credentials(&headers(value), &Form::default()), Err(Fault::client()), "{value}");
        }
        let both = credentials(&headers("Basic YTpi"), &form_of(None, Some("b")));
        assert_eq!(both.expect_err("refused").code, "invalid_request");
        assert!(credentials(&headers("Basic YTpi"), &form_of(Some("c"), None)).is_err());
        assert_eq!(credentials(&headers("Basic YTpi"), &form_of(Some("a"), None)), pair("a", "b"));
    }
}
