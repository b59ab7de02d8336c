//! The description of the API (OpenAPI 3.1): data beside this file, one file an area, put together once.
//!
//! An area says of each call only what is its own; what holds for every call (credentials, problems, paging, idempotency) is added here. The
//! service's tests compare the result with the routes and with every answer.

mod call;
pub(super) mod page;

use crate::app::App;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// What frames the areas: title, security, schemas and parameters they share.
const FRAME: &str = include_str!("frame.json");
/// The areas, in the order of the page.
const AREAS: [(&str, &str); 15] = [
    ("invitations", include_str!("invitations.json")),
    ("users", include_str!("users.json")),
    ("deletions", include_str!("deletions.json")),
    ("groups", include_str!("groups.json")),
    ("sessions", include_str!("sessions.json")),
    ("imports", include_str!("imports.json")),
    ("notifications", include_str!("notifications.json")),
    ("events", include_str!("events.json")),
    ("webhooks", include_str!("webhooks.json")),
    ("connections", include_str!("connections.json")),
    ("requests", include_str!("requests.json")),
    ("simulations", include_str!("simulations.json")),
    ("billing", include_str!("billing.json")),
    ("audit", include_str!("audit.json")),
    ("me", include_str!("me.json")),
];

static DESCRIPTION: LazyLock<Value> = LazyLock::new(assemble);

/// The description, without a server's address.
pub(crate) fn whole() -> &'static Value {
    &DESCRIPTION
}

/// `/api/openapi.json`. Holds nothing of a tenant, so it needs no credentials.
pub(super) async fn serve(State(app): State<App>) -> Response {
    let mut document = DESCRIPTION.clone();
    if let Value::Object(document) = &mut document {
        document.insert("servers".to_owned(), json!([{ "url": app.settings.public_url }]));
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, document.to_string()).into_response()
}

fn assemble() -> Value {
    let mut document = parsed("frame", FRAME);
    for (name, text) in AREAS {
        add(&mut document, parsed(name, text));
    }
    document.into()
}

fn parsed(name: &str, text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(%error, name, "a part of the API's description does not parse");
        Map::new()
    })
}

fn add(document: &mut Map<String, Value>, mut area: Map<String, Value>) {
    let tag = area.remove("tag").unwrap_or_default();
    let name = tag.get("name").cloned().unwrap_or_default();
    if let Some(Value::Array(tags)) = document.get_mut("tags") {
        tags.push(tag);
    }
    if let (Some(Value::Object(all)), Some(Value::Object(own))) =
        (document.get_mut("components").and_then(|components| components.get_mut("schemas")), area.remove("schemas"))
    {
        all.extend(own);
    }
    if let (Some(Value::Object(all)), Some(Value::Object(own))) = (document.get_mut("paths"), area.remove("paths")) {
        for (path, calls) in own {
            let path = format!("/api/v1{path}");
            let Value::Object(calls) = calls else { continue };
            let calls = calls.into_iter().map(|(method, short)| {
                let whole = call::expand(&method, &path, &name, short);
                (method, whole)
            });
            let calls: Map<String, Value> = calls.collect();
            all.insert(path, calls.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_json_and_every_reference_leads_somewhere() {
        for (name, text) in AREAS.iter().chain(&[("frame", FRAME)]) {
            let part: Result<Map<String, Value>, _> = serde_json::from_str(text);
            assert!(part.is_ok(), "{name}: {part:?}");
        }
        let document = whole();
        let mut names = Vec::new();
        references(document, &mut names);
        assert!(names.len() > 50);
        for name in names {
            let pointer = name.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{name}");
        }
    }

    #[test]
    fn every_call_says_who_may_make_it_and_has_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for (path, calls) in whole()["paths"].as_object().expect("paths") {
            for (method, call) in calls.as_object().expect("calls") {
                assert!(call["summary"].is_string() && call["x-who"].is_string(), "{method} {path}");
                assert!(names.insert(call["operationId"].as_str().expect("a name")), "{method} {path}");
            }
        }
    }

    fn references(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                names.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| references(value, names));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, names)),
            _ => {}
        }
    }
}
