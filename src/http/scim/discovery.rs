//! Discovery (RFC 7644 section 4). Reading only; sorting, paging and projection are ignored, and a filter is refused with 403.

use super::{
    accept::MediaType,
    answer::{self, Answered},
    authentication::Caller,
    call::{Call, Name},
    query::Query,
};
use crate::{
    app::{App, search::CURSOR_TIMEOUT},
    domain::tenant::ScimPassword,
    http::error::Problem,
    scim::{
        Object,
        messages::{self, Capabilities},
    },
};
use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;

pub(super) async fn service_provider_config(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answered {
    refuse_filter(&Query::parse(&query.unwrap_or_default())?)?;
    let change_password =
        caller.is_some_and(|Extension(caller)| caller.principal.tenant.scim_password == ScimPassword::Accept);
    let config = messages::service_provider_config(
        &base(&app),
        Capabilities { change_password, cursor_timeout: CURSOR_TIMEOUT },
    );
    Ok(answer::json(StatusCode::OK, MediaType::preferred(&headers), &config))
}

pub(super) async fn resource_types(State(app): State<App>, call: Call) -> Answered {
    list(&call, messages::resource_types(&base(&app), &call.registry))
}

pub(super) async fn resource_type(State(app): State<App>, call: Call, Name(name): Name) -> Answered {
    one(&call, messages::resource_type(&base(&app), &call.registry, &name))
}

pub(super) async fn schemas(State(app): State<App>, call: Call) -> Answered {
    list(&call, messages::schemas(&base(&app), &call.registry))
}

pub(super) async fn schema(State(app): State<App>, call: Call, Name(urn): Name) -> Answered {
    one(&call, messages::schema(&base(&app), &call.registry, &urn))
}

fn base(app: &App) -> String {
    format!("{}/scim/v2", app.settings.public_url)
}

fn list(call: &Call, all: Vec<Object>) -> Answered {
    refuse_filter(&call.query)?;
    let total = u64::try_from(all.len()).unwrap_or_default();
    let message = messages::list(all.into_iter().map(Value::Object).collect(), total, 1);
    Ok(answer::json(StatusCode::OK, call.media_type, &message))
}

fn one(call: &Call, found: Option<Object>) -> Answered {
    refuse_filter(&call.query)?;
    match found {
        Some(found) => Ok(answer::json(StatusCode::OK, call.media_type, &found)),
        None => Err(Problem::new(StatusCode::NOT_FOUND, "There is no such schema or resource type.").into()),
    }
}

fn refuse_filter(query: &Query) -> Result<(), Problem> {
    match query.filter {
        None => Ok(()),
        Some(_) => Err(Problem::new(StatusCode::FORBIDDEN, "Discovery endpoints take no filter.")),
    }
}
