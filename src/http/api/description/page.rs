//! `/api/docs`: the description as a page that needs nothing from elsewhere, and no script to be read.

use super::whole;
use crate::http::pages::origin::PublicOrigin;
use crate::{app::App, http::pages::harden};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{AutoEscape, Environment};
use serde_json::{Map, Value, json};

/// Where style and script are served, below `/api`.
pub(in crate::http::api) const STYLE: &str = "/docs/page.css";
pub(in crate::http::api) const SCRIPT: &str = "/docs/page.js";
/// The script only filters the calls; style and script are our own.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// How deep nested objects are listed.
const MAX_DEPTH: usize = 3;

pub(in crate::http::api) async fn show(State(app): State<App>) -> Response {
    let url = app.settings.public_url.as_str();
    let mut response = match render(url) {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of the API could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    harden::apply(&PublicOrigin::of(url), response.headers_mut());
    response
}

pub(in crate::http::api) async fn style() -> impl IntoResponse {
    asset("text/css; charset=utf-8", include_str!("page.css"))
}

pub(in crate::http::api) async fn script() -> impl IntoResponse {
    asset("text/javascript; charset=utf-8", include_str!("page.js"))
}

fn asset(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}

fn render(url: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("page.html", include_str!("page.html"))?;
    let document = whole();
    environment.get_template("page.html")?.render(template_value(&json!({
        "info": document["info"],
        "style": format!("/api{STYLE}"),
        "script": format!("/api{SCRIPT}"),
        "areas": areas(document, url),
    })))
}

fn template_value(value: &Value) -> minijinja::Value {
    match value {
        Value::Null => ().into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => number.as_i64().unwrap_or_default().into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(values) => values.iter().map(template_value).collect(),
        Value::Object(object) => {
            minijinja::Value::from_pairs(object.iter().map(|(name, value)| (name.as_str(), template_value(value))))
        }
    }
}

/// The calls by area, as the page shows them.
fn areas(document: &Value, url: &str) -> Vec<Value> {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let calls = calls(document, url);
    tags.iter()
        .map(|tag| {
            let own: Vec<&Value> = calls.iter().filter(|call| call["tag"] == tag["name"]).collect();
            json!({ "name": tag["name"], "description": tag["description"], "calls": own })
        })
        .collect()
}

fn calls(document: &Value, url: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, call) in methods.as_object().into_iter().flatten() {
            let body = resolved(document, at(call, "/requestBody/content/application~1json/schema"));
            let example = body.is_object().then(|| pretty(&example(document, body, 0)));
            let file = at(call, "/requestBody/content/text~1csv/schema/examples/0").as_str();
            all.push(json!({
                "tag": at(call, "/tags/0"),
                "method": method.to_ascii_uppercase(),
                "path": path,
                "name": call["operationId"],
                "summary": call["summary"],
                "description": call["description"],
                "who": call["x-who"],
                "parameters": parameters(document, call),
                "fields": fields(document, body, "", 0),
                "example": example.as_deref().or(file),
                "answers": answers(document, call),
                "curl": curl(url, method, path, &sent(example.as_deref(), file)),
            }));
        }
    }
    all
}

fn parameters(document: &Value, call: &Value) -> Vec<Value> {
    let shown = |parameter: &Value| {
        let parameter = resolved(document, parameter);
        let required = parameter["required"] == true;
        json!({
            "name": parameter["name"],
            "place": parameter["in"],
            "type": type_of(document, &parameter["schema"]),
            "required": required,
            "description": parameter["description"],
        })
    };
    call["parameters"].as_array().into_iter().flatten().map(shown).collect()
}

fn answers(document: &Value, call: &Value) -> Vec<Value> {
    let mut shown: Vec<Value> = Vec::new();
    for (status, answer) in call["responses"].as_object().into_iter().flatten() {
        let answer = resolved(document, answer);
        let schema = resolved(document, at(answer, "/content/application~1json/schema"));
        let has_body = schema.is_object();
        shown.push(json!({
            "status": status,
            "description": answer["description"],
            "fields": fields(document, schema, "", 0),
            "example": has_body.then(|| pretty(&example(document, schema, 0))),
        }));
    }
    shown.sort_by_key(|answer| answer["status"].as_str().unwrap_or_default().to_owned());
    shown
}

/// The fields of an object, nested ones behind their parent's name.
fn fields(document: &Value, schema: &Value, prefix: &str, depth: usize) -> Vec<Value> {
    let mut all = Vec::new();
    if depth >= MAX_DEPTH {
        return all;
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, own) in schema["properties"].as_object().into_iter().flatten() {
        let whole = resolved(document, own);
        let description = own.get("description").or_else(|| whole.get("description"));
        let path = format!("{prefix}{name}");
        all.push(json!({
            "name": path,
            "type": type_of(document, own),
            "required": required.contains(&name.as_str()),
            "description": description,
        }));
        all.extend(fields(document, whole, &format!("{path}."), depth + 1));
        let items = resolved(document, &whole["items"]);
        all.extend(fields(document, items, &format!("{path}[]."), depth + 1));
    }
    all
}

/// A type in words.
fn type_of(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    if let Some(first) = schema.pointer("/anyOf/0") {
        return type_of(document, first);
    }
    let words: Vec<&str> = match &schema["type"] {
        Value::String(word) => vec![word.as_str()],
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let mut text = words.join(" or ");
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| value.as_str().unwrap_or("null").to_owned()).collect();
        return values.join(" | ");
    }
    if let Some(format) = schema["format"].as_str() {
        text = text.replacen("string", format, 1);
    }
    if schema["items"].is_object() {
        text = text.replacen("array", &format!("array of {}", type_of(document, &schema["items"])), 1);
    }
    text
}

/// A value that fits a schema, from the examples it gives; fields without one are left out where they may be.
fn example(document: &Value, schema: &Value, depth: usize) -> Value {
    let whole = resolved(document, schema);
    let given = [schema, whole].into_iter().find_map(|schema| schema.get("examples")?.get(0));
    if let Some(given) = given {
        return given.clone();
    }
    if let Some(properties) = whole["properties"].as_object().filter(|_| depth <= MAX_DEPTH) {
        let is_needed = |name: &str| whole["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let mut object = Map::new();
        for (name, own) in properties {
            let value = example(document, own, depth + 1);
            if !value.is_null() || is_needed(name) {
                object.insert(name.clone(), value);
            }
        }
        return object.into();
    }
    if whole["items"].is_object() {
        let item = example(document, &whole["items"], depth + 1);
        return if item.is_null() { Value::Null } else { json!([item]) };
    }
    Value::Null
}

/// What lies there; null where nothing does.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().map(|name| name.trim_start_matches('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// What curl is told of the body.
fn sent(example: Option<&str>, file: Option<&str>) -> String {
    match (example, file) {
        (Some(example), _) => {
            let quoted = example.replace('\'', "'\\''");
            format!(" \\\n  -H \"Content-Type: application/json\" -d '{quoted}'")
        }
        (None, Some(_)) => " \\\n  -H \"Content-Type: text/csv\" --data-binary @people.csv".to_owned(),
        (None, None) => String::new(),
    }
}

fn curl(url: &str, method: &str, path: &str, body: &str) -> String {
    let verb = match method {
        "get" => String::new(),
        other => format!(" -X {}", other.to_ascii_uppercase()),
    };
    let path = path.replace("{id}", "$ID").replace("{name}", "$NAME").replace("{address}", "$ADDRESS");
    let mut line = format!("curl{verb} \"{url}{path}\" \\\n  -H \"Authorization: Bearer $TOKEN\"");
    if method == "post" {
        line.push_str(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"");
    }
    line.push_str(body);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_every_call_with_a_curl_line() {
        let html = render("https://usher.example.com").expect("a page");
        for (path, calls) in whole()["paths"].as_object().expect("paths") {
            for (_, call) in calls.as_object().expect("calls") {
                let name = call["operationId"].as_str().expect("a name");
                assert!(html.contains(&format!("id=\"{name}\"")), "{path}");
            }
        }
        assert!(html.contains(
            "curl -X POST &quot;https:&#x2f;&#x2f;usher.example.com&#x2f;api&#x2f;v1&#x2f;invitations&quot;"
        ));
        assert!(html.contains("Content-Type: text&#x2f;csv&quot; --data-binary @people.csv"));
        for outside in ["http://", "src=\"https", "href=\"https", "style=\"", "onclick"] {
            assert!(!html.contains(outside), "{outside}");
        }
    }

    #[test]
    fn examples_fit_what_they_show() {
        let document = whole();
        let request = example(document, &document["components"]["schemas"]["InvitationRequest"], 0);
        assert_eq!(request["emails"], "ada@example.com; bob@example.com");
        assert!(request.get("sessionId").is_none());
        let shown = fields(document, &document["components"]["schemas"]["User"], "", 0);
        assert!(shown.iter().any(|field| field["name"] == "memberships[].role"), "{shown:?}");
    }
}
