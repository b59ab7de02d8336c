//! What comes back with a person whom the same connection pushes again under the same `externalId`: names, language and labels, never
//! groups, roles or dates.

use crate::scim::{Object, schema};
use serde_json::{Value, json};

/// Fills what the push leaves open from the record of before.
pub fn give_back(document: &mut Object, former: &Object) {
    for name in ["name", "displayName", "preferredLanguage"] {
        if let (false, Some(value)) = (document.contains_key(name), former.get(name)) {
            document.insert(name.to_owned(), value.clone());
        }
    }
    let Some(labels) = former.get(schema::USHER).and_then(|own| own.get("labels")) else { return };
    let Value::Object(own) = document.entry(schema::USHER).or_insert_with(|| json!({})) else { return };
    own.entry("labels").or_insert_with(|| labels.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_push_says_wins() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let former = object(json!({
            "displayName": "Ada", "name": { "givenName": "Ada" }, "title": "Analyst",
            schema::USHER: { "labels": ["a"], "deletionDate": "2027-01-01" }
        }));
        let mut document = object(json!({ "displayName": "Augusta" }));
        give_back(&mut document, &former);
        let expected = json!({
            "displayName": "Augusta", "name": { "givenName": "Ada" }, schema::USHER: { "labels": ["a"] }
        });
        assert_eq!(Value::Object(document), expected);
    }
}
