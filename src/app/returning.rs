//! People who come back as a new account: which earlier one was theirs, and what comes back of it: names, language and labels, never
//! groups, roles or dates.

use super::Error;
use crate::{
    domain::{
        TenantId, mailbox,
        user::{Former, FormerLink, User},
    },
    scim::{Object, fold::fold, schema},
    store::{self, Conn},
};
use serde_json::{Value, json};

/// What a name is made of.
const NAMES: [&str; 5] = ["givenName", "familyName", "middleName", "honorificPrefix", "honorificSuffix"];

/// The earlier account of somebody who is being added, as far as names and addresses tell: `named` had the sign-in name.
///
/// # Errors
/// The store's.
pub async fn alike(
    tx: &mut Conn,
    tenant: TenantId,
    named: Option<&User>,
    document: &Object,
    user_name: &str,
) -> Result<Option<Former>, Error> {
    let found = if let Some(named) = named {
        Some(named.id)
    } else {
        store::earlier::find_tombstone_by_address(tx, tenant, &names(document, user_name)).await?
    };
    Ok(found.map(|id| Former { id, link: FormerLink::Likeness }))
}

/// The folded userName, and the address if it is another.
pub fn names(document: &Object, user_name: &str) -> Vec<String> {
    let mut names = vec![fold(user_name)];
    names.extend(mailbox::address_of(document, user_name).map(|address| fold(&address)));
    names.dedup();
    names
}

/// Fills what the newcomer's document leaves open from the record of before.
pub fn give_back(document: &mut Object, former: &Object) {
    // A display name belongs to the name it was made of.
    let has_own_name = document.get("name").is_some_and(|name| Some(name) != former.get("name"));
    if let (false, false, Some(name)) = (has_own_name, document.contains_key("displayName"), former.get("displayName"))
    {
        document.insert("displayName".to_owned(), name.clone());
    }
    fill_name(document, former);
    if let (false, Some(tag)) = (document.contains_key("preferredLanguage"), former.get("preferredLanguage")) {
        document.insert("preferredLanguage".to_owned(), tag.clone());
    }
    let Some(labels) = former.get(schema::USHER).and_then(|own| own.get("labels")) else { return };
    let Value::Object(own) = document.entry(schema::USHER).or_insert_with(|| json!({})) else { return };
    own.entry("labels").or_insert_with(|| labels.clone());
}

/// A name that is written out says everything; of another one the parts that are missing come back.
fn fill_name(document: &mut Object, former: &Object) {
    let Some(Value::Object(before)) = former.get("name") else { return };
    match document.get_mut("name") {
        None => drop(document.insert("name".to_owned(), json!(before))),
        Some(Value::Object(name)) if !name.contains_key("formatted") => {
            for (part, value) in NAMES.iter().filter_map(|part| before.get_key_value(*part)) {
                name.entry(part.as_str()).or_insert_with(|| value.clone());
            }
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(document: Value, former: Value) -> Value {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let mut document = object(document);
        give_back(&mut document, &object(former));
        Value::Object(document)
    }

    #[test]
    fn what_the_newcomer_has_wins() {
        let former = json!({
            "displayName": "Ada", "name": { "givenName": "Ada" }, "title": "Analyst",
            schema::USHER: { "labels": ["a"], "deletionDate": "2027-01-01" }
        });
        let expected = json!({
            "displayName": "Augusta", "name": { "givenName": "Ada" }, schema::USHER: { "labels": ["a"] }
        });
        assert_eq!(filled(json!({ "displayName": "Augusta" }), former.clone()), expected);
        let own = json!({ "displayName": "A", "preferredLanguage": "de", schema::USHER: { "labels": ["b"] } });
        let kept = filled(own, json!({ "preferredLanguage": "fr", schema::USHER: { "labels": ["a"] } }));
        assert_eq!((&kept["preferredLanguage"], &kept[schema::USHER]["labels"]), (&json!("de"), &json!(["b"])));
    }

    #[test]
    fn the_parts_of_a_name_come_back_one_by_one() {
        let former = json!({
            "displayName": "Ada Lovelace",
            "name": { "givenName": "Ada", "familyName": "Lovelace", "formatted": "Ada Lovelace" }
        });
        let married = filled(json!({ "name": { "givenName": "Augusta" } }), former.clone());
        assert_eq!(married, json!({ "name": { "givenName": "Augusta", "familyName": "Lovelace" } }));
        let written = json!({ "name": { "formatted": "Augusta King" } });
        assert_eq!(filled(written.clone(), former.clone()), written);
        assert_eq!(filled(json!({}), former.clone()), former);
    }
}
