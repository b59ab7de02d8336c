//! A logged request as a command line that sends it again.

use super::{Content, Logged};
use std::fmt::Write;

/// The command; the token is the shell's `$TOKEN`, redacted values stay redacted. None for an operation of a bulk request, which can't be sent
/// alone, and for a body of which only a part was kept.
#[must_use]
pub fn line(public_url: &str, logged: &Logged, content: &Content) -> Option<String> {
    if logged.path.starts_with("/Bulk#") || content.is_cut {
        return None;
    }
    let url = quoted(&format!("{public_url}/scim/v2{}", logged.path));
    let mut line = format!("curl -X {} {url} -H \"Authorization: Bearer $TOKEN\"", quoted(&logged.method));
    let headers = content.headers.as_object().into_iter().flatten();
    for (name, value) in headers {
        if let Some(value) = value.as_str() {
            // Writing into a String can't fail.
            let _ = write!(line, " -H {}", quoted(&format!("{name}: {value}")));
        }
    }
    if let Some(body) = &content.body {
        let _ = write!(line, " --data-binary {}", quoted(body));
    }
    Some(line)
}

/// A word the shell takes as it is.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/:=,@".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_takes_words_literally() {
        for (text, expected) in [
            ("POST", "POST"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's $HOME `x`", r"'it'\''s $HOME `x`'"),
            ("http://127.0.0.1:8080/scim/v2/Users?a=b", "'http://127.0.0.1:8080/scim/v2/Users?a=b'"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
