//! Names and other words of hostile origin, made fit for a mail (security.md B9).

use crate::domain::text::is_invisible;

/// Longest name that is shown, in characters.
const MAX_NAME: usize = 100;
/// Longest remark about a row, in characters.
const MAX_REMARK: usize = 300;
/// Longest sign-in name that is shown; cutting one would make it useless, and an address is never longer.
const MAX_LOGIN: usize = 254;

/// A person's name; none when it is empty or could pass for a link.
pub(super) fn name(text: &str) -> Option<String> {
    let name = cut(line(text), MAX_NAME);
    (!name.is_empty() && !looks_like_link(&name)).then_some(name)
}

/// A tenant's name. It may look like a host (Example.com), but not like an address or a URL.
pub(super) fn brand(text: &str) -> Option<String> {
    let name = cut(line(text), MAX_NAME);
    (!name.is_empty() && !name.contains("://") && !name.contains('@')).then_some(name)
}

/// What a group, a session or a file is called. It may look like a host or hold an address, but not open a web page.
pub(super) fn title(text: &str) -> Option<String> {
    Some(cut(line(text), MAX_NAME)).filter(|title| !title.is_empty() && !holds_web_address(title))
}

/// What is wrong with a row of a file, which may quote the row. None when there could be a web address in it.
pub(super) fn remark(text: &str) -> Option<String> {
    Some(cut(line(text), MAX_REMARK)).filter(|remark| !remark.is_empty() && !holds_web_address(remark))
}

/// A sign-in name; none when it is too long to be one or could pass for a web address.
pub(super) fn login(text: &str) -> Option<String> {
    let login = line(text);
    (!login.is_empty() && login.chars().count() <= MAX_LOGIN && !holds_web_address(&login)).then_some(login)
}

fn holds_web_address(text: &str) -> bool {
    text.contains("://") || text.to_lowercase().contains("www.")
}

/// One line without control characters and without what nobody sees; runs of white space become one space.
fn line(text: &str) -> String {
    let visible = text.chars().filter(|character| !is_invisible(*character) || is_separator(*character));
    let spaced: String = visible.map(|c| if c.is_control() || is_separator(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

fn cut(text: String, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => text.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => text,
    }
}

/// Whether a mail program might underline it: a URL, an address, `www.`, or anything of the form `host.tld`.
fn looks_like_link(text: &str) -> bool {
    let is_host = |word: &str| {
        word.split(['/', ':', '?', '#', ',', '(', ')']).any(|word| {
            let mut labels = word.rsplit('.');
            let top = labels.next().unwrap_or_default();
            let host = labels.next().unwrap_or_default();
            top.chars().filter(|c| c.is_alphabetic()).count() >= 2
                && host.chars().next_back().is_some_and(char::is_alphanumeric)
        })
    };
    text.contains("://") || text.contains('@') || text.to_lowercase().contains("www.") || text.split(' ').any(is_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for good in [
            "Ada Lovelace",
            "J.R.R. Tolkien",
            "O\u{2019}Hara",
            "M\u{fc}ller-L\u{fc}denscheidt",
            "\u{5d3}\u{5df}",
            "Dr. No",
            "王小明",
        ] {
            assert_eq!(name(good).as_deref(), Some(good));
        }
        assert_eq!(brand("Example.com Academy").as_deref(), Some("Example.com Academy"));
        assert_eq!(title("sales@example.com (R&D)").as_deref(), Some("sales@example.com (R&D)"));
        assert_eq!(login("ada@example.com").as_deref(), Some("ada@example.com"));
    }

    #[test]
    fn a_name_that_could_pass_for_a_link_is_no_name() {
        for bad in [
            "http://evil",
            "Click https://evil.example/x",
            "www.evil.example",
            "WWW.evil",
            "ada@evil.example",
            "evil.example",
            "evil.example/path now",
            "see (evil.example)",
            "ht\u{200b}tp://evil",
            "evil\u{200b}.example",
            " \r\n\t",
            "",
        ] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
        assert_eq!(login("http://evil.example"), None);
        assert_eq!(login(&"x".repeat(300)), None);
        assert_eq!(brand("https://evil.example"), None);
        assert_eq!((title("https://evil.example"), title("see www.evil.example"), title(" ")), (None, None, None));
    }

    #[test]
    fn controls_and_invisible_characters_are_gone() {
        assert_eq!(name("Ada\r\nBcc: x").as_deref(), Some("Ada Bcc: x"));
        assert_eq!(name("\u{202e}Ada\u{2066}\u{0}\u{2028}L\u{feff}").as_deref(), Some("Ada L"));
        assert_eq!(name(&"\u{e9}".repeat(150)).map(|name| name.chars().count()), Some(100));
    }

    proptest::proptest! {
        #[test]
        fn a_name_is_one_short_visible_line(text in "[\\PC\\x00-\\x20\u{200b}-\u{202e}]{0,150}") {
            if let Some(name) = name(&text) {
                proptest::prop_assert!(name.chars().count() <= 100);
                proptest::prop_assert!(!name.chars().any(|c| c.is_control() || is_invisible(c)));
            }
        }
    }
}
