//! Templates to responses. Everything a template prints is escaped for HTML; texts come from `domain::text` through `t("key", name=value)`.

use super::style;
use crate::domain::{
    language::Language,
    text::{self, Args},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, Error, UndefinedBehavior, Value, context, value::Kwargs};
use std::sync::LazyLock;

const TEMPLATES: [(&str, &str); 14] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("fields.html", include_str!("templates/fields.html")),
    ("invitation.html", include_str!("templates/invitation.html")),
    ("invitation_company.html", include_str!("templates/invitation_company.html")),
    ("set_password.html", include_str!("templates/set_password.html")),
    ("set_password_company.html", include_str!("templates/set_password_company.html")),
    ("sign_in.html", include_str!("templates/sign_in.html")),
    ("forgot.html", include_str!("templates/forgot.html")),
    ("forgot_done.html", include_str!("templates/forgot_done.html")),
    ("dead_link.html", include_str!("templates/dead_link.html")),
    ("me.html", include_str!("templates/me.html")),
    ("failure.html", include_str!("templates/failure.html")),
    ("inbox.html", include_str!("templates/inbox.html")),
    ("mail.html", include_str!("templates/mail.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    for (name, source) in TEMPLATES {
        if let Err(error) = environment.add_template(name, source) {
            tracing::error!(%error, name, "a template does not parse");
        }
    }
    environment
});

/// A page out of a template.
pub(super) fn page(status: StatusCode, template: &str, language: Language, values: Value) -> Response {
    match render(template, language, values) {
        Ok(html) => {
            let mut response = (status, Html(html)).into_response();
            response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
            response
        }
        Err(error) => {
            tracing::error!(%error, template, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page for a request that failed.
pub(super) fn failure(language: Language, status: StatusCode, retry_after: Option<u64>) -> Response {
    let text = match status.as_u16() {
        404 | 410 => 404,
        429 => 429,
        503 => 503,
        500.. => 500,
        _ => 400,
    };
    let mut response = page(status, "failure.html", language, context! { number => text });
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
    }
    response
}

/// The page for a link that does not work: the same for unknown, used, expired and cancelled ones.
pub(super) fn dead_link(language: Language) -> Response {
    page(StatusCode::NOT_FOUND, "dead_link.html", language, context! {})
}

fn render(template: &str, language: Language, values: Value) -> Result<String, Error> {
    let texts = Value::from_function(move |key: &str, args: Kwargs| translate(language, key, &args));
    let frame = context! {
        t => texts,
        language => language.tag(),
        direction => language.direction().as_str(),
        stylesheet => style::PATH,
    };
    ENVIRONMENT.get_template(template)?.render(context! { ..values, ..frame })
}

fn translate(language: Language, key: &str, kwargs: &Kwargs) -> Result<String, Error> {
    let values: Vec<(&str, String)> =
        kwargs.args().map(|name| Ok((name, kwargs.get::<String>(name)?))).collect::<Result<_, Error>>()?;
    let args = values.into_iter().fold(Args::new(), |args, (name, value)| args.with(name, value));
    Ok(text::text(language, key, &args))
}

#[cfg(test)]
mod tests;
