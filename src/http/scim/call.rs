//! What every SCIM handler takes from a request: who calls, the query, and the form the answer shall have.

use super::{accept::MediaType, answer::Refusal, authentication::Caller, query::Query};
use crate::{
    app::{Error, access::Principal},
    http::error::Problem,
    scim::{Kind, Object, Registry, patch::Patch, projection::Projection},
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
};
use std::sync::Arc;

/// An authenticated request without its body.
#[derive(Debug)]
pub(super) struct Call {
    pub principal: Arc<Principal>,
    pub registry: Arc<Registry>,
    pub query: Query,
    pub media_type: MediaType,
}

impl Call {
    /// What the answer shows.
    pub fn projection(&self, kind: Kind) -> Projection {
        self.query.projection(&self.registry, kind)
    }

    /// What the answer to a POST or PUT shows: also what is returned on request, where the body has it (RFC 7643 section 7).
    pub fn projection_after(&self, kind: Kind, body: &Object) -> Projection {
        self.projection(kind).showing_written(&self.registry, kind, body)
    }

    /// What the answer to a PATCH shows.
    pub fn projection_after_patch(&self, kind: Kind, patch: &Patch) -> Projection {
        self.projection(kind).showing_patched(&self.registry, kind, patch)
    }
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Caller { principal, registry } = parts.extensions.get::<Caller>().cloned().ok_or(Error::Anonymous)?;
        let query = Query::parse(parts.uri.query().unwrap_or_default())?;
        Ok(Self { principal, registry, query, media_type: MediaType::preferred(&parts.headers) })
    }
}

/// The last segment of the path: an id, or a schema's or resource type's name. What can't be decoded names nothing.
#[derive(Debug)]
pub(super) struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(_) => Err(Problem::new(StatusCode::NOT_FOUND, "There is no such resource.").into()),
        }
    }
}
