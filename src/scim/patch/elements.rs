//! The values of multi-valued attributes: when two are the same, and who is primary.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::scim::{
    AttrRef, Error, Object, Registry,
    fold::fold,
    schema::{Attribute, Mutability},
};

const PRIMARY: &str = "primary";

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
        if index != chosen
            && is_primary(value)
            && let Some(object) = value.as_object_mut()
        {
            object.insert(PRIMARY.to_owned(), Value::Bool(false));
        }
    }
    Ok(())
}

/// Adds values to a list; those it holds already take what is new about them, if anything.
pub(super) fn append(registry: &Registry, attr: AttrRef, list: &mut Vec<Value>, new: &[Value]) -> Result<(), Error> {
    let keys = Keys::new(registry, attr);
    let mut places: HashMap<String, usize> = HashMap::with_capacity(list.len() + new.len());
    for (index, value) in list.iter().enumerate() {
        keys.all(value).for_each(|key| {
            places.entry(key).or_insert(index);
        });
    }
    let mut primary = Vec::new();
    for value in new {
        let known = places.get(&keys.meant(value)).copied();
        let index = known.unwrap_or(list.len());
        if known.is_none() {
            keys.all(value).for_each(|key| {
                places.entry(key).or_insert(index);
            });
            list.push(value.clone());
        }
        if let Some(Value::Object(old)) = list.get_mut(index) {
            adopt(old, value);
        }
        if is_primary(value) {
            primary.push(index);
        }
    }
    settle_primary(list, &primary)
}

/// Takes the listed values out of a list (decision 3): those of the same `value`, and the same `type` where one is listed.
pub(super) fn discard(registry: &Registry, attr: AttrRef, list: &mut Vec<Value>, listed: &[Value]) {
    let keys = Keys::new(registry, attr);
    let meant: HashSet<String> = listed.iter().map(|value| keys.meant(value)).collect();
    list.retain(|value| !keys.all(value).any(|key| meant.contains(&key)));
}

/// Whether a sub-attribute only labels its value, so that it may change where it is declared immutable: Okta pushes members
/// with another `display` when a person is renamed.
pub(super) fn is_label(attribute: &Attribute) -> bool {
    &*attribute.name == "display"
}

fn is_primary(value: &Value) -> bool {
    value.get(PRIMARY) == Some(&Value::Bool(true))
}

/// What a new value says is taken over, but for a `primary: false` that says nothing new.
fn adopt(old: &mut Object, new: &Value) {
    for (name, value) in new.as_object().into_iter().flatten() {
        let says_nothing = name == PRIMARY && *value == Value::Bool(false) && !old.contains_key(name);
        if !says_nothing && old.get(name) != Some(value) {
            old.insert(name.clone(), value.clone());
        }
    }
}

/// Texts by which the values of one attribute are told apart, so that long lists are compared in one pass.
struct Keys<'a> {
    registry: &'a Registry,
    attr: AttrRef,
    /// Whether `value` alone tells them apart, as with group members, whose `value` is immutable.
    by_value: bool,
}

impl<'a> Keys<'a> {
    fn new(registry: &'a Registry, attr: AttrRef) -> Self {
        let value = registry.sub(attr, "value");
        let by_value = value.is_some_and(|value| registry.attribute(value).mutability == Mutability::Immutable);
        Self { registry, attr, by_value }
    }

    /// The keys a value of the list answers to.
    fn all(&self, value: &Value) -> impl Iterator<Item = String> {
        let loose = self.sub(value, "value").map(|text| format!("value\0{text}"));
        let exact = (!self.by_value || loose.is_none()).then(|| self.exact(value));
        exact.into_iter().chain(loose)
    }

    /// The key of the value a client means: without a `type`, any type will do.
    fn meant(&self, value: &Value) -> String {
        match self.sub(value, "value") {
            Some(text) if self.by_value || value.get("type").is_none() => format!("value\0{text}"),
            _ => self.exact(value),
        }
    }

    fn exact(&self, value: &Value) -> String {
        match (value, self.sub(value, "value")) {
            (Value::Object(_), Some(text)) => format!("pair\0{}\0{text}", self.sub(value, "type").unwrap_or_default()),
            (Value::Object(object), None) => {
                let says_something = |name: &str, value: &Value| name != PRIMARY || *value != Value::Bool(false);
                let members: BTreeMap<_, _> = object
                    .iter()
                    .filter(|(name, value)| says_something(name, value))
                    .map(|(n, v)| (n, v.to_string()))
                    .collect();
                format!("object\0{members:?}")
            }
            (Value::String(text), _) => format!("text\0{}", self.comparable(self.attr, text)),
            (other, _) => format!("other\0{other}"),
        }
    }

    fn sub(&self, value: &Value, name: &str) -> Option<String> {
        let text = value.get(name)?.as_str()?;
        Some(self.comparable(self.registry.sub(self.attr, name)?, text))
    }

    fn comparable(&self, attr: AttrRef, text: &str) -> String {
        if self.registry.attribute(attr).case_exact { text.to_owned() } else { fold(text) }
    }
}
