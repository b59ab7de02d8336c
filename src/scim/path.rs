//! Attribute paths and PATCH paths (RFC 7644 sections 3.10 and 3.5.2, figure 7).
//!
//! Syntax only: whether a name exists is the registry's to say.

use std::fmt;

use nom::{
    IResult, Parser,
    bytes::complete::{take_while, take_while1},
    error::{ErrorKind, ParseError},
};

use super::{
    Error,
    filter::{Filter, parse},
};

/// The longest path or filter in bytes.
pub(super) const MAX_LENGTH: usize = 16 * 1024;

/// A written attribute name: optional URN, attribute, optional sub-attribute. Not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrPath {
    /// What stands before the last colon, as written.
    pub urn: Option<String>,
    /// The attribute's name, as written.
    pub attribute: String,
    /// The sub-attribute's name, as written.
    pub sub: Option<String>,
}

impl AttrPath {
    /// Parses `[URN:]name[.sub]`; `URN.name.sub` is read as `URN:name.sub`.
    ///
    /// # Errors
    /// 400 `invalidPath` with the position.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |fault: Fault| Error::invalid_path(fault.describe("path", text));
        if text.len() > MAX_LENGTH {
            return Err(refuse(Fault::at(text, TOO_LONG)));
        }
        match outcome(attr_path(text)) {
            Ok(("", path)) => Ok(path),
            Ok((rest, _)) => Err(refuse(Fault::at(rest, "the attribute name should end here"))),
            Err(fault) => Err(refuse(fault)),
        }
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.attribute)?;
        self.sub.iter().try_for_each(|sub| write!(f, ".{sub}"))
    }
}

/// A PATCH target: an attribute path, optionally with a value filter and a sub-attribute behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// What stands before the brackets.
    pub path: AttrPath,
    /// What stands between the brackets.
    pub filter: Option<Filter<AttrPath>>,
    /// The sub-attribute behind the brackets.
    pub sub: Option<String>,
}

impl PatchPath {
    /// Parses a PATCH path.
    ///
    /// # Errors
    /// 400 `invalidPath`, or `invalidFilter` for what stands between the brackets.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let trimmed = text.trim_end_matches(' ');
        let refuse = |fault: Fault| Error::invalid_path(fault.describe("path", trimmed));
        if trimmed.len() > MAX_LENGTH {
            return Err(refuse(Fault::at(trimmed, TOO_LONG)));
        }
        let (rest, path) = outcome(attr_path(trimmed.trim_start_matches(' '))).map_err(refuse)?;
        let Some(inside) = rest.strip_prefix('[') else {
            return if rest.is_empty() {
                Ok(Self { path, filter: None, sub: None })
            } else {
                Err(refuse(Fault::at(rest, "the path should end here, or go on with a filter in brackets")))
            };
        };
        if is_index(inside) {
            return Err(refuse(Fault::at(
                inside,
                "values have no numbers in SCIM; choose one by a filter, like emails[type eq \"work\"]",
            )));
        }
        let (rest, filter) =
            outcome(parse::brackets(inside)).map_err(|fault| Error::invalid_filter(fault.describe("path", trimmed)))?;
        let (rest, sub) = match rest.strip_prefix('.') {
            Some(sub) => outcome(name(sub)).map(|(rest, sub)| (rest, Some(sub.to_owned()))).map_err(refuse)?,
            None => (rest, None),
        };
        if rest.is_empty() {
            Ok(Self { path, filter: Some(filter), sub })
        } else {
            Err(refuse(Fault::at(rest, "nothing but one sub-attribute may follow the brackets")))
        }
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)?;
        self.filter.iter().try_for_each(|filter| write!(f, "[{filter}]"))?;
        self.sub.iter().try_for_each(|sub| write!(f, ".{sub}"))
    }
}

const TOO_LONG: &str = "it is longer than 16384 bytes";

/// Where and why a text is not of the grammar; knows its place by what was left to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    left: usize,
    why: &'static str,
}

impl Fault {
    /// A fault at the beginning of `rest`.
    pub(super) fn at(rest: &str, why: &'static str) -> Self {
        Self { left: rest.len(), why }
    }

    /// The same, as what ends a parse at once.
    pub(super) fn stop<'a, T>(rest: &'a str, why: &'static str) -> Parsed<'a, T> {
        Err(nom::Err::Failure(Self::at(rest, why)))
    }

    /// A sentence with the position, counted in characters from 1.
    pub(super) fn describe(self, what: &str, text: &str) -> String {
        let read = text.len().saturating_sub(self.left);
        let position = text.char_indices().take_while(|(offset, _)| *offset < read).count() + 1;
        format!("The {what} is wrong at character {position}: {}.", self.why)
    }
}

impl ParseError<&str> for Fault {
    fn from_error_kind(input: &str, _kind: ErrorKind) -> Self {
        Self::at(input, "this was not expected here")
    }

    fn append(_input: &str, _kind: ErrorKind, other: Self) -> Self {
        other
    }
}

/// What a parser of this room answers.
pub(super) type Parsed<'a, T> = IResult<&'a str, T, Fault>;

/// Flattens nom's kinds of failure; everything here reads complete texts.
pub(super) fn outcome<T>(parsed: Parsed<'_, T>) -> Result<(&str, T), Fault> {
    parsed.map_err(|error| match error {
        nom::Err::Error(fault) | nom::Err::Failure(fault) => fault,
        nom::Err::Incomplete(_) => Fault { left: 0, why: "the text ends too early" },
    })
}

/// `[URN:]name[.sub]`: the URN ends at the last colon, because its version has a dot.
pub(super) fn attr_path(input: &str) -> Parsed<'_, AttrPath> {
    let (_, token) = take_while(is_path_char).parse(input)?;
    let (urn, local) = match token.rsplit_once(':') {
        Some((urn, _)) if !is_urn(urn) => {
            return Fault::stop(input, "what stands before the last colon must be a schema's URN");
        }
        Some((urn, local)) => (Some(urn), input.get(token.len() - local.len()..).unwrap_or_default()),
        None => (None, input),
    };
    let (rest, first) = name(local)?;
    let (rest, second) = dotted(rest)?;
    let (rest, third) = dotted(rest)?;
    let path = match (urn, second, third) {
        (Some(urn), Some(attribute), Some(sub)) => {
            AttrPath { urn: Some(format!("{urn}:{first}")), attribute: attribute.to_owned(), sub: Some(sub.to_owned()) }
        }
        (None, Some(_), Some(_)) => {
            return Fault::stop(rest, "an attribute has sub-attributes, but those have none: at most one dot");
        }
        (urn, sub, _) => {
            AttrPath { urn: urn.map(str::to_owned), attribute: first.to_owned(), sub: sub.map(str::to_owned) }
        }
    };
    Ok((rest, path))
}

/// One attribute name: a letter, or the `$` of `$ref`, then letters, digits, `$`, `-` and `_`.
pub(super) fn name(input: &str) -> Parsed<'_, &str> {
    if !input.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$') {
        return Fault::stop(input, "an attribute name is needed here; it begins with a letter");
    }
    take_while1(is_name_char).parse(input)
}

fn dotted(input: &str) -> Parsed<'_, Option<&str>> {
    match input.strip_prefix('.') {
        Some(rest) => name(rest).map(|(rest, name)| (rest, Some(name))),
        None => Ok((input, None)),
    }
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_')
}

fn is_path_char(c: char) -> bool {
    is_name_char(c) || matches!(c, '.' | ':' | '/' | '%' | '+' | '~' | '@' | '!' | '*' | ',' | ';' | '=' | '?' | '#')
}

fn is_urn(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        !rest.is_empty() && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme_char)
    })
}

/// Whether the brackets hold a number or a star, which other languages use to pick values.
fn is_index(inside: &str) -> bool {
    inside.split_once(']').is_some_and(|(index, _)| {
        let index = index.trim();
        index == "*" || (!index.is_empty() && index.chars().all(|c| c.is_ascii_digit() || c == '-'))
    })
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scim::ScimType;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn attr(urn: Option<&str>, attribute: &str, sub: Option<&str>) -> AttrPath {
        AttrPath { urn: urn.map(str::to_owned), attribute: attribute.to_owned(), sub: sub.map(str::to_owned) }
    }

    #[test]
    fn attribute_paths() {
        let manager_value = format!("{ENTERPRISE}:manager.value");
        let dotted = format!("{ENTERPRISE}.manager.value");
        let old = format!("{ENTERPRISE}.manager");
        for (text, expected) in [
            ("userName", attr(None, "userName", None)),
            ("name.givenName", attr(None, "name", Some("givenName"))),
            ("members.$ref", attr(None, "members", Some("$ref"))),
            ("$ref", attr(None, "$ref", None)),
            ("a-b_c9", attr(None, "a-b_c9", None)),
            (&manager_value, attr(Some(ENTERPRISE), "manager", Some("value"))),
            (&dotted, attr(Some(ENTERPRISE), "manager", Some("value"))),
            // Two segments are ambiguous until the registry knows the URN.
            (&old, attr(ENTERPRISE.strip_suffix(":User"), "User", Some("manager"))),
            ("x.y+z:a:attr", attr(Some("x.y+z:a"), "attr", None)),
            ("urn:example:x%20y:1.0:attr", attr(Some("urn:example:x%20y:1.0"), "attr", None)),
        ] {
            assert_eq!(AttrPath::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn malformed_attribute_paths() {
        for (text, position) in [
            ("", 1),
            (".a", 1),
            ("a.", 3),
            ("a..b", 3),
            ("a.b.c", 6),
            ("1a", 1),
            ("a b", 2),
            (":a", 1),
            ("a:b", 1),
            ("a_b:c:d", 1),
            ("name.giv\u{e9}n", 9),
            ("\u{e9}", 1),
        ] {
            let error = AttrPath::parse(text).expect_err(text);
            assert_eq!(error.scim_type, Some(ScimType::InvalidPath), "{text}");
            assert!(error.detail.contains(&format!("character {position}:")), "{text}: {}", error.detail);
        }
    }

    #[test]
    fn patch_paths() {
        for text in [
            "members",
            "name.familyName",
            "addresses[type eq \"work\"]",
            "members[value eq \"2819c223\"].display",
            "emails[type eq \"work\" and value co \"@\"].value",
            "roles[primary eq \"True\"].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:example:2.0:User:things[value eq \"a.b:c]\"].display",
        ] {
            let path = PatchPath::parse(text).expect(text);
            assert_eq!(path.to_string(), text);
        }
        assert_eq!(PatchPath::parse(" active ").map(|path| path.to_string()), Ok("active".to_owned()));
    }

    #[test]
    fn malformed_patch_paths() {
        use ScimType::{InvalidFilter, InvalidPath};
        for (text, kind) in [
            ("", InvalidPath),
            ("emails[0]", InvalidPath),
            ("emails[-1].value", InvalidPath),
            ("emails[*]", InvalidPath),
            ("emails[type eq \"work\"]value", InvalidPath),
            ("emails[type eq \"work\"].", InvalidPath),
            ("emails[type eq \"work\"].a.b", InvalidPath),
            ("emails[type eq \"work\"][value pr]", InvalidPath),
            ("emails/0/value", InvalidPath),
            ("/emails", InvalidPath),
            ("emails]", InvalidPath),
            ("emails[", InvalidFilter),
            ("emails[]", InvalidFilter),
            ("emails[type eq \"work\"", InvalidFilter),
            ("emails[type eq work]", InvalidFilter),
            ("emails[type xx \"work\"]", InvalidFilter),
            ("emails[a[b pr]]", InvalidFilter),
            ("members[value eq\"x\"]", InvalidFilter),
        ] {
            assert_eq!(PatchPath::parse(text).expect_err(text).scim_type, Some(kind), "{text}");
        }
        let long = "a".repeat(MAX_LENGTH + 1);
        assert_eq!(PatchPath::parse(&long).expect_err("long").scim_type, Some(InvalidPath));
        assert!(AttrPath::parse(&long).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC*") {
            let _ = AttrPath::parse(&text);
            let _ = PatchPath::parse(&text);
        }

        #[test]
        fn path_like_text_never_panics(text in "[a-c\\[\\]\\.:$\"\\\\ \u{e9}()0-9]{0,40}") {
            let _ = AttrPath::parse(&text);
            let _ = PatchPath::parse(&text);
        }

        #[test]
        fn what_is_printed_reads_back(text in "(urn:[a-z0-9.]{1,9}:)?[a-zA-Z][a-zA-Z0-9$_-]{0,9}(\\.[a-z$][a-z]{0,5})?") {
            let path = AttrPath::parse(&text).expect("a valid path");
            prop_assert_eq!(path.to_string(), text);
        }
    }
}
