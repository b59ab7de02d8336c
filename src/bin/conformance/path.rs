//! Paths into an answer's JSON: `a.b`, `a[0]`, `a[*].id`, `emails[type=work].value`, `['urn:...:User'].department`.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Key(String),
    Index(usize),
    Every,
    Where(String, String),
}

/// The value at a path; after `[*]` an array of all values found. The empty path is the whole.
pub fn get(document: &Value, path: &str) -> Option<Value> {
    let parts = parse(path)?;
    let mut found = vec![document];
    for part in &parts {
        found = found.into_iter().flat_map(|value| step(value, part)).collect();
    }
    if parts.contains(&Part::Every) {
        return Some(Value::Array(found.into_iter().cloned().collect()));
    }
    found.first().map(|value| (*value).clone())
}

fn step<'a>(value: &'a Value, part: &Part) -> Vec<&'a Value> {
    match part {
        Part::Key(key) => value.as_object().and_then(|object| object.get(key)).into_iter().collect(),
        Part::Index(index) => value.as_array().and_then(|array| array.get(*index)).into_iter().collect(),
        Part::Every => value.as_array().map(|array| array.iter().collect()).unwrap_or_default(),
        Part::Where(key, wanted) => {
            let fits = |element: &&Value| element.get(key).is_some_and(|have| word(have).eq_ignore_ascii_case(wanted));
            value.as_array().into_iter().flatten().find(fits).into_iter().collect()
        }
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn parse(path: &str) -> Option<Vec<Part>> {
    let mut rest = path;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, after) = if let Some(quoted) = rest.strip_prefix("['") {
            let (key, after) = quoted.split_once("']")?;
            (Part::Key(key.to_owned()), after)
        } else if let Some(bracket) = rest.strip_prefix('[') {
            let (inside, after) = bracket.split_once(']')?;
            (bracketed(inside)?, after)
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            (Part::Key(key.to_owned()), after)
        };
        parts.push(part);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    Some(parts)
}

fn bracketed(inside: &str) -> Option<Part> {
    if inside == "*" {
        return Some(Part::Every);
    }
    if let Some((key, value)) = inside.split_once('=') {
        return Some(Part::Where(key.to_owned(), value.to_owned()));
    }
    inside.parse().ok().map(Part::Index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_form_of_path_finds_its_value() {
        let document = json!({
            "name": {"givenName": "Ann"},
            "emails": [{"type": "work", "value": "w", "primary": true}, {"type": "home", "value": "h"}],
            "urn:x:2.0:User": {"department": "D"}
        });
        let cases = [
            ("name.givenName", json!("Ann")),
            ("emails[1].value", json!("h")),
            ("emails[*].value", json!(["w", "h"])),
            ("emails[type=WORK].value", json!("w")),
            ("emails[primary=true].type", json!("work")),
            ("['urn:x:2.0:User'].department", json!("D")),
            ("", document.clone()),
        ];
        for (path, expected) in cases {
            assert_eq!(get(&document, path), Some(expected), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_is_none_but_every_is_an_empty_list() {
        let document = json!({"a": []});
        for path in ["b", "a[0]", "a.b", "a[x=y]", "a[", "a[-1]"] {
            assert_eq!(get(&document, path), None, "{path}");
        }
        assert_eq!(get(&document, "a[*].id"), Some(json!([])));
        assert_eq!(get(&document, "b[*]"), Some(json!([])));
    }
}
