//! Strict JSON for untrusted bodies: depth at most 32, no duplicate keys (also not equal but for case), bounded size, valid UTF-8.
//!
//! The size of the whole is the HTTP layer's to bound; here it bounds what one object may hold.

use super::{Error, Object};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::collections::HashSet;
use std::fmt;

const MAX_DEPTH: u8 = 32;
const MAX_MEMBERS: usize = 10_000;
/// Up to this many members, comparing each with each is cheaper than a set.
const FEW: usize = 24;
/// An error repeats no more of a key than this many characters.
const SHOWN: usize = 64;

/// Parses a body that must be one JSON object.
///
/// # Errors
/// 400 `invalidSyntax` with line and column.
pub fn parse(body: &[u8]) -> Result<Object, Error> {
    let text = std::str::from_utf8(body)
        .map_err(|e| Error::invalid_syntax(format!("The body is not UTF-8 from byte {} on.", e.valid_up_to())))?;
    if text.starts_with('\u{feff}') {
        return Err(Error::invalid_syntax("The body starts with a byte order mark; JSON has none."));
    }
    if text.trim_ascii().is_empty() {
        return Err(Error::invalid_syntax("The body is empty; it must be one JSON object."));
    }
    let refuse = |e: serde_json::Error| Error::invalid_syntax(format!("The body is no usable JSON: {e}."));
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).map_err(refuse)?;
    deserializer.end().map_err(refuse)?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Error::invalid_syntax("The body must be one JSON object.")),
    }
}

/// Whether two keys name the same attribute.
fn same_key(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

/// Builds a `Value` and knows how deep it stands.
#[derive(Clone, Copy)]
struct Strict {
    depth: u8,
}

impl Strict {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let seed = self.below()?;
        let mut list = Vec::new();
        while let Some(value) = elements.next_element_seed(seed)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let seed = self.below()?;
        let mut object = Object::new();
        let mut known = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            if is_known(&object, &mut known, &key) {
                let shown: String = key.chars().take(SHOWN).flat_map(char::escape_debug).collect();
                return Err(A::Error::custom(format_args!("the key '{shown}' is given twice (names ignore case)")));
            }
            if object.len() >= MAX_MEMBERS {
                return Err(A::Error::custom(format_args!("an object with more than {MAX_MEMBERS} members")));
            }
            let value = members.next_value_seed(seed)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// Whether the object has the key already; beyond a few members `seen` holds all keys in lower case.
fn is_known(object: &Object, seen: &mut HashSet<String>, key: &str) -> bool {
    if object.len() < FEW {
        return object.keys().any(|k| same_key(k, key));
    }
    if seen.is_empty() {
        seen.extend(object.keys().map(|k| k.to_lowercase()));
    }
    !seen.insert(key.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::ScimType;
    use proptest::prelude::*;
    use serde_json::json;

    fn nested(levels: usize) -> String {
        format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn ordinary_bodies_parse() {
        let body = r#" {"a": [1, -2, 3.5, "\u00e9", true, null], "b": {"A": {}}} "#;
        let expected = json!({"a": [1, -2, 3.5, "é", true, null], "b": {"A": {}}});
        assert_eq!(Value::Object(parse(body.as_bytes()).unwrap()), expected);
        assert!(parse(nested(32).as_bytes()).is_ok());
    }

    #[test]
    fn what_is_not_strict_json_is_refused() {
        let many = (0..10_001).map(|i| format!("\"k{i}\":1,")).collect::<Vec<_>>().concat();
        let cases: Vec<(Vec<u8>, &str)> = vec![
            (b"".to_vec(), "empty"),
            (b" \n".to_vec(), "empty"),
            (b"[]".to_vec(), "one JSON object"),
            (b"\"a\"".to_vec(), "one JSON object"),
            (b"{} {}".to_vec(), "line 1 column 4"),
            (b"{\"a\":1,}".to_vec(), "line 1"),
            (b"{'a':1}".to_vec(), "line 1"),
            (b"{\"a\":NaN}".to_vec(), "line 1"),
            (b"{\"a\":01}".to_vec(), "line 1"),
            (b"{\"a\":1e999999}".to_vec(), "out of range"),
            (b"{\"a\":-1e999999}".to_vec(), "out of range"),
            (b"\xef\xbb\xbf{}".to_vec(), "byte order mark"),
            (b"{\"a\":\"\xff\"}".to_vec(), "UTF-8"),
            (b"{\"a\":\"\\ud800\"}".to_vec(), "line 1"),
            (b"{\"a\":\"\\udc00\"}".to_vec(), "line 1"),
            (b"{\"a\":\"\n\"}".to_vec(), "line"),
            (b"{\"a\":1,\"a\":2}".to_vec(), "given twice"),
            (b"{\"a\":{\"userName\":1,\"USERNAME\":2}}".to_vec(), "'USERNAME' is given twice"),
            ("{\"\u{e9}\":1,\"\u{c9}\":2}".as_bytes().to_vec(), "given twice"),
            (nested(33).into_bytes(), "deeper than 32"),
            ("[".repeat(100_000).into_bytes(), "deeper than 32"),
            (format!("{{{many}\"z\":1}}").into_bytes(), "more than 10000"),
        ];
        for (body, part) in cases {
            let error = parse(&body).unwrap_err();
            assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidSyntax)));
            assert!(error.detail.contains(part), "{}: {}", String::from_utf8_lossy(&body), error.detail);
        }
    }

    #[test]
    fn duplicates_are_found_among_many_members() {
        let members = (0..100).map(|i| format!("\"key{i}\":1,")).collect::<Vec<_>>().concat();
        assert!(parse(format!("{{{members}\"x\":1}}").as_bytes()).is_ok());
        for repeated in ["KEY3", "Key24", "key99"] {
            let error = parse(format!("{{{members}\"{repeated}\":1}}").as_bytes()).unwrap_err();
            assert!(error.detail.contains("given twice"));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body);
        }

        #[test]
        fn any_jsonish_text_is_answered(body in r#"[\{\}\[\]",:0-9eE.a\\u -]{0,80}"#) {
            let _ = parse(body.as_bytes());
        }
    }
}
