//! Routes, authentication, rendering. Handlers extract, call one use case, render.
//!
//! Never decides and never touches SQL. [`router`] is the whole surface; [`serve`] runs it with time limits and an orderly end.

mod api;
mod bearer;
mod body;
mod error;
mod health;
mod leftover;
mod media_type;
mod oauth;
mod observe;
mod pages;
mod peer;
mod proxies;
mod rate;
mod scim;
mod server;
pub mod simulation;
mod unreadable;
mod urlencoded;

pub use proxies::Proxies;
pub use server::serve;

use crate::app::{App, simulations::Typesetter};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    middleware,
    response::Response,
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use tower::util::MapRequestLayer;

/// What the surface needs to know beside the application.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether the local inbox can be read over HTTP.
    pub inbox: Inbox,
    /// What `/metrics` prints; without it the route answers 404.
    pub metrics: Option<PrometheusHandle>,
    /// Peers that are believed about whom they pass requests on for.
    pub proxies: Proxies,
    /// Shows what mails of a simulation would say.
    pub typesetter: Arc<dyn Typesetter>,
}

/// Whether `/inbox` exists. It shows every mail, so it is for instances that deliver into it, and for loopback peers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inbox {
    /// For peers on this machine.
    Served,
    /// For nobody.
    Absent,
}

/// Every route of the server.
pub fn router(app: App, options: Options) -> Router {
    let proxies = options.proxies;
    Router::new()
        .fallback(unknown)
        .with_state(app.clone())
        .merge(health::router(app.clone(), options.metrics))
        .nest("/scim", scim::router(app.clone()))
        .nest("/api", api::router(app.clone(), options.typesetter))
        .merge(oauth::router(app.clone()))
        .merge(pages::router(app.clone(), options.inbox))
        // One layer, the outer part first: each of its own costs every request a future and a copy of what is inside.
        .layer((
            MapRequestLayer::new(move |request| proxies.mark(request)),
            middleware::from_fn_with_state(app, observe::observe),
        ))
}

/// Method and path of every call of the API, for whoever holds it against its description or tries them all.
#[must_use]
pub fn api_calls() -> Vec<(&'static str, String)> {
    api::table()
}

/// The description of the API (OpenAPI 3.1), without a server's address.
#[must_use]
pub fn api_description() -> &'static serde_json::Value {
    api::described()
}

async fn unknown(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    if scim::resembles(uri.path()) { scim::stray(&app, &headers, &uri).await } else { pages::not_found(&app, &headers) }
}

#[cfg(test)]
mod tests;
