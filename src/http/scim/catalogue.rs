//! `/Roles` and `/Entitlements`: lists to choose from.

use super::{
    answer::{self, Answered},
    call::{Call, Name},
    document::Document,
    query::Query,
};
use crate::{
    app::{App, catalogue},
    scim::{Kind, catalogue::Catalogue},
};
use axum::{extract::State, http::StatusCode};

const KINDS: [Kind; 1] = [Catalogue::KIND];

pub(super) async fn roles(State(app): State<App>, call: Call) -> Answered {
    list(&app, &call, Catalogue::Roles, &call.query).await
}

pub(super) async fn entitlements(State(app): State<App>, call: Call) -> Answered {
    list(&app, &call, Catalogue::Entitlements, &call.query).await
}

pub(super) async fn search_roles(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    list(&app, &call, Catalogue::Roles, &Query::of_search_request(&body)?).await
}

pub(super) async fn search_entitlements(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    list(&app, &call, Catalogue::Entitlements, &Query::of_search_request(&body)?).await
}

pub(super) async fn role(State(app): State<App>, call: Call, Name(id): Name) -> Answered {
    one(&app, &call, Catalogue::Roles, &id).await
}

pub(super) async fn entitlement(State(app): State<App>, call: Call, Name(id): Name) -> Answered {
    one(&app, &call, Catalogue::Entitlements, &id).await
}

async fn list(app: &App, call: &Call, catalogue: Catalogue, query: &Query) -> Answered {
    let query = query.list(catalogue.registry(), &KINDS)?;
    let page = catalogue::list(app, &call.principal, catalogue, &query).await?;
    Ok(answer::list(call, page))
}

async fn one(app: &App, call: &Call, catalogue: Catalogue, id: &str) -> Answered {
    let mut found = catalogue::find(app, &call.principal, catalogue, id).await?;
    let projection = call.query.projection(catalogue.registry(), Catalogue::KIND);
    projection.apply(catalogue.registry(), Catalogue::KIND, &mut found);
    Ok(answer::json(StatusCode::OK, call.media_type, &found))
}
