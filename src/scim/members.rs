//! The members of a JSON object as text: told apart without making a tree of them, and written one after the other.
//!
//! For text this program wrote, as documents are stored. What stands between two members is checked, what a value holds is not: text
//! from outside is for [`super::json`].

use serde::Serialize;
use std::borrow::Cow;

/// Text that is no JSON object, or a value that is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl From<serde_json::Error> for Malformed {
    fn from(_: serde_json::Error) -> Self {
        Self
    }
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'a> {
    /// Its name, unescaped.
    pub name: Cow<'a, str>,
    /// Its value as it is written.
    pub value: &'a str,
}

impl Member<'_> {
    /// Whether its value is an object that holds something.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.value.strip_prefix('{').is_some_and(|rest| !rest.trim_start().starts_with('}'))
    }
}

/// Reads the members of an object in their order.
#[derive(Debug, Clone)]
pub struct Members<'a> {
    rest: &'a str,
    stands: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Before the brace that opens the object.
    Before,
    /// Behind a value.
    Within,
    /// Behind the brace that closes it, or where the text can't be read on.
    Behind,
}

impl<'a> Members<'a> {
    /// Of an object.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self { rest: text, stands: Stands::Before }
    }

    fn step(&mut self) -> Result<Option<Member<'a>>, Malformed> {
        let is_first = self.stands == Stands::Before;
        self.stands = Stands::Behind;
        if is_first {
            self.expect('{')?;
        }
        if self.expect('}').is_ok() {
            return if self.rest.trim_ascii().is_empty() { Ok(None) } else { Err(Malformed) };
        }
        if !is_first {
            self.expect(',')?;
        }
        let name = self.value()?;
        let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).ok_or(Malformed)?;
        let name = if inner.contains('\\') { Cow::Owned(serde_json::from_str(name)?) } else { Cow::Borrowed(inner) };
        self.expect(':')?;
        let value = self.value()?;
        self.stands = Stands::Within;
        Ok(Some(Member { name, value }))
    }

    /// Takes a character, whatever space is before it.
    fn expect(&mut self, character: char) -> Result<(), Malformed> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(character).ok_or(Malformed)?;
        Ok(())
    }

    /// Takes a value, whatever space is before it.
    fn value(&mut self) -> Result<&'a str, Malformed> {
        let text = self.rest.trim_ascii_start();
        let end = match text.as_bytes() {
            [b'"', rest @ ..] => string_end(rest).map(|end| end + 1),
            [b'{' | b'[', ..] => nested_end(text.as_bytes()),
            _ => text
                .bytes()
                .position(|byte| b",:}]".contains(&byte) || byte.is_ascii_whitespace())
                .filter(|end| *end > 0),
        };
        let (value, rest) = end.and_then(|end| text.split_at_checked(end)).ok_or(Malformed)?;
        self.rest = rest;
        Ok(value)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<Member<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.stands == Stands::Behind { None } else { self.step().transpose() }
    }
}

/// How long a string is from behind its first quote to behind its last.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut end = 0;
    loop {
        let rest = text.get(end..)?;
        let at = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if rest.get(at) == Some(&b'"') {
            return Some(end + at + 1);
        }
        end += at + 2;
    }
}

/// How long an object or array is.
fn nested_end(text: &[u8]) -> Option<usize> {
    let (mut end, mut depth) = (0, 0_usize);
    loop {
        let rest = text.get(end..)?;
        let at = rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']'))?;
        end += at + 1;
        match rest.get(at)? {
            b'"' => end += string_end(text.get(end..)?)?,
            b'{' | b'[' => depth += 1,
            _ => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(end);
                }
            }
        }
    }
}

/// Writes the members of an object, without its braces.
#[derive(Debug)]
pub struct Writer<'a> {
    text: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Writer<'a> {
    /// Writes behind what the text holds already.
    #[must_use]
    pub fn new(text: &'a mut Vec<u8>) -> Self {
        let start = text.len();
        Self { text, start }
    }

    /// Writes a member as it is.
    ///
    /// # Errors
    /// Never, but for want of a proof.
    pub fn copy(&mut self, member: &Member<'_>) -> Result<(), Malformed> {
        self.name(&member.name)?;
        self.text.extend_from_slice(member.value.as_bytes());
        Ok(())
    }

    /// Writes a member with this value.
    ///
    /// # Errors
    /// For a value that can't be expressed in JSON.
    pub fn put(&mut self, name: &str, value: &impl Serialize) -> Result<(), Malformed> {
        self.name(name)?;
        Ok(serde_json::to_writer(&mut *self.text, value)?)
    }

    /// Writes a member that is an object of these members; nothing, if they are none. Whether anything was written.
    ///
    /// # Errors
    /// What writing them fails of.
    pub fn object(
        &mut self,
        name: &str,
        members: impl FnOnce(&mut Writer<'_>) -> Result<(), Malformed>,
    ) -> Result<bool, Malformed> {
        let before = self.text.len();
        self.name(name)?;
        self.text.push(b'{');
        let mut inner = Writer::new(self.text);
        members(&mut inner)?;
        let is_empty = inner.text.len() == inner.start;
        if is_empty {
            self.text.truncate(before);
        } else {
            self.text.push(b'}');
        }
        Ok(!is_empty)
    }

    fn name(&mut self, name: &str) -> Result<(), Malformed> {
        if self.text.len() > self.start {
            self.text.push(b',');
        }
        serde_json::to_writer(&mut *self.text, name)?;
        self.text.push(b':');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Object;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Result<Vec<(String, String)>, Malformed> {
        Members::of(text).map(|member| member.map(|m| (m.name.into_owned(), m.value.to_owned()))).collect()
    }

    #[test]
    fn members_are_told_apart_whatever_their_values_hold() {
        let text = r#" { "a" : "}\"," , "b":[{"c":"]"},[]],"d":-1.5e3,"e" : null , "\u0066\"":{"g":"\\"} } "#;
        let expected =
            [("a", r#""}\",""#), ("b", r#"[{"c":"]"},[]]"#), ("d", "-1.5e3"), ("e", "null"), ("f\"", r#"{"g":"\\"}"#)];
        let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(read(text), Ok(expected));
        assert_eq!(read("{}"), Ok(vec![]));
        assert_eq!(read(" { } "), Ok(vec![]));
    }

    #[test]
    fn what_is_no_object_is_malformed() {
        for text in [
            "",
            "[]",
            "1",
            "{",
            "}",
            "{}}",
            "{} x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{a:1}",
            "{\"a\":\"b}",
            "{\"a\":[1}",
            "{\"a\":[1,2}",
            "{,\"a\":1}",
            "{\"a\":\"\\",
        ] {
            assert!(read(text).is_err_and(|error| error == Malformed), "{text}");
        }
    }

    #[test]
    fn an_object_without_members_is_not_written() {
        let mut text = Vec::new();
        let mut writer = Writer::new(&mut text);
        assert_eq!(writer.object("a", |_| Ok(())), Ok(false));
        writer.put("b", &json!([1])).unwrap();
        assert_eq!(writer.object("c\"", |inner| inner.put("d", &"e")), Ok(true));
        assert_eq!(writer.object("f", |inner| inner.object("g", |_| Ok(())).map(drop)), Ok(false));
        writer.copy(&Member { name: "h".into(), value: "{}" }).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), r#""b":[1],"c\"":{"d":"e"},"h":{}"#);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\"\\\\{}\\[\\],: ]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_read_and_written_is_the_same(members in prop::collection::btree_map(any::<String>(), value(), 0..8)) {
            let object: Object = members.into_iter().collect();
            for text in [serde_json::to_string(&object).unwrap(), serde_json::to_string_pretty(&object).unwrap()] {
                let read: Vec<_> = Members::of(&text).map(Result::unwrap).collect();
                prop_assert_eq!(read.len(), object.len());
                let mut written = Vec::new();
                let mut writer = Writer::new(&mut written);
                for (member, (name, value)) in read.iter().zip(&object) {
                    prop_assert_eq!(&member.name, name);
                    prop_assert_eq!(&serde_json::from_str::<Value>(member.value).unwrap(), value);
                    prop_assert_eq!(member.is_object(), value.as_object().is_some_and(|object| !object.is_empty()));
                    writer.copy(member).unwrap();
                }
                if !text.contains('\n') {
                    prop_assert_eq!(format!("{{{}}}", String::from_utf8(written).unwrap()), text);
                }
            }
        }

        #[test]
        fn no_text_makes_it_fail_otherwise(text in "[{}\\[\\]\",:\\\\ a1]{0,24}") {
            let _ = read(&text);
        }
    }
}
