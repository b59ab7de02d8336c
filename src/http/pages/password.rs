//! `/set-password/{token}`: choosing a password.

use super::{Pages, Token, Wish, form::Form, problem, render, sign_in};
use crate::{
    app::{Error, passwords},
    domain::language::Language,
};
use axum::{extract::State, http::StatusCode, response::Response};
use minijinja::context;

pub(super) async fn show(State(pages): State<Pages>, Token(token): Token, Wish(language): Wish) -> Response {
    ask(&pages, &token, language, StatusCode::OK, "").await
}

pub(super) async fn set(
    State(pages): State<Pages>,
    Token(token): Token,
    Wish(language): Wish,
    answers: Form,
) -> Response {
    match passwords::set(&pages.app, &token, answers.raw("password").to_owned()).await {
        Ok(signed_in) => sign_in::enter(&pages, &signed_in),
        Err(Error::NotFound(_)) => render::dead_link(language),
        Err(Error::Invalid { message, .. }) => {
            ask(&pages, &token, language, StatusCode::UNPROCESSABLE_ENTITY, &message).await
        }
        Err(error) => problem(language, error),
    }
}

async fn ask(pages: &Pages, token: &str, language: Language, status: StatusCode, fault: &str) -> Response {
    match passwords::open(&pages.app, token).await {
        Ok(passwords::Form { company: Some(company), tenant_name, language, .. }) => {
            let values = context! { tenant => tenant_name, company => company.as_str() };
            render::page(status, "set_password_company.html", Language::nearest(&language), values)
        }
        Ok(form) => {
            let values = context! {
                tenant => form.tenant_name, email => form.email, replaces_mailed => form.replaces_mailed, fault
            };
            render::page(status, "set_password.html", Language::nearest(&form.language), values)
        }
        Err(Error::NotFound(_)) => render::dead_link(language),
        Err(error) => problem(language, error),
    }
}
