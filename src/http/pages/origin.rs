//! Which origin a form may be sent from.
//!
//! The forms carry no anti-forgery token. The invitation and password forms need none: their address is an unguessable secret that only
//! the mail's reader has, and nothing a browser adds by itself (no cookie) gives such a request power. The other forms are protected
//! by what browsers say about where a request comes from, and by the session cookie's SameSite=Lax.

use axum::http::{HeaderMap, header};

/// The origin of the configured public URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct PublicOrigin(String);

impl PublicOrigin {
    /// The origin of a URL: scheme and authority, in lower case.
    pub fn of(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        Self(format!("{scheme}://{authority}").to_ascii_lowercase())
    }

    /// Whether people reach the server by TLS, so that cookies and transport can be held to it.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether a form's POST comes from a page of ours, or from no browser at all.
    ///
    /// `Sec-Fetch-Site` can't be forged by a page and decides where it is sent. `Origin` must be ours: the public one, or that of the
    /// host the request was made to (a name of an attacker that points here carries none of our cookies). `null` says nothing, since
    /// our own pages send it too (`Referrer-Policy: no-referrer`). Programs send neither header.
    pub fn allows(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
        if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
            return false;
        }
        let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
        let host = text(header::HOST.as_str()).unwrap_or_default();
        let is_host = origin.split_once("://").is_some_and(|(_, authority)| !host.is_empty() && authority == host);
        origin == "null" || origin == self.0 || is_host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_programs_may_send() {
        let public = PublicOrigin::of("https://Usher.example.com/base");
        for (headers, expected) in [
            (&[][..], true),
            (&[("origin", "https://usher.example.com")], true),
            (&[("origin", "https://evil.example.com")], false),
            (&[("origin", "http://usher.example.com")], false),
            (&[("origin", "null")], true),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "none")], true),
            (&[("origin", "http://127.0.0.1:9999"), ("host", "127.0.0.1:9999")], true),
            (&[("origin", "http://127.0.0.1:1"), ("host", "127.0.0.1:9999")], false),
        ] {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value): &(&str, &str)| (name.parse().expect("a name"), value.parse().expect("a value")))
                .collect::<Vec<(axum::http::HeaderName, axum::http::HeaderValue)>>()
                .into_iter()
                .collect();
            assert_eq!(public.allows(&headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn knows_whether_it_is_secure() {
        assert!(PublicOrigin::of("https://a.example").is_secure());
        assert!(!PublicOrigin::of("http://127.0.0.1:8080").is_secure());
    }
}
