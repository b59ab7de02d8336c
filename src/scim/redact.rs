//! What of a message may be kept for people to read: everything but values that no answer ever shows (RFC 7643 section 7, `returned: never`),
//! and members whose name says that they hold a secret, known or not.

use super::{
    Kind, Registry,
    schema::{AttrRef, Returned},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// What stands in place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Pieces of names that give a secret away, in lower case.
const TELLING: [&str; 6] = ["password", "passwd", "secret", "token", "apikey", "authorization"];

/// Knows which names hold secrets.
#[derive(Debug)]
pub struct Redactor {
    names: BTreeSet<String>,
}

impl Redactor {
    /// For the attributes of this registry.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        let is_secret = |attr: &&AttrRef| registry.attribute(**attr).returned == Returned::Never;
        let hidden = [Kind::User, Kind::Group].into_iter().flat_map(|kind| registry.hidden(kind));
        let names = hidden.filter(is_secret).map(|attr| registry.attribute(*attr).name.to_lowercase());
        Self { names: names.collect() }
    }

    /// Replaces every secret value. Yes and no are told: they are settings, no secrets.
    pub fn redact(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                let is_secret_operation = members.iter().any(|(name, path)| {
                    name.eq_ignore_ascii_case("path") && path.as_str().is_some_and(|path| self.mentions(path))
                });
                for (name, value) in members.iter_mut() {
                    if self.mentions(name) || (is_secret_operation && name.eq_ignore_ascii_case("value")) {
                        hide(value);
                    } else {
                        self.redact(value);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.redact(value)),
            _ => {}
        }
    }

    /// Whether a name, a path or a filter has to do with a secret.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        let mut words =
            text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').filter(|word| !word.is_empty());
        words.any(|word| {
            let word = word.to_lowercase();
            self.names.contains(&word) || TELLING.iter().any(|telling| word.contains(telling))
        })
    }
}

fn hide(value: &mut Value) {
    if !value.is_boolean() {
        *value = Value::from(REDACTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redacted(mut value: Value) -> Value {
        let own = json!({
            "id": "urn:example:params:2.0:User", "name": "Own",
            "attributes": [{ "name": "badge", "type": "string", "mutability": "writeOnly", "returned": "never" }]
        });
        let registry = Registry::with_extensions(&[(own, Kind::User)]).expect("a schema");
        Redactor::new(&registry).redact(&mut value);
        value
    }

    #[test]
    fn what_no_answer_shows_is_hidden_wherever_it_stands() {
        let user = json!({
            "userName": "ada@example.com", "PassWord": "s3cret", "name": { "givenName": "Ada" },
            "urn:ietf:params:scim:schemas:core:2.0:User:password": "s3cret",
            "urn:example:params:2.0:User": { "badge": "4711" }, "client_secret": ["s3cret"], "x-api-token": { "a": "s3cret" }
        });
        let expected = json!({
            "userName": "ada@example.com", "PassWord": REDACTED, "name": { "givenName": "Ada" },
            "urn:ietf:params:scim:schemas:core:2.0:User:password": REDACTED,
            "urn:example:params:2.0:User": { "badge": REDACTED }, "client_secret": REDACTED, "x-api-token": REDACTED
        });
        assert_eq!(redacted(user), expected);
    }

    #[test]
    fn an_operation_on_a_secret_keeps_its_value_to_itself() {
        let operation = |path: &str| json!({ "Operations": [{ "op": "Replace", "Path": path, "value": "s3cret" }] });
        for path in
            ["password", "urn:ietf:params:scim:schemas:core:2.0:User:password", "urn:example:params:2.0:User:badge"]
        {
            assert_eq!(redacted(operation(path))["Operations"][0]["value"], REDACTED, "{path}");
        }
        assert_eq!(redacted(operation("displayName"))["Operations"][0]["value"], "s3cret");
        let pathless = json!({ "Operations": [{ "op": "add", "value": { "password": "s3cret", "active": true } }] });
        assert_eq!(redacted(pathless)["Operations"][0]["value"], json!({ "password": REDACTED, "active": true }));
    }

    #[test]
    fn settings_are_no_secrets() {
        let own = json!({ "generateCredentials": true, "password": null });
        assert_eq!(redacted(own), json!({ "generateCredentials": true, "password": REDACTED }));
    }
}
