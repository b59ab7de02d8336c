//! The API for administrators and scripts, `/api/v1`: JSON in camelCase, problems as RFC 9457, lists with cursors.
//!
//! A bearer token of scope `api` or the session cookie says who acts; what they may do is decided in `app::desk`.

mod answer;
mod audit;
mod authentication;
mod billing;
mod connections;
mod deletions;
mod description;
mod events;
mod fields;
mod groups;
mod idempotency;
mod imports;
mod invitations;
mod me;
mod notifications;
mod path;
mod query;
mod requests;
mod routes;
mod sessions;
mod simulations;
mod users;
mod webhooks;

use super::{
    error::Problem,
    pages::{harden, origin::PublicOrigin},
    peer::Peer,
    rate::Limiter,
};
use crate::app::{App, simulations::Typesetter};
use answer::Refusal;
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing,
};
use description::page;
use routes::{Routes, delete, get, post};
use std::{any::Any, sync::Arc};
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;

/// Requests a minute from one address, all of which may come at once.
const PER_MINUTE: u32 = 6_000;

/// What the layers share.
#[derive(Clone)]
struct Api {
    app: App,
    public: Arc<PublicOrigin>,
    allowance: Arc<Limiter>,
}

/// Everything under `/api`.
pub(super) fn router(app: App, typesetter: Arc<dyn Typesetter>) -> Router {
    let public = Arc::new(PublicOrigin::of(&app.settings.public_url));
    let allowance = Arc::new(Limiter::per_minute(PER_MINUTE));
    let api = Api { app: app.clone(), public: Arc::clone(&public), allowance };
    let open = Router::new()
        .route("/openapi.json", routing::get(description::serve))
        .route("/docs", routing::get(page::show))
        .route(page::STYLE, routing::get(page::style))
        .route(page::SCRIPT, routing::get(page::script))
        .method_not_allowed_fallback(method_not_allowed);
    routes()
        .into_router()
        .fallback(unknown)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(Extension(typesetter))
        .layer(middleware::from_fn_with_state(app.clone(), idempotency::layer))
        .layer(middleware::from_fn_with_state(api.clone(), authentication::authenticate))
        .merge(open)
        .layer(middleware::from_fn_with_state(api, limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(public, harden::layer))
        .with_state(app)
}

/// What needs credentials.
fn routes() -> Routes {
    Routes::default()
        .route("/v1/invitations", get(invitations::list).post(invitations::create))
        .route("/v1/invitations/{id}", get(invitations::find))
        .route("/v1/invitations/{id}/resend", post(invitations::resend))
        .route("/v1/invitations/{id}/cancel", post(invitations::cancel))
        .route("/v1/users", get(users::list).post(users::create))
        .route("/v1/users/{id}", get(users::find).patch(users::change).delete(users::delete))
        .route("/v1/users/{id}/suspend", post(users::suspend))
        .route("/v1/users/{id}/reactivate", post(users::reactivate))
        .route("/v1/users/{id}/activate", post(users::activate))
        .route("/v1/users/{id}/restore", post(users::restore))
        .route("/v1/users/{id}/confirm-return", post(users::confirm_return))
        .route("/v1/users/{id}/transfer", post(users::transfer))
        .route("/v1/parked-deletions", get(deletions::list))
        .route("/v1/parked-deletions/release", post(deletions::release))
        .route("/v1/parked-deletions/discard", post(deletions::discard))
        .route("/v1/groups", get(groups::list).post(groups::create))
        .route("/v1/groups/{id}/members", post(groups::add_member))
        .route("/v1/sessions", get(sessions::list).post(sessions::create))
        .route("/v1/sessions/{id}/registrations", post(sessions::register))
        .route("/v1/imports", post(imports::create))
        .route("/v1/imports/{id}", get(imports::find))
        .route("/v1/imports/{id}/report", get(imports::report))
        .route("/v1/notifications", get(notifications::list))
        .route("/v1/notifications/release", post(notifications::release))
        .route("/v1/notifications/discard", post(notifications::discard))
        .route("/v1/notifications/{id}", get(notifications::find))
        .route("/v1/notifications/{id}/retry", post(notifications::retry))
        .route("/v1/notifications/{id}/bounced", post(notifications::bounced))
        .route("/v1/suppressed-addresses", get(notifications::suppressed))
        .route("/v1/suppressed-addresses/{address}", delete(notifications::clear))
        .route("/v1/events", get(events::list))
        .route("/v1/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/v1/webhooks/{id}", get(webhooks::find).delete(webhooks::delete))
        .route("/v1/webhooks/{id}/rotate-secret", post(webhooks::rotate))
        .route("/v1/webhooks/{id}/replay", post(webhooks::replay))
        .route("/v1/webhooks/{id}/resume", post(webhooks::resume))
        .route("/v1/webhooks/{id}/deliveries", get(webhooks::deliveries))
        .route("/v1/connections", get(connections::list))
        .route("/v1/connections/{name}", get(connections::find).put(connections::put))
        .route("/v1/connections/{name}/group-mappings", get(connections::mappings).put(connections::put_mappings))
        .route("/v1/connections/{name}/requests", get(requests::list))
        .route("/v1/connections/{name}/requests/{id}", get(requests::find))
        .route("/v1/simulations", post(simulations::create))
        .route("/v1/billing", get(billing::report))
        .route("/v1/audit", get(audit::list))
        .route("/v1/me", get(me::show))
}

/// Method and path of every route that needs credentials.
pub(super) fn table() -> Vec<(&'static str, String)> {
    routes().into_table().into_iter().map(|(method, path)| (method, format!("/api{path}"))).collect()
}

/// The description, for whom it is to be held against.
pub(super) fn described() -> &'static serde_json::Value {
    description::whole()
}

async fn limit(State(api): State<Api>, peer: Peer, request: Request, next: Next) -> Response {
    let Err(wait) = api.allowance.take(peer.allowance_key(), Instant::now()) else { return next.run(request).await };
    let retry_after = Some(wait.as_secs().saturating_add(1));
    let detail = "Too many requests from this address; wait as long as Retry-After says.";
    Refusal::from(Problem { retry_after, ..Problem::new(StatusCode::TOO_MANY_REQUESTS, detail) }).into_response()
}

async fn unknown() -> Refusal {
    Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address; the API is below /api/v1.").into()
}

async fn method_not_allowed() -> Refusal {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not take this method; see the Allow header.").into()
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    Refusal::from(Problem::internal()).into_response()
}
