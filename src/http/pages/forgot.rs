//! `/forgot`: asking for a new link. The answer is the same for every address.

use super::{Pages, Wish, form::Form, problem, render};
use crate::app::links;
use axum::{extract::State, http::StatusCode, response::Response};
use minijinja::context;
use std::time::Duration;

/// How long every answer takes at least, so that the time tells nothing of who has an account: sending a link is a write, finding nobody is none.
const EVEN: Duration = Duration::from_millis(150);

pub(super) async fn show(Wish(language): Wish) -> Response {
    render::page(StatusCode::OK, "forgot.html", language, context! { fault => "" })
}

pub(super) async fn request(State(pages): State<Pages>, Wish(language): Wish, answers: Form) -> Response {
    let email = answers.text("email");
    if email.is_empty() {
        let values = context! { fault => "error-email-missing" };
        return render::page(StatusCode::UNPROCESSABLE_ENTITY, "forgot.html", language, values);
    }
    let (outcome, ()) = tokio::join!(links::request(&pages.app, email), tokio::time::sleep(EVEN));
    match outcome {
        Ok(()) => render::page(StatusCode::OK, "forgot_done.html", language, context! {}),
        Err(error) => problem(language, error),
    }
}
