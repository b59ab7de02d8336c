//! Recordings in the form of `conformance/traces`, as far as a simulation can play them. What it can't is reported, not guessed.

use crate::{domain::Rng, http::simulation::Request};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// What only a client over HTTP can do, or what only a judge needs.
const UNPLAYABLE: [&str; 8] = ["rawBody", "hexBody", "parallel", "paginate", "repeat", "create", "auth", "query"];

/// The requests of a recording.
pub fn read(text: &str) -> Result<Vec<Request>, String> {
    let recording: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let steps = recording.get("steps").and_then(Value::as_array).ok_or("it has no list \"steps\"")?;
    let headers = recording.get("defaults").and_then(|defaults| defaults.get("headers"));
    let step = |(index, step): (usize, &Value)| {
        request(step, headers).map_err(|why| format!("step {}: {why}", index.saturating_add(1)))
    };
    steps.iter().enumerate().map(step).collect()
}

/// What recordings refer to without having captured it.
pub fn variables(rng: &dyn Rng, base: &str, now: Timestamp, tomorrow: &str) -> [(String, Value); 6] {
    let mut bytes = [0; 4];
    rng.fill(&mut bytes);
    let run = format!("{:08x}", u32::from_be_bytes(bytes));
    [
        ("RUN".to_owned(), json!(run.to_uppercase())),
        ("uuid".to_owned(), json!(format!("{run}-0000-4000-8000-000000000000"))),
        ("run".to_owned(), json!(run)),
        ("now".to_owned(), json!(now)),
        ("tomorrow".to_owned(), json!(tomorrow)),
        ("base".to_owned(), json!(format!("{base}/scim/v2"))),
    ]
}

fn request(step: &Value, defaults: Option<&Value>) -> Result<Request, String> {
    let step = step.as_object().ok_or("it is no object")?;
    let text = |name: &str| step.get(name).and_then(Value::as_str);
    let unplayable = UNPLAYABLE.into_iter().find(|name| step.contains_key(*name));
    let unplayable = unplayable.map(|name| format!("a simulation can't play \"{name}\""));
    let (method, path) = match (text("send").and_then(|send| send.split_once(' ')), text("method"), text("path")) {
        (Some((method, path)), _, _) | (None, Some(method), Some(path)) => (method, path),
        _ if unplayable.is_some() => ("", ""),
        _ => return Err("it has neither \"send\" nor \"method\" and \"path\"".to_owned()),
    };
    let capture = step.get("capture").and_then(Value::as_object).into_iter().flatten();
    let capture = capture.filter_map(|(name, path)| Some((name.clone(), path.as_str()?.to_owned()))).collect();
    let own = step.get("headers");
    let headers = [defaults, own].into_iter().flatten().filter_map(Value::as_object).flatten();
    Ok(Request {
        name: text("name").map(str::to_owned),
        method: method.to_owned(),
        path: path.to_owned(),
        headers: headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
        body: body(step),
        capture,
        keep: text("as").map(str::to_owned),
        unplayable: unplayable.or_else(|| builds_on_another(step)),
    })
}

fn body(step: &Map<String, Value>) -> Option<Value> {
    match step.get("operations") {
        Some(operations) => Some(json!({ "schemas": [PATCH_OP], "Operations": operations })),
        None => step.get("body").filter(|body| !body.is_null()).cloned(),
    }
}

/// Bodies that are made from an answer need the conformance runner.
fn builds_on_another(step: &Map<String, Value>) -> Option<String> {
    let body = step.get("body").and_then(Value::as_object)?;
    let name = ["$base", "$drop", "$over"].into_iter().find(|name| body.contains_key(*name))?;
    Some(format!("a simulation can't play \"{name}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_steps_are_read() {
        let requests = read(
            r#"{"defaults": {"headers": {"A": "1", "B": "2"}}, "steps": [
                {"name": "create", "send": "POST /Users", "body": {"userName": "ada@example.com"}, "capture": {"ada": "id"}, "headers": {"B": null}},
                {"method": "PATCH", "path": "/Users/${ada}", "operations": [{"op": "remove", "path": "title"}]},
                {"send": "GET /Users", "paginate": {"by": "index"}}
            ]}"#,
        )
        .unwrap();
        assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", "/Users"));
        assert_eq!(requests[0].capture["ada"], "id");
        assert_eq!(requests[1].body.as_ref().unwrap()["Operations"][0]["op"], "remove");
        assert!(requests[2].unplayable.as_ref().unwrap().contains("paginate"));
        for (text, why) in [("{", "EOF"), ("{}", "steps"), (r#"{"steps": [{"method": "GET"}]}"#, "step 1")] {
            assert!(read(text).unwrap_err().contains(why), "{text}");
        }
    }
}
