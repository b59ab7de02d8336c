//! Which of the two JSON media types an answer carries (decision 15): what `Accept` prefers, else `application/scim+json`.

use axum::http::{HeaderMap, HeaderValue, header};

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    ScimJson,
    Json,
}

impl MediaType {
    /// What the client prefers. `Accept` that allows neither is answered in the default all the same.
    pub fn preferred(headers: &HeaderMap) -> Self {
        let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
        if accepted.peek().is_none() {
            return Self::ScimJson;
        }
        let (mut scim, mut json) = (Quality::default(), Quality::default());
        for range in accepted.flat_map(|value| value.split(',')) {
            scim.consider(range, "scim+json");
            json.consider(range, "json");
        }
        if json.weight > scim.weight { Self::Json } else { Self::ScimJson }
    }

    /// The header that names it.
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::ScimJson => "application/scim+json",
            Self::Json => "application/json",
        })
    }
}

/// How welcome a type is, in thousandths, and how specific the range was that said so (RFC 9110 section 12.5.1).
#[derive(Debug, Clone, Copy, Default)]
struct Quality {
    weight: u16,
    specificity: u8,
}

impl Quality {
    fn consider(&mut self, range: &str, subtype: &str) {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let specificity = match essence.strip_prefix("application/") {
            Some(own) if own == subtype => 3,
            Some("*") => 2,
            _ if essence == "*/*" => 1,
            _ => return,
        };
        if specificity >= self.specificity {
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            *self = Self { weight: weight.map_or(1000, thousandths), specificity };
        }
    }
}

fn thousandths(weight: &str) -> u16 {
    let weight: f32 = weight.trim().parse().unwrap_or(0.0);
    // In range, so nothing is cut.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let thousandths = (weight.clamp(0.0, 1.0) * 1000.0).round() as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_accept() {
        for (accept, expected) in [
            ("", MediaType::ScimJson),
            ("*/*", MediaType::ScimJson),
            ("application/*", MediaType::ScimJson),
            ("application/scim+json", MediaType::ScimJson),
            ("application/scim+json; charset=utf-8", MediaType::ScimJson),
            ("application/json", MediaType::Json),
            ("Application/JSON;charset=utf-8", MediaType::Json),
            ("application/json, */*", MediaType::ScimJson),
            ("application/json, */*;q=0.8", MediaType::Json),
            ("application/scim+json, application/json;q=0.9, text/html;q=0.1", MediaType::ScimJson),
            ("application/scim+json;q=0.5, application/json;q=0.9", MediaType::Json),
            ("application/scim+json;q=0, application/json", MediaType::Json),
            ("text/html", MediaType::ScimJson),
            ("text/html, application/xhtml+xml, */*;q=0.1", MediaType::ScimJson),
            (";;,,q=", MediaType::ScimJson),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(MediaType::preferred(&headers), expected, "{accept}");
        }
        assert_eq!(MediaType::preferred(&HeaderMap::new()), MediaType::ScimJson);
    }
}
