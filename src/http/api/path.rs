//! The variable segments of a path. What can't be decoded names nothing, so the answer is 404.

use super::answer::Refusal;
use crate::http::error::Problem;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

/// One segment, or a tuple of several.
#[derive(Debug)]
pub(super) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let nothing = || Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address.");
        // No name has a NUL, and PostgreSQL takes none in a text.
        if parts.uri.path().contains("%00") {
            return Err(nothing().into());
        }
        let found = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        found.map(|axum::extract::Path(found)| Self(found)).map_err(|_| nothing().into())
    }
}
