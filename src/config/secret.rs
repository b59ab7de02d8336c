//! Text that must not be shown.

use std::fmt;

/// A secret; `Debug` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one who needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// A URL with its password replaced by stars. A password may hold any letter, so the host begins behind the last `@`.
pub(super) fn mask_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user_info, tail)) => match user_info.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{}", mask_query(tail)),
            None => format!("{scheme}://{user_info}@{}", mask_query(tail)),
        },
        None => format!("{scheme}://{}", mask_query(rest)),
    }
}

/// PostgreSQL URLs may carry the password as a parameter.
fn mask_query(tail: &str) -> String {
    let Some((path, query)) = tail.split_once('?') else { return tail.to_owned() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}=***"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_hidden() {
        let table = [
            ("postgres://u:p@h:5432/d", "postgres://u:***@h:5432/d"),
            ("postgres://u:p%40:x@h/d?sslmode=require", "postgres://u:***@h/d?sslmode=require"),
            ("postgres://h/d?user=u&password=p", "postgres://h/d?user=u&password=***"),
            ("postgres://u:p@h:5432,i:5432/d", "postgres://u:***@h:5432,i:5432/d"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            ("smtp://u:p/w?#@x@h:25", "smtp://u:***@h:25"),
            ("smtp://h:25", "smtp://h:25"),
            ("sqlite://usher.db", "sqlite://usher.db"),
        ];
        for (url, masked) in table {
            assert_eq!(mask_url(url), masked);
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(***)");
    }
}
