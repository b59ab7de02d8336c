//! Holds an answer against its expectation.

use crate::{
    http::Answer,
    matcher::{check, shorten},
    model::{Expect, Statuses},
    path,
    variables::{Missing, Variables},
};
use serde_json::{Value, json};

const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// What is wrong with the answer, a sentence each; nothing when all is well.
///
/// # Errors
/// A variable the expectation names and nobody has set.
pub fn judge(expect: &Expect, answer: &Answer, variables: &Variables) -> Result<Vec<String>, Missing> {
    let status = answer.status;
    // Alternatives bring their own statuses.
    let left_open = !expect.any_of.is_empty() && matches!(expect.status, Statuses::Success);
    if !left_open && !expect.status.admits(status) {
        return Ok(vec![format!("status: got {status}, expected {}", expect.status)]);
    }
    let mut problems = judge_frame(expect, answer, variables)?;
    let unchecked = answer.text.trim().is_empty() && expect.status.foresees_no_content() && !expect.body_required;
    if !unchecked {
        for (path, want) in &expect.json {
            let (path, want) = (variables.text(path)?, variables.fill(want)?);
            let have = answer.json.as_ref().and_then(|body| path::get(body, &path));
            let place = if path.is_empty() { "the body" } else { &path };
            problems.extend(check(&want, have.as_ref()).err().map(|why| format!("{place}: {why}")));
        }
        problems.extend(judge_found(expect, answer, variables)?);
    }
    if !expect.any_of.is_empty() {
        problems.extend(judge_alternatives(&expect.any_of, answer, variables)?);
    }
    Ok(problems)
}

fn judge_frame(expect: &Expect, answer: &Answer, variables: &Variables) -> Result<Vec<String>, Missing> {
    let mut problems = Vec::new();
    for (name, want) in &expect.headers {
        let have = answer.headers.get(&name.to_lowercase()).map(|value| json!(value));
        let verdict = check(&variables.fill(want)?, have.as_ref());
        problems.extend(verdict.err().map(|why| format!("header {name}: {why}")));
    }
    if let Some(limit) = expect.max_seconds.filter(|limit| answer.seconds > *limit) {
        problems.push(format!("time: took {:.2} s, expected at most {limit} s", answer.seconds));
    }
    if expect.empty_body && !answer.text.is_empty() {
        problems.push(format!("body: got {}, expected none", shorten(&answer.text, 80)));
    }
    for text in &expect.body_lacks {
        if answer.text.contains(&variables.text(text)?) {
            problems.push(format!("body: holds {text}, which must not be there"));
        }
    }
    if let Some(error) = &expect.error {
        problems.extend(judge_error(error, answer));
    }
    Ok(problems)
}

/// RFC 7644 section 3.12: the message, its status as a string, and the scimType.
fn judge_error(wanted: &Value, answer: &Answer) -> Vec<String> {
    let Some(body) = &answer.json else {
        return vec![format!("body: got {}, expected an Error message", shorten(&answer.text, 80))];
    };
    let mut problems = Vec::new();
    let mut hold = |path: &str, want: Value| {
        let verdict = check(&want, path::get(body, path).as_ref());
        problems.extend(verdict.err().map(|why| format!("{path}: {why}")));
    };
    hold("schemas", json!({ "$contains": ERROR_URN }));
    hold("status", json!(answer.status.to_string()));
    match wanted {
        Value::String(_) => hold("scimType", wanted.clone()),
        Value::Array(_) => hold("scimType", json!({ "$in": wanted })),
        _ => {}
    }
    problems
}

/// The resources of a list, as fixtures.
fn judge_found(expect: &Expect, answer: &Answer, variables: &Variables) -> Result<Vec<String>, Missing> {
    let Some((wanted, ordered)) =
        expect.ids.as_ref().map(|ids| (ids, false)).or(expect.order.as_ref().map(|ids| (ids, true)))
    else {
        return Ok(Vec::new());
    };
    let mut expected = Vec::new();
    for name in wanted {
        expected.push(match variables.id_of(name) {
            Some(_) => name.clone(),
            None if name.contains("${") => variables.name_of(&variables.text(name)?),
            None => return Err(Missing(name.clone())),
        });
    }
    let resources = answer.json.as_ref().and_then(|body| path::get(body, "Resources[*].id"));
    let ids = resources.and_then(|ids| ids.as_array().cloned()).unwrap_or_default();
    let mut found: Vec<String> = ids.iter().map(|id| variables.name_of(id.as_str().unwrap_or_default())).collect();
    if !ordered {
        expected.sort();
        found.sort();
    }
    if found == expected {
        return Ok(Vec::new());
    }
    let how = if ordered { " in this order" } else { "" };
    Ok(vec![format!("Resources: got [{}], expected [{}]{how}", found.join(", "), expected.join(", "))])
}

fn judge_alternatives(any_of: &[Expect], answer: &Answer, variables: &Variables) -> Result<Vec<String>, Missing> {
    let mut refused = Vec::new();
    for alternative in any_of {
        let problems = judge(alternative, answer, variables)?;
        if problems.is_empty() {
            return Ok(Vec::new());
        }
        refused.push(problems.join("; "));
    }
    Ok(vec![format!("none of the {} answers allowed: {}", any_of.len(), refused.join(" | "))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn answer(status: u16, body: &Value) -> Answer {
        Answer {
            status,
            headers: BTreeMap::from([("etag".to_owned(), "W/\"1\"".to_owned())]),
            text: body.to_string(),
            json: Some(body.clone()),
            seconds: 0.1,
        }
    }

    fn verdict(expect: Value, answer: &Answer) -> Vec<String> {
        let mut variables = Variables::new("http://x");
        variables.set("ann", json!({"id": "1"}));
        variables.set("bob", json!({"id": "2"}));
        judge(&serde_json::from_value(expect).unwrap(), answer, &variables).unwrap()
    }

    #[test]
    fn fixtures_are_found_in_any_order_or_in_one() {
        let list = answer(200, &json!({"Resources": [{"id": "2"}, {"id": "1"}]}));
        assert!(verdict(json!({"ids": ["ann", "bob"]}), &list).is_empty());
        assert!(verdict(json!({"order": ["bob", "ann"]}), &list).is_empty());
        assert!(verdict(json!({"ids": ["${ann.id}", "bob"]}), &list).is_empty());
        assert_eq!(
            verdict(json!({"order": ["ann", "bob"]}), &list),
            ["Resources: got [bob, ann], expected [ann, bob] in this order"]
        );
        assert_eq!(verdict(json!({"ids": ["ann"]}), &list).len(), 1);
    }

    #[test]
    fn an_error_has_its_urn_its_status_as_a_string_and_its_type() {
        let good = answer(400, &json!({"schemas": [ERROR_URN], "status": "400", "scimType": "invalidPath"}));
        assert!(verdict(json!({"status": 400, "error": "invalidPath"}), &good).is_empty());
        assert!(verdict(json!({"status": 400, "error": ["noTarget", "invalidPath"]}), &good).is_empty());
        assert_eq!(verdict(json!({"status": 400, "error": "noTarget"}), &good).len(), 1);
        let number = answer(400, &json!({"schemas": [ERROR_URN], "status": 400}));
        assert_eq!(verdict(json!({"status": 400, "error": true}), &number).len(), 1);
    }

    #[test]
    fn one_alternative_is_enough() {
        let there = answer(501, &json!({}));
        let either = json!({"anyOf": [{"status": 308}, {"status": 501}]});
        assert!(verdict(either.clone(), &there).is_empty());
        assert_eq!(verdict(either, &answer(404, &json!({}))).len(), 1);
    }

    #[test]
    fn a_foreseen_empty_answer_is_not_read() {
        let mut empty = answer(204, &json!(null));
        (empty.text, empty.json) = (String::new(), None);
        assert!(verdict(json!({"status": [200, 204], "json": {"a": 1}}), &empty).is_empty());
        assert_eq!(verdict(json!({"status": [200, 204], "json": {"a": 1}, "bodyRequired": true}), &empty).len(), 1);
        assert_eq!(verdict(json!({"headers": {"ETag": "x"}, "status": 204}), &empty).len(), 1);
    }
}
