//! The API for administrators and scripts, `/api/v1`: JSON in camelCase, problems as RFC 9457, lists with cursors.
//!
//! A bearer token of scope `api` or the session cookie says who acts; what they may do is decided in `app::desk`.

mod answer;
mod authentication;
mod billing;
mod fields;
mod groups;
mod invitations;
mod notifications;
mod query;
mod requests;
mod sessions;
mod simulations;
mod users;

use super::{error::Problem, pages::origin::PublicOrigin};
use crate::app::{App, simulations::Typesetter};
use answer::Refusal;
use axum::{
    Extension, Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use std::{any::Any, sync::Arc};
use tower_http::catch_panic::CatchPanicLayer;

/// What the layers share.
#[derive(Clone)]
struct Api {
    app: App,
    public: Arc<PublicOrigin>,
}

/// Everything under `/api`.
pub(super) fn router(app: App, typesetter: Arc<dyn Typesetter>) -> Router {
    let api = Api { public: Arc::new(PublicOrigin::of(&app.settings.public_url)), app: app.clone() };
    Router::new()
        .route("/v1/invitations", get(invitations::list).post(invitations::create))
        .route("/v1/invitations/{id}", get(invitations::find))
        .route("/v1/invitations/{id}/resend", post(invitations::resend))
        .route("/v1/invitations/{id}/cancel", post(invitations::cancel))
        .route("/v1/users", get(users::list).post(users::create))
        .route("/v1/users/{id}", get(users::find).patch(users::change).delete(users::delete))
        .route("/v1/users/{id}/suspend", post(users::suspend))
        .route("/v1/users/{id}/reactivate", post(users::reactivate))
        .route("/v1/users/{id}/activate", post(users::activate))
        .route("/v1/groups", get(groups::list).post(groups::create))
        .route("/v1/groups/{id}/members", post(groups::add_member))
        .route("/v1/sessions", get(sessions::list).post(sessions::create))
        .route("/v1/sessions/{id}/registrations", post(sessions::register))
        .route("/v1/notifications", get(notifications::list))
        .route("/v1/notifications/release", post(notifications::release))
        .route("/v1/notifications/discard", post(notifications::discard))
        .route("/v1/notifications/{id}", get(notifications::find))
        .route("/v1/notifications/{id}/retry", post(notifications::retry))
        .route("/v1/notifications/{id}/bounced", post(notifications::bounced))
        .route("/v1/suppressed-addresses", get(notifications::suppressed))
        .route("/v1/suppressed-addresses/{address}", delete(notifications::clear))
        .route("/v1/connections/{name}/requests", get(requests::list))
        .route("/v1/connections/{name}/requests/{id}", get(requests::find))
        .route("/v1/simulations", post(simulations::create).layer(Extension(typesetter)))
        .route("/v1/billing", get(billing::report))
        .fallback(unknown)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(api, authentication::authenticate))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
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
