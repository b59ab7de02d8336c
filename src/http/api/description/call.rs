//! One call: from what an area says of it to what OpenAPI wants.
//!
//! `who` may make it; `query` parameters by name; `body` (or `optionalBody`) is the name of a schema; `answer` is a status, a schema (none for an empty
//! body) and a sentence, `list` the schema of a page's items; `problems` are the statuses that are its own, with a sentence. Every other
//! word is OpenAPI's and stays as it is.

use serde_json::{Map, Value, json};

/// A description in full.
pub(super) fn expand(method: &str, path: &str, tag: &Value, short: Value) -> Value {
    let Value::Object(mut call) = short else { return Value::Null };
    let mut take = |name: &str| call.remove(name);
    let (who, query, body, optional) = (take("who"), take("query"), take("body"), take("optionalBody"));
    let (answer, list, problems) = (take("answer"), take("list"), take("problems"));
    let own = take("responses");

    let mut parameters: Vec<Value> = path_parameters(path);
    if method == "post" {
        parameters.push(json!({ "$ref": "#/components/parameters/idempotencyKey" }));
    }
    parameters.extend(query_parameters(query));
    let mut responses = Map::new();
    if let Some(Value::Array(answer)) = &answer {
        let part = |index: usize| answer.get(index).and_then(Value::as_str);
        if let (Some(status), Some(sentence)) = (part(0), part(2)) {
            responses.insert(status.to_owned(), success(part(1), sentence));
        }
    }
    if let Some(item) = list.as_ref().and_then(Value::as_str) {
        parameters.push(json!({ "$ref": "#/components/parameters/cursor" }));
        parameters.push(json!({ "$ref": "#/components/parameters/limit" }));
        responses.insert("200".to_owned(), page(item));
    }
    if let Some(Value::Object(own)) = own {
        responses.extend(own);
    }
    let has_body = body.is_some() || optional.is_some();
    responses.extend(refusals(method, path, has_body, !parameters.is_empty(), problems));

    let mut whole = Map::new();
    whole.insert("tags".to_owned(), json!([tag]));
    whole.extend(call);
    whole.insert("x-who".to_owned(), who.unwrap_or_default());
    if !parameters.is_empty() {
        whole.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(schema) = body.as_ref().or(optional.as_ref()).and_then(Value::as_str) {
        let content = json!({ "application/json": { "schema": reference(schema) } });
        whole.insert("requestBody".to_owned(), json!({ "required": body.is_some(), "content": content }));
    }
    whole.insert("responses".to_owned(), responses.into());
    whole.into()
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn success(schema: Option<&str>, sentence: &str) -> Value {
    match schema {
        Some(schema) => {
            json!({ "description": sentence, "content": { "application/json": { "schema": reference(schema) } } })
        }
        None => json!({ "description": sentence }),
    }
}

fn page(item: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": reference(item) },
            "nextCursor": { "$ref": "#/components/schemas/NextCursor" },
        },
        "required": ["items", "nextCursor"],
    });
    json!({ "description": "One page, newest first.", "content": { "application/json": { "schema": schema } } })
}

/// The variable segments of a path.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| match name {
            "id" => json!({ "$ref": "#/components/parameters/id" }),
            name => {
                json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
            }
        })
        .collect()
}

/// Parameters by name: a schema whose description moves up. One without a value is as good as absent, as forms send it.
fn query_parameters(query: Option<Value>) -> Vec<Value> {
    let Some(Value::Object(query)) = query else { return Vec::new() };
    let parameter = |(name, mut schema): (String, Value)| {
        let sentence = schema.as_object_mut().and_then(|schema| schema.shift_remove("description")).unwrap_or_default();
        let schema = json!({ "anyOf": [schema, { "type": "string", "maxLength": 0 }] });
        json!({ "name": name, "in": "query", "description": sentence, "schema": schema })
    };
    query.into_iter().map(parameter).collect()
}

/// The problems that any call of this form may answer, and its own.
fn refusals(method: &str, path: &str, has_body: bool, has_parameters: bool, own: Option<Value>) -> Map<String, Value> {
    let mut statuses = vec!["400", "401", "403"];
    if path.contains('{') {
        statuses.push("404");
    }
    if method == "post" {
        statuses.push("409");
    }
    if has_body || method == "post" {
        statuses.extend(["408", "413"]);
    }
    if has_body {
        statuses.push("415");
    }
    if has_body || has_parameters {
        statuses.push("422");
    }
    statuses.extend(["429", "500", "503"]);
    let refusal = |status: &str| json!({ "$ref": format!("#/components/responses/{status}") });
    let mut all: Map<String, Value> = statuses.into_iter().map(|status| (status.to_owned(), refusal(status))).collect();
    if let Some(Value::Object(own)) = own {
        for (status, sentence) in own {
            let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
            all.insert(status, json!({ "description": sentence, "content": content }));
        }
    }
    all
}
