//! `/inbox`: every mail of an instance that has no SMTP server, for the machine's own user only.

use super::{Pages, Token, Wish, problem, render};
use crate::{
    app::inbox::{self, Mail},
    domain::language::Language,
    http::{peer::Peer, urlencoded},
};
use axum::{
    Json, Router,
    extract::{FromRequestParts, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use minijinja::{Value, context};
use serde::Serialize;

const NEWEST: i64 = 500;
/// The page that shows a mail may frame it.
const FRAMING: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; \
                       frame-ancestors 'none'; base-uri 'none'";
/// A mail is somebody's HTML: no scripts, no forms, nothing loaded; its links may leave the frame when clicked.
const CONTAINMENT: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; \
                           form-action 'none'; sandbox allow-top-navigation-by-user-activation allow-popups \
                           allow-popups-to-escape-sandbox";

pub(super) fn router() -> Router<Pages> {
    Router::new()
        .route("/inbox", get(list))
        .route("/inbox.json", get(list_json))
        .route("/inbox/{id}", get(show))
        .route("/inbox/{id}/html", get(show_html))
}

/// Proof that the request was made on this machine. For everybody else there is no inbox.
struct Local;

impl FromRequestParts<Pages> for Local {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let Ok(peer) = Peer::from_request_parts(parts, pages).await;
        let Ok(Wish(language)) = Wish::from_request_parts(parts, pages).await;
        if peer.is_local(&parts.headers) {
            Ok(Self)
        } else {
            Err(render::failure(language, StatusCode::NOT_FOUND, None))
        }
    }
}

/// A mail as scripts read it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    message_id: String,
    to: String,
    subject: String,
    code: String,
    language: String,
    text: String,
    html: String,
    received_at: String,
}

impl From<Mail> for Item {
    fn from(mail: Mail) -> Self {
        Self {
            message_id: mail.message_id,
            to: mail.recipient,
            subject: mail.subject,
            code: mail.code,
            language: mail.language,
            text: mail.text,
            html: mail.html,
            received_at: mail.received_at.to_string(),
        }
    }
}

async fn list(_: Local, State(pages): State<Pages>, Wish(language): Wish) -> Response {
    match inbox::list(&pages.app, NEWEST).await {
        Ok(mails) => {
            let mails: Vec<Value> = mails.iter().map(head).collect();
            render::page(StatusCode::OK, "inbox.html", Language::ENGLISH, context! { mails })
        }
        Err(error) => problem(language, error),
    }
}

async fn list_json(_: Local, State(pages): State<Pages>, Wish(language): Wish) -> Response {
    match inbox::list(&pages.app, NEWEST).await {
        Ok(mails) => Json(mails.into_iter().map(Item::from).collect::<Vec<_>>()).into_response(),
        Err(error) => problem(language, error),
    }
}

async fn show(_: Local, State(pages): State<Pages>, Token(id): Token, Wish(language): Wish) -> Response {
    match inbox::find(&pages.app, &id).await {
        Ok(Some(mail)) => {
            let values = context! { mail => head(&mail), text => mail.text };
            let page = render::page(StatusCode::OK, "mail.html", Language::ENGLISH, values);
            with(page, header::CONTENT_SECURITY_POLICY, FRAMING)
        }
        Ok(None) => render::failure(language, StatusCode::NOT_FOUND, None),
        Err(error) => problem(language, error),
    }
}

async fn show_html(_: Local, State(pages): State<Pages>, Token(id): Token, Wish(language): Wish) -> Response {
    match inbox::find(&pages.app, &id).await {
        Ok(Some(mail)) => {
            let page = Html(leaving_the_frame(&mail.html)).into_response();
            let page = with(page, header::X_FRAME_OPTIONS, "SAMEORIGIN");
            with(page, header::CONTENT_SECURITY_POLICY, CONTAINMENT)
        }
        Ok(None) => render::failure(language, StatusCode::NOT_FOUND, None),
        Err(error) => problem(language, error),
    }
}

fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

fn head(mail: &Mail) -> Value {
    context! {
        path => format!("/inbox/{}", urlencoded::encode(&mail.message_id)),
        to => &mail.recipient,
        subject => &mail.subject,
        code => &mail.code,
        language => &mail.language,
        received_at => mail.received_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    }
}

/// Makes a mail's links open in the whole window, since our pages refuse to be framed.
fn leaving_the_frame(html: &str) -> String {
    const BASE: &str = "<base target=\"_top\">";
    match html.find("<head>") {
        Some(at) => {
            let (before, behind) = html.split_at(at + "<head>".len());
            format!("{before}{BASE}{behind}")
        }
        None => format!("{BASE}{html}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_mail_leave_the_frame() {
        assert_eq!(leaving_the_frame("<html><head><t>"), "<html><head><base target=\"_top\"><t>");
        assert_eq!(leaving_the_frame("<p>"), "<base target=\"_top\"><p>");
    }
}
