//! SCIM 2.0 over HTTP (RFC 7644 sections 3 and 4): routes under `/scim/v2`.
//!
//! Authentication precedes everything, also what no route or method matches. Every refusal is an Error message in JSON.

mod accept;
mod answer;
mod authentication;
mod bulk;
mod call;
mod catalogue;
mod conditions;
mod discovery;
mod document;
mod groups;
mod query;
mod record;
pub(super) mod rehearsal;
mod search;
mod streaming;
mod users;

use super::error::Problem;
use crate::app::App;
use answer::Refusal;
use axum::{
    Router,
    http::{HeaderMap, StatusCode, Uri},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, any, get, post},
};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// Everything under `/scim`.
pub(super) fn router(app: App) -> Router {
    // One layer, the outer part first: each of its own costs every request a future and a copy of what is inside. What panics behind the
    // door is recorded as any answer is.
    let door = middleware::from_fn_with_state(app.clone(), authentication::authenticate);
    routes(app).layer((CatchPanicLayer::custom(panicked), door, CatchPanicLayer::custom(panicked)))
}

/// The routes for who is known already, without the door, for simulations.
fn rooms(app: App) -> Router {
    routes(app).layer(CatchPanicLayer::custom(panicked))
}

fn routes(app: App) -> Router {
    let mut router = Router::new()
        .route("/v2/Users/{id}", get(users::find).put(users::replace).patch(users::patch).delete(users::delete))
        .route("/v2/Groups/{id}", get(groups::find).put(groups::replace).patch(groups::patch).delete(groups::delete))
        .route("/v2/Roles/{id}", get(catalogue::role))
        .route("/v2/Entitlements/{id}", get(catalogue::entitlement))
        .route("/v2/ResourceTypes/{name}", get(discovery::resource_type))
        .route("/v2/Schemas/{urn}", get(discovery::schema));
    for (endpoint, methods) in endpoints() {
        // One trailing slash after an endpoint is ignored (decision 11).
        router = router.route(&format!("{endpoint}/"), methods.clone()).route(endpoint, methods);
    }
    router.fallback(unknown).method_not_allowed_fallback(method_not_allowed).with_state(app)
}

fn endpoints() -> [(&'static str, MethodRouter<App>); 15] {
    [
        ("/v2", get(search::root)),
        ("/v2/Users", get(search::users).post(users::create)),
        ("/v2/Groups", get(search::groups).post(groups::create)),
        ("/v2/Roles", get(catalogue::roles)),
        ("/v2/Roles/.search", post(catalogue::search_roles)),
        ("/v2/Entitlements", get(catalogue::entitlements)),
        ("/v2/Entitlements/.search", post(catalogue::search_entitlements)),
        ("/v2/ServiceProviderConfig", get(discovery::service_provider_config)),
        ("/v2/ResourceTypes", get(discovery::resource_types)),
        ("/v2/Schemas", get(discovery::schemas)),
        ("/v2/Me", any(no_me)),
        ("/v2/Bulk", post(bulk::bulk)),
        ("/v2/.search", post(search::post_root)),
        ("/v2/Users/.search", post(search::post_users)),
        ("/v2/Groups/.search", post(search::post_groups)),
    ]
}

/// Whether a path that no route matched means SCIM all the same, in another case or with doubled or encoded characters: such a path asks
/// for credentials, too.
pub(super) fn resembles(path: &str) -> bool {
    let path = super::urlencoded::decode(path).unwrap_or_default();
    let first = path.trim_start_matches(['/', '\\', '.']).split(['/', '\\', ';', '?']).next().unwrap_or_default();
    first.trim().eq_ignore_ascii_case("scim")
}

/// Answers a path that only resembles SCIM's: it exists for nobody, but who asks has to say who they are.
pub(super) async fn stray(app: &App, headers: &HeaderMap, uri: &Uri) -> Response {
    match authentication::caller(app, headers, uri).await {
        Ok(_) => unknown().await.into_response(),
        Err(problem) => Refusal::from(problem).into_response(),
    }
}

async fn unknown() -> Refusal {
    Problem::new(StatusCode::NOT_FOUND, "There is no such endpoint; SCIM's are below /scim/v2.").into()
}

async fn method_not_allowed() -> Refusal {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This endpoint does not take this method; Allow lists what it takes.")
        .into()
}

async fn no_me() -> Refusal {
    Problem::new(StatusCode::NOT_IMPLEMENTED, "/Me needs a token that belongs to a person; this one is a connection's.")
        .into()
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    Refusal::from(Problem::internal()).into_response()
}
