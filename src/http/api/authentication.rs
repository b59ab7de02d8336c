//! Who acts: an API token, or a browser's session when the request comes from our own pages.

use super::{Api, answer::Refusal};
use crate::{
    app::{
        Error,
        access::{self, Grant},
        desk::Actor,
    },
    http::{
        bearer,
        error::{Challenge, Problem},
        observe::RequestId,
        pages::cookies,
    },
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The layer around every route below `/api`, the unknown ones included.
pub(super) async fn authenticate(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    match actor(&api, request.method(), request.headers(), request.uri()).await {
        Ok(actor) => {
            let actor = Actor { request_id, ..actor };
            tracing::Span::current().record("tenant.id", tracing::field::display(actor.tenant.id));
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Err(problem) => Refusal::from(problem).into_response(),
    }
}

async fn actor(api: &Api, method: &Method, headers: &HeaderMap, uri: &Uri) -> Result<Actor, Problem> {
    let session = cookies::session(headers).filter(|_| !headers.contains_key(header::AUTHORIZATION));
    if let Some(secret) = session {
        let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if changes && !api.public.allows(headers) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "This request comes from another site's page."));
        }
        return Ok(Actor::of_session(&api.app, secret).await?);
    }
    let token = bearer::token(headers, uri.query().unwrap_or_default())?;
    let principal = access::authenticate(&api.app, token).await?;
    if let Grant::Scim { .. } = principal.grant {
        let detail = "This token is for SCIM; the API needs one with the scope api.";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail).challenging(Challenge::InsufficientScope));
    }
    Ok(Actor::of_principal(&api.app, &principal).await?)
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let actor = parts.extensions.get::<Self>().cloned();
        actor.ok_or_else(|| Refusal::from(Error::Anonymous).into_response())
    }
}
