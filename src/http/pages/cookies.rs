//! The session cookie. It ends with the browser's session (RFC 7644 section 7.4); the session itself may end earlier.

use super::origin::PublicOrigin;
use axum::http::{HeaderMap, HeaderValue, header};

const NAME: &str = "usher_session";

/// The session's secret, if the browser sent one.
pub(in crate::http) fn session(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == NAME && !value.is_empty()).then_some(value))
}

/// The header that starts a session.
pub(super) fn start(secret: &str, public: &PublicOrigin) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{NAME}={secret}{}", attributes(public))).ok()
}

/// The header that ends it.
pub(super) fn end(public: &PublicOrigin) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{NAME}={}; Max-Age=0", attributes(public))).ok()
}

fn attributes(public: &PublicOrigin) -> &'static str {
    if public.is_secure() { "; Path=/; HttpOnly; SameSite=Lax; Secure" } else { "; Path=/; HttpOnly; SameSite=Lax" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_session_among_other_cookies() {
        for (value, expected) in [
            ("usher_session=abc", Some("abc")),
            ("a=1; usher_session=abc; b=2", Some("abc")),
            ("a=1;usher_session=abc", Some("abc")),
            ("xusher_session=abc", None),
            ("usher_session=", None),
            ("usher_session", None),
        ] {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]);
            assert_eq!(session(&headers), expected, "{value}");
        }
    }

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let secure = start("abc", &PublicOrigin::of("https://usher.example.com")).expect("a header");
        assert_eq!(secure, "usher_session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        let local = PublicOrigin::of("http://127.0.0.1:8080");
        assert_eq!(start("abc", &local).expect("a header"), "usher_session=abc; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(end(&local).expect("a header"), "usher_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(start("a\r\nb", &local), None);
    }
}
