//! The single match from a use case's error to what a client is told. SCIM and pages render the same [`Problem`] in their own forms.

use crate::{
    app::Error,
    scim::{self, ScimType},
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

/// Seconds after which it is worth asking again whether the database is back.
const AWAY: u64 = 5;

/// What a client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub status: StatusCode,
    pub scim_type: Option<ScimType>,
    pub detail: String,
    /// The field or parameter that is wrong, for clients that show the message beside it.
    pub field: Option<String>,
    /// What `WWW-Authenticate` says (RFC 6750 section 3).
    pub challenge: Option<Challenge>,
    /// Seconds for `Retry-After`; whole ones, because Okta ignores dates.
    pub retry_after: Option<u64>,
}

/// The `WWW-Authenticate` header's variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Challenge {
    /// No credentials: no error code.
    Missing,
    InvalidToken,
    InvalidRequest,
    InsufficientScope,
}

impl Challenge {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Missing => r#"Bearer realm="scim""#,
            Self::InvalidToken => r#"Bearer realm="scim", error="invalid_token""#,
            Self::InvalidRequest => r#"Bearer realm="scim", error="invalid_request""#,
            Self::InsufficientScope => r#"Bearer realm="scim", error="insufficient_scope", scope="scim""#,
        })
    }
}

impl Problem {
    /// A problem that is a status and a sentence.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), field: None, challenge: None, retry_after: None }
    }

    /// A field or parameter that is wrong, and the remedy.
    pub fn invalid(field: &str, message: &str) -> Self {
        let detail = format!("{field}: {message}");
        Self { field: Some(field.to_owned()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// What a panic looks like from outside.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server failed. Its log tells why under this request's id.")
    }

    /// Adds an authentication challenge.
    pub fn challenging(self, challenge: Challenge) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// Writes the headers that go with the problem.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge.header());
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Scim(error) => error.into(),
            Error::Anonymous => {
                Self::new(StatusCode::UNAUTHORIZED, "A bearer token is needed.").challenging(Challenge::Missing)
            }
            Error::BadCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "The bearer token is unknown, expired or revoked.")
                    .challenging(Challenge::InvalidToken)
            }
            Error::Forbidden(detail) => Self::new(StatusCode::FORBIDDEN, detail),
            error @ Error::LastAdministrators(_) => Self::new(StatusCode::FORBIDDEN, error.to_string()),
            Error::NotFound(detail) => Self::new(StatusCode::NOT_FOUND, detail),
            Error::Conflict(detail) => Self::new(StatusCode::CONFLICT, detail),
            Error::Invalid { field, message } => Self::invalid(field, &message),
            Error::PreconditionFailed => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "The ETag given in If-Match is not the resource's current version; read it again.",
            ),
            Error::Busy { retry_after_seconds } => Self {
                retry_after: Some(retry_after_seconds),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "The server is busy; try again shortly.")
            },
            Error::Away(_) => Self {
                retry_after: Some(AWAY),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database can't be reached at the moment; try again shortly.",
                )
            },
            Error::TooOften { message, retry_after_seconds } => {
                Self { retry_after: Some(retry_after_seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, message) }
            }
            error @ (Error::Store(_) | Error::Sealed) => {
                log(&error);
                Self::internal()
            }
        }
    }
}

impl From<scim::Error> for Problem {
    fn from(error: scim::Error) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { scim_type: error.scim_type, ..Self::new(status, error.detail) }
    }
}

/// Logs an internal error with its chain of sources. The request's span carries the request id.
fn log(error: &Error) {
    let mut chain = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(error = %chain, "a request failed inside the server");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn every_error_has_its_status() {
        let corrupt = StoreError::Corrupt { table: "users", column: "document", id: "7".into() };
        for (error, status) in [
            (Error::Scim(scim::Error::of(ScimType::Uniqueness, "taken")), 409),
            (Error::Anonymous, 401),
            (Error::BadCredentials, 401),
            (Error::Forbidden("no".into()), 403),
            (Error::LastAdministrators(Vec::new()), 403),
            (Error::NotFound("no".into()), 404),
            (Error::Conflict("no".into()), 409),
            (Error::Invalid { field: "password", message: "weak".into() }, 422),
            (Error::PreconditionFailed, 412),
            (Error::Busy { retry_after_seconds: 2 }, 503),
            (Error::Away(StoreError::Unreadable { table: "users".into(), column: "id".into() }), 503),
            (Error::TooOften { message: "wait".into(), retry_after_seconds: 300 }, 429),
            (Error::Store(corrupt), 500),
            (Error::Sealed, 500),
        ] {
            let text = error.to_string();
            assert_eq!(Problem::from(error).status.as_u16(), status, "{text}");
        }
    }

    #[test]
    fn internal_errors_keep_their_words_to_themselves() {
        let corrupt = StoreError::Corrupt { table: "users", column: "document", id: "7".into() };
        let problem = Problem::from(Error::Store(corrupt));
        assert!(!problem.detail.contains("users") && !problem.detail.contains("document"), "{}", problem.detail);
    }

    #[test]
    fn headers_go_with_the_problem() {
        let mut headers = HeaderMap::new();
        Problem::from(Error::Busy { retry_after_seconds: 0 }).write_headers(&mut headers);
        assert_eq!(headers["retry-after"], "1");
        Problem::from(Error::Anonymous).write_headers(&mut headers);
        assert_eq!(headers["www-authenticate"], r#"Bearer realm="scim""#);
        Problem::from(Error::BadCredentials).write_headers(&mut headers);
        assert_eq!(headers["www-authenticate"], r#"Bearer realm="scim", error="invalid_token""#);
    }
}
