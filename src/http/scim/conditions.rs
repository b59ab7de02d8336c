//! Entity tags (RFC 7644 section 3.14, RFC 9110 section 13): `W/"v7"` is version 7. Tags are compared ignoring `W/` (decision 12); a version
//! changes with every change of state, so a match is as good as a strong one.

use crate::{
    app::users::Precondition,
    scim::{Error, ScimType},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The tag of a version, equal to `meta.version`.
pub(super) fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("W/\"v{version}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Reads `If-Match`.
///
/// # Errors
/// 400 `invalidValue` for a malformed header, which has no scimType of its own.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Precondition, Error> {
    match tags(headers, &header::IF_MATCH) {
        None => Ok(Precondition::None),
        Some(Ok(Tags::Any)) => Ok(Precondition::Any),
        Some(Ok(Tags::These(versions))) => Ok(Precondition::Versions(versions)),
        Some(Err(Malformed)) => Err(Error::of(
            ScimType::InvalidValue,
            "If-Match is malformed; send *, or entity tags in double quotes as the ETag header gives them.",
        )),
    }
}

/// Reads the `version` of a bulk operation: the same tags as in `If-Match`.
///
/// # Errors
/// 400 `invalidValue` for what is no tag.
pub(super) fn version(text: &str) -> Result<Precondition, Error> {
    match parse(text.as_bytes()) {
        Ok(Tags::Any) => Ok(Precondition::Any),
        Ok(Tags::These(versions)) => Ok(Precondition::Versions(versions)),
        Err(Malformed) => Err(Error::invalid_value("version must be an entity tag as meta.version gives it.")),
    }
}

/// Whether `If-None-Match` names this version. A malformed header is no condition: the client gets the whole answer.
pub(super) fn has_current(headers: &HeaderMap, version: i64) -> bool {
    match tags(headers, &header::IF_NONE_MATCH) {
        Some(Ok(Tags::Any)) => true,
        Some(Ok(Tags::These(versions))) => versions.contains(&version),
        _ => false,
    }
}

enum Tags {
    Any,
    /// Of the tags given, those this server could have made.
    These(Vec<i64>),
}

struct Malformed;

fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Result<Tags, Malformed>> {
    let lines: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    if lines.is_empty() {
        return None;
    }
    Some(parse(&lines.join(&b", "[..])))
}

fn parse(text: &[u8]) -> Result<Tags, Malformed> {
    let mut rest = text.trim_ascii();
    if rest == b"*" {
        return Ok(Tags::Any);
    }
    let (mut versions, mut count) = (Vec::new(), 0_usize);
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(b",") {
            rest = behind.trim_ascii_start();
            continue;
        }
        let opaque = rest.strip_prefix(b"W/").unwrap_or(rest).strip_prefix(b"\"").ok_or(Malformed)?;
        let end = opaque.iter().position(|byte| *byte == b'"').ok_or(Malformed)?;
        let (tag, behind) = (opaque.get(..end).ok_or(Malformed)?, opaque.get(end + 1..).ok_or(Malformed)?);
        if tag.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return Err(Malformed);
        }
        versions.extend(number(tag));
        count += 1;
        rest = behind.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return Err(Malformed);
        }
    }
    if count == 0 { Err(Malformed) } else { Ok(Tags::These(versions)) }
}

fn number(tag: &[u8]) -> Option<i64> {
    let digits = std::str::from_utf8(tag.strip_prefix(b"v")?).ok()?;
    let version: i64 = digits.parse().ok()?;
    (version.to_string() == digits).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect::<Vec<_>>().into_iter().fold(
            HeaderMap::new(),
            |mut headers, (name, value)| {
                headers.append(name, value);
                headers
            },
        )
    }

    fn wanted(values: &[&'static str]) -> Option<Vec<i64>> {
        match if_match(&headers(&header::IF_MATCH, values)) {
            Ok(Precondition::Versions(versions)) => Some(versions),
            _ => None,
        }
    }

    #[test]
    fn reads_if_match() {
        for (values, versions) in [
            (&["W/\"v7\""][..], &[7][..]),
            (&["\"v7\""], &[7]),
            (&["W/\"v7\", \"v8\" ,W/\"other\""], &[7, 8]),
            (&["W/\"v1\"", "W/\"v2\""], &[1, 2]),
            (&[",, W/\"v1\","], &[1]),
            (&["\"a,b\", \"v3\""], &[3]),
            (&["\"\""], &[]),
            (&["\"v07\", \"v+7\", \"7\", \"v99999999999999999999\""], &[]),
        ] {
            assert_eq!(wanted(values).as_deref(), Some(versions), "{values:?}");
        }
        assert!(matches!(if_match(&headers(&header::IF_MATCH, &[" * "])), Ok(Precondition::Any)));
        assert!(matches!(if_match(&HeaderMap::new()), Ok(Precondition::None)));
    }

    #[test]
    fn refuses_a_malformed_if_match() {
        for value in ["v7", "W/v7", "", "w/\"v7\"", "\"v7", "\"v7\" \"v8\"", "*, \"v7\"", "\"a b\""] {
            let outcome = if_match(&headers(&header::IF_MATCH, &[value]));
            assert_eq!(outcome.expect_err(value).status, 400, "{value}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly() {
        for (value, expected) in [
            ("W/\"v7\"", true),
            ("\"v7\"", true),
            ("*", true),
            ("W/\"v6\", W/\"v7\"", true),
            ("W/\"v6\"", false),
            ("v7", false),
        ] {
            assert_eq!(has_current(&headers(&header::IF_NONE_MATCH, &[value]), 7), expected, "{value}");
        }
        assert!(!has_current(&HeaderMap::new(), 7));
    }

    #[test]
    fn a_tag_is_weak_and_numbered() {
        assert_eq!(etag(12), "W/\"v12\"");
    }
}
