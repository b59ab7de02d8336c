//! Compares a value with what a case wants: a literal, or an object of matchers such as `{"$minLen": 1}`.

use serde_json::Value;

/// Nothing, or a sentence that says what is wrong.
///
/// # Errors
/// The sentence.
pub fn check(want: &Value, have: Option<&Value>) -> Result<(), String> {
    let matchers = want.as_object().filter(|object| !object.is_empty() && object.keys().all(|key| is_matcher(key)));
    if let Some(matchers) = matchers {
        return matchers.iter().try_for_each(|(name, argument)| apply(name, argument, have));
    }
    match have {
        None => Err(format!("missing, expected {}", short(want))),
        Some(have) if same(want, have) => Ok(()),
        Some(have) => Err(format!("got {}, expected {}", short(have), short(want))),
    }
}

/// A value on one line, shortened.
pub fn short(value: &Value) -> String {
    shorten(&value.to_string(), 240)
}

/// The text, cut after so many characters.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(limit).collect::<String>())
}

/// `$ref` is an attribute, everything else with a dollar is a matcher.
fn is_matcher(key: &str) -> bool {
    key.starts_with('$') && key != "$ref"
}

fn apply(name: &str, argument: &Value, have: Option<&Value>) -> Result<(), String> {
    let satisfied = match (name, have) {
        ("$exists", have) => Some(have.is_some()) == argument.as_bool(),
        ("$absentOrEmpty", have) => Some(have.is_none_or(is_empty)) == argument.as_bool(),
        ("$not", have) => check(argument, have).is_err(),
        ("$each", Some(have)) => {
            return have
                .as_array()
                .ok_or_else(|| format!("got {}, expected a list", short(have)))?
                .iter()
                .try_for_each(|element| check(argument, Some(element)));
        }
        (_, None) => return Err(format!("missing, expected {name} {}", short(argument))),
        (_, Some(have)) => of_value(name, argument, have)?,
    };
    if satisfied {
        return Ok(());
    }
    Err(format!("got {}, expected {name} {}", have.map_or_else(|| "nothing".to_owned(), short), short(argument)))
}

fn of_value(name: &str, argument: &Value, have: &Value) -> Result<bool, String> {
    let text = have.as_str().unwrap_or_default();
    let wanted = argument.as_str().unwrap_or_default();
    Ok(match name {
        "$type" => type_of(have) == wanted || (wanted == "number" && have.is_number()),
        "$form" => form(wanted, text)?,
        "$startsWith" => text.starts_with(wanted),
        "$endsWith" => text.ends_with(wanted),
        "$ci" => have.is_string() && text.to_lowercase() == wanted.to_lowercase(),
        "$in" => argument.as_array().into_iter().flatten().any(|choice| same(choice, have)),
        "$gte" => have.as_f64() >= argument.as_f64() && have.is_number(),
        "$lte" => have.as_f64() <= argument.as_f64() && have.is_number(),
        "$len" => length(have).is_some() && length(have) == argument.as_u64(),
        "$minLen" => length(have).is_some() && length(have) >= argument.as_u64(),
        "$maxLen" => length(have).is_some() && length(have) <= argument.as_u64(),
        "$contains" => contains(argument, have),
        "$notContains" => !contains(argument, have),
        "$sameSet" => same_set(argument, have),
        "$unique" => Some(is_unique(have)) == argument.as_bool(),
        "$nowhere" => !has_key(have, wanted),
        _ => return Err(format!("there is no matcher {name}")),
    })
}

/// Named shapes of strings.
fn form(name: &str, text: &str) -> Result<bool, String> {
    Ok(match name {
        "dateTimeUtc" => text.parse::<jiff::Timestamp>().is_ok() && text.contains('T') && text.ends_with('Z'),
        "dateTime" => text.parse::<jiff::Timestamp>().is_ok() && text.contains('T'),
        "uri" => text.starts_with("http://") || text.starts_with("https://"),
        "urn" => text.starts_with("urn:"),
        "cursor" => !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)),
        "entityTag" => {
            text.strip_prefix("W/").unwrap_or(text).starts_with('"') && text.ends_with('"') && text.len() > 2
        }
        _ => return Err(format!("there is no form {name}")),
    })
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || length(value) == Some(0)
}

fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(array) => array.len(),
        Value::Object(object) => object.len(),
        _ => return None,
    };
    u64::try_from(length).ok()
}

/// Numbers are compared as numbers (`1` and `1.0`), the order of an object's members never counts.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => a == b,
    }
}

/// An element that has at least the wanted members, or a part of a text.
fn contains(wanted: &Value, have: &Value) -> bool {
    match have {
        Value::Array(elements) => elements.iter().any(|element| covers(wanted, element)),
        Value::String(text) => wanted.as_str().is_some_and(|part| text.contains(part)),
        _ => false,
    }
}

fn covers(wanted: &Value, have: &Value) -> bool {
    let Some(wanted) = wanted.as_object() else { return same(wanted, have) };
    wanted.iter().all(|(key, value)| match have.get(key) {
        Some(other) => check(value, Some(other)).is_ok() || covers(value, other),
        None => check(value, None).is_ok(),
    })
}

fn same_set(wanted: &Value, have: &Value) -> bool {
    let (Some(wanted), Some(have)) = (wanted.as_array(), have.as_array()) else { return false };
    wanted.len() == have.len() && wanted.iter().all(|element| have.iter().any(|other| covers(element, other)))
}

fn is_unique(value: &Value) -> bool {
    let Some(elements) = value.as_array() else { return true };
    elements.iter().enumerate().all(|(at, element)| elements.iter().skip(at + 1).all(|other| !same(element, other)))
}

fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(object) => {
            object.iter().any(|(name, inner)| name.eq_ignore_ascii_case(key) || has_key(inner, key))
        }
        Value::Array(elements) => elements.iter().any(|element| has_key(element, key)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn matchers_accept_what_they_name() {
        let fits = [
            (json!(1), json!(1.0)),
            (json!({"b": 1, "a": 2}), json!({"a": 2, "b": 1})),
            (json!({"$type": "integer"}), json!(3)),
            (json!({"$form": "dateTimeUtc"}), json!("2026-01-02T03:04:05.678Z")),
            (json!({"$form": "entityTag"}), json!("W/\"v1\"")),
            (json!({"$ci": "BOB"}), json!("bob")),
            (json!({"$contains": {"value": "1"}}), json!([{"value": "1", "type": "User"}])),
            (json!({"$contains": {"$ref": "x"}}), json!([{"$ref": "x"}])),
            (json!({"$contains": {"display": {"$exists": false}}}), json!([{"value": "1"}])),
            (json!({"$notContains": {"value": "2"}}), json!([{"value": "1"}])),
            (json!({"$sameSet": ["a", "b"]}), json!(["b", "a"])),
            (json!({"$unique": true}), json!(["a", "b"])),
            (json!({"$nowhere": "password"}), json!({"a": [{"b": 1}]})),
            (json!({"$each": {"$minLen": 1}}), json!(["a", "b"])),
            (json!({"$minLen": 1, "$maxLen": 2}), json!("ab")),
            (json!({"$not": "a"}), json!("b")),
        ];
        for (want, have) in fits {
            assert_eq!(check(&want, Some(&have)), Ok(()), "{want} {have}");
        }
        assert_eq!(check(&json!({"$absentOrEmpty": true}), None), Ok(()));
        assert_eq!(check(&json!({"$exists": false}), None), Ok(()));
    }

    #[test]
    fn matchers_refuse_the_rest() {
        let refused = [
            (json!("1"), json!(1)),
            (json!({"$type": "integer"}), json!("3")),
            (json!({"$form": "dateTimeUtc"}), json!("2026-01-02")),
            (json!({"$form": "cursor"}), json!("a+b")),
            (json!({"$contains": {"value": "2"}}), json!([{"value": "1"}])),
            (json!({"$sameSet": ["a", "b"]}), json!(["b", "a", "a"])),
            (json!({"$unique": true}), json!(["a", "a"])),
            (json!({"$nowhere": "password"}), json!([{"Password": "x"}])),
            (json!({"$each": {"$minLen": 1}}), json!(["a", ""])),
            (json!({"$gte": 1}), json!("2")),
            (json!({"$mistyped": 1}), json!(1)),
        ];
        for (want, have) in refused {
            assert!(check(&want, Some(&have)).is_err(), "{want} {have}");
        }
        assert!(check(&json!("x"), None).is_err());
        assert!(check(&json!({"$len": 0}), None).is_err());
    }
}
