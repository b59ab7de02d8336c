//! Bearer tokens (RFC 6750) to callers, before anything else is looked at.

use super::{answer::Refusal, record};
use crate::{
    app::{
        App,
        access::{self, Grant, Principal},
    },
    http::{
        bearer,
        error::{Challenge, Problem},
    },
    scim::Registry,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri},
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

/// The layer around every route below `/scim`, the unknown ones included. Who is known is recorded inside of it.
pub(super) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match caller(&app, request.headers(), request.uri()).await {
        Ok(caller) => {
            tracing::Span::current().record("tenant.id", tracing::field::display(caller.principal.tenant.id));
            request.extensions_mut().insert(caller.clone());
            record::record(&app, &caller, request, next).await
        }
        // Clients read from it how to authenticate (RFC 7643 section 5).
        Err(problem) if problem.challenge == Some(Challenge::Missing) && is_open(&request) => next.run(request).await,
        Err(problem) => Refusal::from(problem).into_response(),
    }
}

/// The caller of a SCIM request.
pub(super) async fn caller(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Caller, Problem> {
    let token = bearer::token(headers, uri.query().unwrap_or_default())?;
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

fn is_open(request: &Request) -> bool {
    let path = request.uri().path();
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    reading && path.strip_suffix('/').unwrap_or(path).ends_with("/v2/ServiceProviderConfig") && !path.contains("//")
}
