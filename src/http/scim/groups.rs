//! `/Groups`.

use super::{
    answer::{self, Answered},
    call::{Call, Name},
    conditions,
    document::Document,
    streaming,
};
use crate::{
    app::{
        App,
        groups::{self, Patched},
    },
    scim::{Kind, patch::Patch},
};
use axum::{extract::State, http::HeaderMap};

const KIND: Kind = Kind::Group;

pub(super) async fn create(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    let projection = call.projection_after(KIND, &body);
    let created = groups::create(&app, &call.principal, body).await?;
    Ok(answer::created(&call, KIND, &projection, created))
}

pub(super) async fn find(State(app): State<App>, call: Call, Name(id): Name, headers: HeaderMap) -> Answered {
    let projection = call.projection(KIND);
    let found = groups::find(&app, &call.principal, &id, &projection).await?;
    if conditions::has_current(&headers, found.resource.version) {
        return Ok(answer::not_modified(found.resource.version));
    }
    Ok(match found.more {
        None => answer::resource(&call, KIND, &projection, found.resource),
        Some(more) => streaming::group(&call, projection, found.resource, more),
    })
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
    let replaced = groups::replace(&app, &call.principal, &id, body, precondition).await?;
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
    let patched = groups::patch(&app, &call.principal, &id, patch, precondition, &projection).await?;
    Ok(match patched {
        Patched::Whole(group) => answer::resource(&call, KIND, &projection, group),
        Patched::TooLarge { version, consequences } => answer::no_content(version, consequences),
    })
}

pub(super) async fn delete(State(app): State<App>, call: Call, Name(id): Name, headers: HeaderMap) -> Answered {
    let precondition = conditions::if_match(&headers)?;
    Ok(answer::deleted(groups::delete(&app, &call.principal, &id, precondition).await?))
}
