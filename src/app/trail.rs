//! What the audit trail shows of a change: values before and after, without secrets; and the request it came with.

use crate::{
    domain::user::User,
    scim::{Object, schema},
};
use serde_json::{Map, Value, json};
use std::future::Future;

/// A longer value is named, not shown.
const MAX_SHOWN: usize = 2_000;
/// What a document holds beside attributes, or what has a column of its own.
const LEFT_OUT: [&str; 6] = ["schemas", "id", "meta", "password", "userName", "externalId"];

tokio::task_local! {
    static REQUEST: String;
}

/// Runs what a request causes; the audit rows it writes name the request.
pub async fn within<F: Future>(request: String, work: F) -> F::Output {
    REQUEST.scope(request, work).await
}

/// The id of the request under way in this task.
#[must_use]
pub fn request_id() -> Option<String> {
    REQUEST.try_with(Clone::clone).ok()
}

/// What of a person differs, before and after.
pub(super) fn of_person(before: &User, after: &User) -> (Value, Value) {
    let (mut old, mut new) = (Map::new(), Map::new());
    let (left, right) = (attributes(before), attributes(after));
    for name in left.keys().chain(right.keys().filter(|name| !left.contains_key(*name))) {
        let (value, other) = (left.get(name), right.get(name));
        if value != other {
            old.insert(name.clone(), shown(value));
            new.insert(name.clone(), shown(other));
        }
    }
    (old.into(), new.into())
}

/// The attributes of a person by name; those of our extension by their own, those of others behind their schema's URN.
fn attributes(user: &User) -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |name: &str, value: Value| drop(all.insert(name.to_owned(), value));
    add("userName", json!(user.user_name));
    add("externalId", json!(user.external_id));
    add("state", json!(user.state.as_str()));
    add("mode", json!(user.mode.as_str()));
    add("connection", json!(user.connection.map(|id| id.to_string())));
    add("startDate", json!(user.start_date.map(|date| date.to_string())));
    add("deletionDate", json!(user.deletion_date.map(|date| date.to_string())));
    for (name, value) in document_attributes(&user.document) {
        // The columns above are what counts.
        all.entry(name).or_insert(value);
    }
    all
}

fn document_attributes(document: &Object) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, value) in document.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())) {
        match value {
            Value::Object(own) if name == schema::USHER => {
                found.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            Value::Object(own) if name.starts_with("urn:") => {
                found.extend(own.iter().map(|(inner, value)| (format!("{name}:{inner}"), value.clone())));
            }
            _ => found.push((name.clone(), value.clone())),
        }
    }
    found
}

fn shown(value: Option<&Value>) -> Value {
    let Some(value) = value else { return Value::Null };
    let length = value.to_string().len();
    if length > MAX_SHOWN { json!(format!("({length} bytes)")) } else { value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{TenantId, UserId, user::State};
    use jiff::Timestamp;

    fn person(document: Value) -> User {
        let document = match document {
            Value::Object(document) => document.into_iter().collect(),
            _ => Object::new(),
        };
        let tenant = TenantId::from_bytes([1; 16]);
        User { document, ..User::new(tenant, UserId::from_bytes([2; 16]), None, Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn only_what_differs_is_shown_and_never_a_password() {
        let own = schema::USHER;
        let before =
            person(json!({ "password": "old", "title": "Dr", own: { "labels": ["a"], "startDate": "2027-01-01" } }));
        let mut after =
            person(json!({ "password": "new", "nickName": "Al", own: { "labels": ["a", "b"] }, "urn:x": { "y": 1 } }));
        after.state = State::Suspended;
        let (old, new) = of_person(&before, &after);
        assert_eq!(old["labels"], json!(["a"]));
        assert_eq!((&old["title"], &new["title"], &new["nickName"]), (&json!("Dr"), &Value::Null, &json!("Al")));
        assert_eq!(
            (&new["labels"], &new["urn:x:y"], &new["state"]),
            (&json!(["a", "b"]), &json!(1), &json!("suspended"))
        );
        assert!(!old.to_string().contains("old") && !new.to_string().contains("new"), "{old} {new}");
        assert_eq!(of_person(&before, &before), (json!({}), json!({})));
    }

    #[test]
    fn a_long_value_is_named() {
        let long = person(json!({ "title": "x".repeat(3_000) }));
        assert_eq!(of_person(&person(json!({})), &long).1["title"], "(3002 bytes)");
    }
}
