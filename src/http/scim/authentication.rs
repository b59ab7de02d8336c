//! Bearer tokens (RFC 6750) to callers, before anything else is looked at.

use super::answer::Refusal;
use crate::{
    app::{
        App, Error,
        access::{self, Grant, Principal},
    },
    http::{
        error::{Challenge, Problem},
        urlencoded,
    },
    scim::Registry,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// A caller whose token is for SCIM.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub principal: Arc<Principal>,
    pub registry: Arc<Registry>,
}

/// The layer around every route below `/scim`, the unknown ones included.
pub(super) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match caller(&app, request.headers(), request.uri()).await {
        Ok(caller) => {
            tracing::Span::current().record("tenant.id", tracing::field::display(caller.principal.tenant.id));
            request.extensions_mut().insert(caller);
        }
        // Clients read from it how to authenticate (RFC 7643 section 5).
        Err(problem) if problem.challenge == Some(Challenge::Missing) && is_open(&request) => {}
        Err(problem) => return Refusal::from(problem).into_response(),
    }
    next.run(request).await
}

/// The caller of a SCIM request.
pub(super) async fn caller(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Caller, Problem> {
    let token = bearer(headers, uri.query().unwrap_or_default())?;
    let principal = access::authenticate(app, token).await?;
    match &principal.grant {
        Grant::Scim { registry, .. } => {
            let registry = Arc::clone(registry);
            Ok(Caller { principal, registry })
        }
        Grant::Api { .. } => {
            Err(Problem::new(StatusCode::FORBIDDEN, "This token is for the API; SCIM needs one with the scope scim.")
                .challenging(Challenge::InsufficientScope))
        }
    }
}

/// The token of the one `Authorization` header. A token in the query is not taken, since URLs end up in logs; beside the header it is a
/// second credential.
fn bearer<'a>(headers: &'a HeaderMap, query: &str) -> Result<&'a str, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Err(Error::Anonymous.into()) };
    let in_query = urlencoded::pairs(query).any(|(name, _)| name.eq_ignore_ascii_case("access_token"));
    if in_query || values.next().is_some() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "The request carries more than one credential; send one Authorization header.",
        )
        .challenging(Challenge::InvalidRequest));
    }
    let value = value.to_str().map_err(|_| Error::BadCredentials)?.trim();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::Anonymous.into());
    }
    let token = token.trim_start();
    let well_formed = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if well_formed { Ok(token) } else { Err(Error::BadCredentials.into()) }
}

fn is_open(request: &Request) -> bool {
    let path = request.uri().path();
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    reading && path.strip_suffix('/').unwrap_or(path).ends_with("/v2/ServiceProviderConfig") && !path.contains("//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn outcome(values: &[&'static str], query: &str) -> Result<String, Option<Challenge>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer(&headers, query).map(str::to_owned).map_err(|problem| problem.challenge)
    }

    #[test]
    fn takes_one_bearer_token() {
        for value in ["Bearer abc", "bearer abc", "BEARER   abc", " Bearer abc "] {
            assert_eq!(outcome(&[value], ""), Ok("abc".to_owned()), "{value}");
        }
    }

    #[test]
    fn tells_missing_from_invalid_credentials() {
        for (values, query, challenge) in [
            (&[][..], "", Challenge::Missing),
            (&[], "access_token=abc", Challenge::Missing),
            (&["Basic YTpi"], "", Challenge::Missing),
            (&["Bearer"], "", Challenge::InvalidToken),
            (&["Bearer "], "", Challenge::InvalidToken),
            (&["Bearer a b"], "", Challenge::InvalidToken),
            (&["Bearer abc", "Bearer abc"], "", Challenge::InvalidRequest),
            (&["Bearer abc"], "x=1&access_token=abc", Challenge::InvalidRequest),
        ] {
            assert_eq!(outcome(values, query), Err(Some(challenge)), "{values:?} {query}");
        }
    }
}
