//! `/login`, `/logout` and `/me`. Where a sign-in leads is never taken from the request.

use super::{Pages, Wish, cookies, form::Form, problem, render};
use crate::{
    app::{
        Error,
        sign_in::{self, Me, SignedIn},
    },
    domain::{language::Language, text},
    http::urlencoded,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// What 401 must say (RFC 9110 section 11.6.1); browsers know no scheme for forms and just show the page.
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Cookie realm="usher", form-action="/login""#);

pub(super) async fn show(Wish(language): Wish) -> Response {
    form(StatusCode::OK, language, "", "")
}

pub(super) async fn sign_in(State(pages): State<Pages>, Wish(language): Wish, answers: Form) -> Response {
    let login = answers.text("email");
    match sign_in::sign_in(&pages.app, login, answers.raw("password")).await {
        Ok(signed_in) => enter(&pages, &signed_in),
        Err(Error::BadCredentials) => {
            let mut response = form(StatusCode::UNAUTHORIZED, language, login, "error-credentials");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, CHALLENGE);
            response
        }
        Err(error) => problem(language, error),
    }
}

pub(super) async fn me(State(pages): State<Pages>, Wish(language): Wish, headers: HeaderMap) -> Response {
    let Some(secret) = cookies::session(&headers) else { return Redirect::to("/login").into_response() };
    match sign_in::who(&pages.app, secret).await {
        Ok(Some(me)) => {
            let language = Language::nearest(&me.language);
            render::page(StatusCode::OK, "me.html", language, details(&me, language))
        }
        Ok(None) => Redirect::to("/login").into_response(),
        Err(error) => problem(language, error),
    }
}

/// Takes a `Form`, though it has no fields, for its check of where the request comes from.
pub(super) async fn sign_out(
    State(pages): State<Pages>,
    Wish(language): Wish,
    headers: HeaderMap,
    _: Form,
) -> Response {
    if let Some(secret) = cookies::session(&headers)
        && let Err(error) = sign_in::sign_out(&pages.app, secret).await
    {
        return problem(language, error);
    }
    with_cookie(Redirect::to("/login").into_response(), cookies::end(&pages.public))
}

/// Lets a person in: to their page with a session, or first to a new password.
pub(super) fn enter(pages: &Pages, signed_in: &SignedIn) -> Response {
    match signed_in {
        SignedIn::Session { secret, .. } => {
            with_cookie(Redirect::to("/me").into_response(), cookies::start(secret, &pages.public))
        }
        SignedIn::MustChangePassword { link, .. } => {
            Redirect::to(&format!("/set-password/{}", urlencoded::encode(link))).into_response()
        }
    }
}

fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn form(status: StatusCode, language: Language, login: &str, fault: &str) -> Response {
    render::page(status, "sign_in.html", language, context! { login, fault })
}

fn details(me: &Me, language: Language) -> Value {
    let name = format!("{} {}", me.first_name, me.last_name);
    let mut roles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (group, role) in &me.groups {
        let role = text::plain(language, &format!("role-{}", role.to_ascii_lowercase()));
        roles.entry(group).or_default().push(role);
    }
    let groups: Vec<Value> =
        roles.into_iter().map(|(name, roles)| context! { name, role => roles.join(", ") }).collect();
    context! {
        tenant => &me.tenant_name,
        name => name.trim(),
        first_name => &me.first_name,
        last_name => &me.last_name,
        email => &me.email,
        user_name => &me.user_name,
        groups,
        deletion_date => me.deletion_date.map(|date| text::date(language, date)),
    }
}
