//! Bearer tokens as requests carry them (RFC 6750).

use super::{
    error::{Challenge, Problem},
    urlencoded,
};
use crate::app::Error;
use axum::http::{HeaderMap, StatusCode, header};

/// The token of the one `Authorization` header. A token in the query is not taken, since URLs end up in logs; beside the header it is a
/// second credential.
pub(super) fn token<'a>(headers: &'a HeaderMap, query: &str) -> Result<&'a str, Problem> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn outcome(values: &[&'static str], query: &str) -> Result<String, Option<Challenge>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        token(&headers, query).map(str::to_owned).map_err(|problem| problem.challenge)
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
