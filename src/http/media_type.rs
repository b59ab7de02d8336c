//! What a `Content-Type` header says, as far as this server cares.

use axum::http::{HeaderMap, header};

/// A media type without its parameters, and whether its text is UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContentType {
    /// In lower case, e.g. `application/json`.
    pub essence: String,
    pub charset: Charset,
}

/// The charset parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8, or none given.
    Utf8,
    Other,
}

/// Reads the header; `None` when it is absent, repeated or unreadable.
pub(super) fn of(headers: &HeaderMap) -> Option<ContentType> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let mut parts = value.split(';');
    let essence = parts.next()?.trim().to_ascii_lowercase();
    let foreign = parts.filter_map(|part| part.split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("charset") && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    Some(ContentType { essence, charset: if foreign { Charset::Other } else { Charset::Utf8 } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn reads_essence_and_charset() {
        for (value, essence, charset) in [
            ("application/json", "application/json", Charset::Utf8),
            ("Application/SCIM+JSON; charset=UTF-8", "application/scim+json", Charset::Utf8),
            ("application/json;charset=\"utf-8\"; x=y", "application/json", Charset::Utf8),
            ("application/json; charset=iso-8859-1", "application/json", Charset::Other),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]);
            assert_eq!(of(&headers), Some(ContentType { essence: essence.into(), charset }), "{value}");
        }
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
