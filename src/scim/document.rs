//! The canonical document: what a client may write to a resource, under canonical names.
//!
//! A document holds no `schemas`, `id`, `meta`, `groups` or other readOnly attribute; `externalId`, `userName`, `active` and `password` are
//! ordinary members; extension objects stand under their canonical URN and are absent when empty; null, `[]` and all-null complex
//! values are absent; booleans are JSON booleans; `manager` is an object; multi-valued attributes are arrays.

use super::schema::USER;
use super::{AttrRef, Kind, Object, Registry};
use serde_json::Value;
use std::collections::HashSet;

/// One member of a group as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The id of the user or group.
    pub value: String,
    /// The name the client gave the member.
    pub display: Option<String>,
}

impl Member {
    /// Reads a canonical element of `members`; `None` without a `value`. `$ref` and `type` are the server's to say.
    #[must_use]
    pub fn of(element: &Value) -> Option<Self> {
        let text = |name: &str| element.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self { value: text("value")?, display: text("display") })
    }
}

/// The members a group document lists, each once; takes `members` out of it.
pub fn take_members(document: &mut Object) -> Vec<Member> {
    let Some(Value::Array(elements)) = document.shift_remove("members") else { return vec![] };
    let mut seen = HashSet::with_capacity(elements.len());
    let members = elements.iter().filter_map(Member::of);
    members.filter(|member| seen.insert(member.value.clone())).collect()
}

/// The value of an attribute in a canonical document (a sub-attribute of a single complex attribute too).
#[must_use]
pub fn get<'a>(document: &'a Object, registry: &Registry, attr: AttrRef) -> Option<&'a Value> {
    let home = match registry.extension_of(attr) {
        Some(urn) => document.get(urn)?.as_object()?,
        None => document,
    };
    let value = home.get(&*registry.parent(attr).name)?;
    if attr.is_sub() { value.get(&*registry.attribute(attr).name) } else { Some(value) }
}

/// Sets a top-level attribute, making its extension's object where there is none.
pub fn set(document: &mut Object, registry: &Registry, attr: AttrRef, value: Value) {
    let name = registry.parent(attr).name.to_string();
    match registry.extension_of(attr) {
        None => document.insert(name, value),
        Some(urn) => match document.entry(urn).or_insert_with(|| Value::Object(Object::new())) {
            Value::Object(extension) => extension.insert(name, value),
            other => Some(std::mem::replace(other, Value::Object(Object::from_iter([(name, value)])))),
        },
    };
}

/// Unassigns a top-level attribute, and its extension's object when nothing is left in it.
pub fn unset(document: &mut Object, registry: &Registry, attr: AttrRef) -> Option<Value> {
    let name = &*registry.parent(attr).name;
    let Some(urn) = registry.extension_of(attr) else { return document.shift_remove(name) };
    let extension = document.get_mut(urn)?.as_object_mut()?;
    let value = extension.shift_remove(name);
    if extension.is_empty() {
        document.shift_remove(urn);
    }
    value
}

/// The administrative switch of a resource type, where it has one.
#[must_use]
pub fn active(registry: &Registry, kind: Kind) -> Option<AttrRef> {
    (kind.base_schema() == USER).then(|| registry.find(kind, "active")).flatten()
}

/// Whether the document switches its user off: somebody leaves.
#[must_use]
pub fn is_inactive(document: &Object) -> bool {
    document.get("active") == Some(&Value::Bool(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Object {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn members_are_taken_once_each() {
        let mut group = object(json!({"displayName": "G", "members": [
            {"value": "a", "display": "A"}, {"value": "b", "type": "User", "$ref": "x"}, {"value": "a"}]}));
        let members = take_members(&mut group);
        let expected = [("a", Some("A")), ("b", None)];
        assert_eq!(members.iter().map(|m| (&*m.value, m.display.as_deref())).collect::<Vec<_>>(), expected);
        assert_eq!(group, object(json!({"displayName": "G"})));
        assert!(take_members(&mut group).is_empty());
    }

    #[test]
    fn attributes_live_in_their_extension() {
        let registry = Registry::builtin();
        let manager = registry.find(Kind::User, "manager").unwrap();
        let mut user = object(json!({"userName": "x"}));
        set(&mut user, &registry, manager, json!({"value": "1"}));
        assert_eq!(get(&user, &registry, registry.value_of(manager).unwrap()), Some(&json!("1")));
        assert_eq!(unset(&mut user, &registry, manager), Some(json!({"value": "1"})));
        assert_eq!(user, object(json!({"userName": "x"})));
    }
}
