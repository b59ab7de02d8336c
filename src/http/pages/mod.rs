//! The people's pages: invitation form, passwords, sign-in, and the local inbox.
//!
//! Plain HTML that works without scripts. GET and HEAD never change anything, because mail scanners follow links.

pub(super) mod cookies;
mod forgot;
mod form;
pub(super) mod harden;
mod inbox;
mod invitation;
pub(super) mod origin;
mod password;
mod render;
mod sign_in;
mod style;

use super::{Inbox, error::Problem, peer::Peer, rate::Limiter};
use crate::{
    app::App,
    domain::language::{self, Language},
};
use axum::{
    Router,
    extract::{FromRequestParts, Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use origin::PublicOrigin;
use std::{any::Any, convert::Infallible, sync::Arc};
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;

/// Requests a minute for links. Nobody guesses 256 bits, so this only keeps the cost of trying down; mail scanners fetch each link of a
/// whole company again and again from one address.
const LINKS_PER_MINUTE: u32 = 3_000;
/// Answers a minute to the forms that take a password or an address: each may cost a password hash or a mail.
const CREDENTIALS_PER_MINUTE: u32 = 120;

/// What the pages' handlers share.
#[derive(Clone)]
struct Pages {
    app: App,
    public: Arc<PublicOrigin>,
    links: Arc<Limiter>,
    credentials: Arc<Limiter>,
}

/// Every page.
pub(super) fn router(app: App, inbox: Inbox) -> Router {
    let public = Arc::new(PublicOrigin::of(&app.settings.public_url));
    let pages = Pages {
        app,
        public: Arc::clone(&public),
        links: Arc::new(Limiter::per_minute(LINKS_PER_MINUTE)),
        credentials: Arc::new(Limiter::per_minute(CREDENTIALS_PER_MINUTE)),
    };
    let links = Router::new()
        .route("/i/{token}", get(invitation::show).post(invitation::accept))
        .route("/set-password/{token}", get(password::show).post(password::set))
        .layer(middleware::from_fn_with_state(pages.clone(), limit_links));
    let credentials = Router::new()
        .route("/login", get(sign_in::show).post(sign_in::sign_in))
        .route("/forgot", get(forgot::show).post(forgot::request))
        .layer(middleware::from_fn_with_state(pages.clone(), limit_credentials));
    let mut router = Router::new()
        .route("/", get(|| async { Redirect::to("/login") }))
        .route("/me", get(sign_in::me))
        .route("/logout", post(sign_in::sign_out))
        .route(style::PATH, get(style::serve))
        .merge(links)
        .merge(credentials);
    if inbox == Inbox::Served {
        router = router.merge(inbox::router());
    }
    router
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(public, harden::layer))
        .with_state(pages)
}

/// The page for an address that names nothing.
pub(super) fn not_found(app: &App, headers: &HeaderMap) -> Response {
    let mut response = render::failure(preferred(headers), StatusCode::NOT_FOUND, None);
    harden::apply(&PublicOrigin::of(&app.settings.public_url), response.headers_mut());
    response
}

/// The page for a use case that did not happen, where the form itself can't be shown again.
fn problem(language: Language, error: crate::app::Error) -> Response {
    let Problem { status, retry_after, .. } = error.into();
    render::failure(language, status, retry_after)
}

/// The language a browser asks for.
#[derive(Debug, Clone, Copy)]
struct Wish(Language);

impl<S: Sync> FromRequestParts<S> for Wish {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(preferred(&parts.headers)))
    }
}

/// A link's token. What can't be decoded is a token nobody was given.
#[derive(Debug)]
struct Token(String);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Path::<String>::from_request_parts(parts, state)
            .await
            .map_or(Self(String::new()), |Path(token)| Self(token)))
    }
}

fn preferred(headers: &HeaderMap) -> Language {
    let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    language::negotiate(wish, Language::ENGLISH.tag())
}

async fn limit_links(State(pages): State<Pages>, peer: Peer, request: Request, next: Next) -> Response {
    limited(&pages.links, peer, request, next).await
}

/// Only what is sent counts; the empty forms are for the taking.
async fn limit_credentials(State(pages): State<Pages>, peer: Peer, request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        limited(&pages.credentials, peer, request, next).await
    } else {
        next.run(request).await
    }
}

async fn limited(limiter: &Limiter, peer: Peer, request: Request, next: Next) -> Response {
    match limiter.take(peer.allowance_key(), Instant::now()) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let seconds = wait.as_secs().saturating_add(1);
            render::failure(preferred(request.headers()), StatusCode::TOO_MANY_REQUESTS, Some(seconds))
        }
    }
}

async fn method_not_allowed(Wish(language): Wish) -> Response {
    render::failure(language, StatusCode::METHOD_NOT_ALLOWED, None)
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    render::failure(Language::ENGLISH, StatusCode::INTERNAL_SERVER_ERROR, None).into_response()
}
