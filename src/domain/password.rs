//! Passwords as text: preparation (RFC 8265 `OpaqueString`), the policy, and generated ones. Hashing is the use cases' business.

use super::Rng;
use crate::scim::fold::fold;
use unicode_normalization::UnicodeNormalization;

/// The shortest password the policy takes, in characters.
pub const MIN_CHARS: usize = 12;
/// The longest, in bytes of UTF-8: beyond it nobody types, and hashing gets dear.
pub const MAX_BYTES: usize = 1024;
/// Characters of a generated password: no 0/O, 1/l/I and the like.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GENERATED_CHARS: usize = 18;
/// So many letters and digits of a password must have nothing to do with the person's name and address.
const MIN_UNRELATED: usize = 8;
/// Enough for the estimator; its cost grows with the square of the length.
const ESTIMATED_CHARS: usize = 72;

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("it must have at least {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_BYTES`].
    #[error("it must have at most {MAX_BYTES} bytes")]
    TooLong,
    /// Easy to guess.
    #[error("it is too easy to guess; take several unrelated words")]
    TooWeak,
    /// Made of the person's own name or address.
    #[error("it is made of the person's own name or address")]
    TooPersonal,
}

impl Weakness {
    /// The key of its sentence in `domain::text`.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::TooShort => "error-password-short",
            Self::TooLong => "error-password-long",
            Self::TooWeak => "error-password-weak",
            Self::TooPersonal => "error-password-personal",
        }
    }
}

/// Prepares a password for hashing and comparing: other spaces become a space, NFC. Case stays.
#[must_use]
pub fn prepare(text: &str) -> String {
    text.nfc()
        .map(|character| if character.is_whitespace() && !character.is_control() { ' ' } else { character })
        .collect()
}

/// Judges a prepared password; `own_words` are the person's names and addresses.
///
/// # Errors
/// What is wrong with it.
pub fn judge(prepared: &str, own_words: &[&str]) -> Result<(), Weakness> {
    if prepared.len() > MAX_BYTES {
        return Err(Weakness::TooLong);
    }
    if prepared.chars().count() < MIN_CHARS {
        return Err(Weakness::TooShort);
    }
    let estimated: String = prepared.chars().take(ESTIMATED_CHARS).collect();
    if zxcvbn::zxcvbn(&estimated, &[]).score() < zxcvbn::Score::Three {
        return Err(Weakness::TooWeak);
    }
    if own_chars_left(prepared, own_words) < MIN_UNRELATED { Err(Weakness::TooPersonal) } else { Ok(()) }
}

/// How many letters and digits are left of a password once the person's own words are taken out, whatever their case.
fn own_chars_left(prepared: &str, own_words: &[&str]) -> usize {
    let mut rest = fold(prepared);
    let mut words: Vec<String> =
        own_words.iter().map(|word| fold(word)).filter(|word| word.chars().count() > 2).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, " ");
    }
    rest.chars().filter(|character| character.is_alphanumeric()).count()
}

/// A random password that is easy to read and type.
#[must_use]
pub fn generate(rng: &dyn Rng) -> String {
    let mut password = String::with_capacity(GENERATED_CHARS);
    let mut bytes = [0; 64];
    // Bytes at or beyond the largest multiple of the alphabet's size would favour its first letters.
    let limit = 256 - 256 % ALPHABET.len();
    while password.len() < GENERATED_CHARS {
        rng.fill(&mut bytes);
        let letters = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < limit);
        let letters = letters.filter_map(|byte| ALPHABET.get(byte % ALPHABET.len()));
        password.extend(letters.take(GENERATED_CHARS - password.len()).map(|letter| char::from(*letter)));
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter;

    impl Rng for Counter {
        fn fill(&self, buffer: &mut [u8]) {
            for (byte, value) in buffer.iter_mut().zip((0..=255).rev().step_by(3)) {
                *byte = value;
            }
        }
    }

    #[test]
    fn composed_and_decomposed_forms_are_one_password() {
        assert_eq!(prepare("caf\u{e9} de la gare"), prepare("cafe\u{301} de la gare"));
        assert_eq!(prepare("a\u{a0}b\u{3000}c"), "a b c");
        assert_ne!(prepare("Abc"), prepare("abc"));
    }

    #[test]
    fn the_policy_wants_length_and_strength_but_no_composition() {
        assert_eq!(judge("short", &[]), Err(Weakness::TooShort));
        assert_eq!(judge("password1234", &[]), Err(Weakness::TooWeak));
        assert_eq!(judge("aaaaaaaaaaaaaaaaaaaa", &[]), Err(Weakness::TooWeak));
        for personal in ["Amelie Durand", "Durand@example", "amelie.DURAND@example.com", "durand-durand-2027"] {
            let refused = judge(personal, &["Amelie", "Durand", "example", "com"]);
            assert!(matches!(refused, Err(Weakness::TooPersonal | Weakness::TooWeak)), "{personal}");
        }
        assert_eq!(judge("Kowalczykiewicz 7", &["kowalczykiewicz"]), Err(Weakness::TooPersonal));
        assert_eq!(judge("violet tractor moonlight sandwich", &[]), Ok(()));
        assert_eq!(judge(&"x".repeat(2000), &[]), Err(Weakness::TooLong));
    }

    #[test]
    fn generated_passwords_pass_the_policy() {
        let password = generate(&Counter);
        assert_eq!(password.chars().count(), GENERATED_CHARS);
        assert!(password.bytes().all(|byte| ALPHABET.contains(&byte)));
    }
}
