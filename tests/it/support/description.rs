//! Holds every answer of the API against its description: the status is described, the fields are there, and no other ones.

use super::call::Answer;
use serde_json::Value;
use usher::http::api_description;

/// Panics when a call of the API answers what is not described, or takes what is not. Paths that no call has are nobody's.
#[track_caller]
pub fn check(method: &str, path: &str, sent: &[u8], answer: &Answer) {
    let Some(call) = described(method, path) else { return };
    let status = answer.status.to_string();
    let response = resolved(&call["responses"][&status]);
    assert!(response.is_object(), "{method} {path}: the status {status} is not described: {}", answer.text);
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
    let Some(content) = response["content"].as_object() else {
        assert_eq!(answer.text, "", "{method} {path}: {status} has no body by its description");
        return;
    };
    let schema = content.get(media_type).map(|content| &content["schema"]);
    let schema = schema.unwrap_or_else(|| panic!("{method} {path}: {status} is described without {media_type}"));
    if media_type.ends_with("json") {
        let mut faults = Vec::new();
        fit(schema, &answer.body, "", &mut faults);
        assert!(faults.is_empty(), "{method} {path}: {status} {}\n{}", answer.text, faults.join("\n"));
    }
    if let (200..300, Ok(sent)) = (answer.status, serde_json::from_slice::<Value>(sent)) {
        check_sent(method, path, call, &sent);
    }
}

#[track_caller]
fn check_sent(method: &str, path: &str, call: &'static Value, sent: &Value) {
    let schema = &call["requestBody"]["content"]["application/json"]["schema"];
    let mut faults = Vec::new();
    if schema.is_object() {
        fit(schema, sent, "", &mut faults);
    } else if sent.as_object().is_none_or(|sent| !sent.is_empty()) {
        faults.push("it has no body by its description".to_owned());
    }
    assert!(faults.is_empty(), "{method} {path} took {sent}\n{}", faults.join("\n"));
}

/// The call of a method and a path with its variable segments filled in.
pub fn described(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next()?;
    let paths = api_description()["paths"].as_object()?;
    let fits = |template: &str| {
        let (mut left, mut right) = (template.split('/'), path.split('/'));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one == other || (one.starts_with('{') && !other.is_empty()) => {}
                _ => return false,
            }
        }
    };
    // A fixed segment wins over a variable one.
    let exact = paths.get(path).filter(|calls| calls[method.to_lowercase()].is_object());
    let calls = exact.or_else(|| paths.iter().find(|(template, _)| fits(template)).map(|(_, calls)| calls))?;
    calls.get(method.to_lowercase())
}

fn resolved(value: &'static Value) -> &'static Value {
    let pointer = value["$ref"].as_str().map(|name| name.trim_start_matches('#'));
    pointer.map_or(value, |pointer| api_description().pointer(pointer).expect("a reference that leads somewhere"))
}

/// Collects where a value does not fit. An object is closed unless its schema opens it.
fn fit(schema: &'static Value, value: &Value, place: &str, faults: &mut Vec<String>) {
    let schema = resolved(schema);
    let mut fault = |text: String| faults.push(format!("{}: {text}", if place.is_empty() { "it" } else { place }));
    let types: Vec<&str> = match &schema["type"] {
        Value::String(word) => vec![word],
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.is_empty() && !types.contains(&kind) {
        return fault(format!("is {kind}, described as {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return fault(format!("{value} is none of {}", schema["enum"]));
    }
    if let (Some(text), Some(format)) = (value.as_str(), schema["format"].as_str()) {
        let is_fine = match format {
            "uuid" => uuid::Uuid::try_parse(text).is_ok(),
            "date" => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
            "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
            _ => true,
        };
        if !is_fine {
            return fault(format!("{text} is no {format}"));
        }
    }
    match value {
        Value::Array(items) if schema["items"].is_object() => {
            for (index, item) in items.iter().enumerate() {
                fit(&schema["items"], item, &format!("{place}[{index}]"), faults);
            }
        }
        Value::Object(object) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !object.contains_key(name) {
                    faults.push(format!("{place}.{name}: is missing"));
                }
            }
            for (name, value) in object {
                let own = &schema["properties"][name];
                if own.is_object() {
                    fit(own, value, &format!("{place}.{name}"), faults);
                } else if schema["additionalProperties"] != true {
                    faults.push(format!("{place}.{name}: is not described"));
                }
            }
        }
        _ => {}
    }
}
