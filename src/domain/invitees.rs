//! Addresses as people type them into one field (S7): separated by comma, semicolon or newline, with or without names.

use super::{mailbox::is_address, user::clean_name};
use crate::scim::fold::fold;
use std::collections::HashSet;

/// The longest name that is taken along, in characters.
const MAX_NAME: usize = 100;

/// One entry of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An address that can be mailed to.
    Mailbox(Invitee),
    /// Text that is no address, as typed.
    Invalid(String),
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// One plain mailbox.
    pub address: String,
    /// The name written beside it: `"Ann, B." <ann@example.com>`.
    pub name: Option<String>,
}

/// Reads the field: each address once, in the order of its first mention; empty entries count for nothing.
#[must_use]
pub fn parse(text: &str) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let entries = split(text).into_iter().map(entry);
    entries.filter(|entry| seen.insert(fold(address(entry)))).collect()
}

fn address(entry: &Entry) -> &str {
    match entry {
        Entry::Mailbox(invitee) => &invitee.address,
        Entry::Invalid(text) => text,
    }
}

/// The entries between separators that stand neither in quotes nor in angle brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    let mut entries = Vec::new();
    let mut begin = 0;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            // A quote or bracket that is never closed ends with its line.
            '\n' | '\r' => (quoted, bracketed) = (false, false),
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        let is_separator = matches!(character, ',' | ';') && !quoted && !bracketed || matches!(character, '\n' | '\r');
        if is_separator {
            entries.extend(text.get(begin..at));
            begin = at + character.len_utf8();
        }
    }
    entries.extend(text.get(begin..));
    entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty()).collect()
}

fn entry(text: &str) -> Entry {
    let (name, address) = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(open), Some(closed)) => {
            (text.get(..open).unwrap_or_default(), closed.get(open + 1..).unwrap_or_default())
        }
        _ => ("", text),
    };
    let address = address.trim();
    if !is_address(address) {
        return Entry::Invalid(text.to_owned());
    }
    let name = clean_name(&unquoted(name), MAX_NAME);
    Entry::Mailbox(Invitee { address: address.to_owned(), name: Some(name).filter(|name| !name.is_empty()) })
}

fn unquoted(name: &str) -> String {
    let name = name.trim();
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<String> {
        parse(text).iter().map(|entry| address(entry).to_owned()).collect()
    }

    #[test]
    fn commas_semicolons_and_lines_separate() {
        assert_eq!(addresses("a@x.org, b@x.org; c@x.org\nd@x.org\r\n"), ["a@x.org", "b@x.org", "c@x.org", "d@x.org"]);
        assert_eq!(addresses(" ,;\n "), Vec::<String>::new());
    }

    #[test]
    fn an_address_counts_once_whatever_its_case() {
        assert_eq!(addresses("Ann@x.org; ann@X.org, <ann@x.org>"), ["Ann@x.org"]);
    }

    #[test]
    fn names_may_hold_separators_when_quoted() {
        let entries = parse(r#""Ann, B." <ann@x.org>; Bob <bob@x.org>, "a \"b\"; c" <c@x.org>"#);
        let invitee = |name: &str, address: &str| {
            Entry::Mailbox(Invitee { address: address.to_owned(), name: Some(name.to_owned()) })
        };
        let expected = [invitee("Ann, B.", "ann@x.org"), invitee("Bob", "bob@x.org"), invitee("a \"b\"; c", "c@x.org")];
        assert_eq!(entries, expected);
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        for text in ["ann", "ann@", "<ann@x.org", "a b@x.org", "ann@x.org>", "\"ann@x.org"] {
            assert!(matches!(parse(text).as_slice(), [Entry::Invalid(_)]), "{text}");
        }
        assert_eq!(parse("bad, a@x.org").len(), 2);
        assert_eq!(addresses("\"open, a@x.org\nb@x.org").last().map(String::as_str), Some("b@x.org"));
    }
}
