//! `/Users`.

use super::{
    answer::{self, Answered},
    call::{Call, Name},
    conditions,
    document::Document,
};
use crate::{
    app::{App, users},
    scim::{Kind, patch::Patch},
};
use axum::{extract::State, http::HeaderMap};

const KIND: Kind = Kind::User;

pub(super) async fn create(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    let projection = call.projection_after(KIND, &body);
    let created = users::provision(&app, &call.principal, body).await?;
    Ok(answer::created(&call, KIND, &projection, created))
}

pub(super) async fn find(State(app): State<App>, call: Call, Name(id): Name, headers: HeaderMap) -> Answered {
    let projection = call.projection(KIND);
    let found = users::find(&app, &call.principal, &id, &projection).await?;
    if conditions::has_current(&headers, found.version) {
        return Ok(answer::not_modified(found.version));
    }
    Ok(answer::written(&call, found))
}

pub(super) async fn replace(
    State(app): State<App>,
    call: Call,
    Name(id): Name,
    headers: HeaderMap,
    Document(body): Document,
) -> Answered {
    let precondition = conditions::if_match(&headers)?;
    let projection = call.projection_after(KIND, &body);
    let replaced = users::replace(&app, &call.principal, &id, body, precondition).await?;
    Ok(answer::resource(&call, KIND, &projection, replaced))
}

/// The request is read and checked against the schema before the resource is looked for (decision 20).
pub(super) async fn patch(
    State(app): State<App>,
    call: Call,
    Name(id): Name,
    headers: HeaderMap,
    Document(body): Document,
) -> Answered {
    let patch = Patch::parse(&body, &call.registry, KIND)?;
    let precondition = conditions::if_match(&headers)?;
    let projection = call.projection_after_patch(KIND, &patch);
    let patched = users::patch(&app, &call.principal, &id, patch, precondition).await?;
    Ok(answer::resource(&call, KIND, &projection, patched))
}

pub(super) async fn delete(State(app): State<App>, call: Call, Name(id): Name, headers: HeaderMap) -> Answered {
    let precondition = conditions::if_match(&headers)?;
    Ok(answer::deleted(users::delete(&app, &call.principal, &id, precondition).await?))
}
