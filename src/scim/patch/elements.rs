//! The values of multi-valued attributes: when two are the same, and who is primary.

use std::collections::HashMap;

use serde_json::Value;

use crate::scim::{
    AttrRef, Error, Object, Registry, fold,
    schema::{Attribute, Mutability},
};

const PRIMARY: &str = "primary";

/// Refuses two primary values in one operation.
pub(super) fn check_one_primary(values: &[Value]) -> Result<(), Error> {
    if values.iter().filter(|value| is_primary(value)).count() > 1 {
        return Err(Error::invalid_value("Only one value of an attribute can be primary."));
    }
    Ok(())
}

/// Makes the one primary value among those just written the only one (RFC 7644 section 3.5.2).
pub(super) fn settle_primary(values: &mut [Value], written: &[usize]) -> Result<(), Error> {
    let mut primaries = written.iter().filter(|&&index| values.get(index).is_some_and(is_primary));
    let Some(&chosen) = primaries.next() else {
        return Ok(());
    };
    if primaries.any(|&index| index != chosen) {
        return Err(Error::invalid_value("Only one value of an attribute can be primary."));
    }
    for (index, value) in values.iter_mut().enumerate() {
        if index != chosen && is_primary(value) {
            if let Some(object) = value.as_object_mut() {
                object.insert(PRIMARY.to_owned(), Value::Bool(false));
            }
        }
    }
    Ok(())
}

/// Adds values to a list; those it holds already stay as they are, or take what is new about them.
pub(super) fn append(registry: &Registry, attr: AttrRef, list: &mut Vec<Value>, new: &[Value]) -> Result<(), Error> {
    let by_value = is_keyed_by_value(registry, attr);
    let mut keys: HashMap<String, usize> = HashMap::new();
    if by_value {
        keys.extend(list.iter().enumerate().filter_map(|(index, value)| Some((key_of(value)?.to_owned(), index))));
    }
    let mut written = Vec::new();
    for value in new {
        let known = if by_value {
            key_of(value).and_then(|key| keys.get(key).copied())
        } else {
            list.iter().position(|old| is_same(old, value))
        };
        match known.and_then(|index| Some((index, list.get_mut(index)?))) {
            Some((index, old)) => {
                adopt(old, value);
                written.push(index);
            }
            None => {
                if let Some(key) = key_of(value).filter(|_| by_value) {
                    keys.insert(key.to_owned(), list.len());
                }
                written.push(list.len());
                list.push(value.clone());
            }
        }
    }
    written.retain(|&index| {
        list.get(index).is_some_and(|value| new.iter().any(|new| is_primary(new) && is_same(value, new)))
    });
    settle_primary(list, &written)
}

/// Whether a listed value means this element (decision 3): by `value`, and by `type` where both have one; else by all it says.
pub(super) fn is_meant(registry: &Registry, attr: AttrRef, element: &Value, listed: &Value) -> bool {
    match (element, listed) {
        (Value::Object(element), Value::Object(listed)) => {
            let same =
                |attribute: &Attribute| same(attribute, element.get(&*attribute.name), listed.get(&*attribute.name));
            let subs = &registry.attribute(attr).sub_attributes;
            let named = |name: &str| subs.iter().find(|sub| &*sub.name == name);
            match named("value").filter(|value| listed.contains_key(&*value.name)) {
                Some(value) if is_keyed_by_value(registry, attr) => same(value),
                Some(value) => {
                    same(value) && named("type").is_none_or(|ty| !listed.contains_key(&*ty.name) || same(ty))
                }
                None => !listed.is_empty() && subs.iter().filter(|sub| listed.contains_key(&*sub.name)).all(same),
            }
        }
        (element, listed) => same(registry.attribute(attr), Some(element), Some(listed)),
    }
}

/// Whether a sub-attribute only labels its value, so that it may change where it is declared immutable: Okta pushes members
/// with another `display` when a person is renamed.
pub(super) fn is_label(attribute: &Attribute) -> bool {
    &*attribute.name == "display"
}

fn is_primary(value: &Value) -> bool {
    value.get(PRIMARY) == Some(&Value::Bool(true))
}

/// Whether `value` alone tells the elements apart, as with group members.
fn is_keyed_by_value(registry: &Registry, attr: AttrRef) -> bool {
    registry.sub(attr, "value").is_some_and(|value| registry.attribute(value).mutability == Mutability::Immutable)
}

fn key_of(value: &Value) -> Option<&str> {
    value.get("value")?.as_str()
}

/// Whether a new value is one the list holds: nothing about it differs, or its value and type are the same.
fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let pair = |object: &Object| (object.get("value").cloned(), object.get("type").cloned());
            (new.contains_key("value") && pair(old) == pair(new))
                || new.iter().all(|(name, value)| {
                    old.get(name) == Some(value)
                        || (name == PRIMARY && *value == Value::Bool(false) && !old.contains_key(name))
                })
        }
        (old, new) => old == new,
    }
}

fn adopt(old: &mut Value, new: &Value) {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return;
    };
    for (name, value) in new {
        let says_nothing = name == PRIMARY && *value == Value::Bool(false) && !old.contains_key(name);
        if !says_nothing && old.get(name) != Some(value) {
            old.insert(name.clone(), value.clone());
        }
    }
}

fn same(attribute: &Attribute, a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(Value::String(a)), Some(Value::String(b))) if !attribute.case_exact => fold::fold(a) == fold::fold(b),
        (a, b) => a == b,
    }
}
