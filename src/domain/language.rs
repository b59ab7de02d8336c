//! The languages we have, and which of them a person gets (domain 2.4, rule 4).
//!
//! A language is one file, `locales/xx.ftl`, named by its BCP 47 tag; nothing else lists the languages.

use super::text;

/// Ranges of a preference that are looked at; the rest of a longer list is ignored.
const MAX_RANGES: usize = 32;

/// A language we have texts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(pub(super) &'static str);

/// The way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right, as Latin script.
    LeftToRight,
    /// From right to left, as Arabic and Hebrew script.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

impl Language {
    /// The language of last resort, whose file names every key.
    pub const ENGLISH: Self = Self("en");

    /// Every language we have, by tag.
    pub fn all() -> impl Iterator<Item = Self> {
        text::tags().map(Self)
    }

    /// The language for one tag (`fr`, `fr-CA`, `fr_CA`), if we have it or the one it is a variety of.
    #[must_use]
    pub fn find(tag: &str) -> Option<Self> {
        let wanted = normalize(tag)?;
        let mut range = wanted.as_str();
        loop {
            if let Some(found) = Self::all().find(|language| language.0.eq_ignore_ascii_case(range)) {
                return Some(found);
            }
            // RFC 4647 section 3.4: drop the last subtag, and a single letter that would then stand at the end.
            let (shorter, _) = range.rsplit_once('-')?;
            range = match shorter.rsplit_once('-') {
                Some((rest, last)) if last.len() == 1 => rest,
                _ => shorter,
            };
        }
    }

    /// The language for a stored tag, English for one we do not have.
    #[must_use]
    pub fn nearest(tag: &str) -> Self {
        Self::find(tag).unwrap_or(Self::ENGLISH)
    }

    /// Its BCP 47 tag, for `lang` and `Content-Language`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.0
    }

    /// The way it is written.
    #[must_use]
    pub fn direction(self) -> Direction {
        match text::plain(self, "language-direction").as_str() {
            "rtl" => Direction::RightToLeft,
            _ => Direction::LeftToRight,
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub fn native_name(self) -> String {
        text::plain(self, "language-name")
    }
}

/// The first acceptable language of a preference in Accept-Language syntax (`fr-CA, en;q=0.8`, also `en_US`); without one the
/// tenant's, without that English.
#[must_use]
pub fn negotiate(preferred: Option<&str>, tenant_default: &str) -> Language {
    preferred
        .and_then(|preferred| acceptable(preferred).into_iter().find_map(Language::find))
        .unwrap_or_else(|| Language::nearest(tenant_default))
}

/// The ranges of a preference, best first. `*` ends the list, since it leaves the choice to us.
fn acceptable(preferred: &str) -> Vec<&str> {
    let mut ranges: Vec<(&str, u16)> = preferred.split(',').take(MAX_RANGES).map(weighted).collect();
    ranges.retain(|(range, weight)| !range.is_empty() && *weight > 0);
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    ranges.into_iter().map(|(range, _)| range).take_while(|range| *range != "*").collect()
}

/// A range and its weight in thousandths; a weight nobody can read counts as none given.
fn weighted(item: &str) -> (&str, u16) {
    let mut parts = item.split(';');
    let range = parts.next().unwrap_or_default().trim();
    let weight = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim())).flatten()
    });
    (range, weight.unwrap_or(1000))
}

fn thousandths(value: &str) -> Option<u16> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" => Some(1000),
        _ => None,
    }
}

fn normalize(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let is_tag =
        !tag.is_empty() && tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_tag.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_acceptable_language_wins() {
        let table = [
            (Some("fr"), "en", "fr"),
            (Some("fr-CA, en;q=0.8"), "en", "fr"),
            (Some("en_US"), "fr", "en"),
            (Some("FR-fr"), "en", "fr"),
            (Some("en;q=0.3, fr;q=0.7"), "en", "fr"),
            (Some("xx, fr;q=0.5, en;q=0.4"), "en", "fr"),
            (Some("fr;q=0, en"), "fr", "en"),
            (Some("fr; q=0.9 , en ; q=0.95"), "fr", "en"),
            (Some("zh-Hant-x-fr"), "fr", "fr"),
            (Some("*"), "fr", "fr"),
            (Some("xx, *;q=0.5, en;q=0.1"), "fr", "fr"),
            (Some("fr;q=much"), "en", "fr"),
            (Some(""), "fr", "fr"),
            (Some(",,;;=,"), "fr", "fr"),
            (Some("\u{202e}fr"), "en", "en"),
            (None, "fr-FR", "fr"),
            (None, "xx", "en"),
            (Some("xx"), "", "en"),
        ];
        for (preferred, tenant, expected) in table {
            assert_eq!(negotiate(preferred, tenant).tag(), expected, "{preferred:?} with {tenant}");
        }
    }

    #[test]
    fn a_language_knows_its_name_and_direction() {
        let french = Language::nearest("fr");
        assert_eq!(french.native_name(), "fran\u{e7}ais");
        assert_eq!(french.direction().as_str(), "ltr");
        assert!(Language::all().any(|language| language == Language::ENGLISH));
    }

    proptest::proptest! {
        #[test]
        fn any_preference_gets_a_language_we_have(preferred in "\\PC{0,60}") {
            let language = negotiate(Some(&preferred), "fr");
            proptest::prop_assert!(Language::all().any(|ours| ours == language));
        }
    }
}
