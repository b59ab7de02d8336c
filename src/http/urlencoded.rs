//! `application/x-www-form-urlencoded`, in queries and in form bodies: `+` is a space, empty pieces are nothing.

use std::borrow::Cow;

/// The pairs of a query or form, still encoded.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&').filter(|piece| !piece.is_empty()).map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

/// Decodes one name or value; `None` for a stray `%` and for what is not UTF-8.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hexadecimal(rest.next()?)? << 4 | hexadecimal(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Encodes a text as one path segment or value.
pub(super) fn encode(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_clients_send() {
        for (raw, expected) in [
            ("plain", Some("plain")),
            ("userName+eq+%22a%2Bb%22", Some("userName eq \"a+b\"")),
            ("%C3%9Cn%c3%afc", Some("Ünïc")),
            ("100%25", Some("100%")),
            ("", Some("")),
            ("%", None),
            ("%4", None),
            ("%zz", None),
            ("%ff", None),
        ] {
            assert_eq!(decode(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn splits_pairs_and_drops_empty_pieces() {
        let all: Vec<_> = pairs("&a=1&&b&c=x=y&").collect();
        assert_eq!(all, [("a", "1"), ("b", ""), ("c", "x=y")]);
        assert_eq!(pairs("").count(), 0);
    }

    #[test]
    fn encoding_round_trips() {
        let text = "<a.b+c@host> ü/%";
        assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        assert!(!encode(text).contains(['/', '<', '+', ' ']));
    }
}
