//! `/i/{token}`: the invitation form, or where people sign in with their company's account a button that confirms and leads there.

use super::{Pages, Token, Wish, form::Form, problem, render, sign_in};
use crate::{
    app::{
        Error,
        invitations::{self, Accepted, Answers},
    },
    domain::{company::SignInPage, language::Language},
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use minijinja::context;

pub(super) async fn show(State(pages): State<Pages>, Token(token): Token, Wish(language): Wish) -> Response {
    match invitations::open(&pages.app, &token).await {
        Ok(invitation) => {
            let (first_name, last_name) = (invitation.first_name.clone(), invitation.last_name.clone());
            form(StatusCode::OK, &invitation, &first_name, &last_name, None)
        }
        Err(Error::NotFound(_)) => render::dead_link(language),
        Err(error) => problem(language, error),
    }
}

pub(super) async fn accept(
    State(pages): State<Pages>,
    Token(token): Token,
    Wish(language): Wish,
    answers: Form,
) -> Response {
    let typed = Answers {
        first_name: answers.text("firstName").to_owned(),
        last_name: answers.text("lastName").to_owned(),
        password: answers.raw("password").to_owned(),
    };
    match invitations::accept(&pages.app, &token, typed).await {
        Ok(Accepted::SignedIn(signed_in)) => sign_in::enter(&pages, &signed_in),
        Ok(Accepted::Company(page)) => lead_on(Redirect::to(page.as_str()).into_response(), &page),
        Err(Error::NotFound(_)) => render::dead_link(language),
        Err(Error::Invalid { field, message }) => again(&pages, &token, language, &answers, (field, &message)).await,
        Err(error) => problem(language, error),
    }
}

/// The form once more, with what was typed (but for the password) and what is wrong with it.
async fn again(pages: &Pages, token: &str, language: Language, answers: &Form, fault: (&str, &str)) -> Response {
    match invitations::open(&pages.app, token).await {
        Ok(invitation) => {
            let (first_name, last_name) = (answers.text("firstName"), answers.text("lastName"));
            form(StatusCode::UNPROCESSABLE_ENTITY, &invitation, first_name, last_name, Some(fault))
        }
        Err(Error::NotFound(_)) => render::dead_link(language),
        Err(error) => problem(language, error),
    }
}

fn form(
    status: StatusCode,
    invitation: &invitations::Form,
    first_name: &str,
    last_name: &str,
    fault: Option<(&str, &str)>,
) -> Response {
    if let Some(company) = &invitation.company {
        return button(invitation, company);
    }
    let values = context! {
        tenant => &invitation.tenant_name,
        email => &invitation.email,
        first_name,
        last_name,
        fault_field => fault.map_or("", |(field, _)| field),
        fault => fault.map_or("", |(_, message)| message),
    };
    render::page(status, "invitation.html", Language::nearest(&invitation.language), values)
}

/// Nothing to fill in: the button accepts the invitation, and the company's page takes over.
fn button(invitation: &invitations::Form, company: &SignInPage) -> Response {
    let values = context! { tenant => &invitation.tenant_name, email => &invitation.email };
    let page = render::page(StatusCode::OK, "invitation_company.html", Language::nearest(&invitation.language), values);
    lead_on(page, company)
}

/// Browsers hold `form-action` against every redirect that follows a form, and a sign-in goes through several hosts.
fn lead_on(mut response: Response, company: &SignInPage) -> Response {
    let policy = if company.as_str().starts_with("https:") {
        "default-src 'none'; style-src 'self'; form-action 'self' https:; frame-ancestors 'none'; base-uri 'none'"
    } else {
        "default-src 'none'; style-src 'self'; form-action 'self' http: https:; frame-ancestors 'none'; base-uri 'none'"
    };
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
