//! A form that was sent: from our own pages or from a program, urlencoded, at most 64 KiB.

use super::{Pages, Wish, render};
use crate::http::{
    body::{self, Unread},
    media_type::{self, Charset},
    urlencoded,
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::StatusCode,
    response::Response,
};
use std::fmt;

const LIMIT: usize = 64 * 1024;

/// The fields; where one stands twice, the first counts.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// A field as typed; empty when it was not sent.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A field without the blanks around it.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }
}

/// Never shows what was typed.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl FromRequest<Pages> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(Wish(language)) = Wish::from_request_parts(&mut parts, pages).await;
        let refuse = |status| render::failure(language, status, None);
        if !pages.public.allows(&parts.headers) {
            return Err(refuse(StatusCode::FORBIDDEN));
        }
        let is_form = media_type::of(&parts.headers).is_some_and(|given| {
            given.essence == "application/x-www-form-urlencoded" && given.charset == Charset::Utf8
        });
        if !is_form {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = body::read(body, LIMIT).await.map_err(|unread| refuse(status(unread)))?;
        parse(&bytes).ok_or_else(|| refuse(StatusCode::BAD_REQUEST))
    }
}

fn parse(bytes: &[u8]) -> Option<Form> {
    let text = std::str::from_utf8(bytes).ok()?;
    let decoded =
        |(name, value)| Some((urlencoded::decode(name)?.into_owned(), urlencoded::decode(value)?.into_owned()));
    urlencoded::pairs(text).map(decoded).collect::<Option<_>>().map(Form)
}

fn status(unread: Unread) -> StatusCode {
    match unread {
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Unread::Broken => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_and_keeps_passwords_as_typed() {
        let form = parse(b"firstName=+Ada+&password=+a%2Bb+%E2%82%AC&firstName=Eve").expect("a form");
        assert_eq!((form.text("firstName"), form.raw("password"), form.raw("lastName")), ("Ada", " a+b \u{20ac}", ""));
        assert_eq!(format!("{form:?}"), r#"["firstName", "password", "firstName"]"#);
        assert!(parse(b"a=%zz").is_none() && parse(b"a=\xff").is_none());
    }
}
