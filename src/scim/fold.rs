//! Comparison keys: width mapping, NFC, full case folding (decision 7), so that `ＢＯＢ`, `Bob` and `bob` are one.

use caseless::Caseless;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

/// The comparison key of a caseExact=false string. Folding a key yields the same key.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Case folding may leave what NFC composes, hence NFC on both sides.
    widths(text).nfc().default_case_fold().nfc().collect()
}

/// Whether two caseExact=false strings are equal.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a == b || if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { fold(a) == fold(b) }
}

/// Whether the text is non-empty and has no control character.
#[must_use]
pub fn is_printable(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// Maps fullwidth and halfwidth characters, and the ideographic space, to their ordinary forms.
fn widths(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '\u{3000}' | '\u{ff00}'..='\u{ffef}');
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let mut mapped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_wide(c) {
            decompose_compatible(c, |d| mapped.push(d));
        } else {
            mapped.push(c);
        }
    }
    Cow::Owned(mapped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_names_have_equal_keys() {
        let groups: [&[&str]; 6] = [
            &["bob", "Bob", "BOB", "ＢＯＢ", "ｂｏｂ"],
            &["é", "e\u{301}", "É", "E\u{301}"],
            &["straße", "STRASSE", "Straße"],
            &["ς", "σ", "Σ"],
            &["a b", "A\u{3000}B"],
            &["ガ", "ｶﾞ"],
        ];
        for (i, group) in groups.iter().enumerate() {
            for a in *group {
                assert!(group.iter().all(|b| fold(a) == fold(b) && same(a, b)), "{a}");
                assert!(groups.iter().enumerate().all(|(j, other)| i == j || fold(other[0]) != fold(a)), "{a}");
            }
        }
    }

    #[test]
    fn other_compatibility_characters_stay_apart() {
        assert_ne!(fold("ﬁ\u{b2}"), fold("fi2"));
        assert_ne!(fold("i"), fold("ı"));
    }

    #[test]
    fn printable_is_neither_empty_nor_controlled() {
        for text in ["", "a\u{0}", "\n", "a\u{7f}", "\u{85}"] {
            assert!(!is_printable(text), "{text:?}");
        }
        for text in [" ", "a b", "😀", "Test'Group \"x\" \\ &"] {
            assert!(is_printable(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folding_sees_no_difference_between_normal_forms(text in any::<String>()) {
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), fold(&text));
        }
    }

    #[test]
    fn every_character_folds_stably() {
        // No plane above the second has letters.
        for c in '\0'..='\u{1ffff}' {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }
}
