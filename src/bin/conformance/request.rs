//! Makes the request a step describes.

use crate::{
    http::Request,
    model::{Credentials, Headers, Step},
    variables::{Missing, Variables, as_text, percent_encoded},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What all requests of a case or trace have in common.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub headers: Headers,
    pub content_type_on_get: bool,
}

/// The request of a step.
///
/// # Errors
/// A variable nobody has set.
pub fn request(step: &Step, frame: &Frame, variables: &Variables) -> Result<Request, Missing> {
    let (method, path) = target(step);
    let body = body(step, variables)?;
    let mut headers = BTreeMap::from([("Accept".to_owned(), "application/scim+json".to_owned())]);
    if body.is_some() || frame.content_type_on_get {
        headers.insert("Content-Type".to_owned(), "application/scim+json; charset=utf-8".to_owned());
    }
    let without_body = body.is_none() && !frame.content_type_on_get;
    let common = frame.headers.iter().filter(|(name, _)| !(without_body && name.eq_ignore_ascii_case("content-type")));
    for (name, value) in common.chain(&step.headers) {
        headers.retain(|other, _| !other.eq_ignore_ascii_case(name));
        if let Some(value) = value {
            headers.insert(name.clone(), variables.text(value)?);
        }
    }
    let credentials = if step.no_auth { Credentials::None } else { step.auth };
    Ok(Request {
        method,
        path: format!("{}{}", variables.text(&path)?, query(step, variables)?),
        headers,
        credentials,
        body,
    })
}

/// The method, and the path with its variables still in it.
pub fn target(step: &Step) -> (String, String) {
    if let Some(endpoint) = &step.create {
        return ("POST".to_owned(), format!("/{endpoint}"));
    }
    if let Some((method, path)) = step.send.as_deref().and_then(|send| send.split_once(' ')) {
        return (method.to_owned(), path.to_owned());
    }
    let method = step.method.clone().unwrap_or_else(|| "GET".to_owned());
    (method, step.path.clone().unwrap_or_default())
}

/// The first segment of a path.
pub fn endpoint(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn query(step: &Step, variables: &Variables) -> Result<String, Missing> {
    let mut pieces = Vec::new();
    for (name, value) in &step.query {
        let value = as_text(&variables.fill(value)?);
        pieces.push(format!("{}={}", percent_encoded(name), percent_encoded(&value)));
    }
    Ok(if pieces.is_empty() { String::new() } else { format!("?{}", pieces.join("&")) })
}

fn body(step: &Step, variables: &Variables) -> Result<Option<Vec<u8>>, Missing> {
    if let Some(hex) = &step.hex_body {
        return Ok(Some(bytes(hex)));
    }
    if let Some(raw) = &step.raw_body {
        return Ok(Some(variables.text(raw)?.into_bytes()));
    }
    let value = if let Some(endpoint) = &step.create {
        let name = variables.text(step.known_as.as_deref().unwrap_or("someone"))?;
        let with = variables.fill(step.with.as_ref().unwrap_or(&json!({})))?;
        Some(least(endpoint, &name, &variables.text("${run}")?, with))
    } else if let Some(operations) = &step.operations {
        Some(json!({"schemas": [PATCH_URN], "Operations": variables.fill(operations)?}))
    } else {
        step.body.as_ref().map(|body| variables.fill(body)).transpose()?.map(built)
    };
    Ok(value.map(|value| value.to_string().into_bytes()))
}

/// The least resource of this kind, with what it shall have besides.
fn least(endpoint: &str, name: &str, run: &str, with: Value) -> Value {
    let base = match endpoint {
        "Groups" => json!({"schemas": [GROUP_URN], "displayName": format!("{name} {run}")}),
        _ => json!({"schemas": [USER_URN], "userName": format!("{name}.{run}@example.com")}),
    };
    let Value::Object(mut with) = with else { return base };
    let extensions: Vec<_> = with.keys().filter(|key| key.starts_with("urn:")).map(|urn| json!(urn)).collect();
    with.insert("$base".to_owned(), base);
    let chosen = with.contains_key("schemas");
    let mut resource = built(Value::Object(with));
    if let Some(schemas) = resource.get_mut("schemas").and_then(Value::as_array_mut).filter(|_| !chosen) {
        schemas.extend(extensions);
    }
    resource
}

/// An object with `$base` is that object, without the members `$drop` lists, and with the other members laid over it.
fn built(value: Value) -> Value {
    let Value::Object(mut object) = value else { return value };
    let Some(base) = object.remove("$base") else { return Value::Object(object) };
    let drop = object.remove("$drop").unwrap_or_default();
    let mut result: Map<String, Value> = base.as_object().cloned().unwrap_or_default();
    for key in drop.as_array().into_iter().flatten().filter_map(Value::as_str) {
        result.remove(key);
    }
    result.extend(object);
    Value::Object(result)
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    digits
        .chunks(2)
        .filter_map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(step: Value) -> Request {
        let step: Step = serde_json::from_value(step).unwrap();
        let mut variables = Variables::new("http://x");
        variables.set("run", json!("r"));
        variables.set("ann", json!({"id": "1", "meta": {}, "title": "T"}));
        request(&step, &Frame::default(), &variables).unwrap()
    }

    fn json_body(request: &Request) -> Value {
        serde_json::from_slice(request.body.as_ref().unwrap()).unwrap()
    }

    #[test]
    fn a_fixture_is_the_least_resource_and_more() {
        let request = made(json!({"create": "Users", "as": "ann", "with": {"title": "T", "urn:x": {"a": 1}}}));
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/Users"));
        assert_eq!(
            json_body(&request),
            json!({"schemas": [USER_URN, "urn:x"], "userName": "ann.r@example.com", "title": "T", "urn:x": {"a": 1}})
        );
    }

    #[test]
    fn queries_are_encoded_and_paths_are_not() {
        let request = made(json!({"send": "GET /Users/${ann.id}?a=+", "query": {}}));
        assert_eq!(request.path, "/Users/1?a=+");
        let request = made(json!({"send": "GET /Users", "query": {"filter": "a eq \"b c\"", "count": 2}}));
        assert_eq!(request.path, "/Users?filter=a%20eq%20%22b%20c%22&count=2");
    }

    #[test]
    fn headers_can_be_replaced_in_any_case_and_taken_away() {
        let request = made(json!({"send": "GET /Users", "headers": {"accept": null, "X": "${ann.id}"}}));
        assert_eq!(request.headers, BTreeMap::from([("X".to_owned(), "1".to_owned())]));
    }

    #[test]
    fn a_body_can_be_built_on_what_was_read() {
        let request =
            made(json!({"send": "PUT /Users/1", "body": {"$base": "${ann}", "$drop": ["meta"], "title": "U"}}));
        assert_eq!(json_body(&request), json!({"id": "1", "title": "U"}));
        assert_eq!(made(json!({"send": "POST /Users", "hexBody": "7b ff 7d"})).body.unwrap(), [0x7b, 0xff, 0x7d]);
    }

    #[test]
    fn an_endpoint_is_the_first_segment() {
        assert_eq!(endpoint("/Users/${ann.id}?x=/y"), "Users");
        assert_eq!(endpoint("/.search"), ".search");
    }
}
