//! `${…}` in steps: what was captured, and what the runner makes up.

use crate::path;
use serde_json::{Map, Value};
use std::{
    collections::HashMap,
    fmt::Write,
    hash::{BuildHasher, Hasher, RandomState},
};

/// A variable nobody has set, most often because the step that captures it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing(pub String);

/// The variables of one case.
#[derive(Debug, Clone)]
pub struct Variables(HashMap<String, Value>);

impl Variables {
    /// With a `${run}` of its own.
    pub fn new(base: &str) -> Self {
        let run = format!("{:08x}", chance() & 0xffff_ffff);
        let mut variables = Self(HashMap::new());
        variables.set("RUN", Value::String(run.to_uppercase()));
        variables.set("run", Value::String(run));
        variables.set("base", Value::String(base.to_owned()));
        variables
    }

    /// The same with a `${run}` of its own; the one before is `${shared}`.
    pub fn fork(&self) -> Self {
        let mut forked = self.clone();
        let fresh = Self::new("");
        forked.0.extend(self.0.get("run").map(|run| ("shared".to_owned(), run.clone())));
        for name in ["run", "RUN"] {
            forked.0.extend(fresh.0.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        forked
    }

    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The id of the resource a fixture's variable holds.
    pub fn id_of(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.get("id")?.as_str()
    }

    /// The fixture with this id, for reports.
    pub fn name_of(&self, id: &str) -> String {
        let names = self.0.keys().filter(|name| self.id_of(name) == Some(id));
        names.min().cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The value with all variables filled in; a string that is nothing but one variable becomes that variable's value, whatever its type.
    ///
    /// # Errors
    /// The first variable nobody has set.
    pub fn fill(&self, value: &Value) -> Result<Value, Missing> {
        fill(value, &|name| self.look_up(name).map(Some))
    }

    /// # Errors
    /// The first variable nobody has set.
    pub fn text(&self, text: &str) -> Result<String, Missing> {
        Ok(as_text(&self.fill(&Value::String(text.to_owned()))?))
    }

    /// A number, or a variable that holds one.
    fn count(&self, text: &str) -> Option<usize> {
        let held = || self.look_up(text).ok().and_then(|value| value.as_u64()).and_then(|n| usize::try_from(n).ok());
        text.parse().ok().or_else(held)
    }

    fn look_up(&self, name: &str) -> Result<Value, Missing> {
        if let Some(value) = self.0.get(name) {
            return Ok(value.clone());
        }
        let missing = || Missing(name.to_owned());
        if let Some((function, argument)) = name.split_once(':') {
            return match function {
                "q" => Ok(Value::String(percent_encoded(&as_text(&self.look_up(argument)?)))),
                "upper" => Ok(Value::String(as_text(&self.look_up(argument)?).to_uppercase())),
                "times" => {
                    let (count, text) = argument.split_once(':').ok_or_else(missing)?;
                    Ok(Value::String(text.repeat(self.count(count).ok_or_else(missing)?)))
                }
                _ => Err(missing()),
            };
        }
        match name {
            "uuid" => Ok(Value::String(random_uuid())),
            "now" => Ok(Value::String(now().to_string())),
            "tomorrow" => Ok(Value::String(tomorrow())),
            _ => {
                let end = name.find(['.', '[']).ok_or_else(missing)?;
                let (root, rest) = name.split_at(end);
                let root = self.0.get(root).ok_or_else(missing)?;
                path::get(root, rest.strip_prefix('.').unwrap_or(rest)).ok_or_else(missing)
            }
        }
    }
}

/// Fills in the variables the function knows and leaves the others as they are.
pub fn fill_known(value: &Value, known: &Map<String, Value>) -> Value {
    fill(value, &|name| Ok(known.get(name).cloned())).unwrap_or_else(|_| value.clone())
}

type LookUp<'a> = &'a dyn Fn(&str) -> Result<Option<Value>, Missing>;

fn fill(value: &Value, look_up: LookUp<'_>) -> Result<Value, Missing> {
    match value {
        Value::String(text) => fill_text(text, look_up),
        Value::Array(elements) => elements.iter().map(|element| fill(element, look_up)).collect(),
        Value::Object(object) if object.contains_key("$over") => one_more(object, look_up),
        Value::Object(object) => {
            let mut filled = Map::new();
            for (key, member) in object {
                filled.insert(as_text(&fill_text(key, look_up)?), fill(member, look_up)?);
            }
            Ok(Value::Object(filled))
        }
        other => Ok(other.clone()),
    }
}

/// `{"$over": 3, "$of": x}` is a list of four: one more than a limit allows.
fn one_more(object: &Map<String, Value>, look_up: LookUp<'_>) -> Result<Value, Missing> {
    let limit = fill(object.get("$over").unwrap_or(&Value::Null), look_up)?;
    // A template is filled twice; the first time the limit may not be known yet.
    let Some(limit) = limit.as_u64().and_then(|limit| usize::try_from(limit).ok()) else {
        return Ok(Value::Object(object.clone()));
    };
    let element = fill(object.get("$of").unwrap_or(&Value::Null), look_up)?;
    Ok(Value::Array(vec![element; limit + 1]))
}

fn fill_text(text: &str, look_up: LookUp<'_>) -> Result<Value, Missing> {
    let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains('}'));
    if let Some(value) = whole.map(look_up).transpose()?.flatten() {
        return Ok(value);
    }
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        match look_up(name)? {
            Some(value) => filled.push_str(&as_text(&value)),
            None => _ = write!(filled, "${{{name}}}"),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(Value::String(filled))
}

/// A string as it is, anything else as JSON.
pub fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Everything but RFC 3986's unreserved characters, encoded.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn random_uuid() -> String {
    let bits = (u128::from(chance()) << 64) | u128::from(chance());
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
}

/// Enough chance to keep the names of two runs apart.
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[expect(clippy::disallowed_methods, reason = "the runner is a program of its own and looks at real servers")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn tomorrow() -> String {
    let day = now() + jiff::SignedDuration::from_hours(24);
    day.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lone_variable_keeps_its_type_and_others_become_text() {
        let mut variables = Variables::new("http://x");
        variables.set("n", json!(3));
        variables.set("ann", json!({"id": "7", "emails": [{"value": "a b"}]}));
        let filled = variables.fill(&json!({"${n}": "${n}", "path": "/Users/${ann.id}?n=${n}"})).unwrap();
        assert_eq!(filled, json!({"3": 3, "path": "/Users/7?n=3"}));
        assert_eq!(variables.text("${ann.emails[0].value}").unwrap(), "a b");
        assert_eq!(variables.text("${q:ann.emails[0].value}").unwrap(), "a%20b");
        assert_eq!(variables.text("${times:3:ab}").unwrap(), "ababab");
        assert_eq!(variables.text("${times:n:ab}").unwrap(), "ababab");
        assert_eq!(variables.fill(&json!({"$over": "${n}", "$of": "${n}"})).unwrap(), json!([3, 3, 3, 3]));
        assert_eq!(variables.name_of("7"), "ann");
    }

    #[test]
    fn an_unknown_variable_is_named() {
        let variables = Variables::new("http://x");
        assert_eq!(variables.text("a ${who.id}"), Err(Missing("who.id".to_owned())));
    }

    #[test]
    fn a_template_keeps_what_its_row_does_not_set() {
        let row = json!({"filter": "a eq ${run}", "n": [1]});
        let filled = fill_known(&json!(["x ${filter} ${run}", "${n}"]), row.as_object().unwrap());
        assert_eq!(filled, json!(["x a eq ${run} ${run}", [1]]));
    }

    #[test]
    fn made_up_values_have_their_form() {
        let variables = Variables::new("http://x");
        assert_eq!(variables.text("${uuid}").unwrap().len(), 36);
        assert_eq!(variables.text("${tomorrow}").unwrap().len(), 10);
        assert_ne!(variables.text("${uuid}"), variables.text("${uuid}"));
    }
}
