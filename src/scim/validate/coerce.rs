//! One attribute's value: from what was written to the canonical form, by the attribute's characteristics and nothing else.

use super::datetime;
use crate::scim::schema::{Attribute, Mutability, SchemaRef, Type};
use crate::scim::{AttrRef, Error, Object, Registry, fold, quirks};
use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The canonical value of one attribute or sub-attribute, `None` when the written value unassigns it (null, `[]`, all-null).
/// Multi-valued attributes come out as arrays, also from a lone element; readOnly and unknown sub-attributes are dropped.
///
/// Values of Usher's own extension that are of no use pass as written: `schema::own` judges them, once it is known whether
/// somebody leaves, whom a bad value must not keep.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn coerce(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    if registry.attribute(attr).multi_valued { list(registry, attr, value) } else { one(registry, attr, value) }
}

/// As [`coerce`], for a single element of a multi-valued attribute (the element or an array of one).
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn coerce_element(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    match quirks::single(value) {
        Some(value) => element(registry, attr, value),
        None => unusable(registry, attr, value, "takes one value here, not several"),
    }
}

/// The canonical object of a whole extension (PATCH with a bare URN as path, decision 18); unknown keys, readOnly attributes and
/// `schemas` are dropped, unassigned attributes stand as null so that a caller can tell them from unmentioned ones.
/// What is no object at all stands under an empty name when the extension is our own, for `schema::own` to judge.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn coerce_extension(registry: &Registry, extension: SchemaRef, value: &Value) -> Result<Object, Error> {
    let urn = || registry.schema(extension).map_or("The extension", |s| &*s.id);
    let object = match quirks::single(value) {
        Some(Value::Null) => return Ok(Object::new()),
        Some(Value::Object(object)) => object,
        _ if registry.is_own_schema(extension) => return Ok(Object::from_iter([(String::new(), value.clone())])),
        _ => return Err(Error::invalid_value(format!("{}: the value must be an object of its attributes.", urn()))),
    };
    let mut canonical = Object::new();
    for (key, value) in object {
        let Some(attr) = registry.in_schema(extension, key) else { continue };
        let attribute = registry.attribute(attr);
        if attribute.mutability != Mutability::ReadOnly {
            canonical.insert(attribute.name.to_string(), coerce(registry, attr, value)?.unwrap_or(Value::Null));
        }
    }
    Ok(canonical)
}

/// Folds elements of the same type and value into one, which keeps all sub-attributes either had.
pub fn collapse(registry: &Registry, attr: AttrRef, items: &mut Vec<Value>) {
    if items.len() < 2 {
        return;
    }
    let mut first: HashMap<String, usize> = HashMap::with_capacity(items.len());
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match first.entry(identity(registry, attr, &item)) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(item);
            }
            Entry::Occupied(entry) => {
                if let (Some(Value::Object(into)), Value::Object(from)) = (kept.get_mut(*entry.get()), item) {
                    merge(into, from);
                }
            }
        }
    }
    *items = kept;
}

/// At most one element may be primary (RFC 7643 section 2.4).
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn one_primary(registry: &Registry, attr: AttrRef, items: &[Value]) -> Result<(), Error> {
    if items.iter().filter(|item| is_primary(item)).count() > 1 {
        return Err(wrong(registry, attr, "has more than one value with primary true"));
    }
    Ok(())
}

/// The member of an object by its name in any case.
pub(super) fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// 400 `invalidValue` that names the attribute first.
pub(super) fn wrong(registry: &Registry, attr: AttrRef, what: &str) -> Error {
    Error::invalid_value(format!("{}: the attribute {what}.", registry.path_of(attr)))
}

fn list(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    let split = match value {
        Value::String(text) if takes_list_in_text(registry, attr) => Some(quirks::split_list(text)),
        _ => None,
    };
    let written = split.as_deref().unwrap_or_else(|| quirks::elements(value));
    let mut items = Vec::with_capacity(written.len());
    for item in written {
        if let Some(item) = element(registry, attr, item)? {
            items.push(item);
        }
    }
    collapse(registry, attr, &mut items);
    one_primary(registry, attr, &items)?;
    Ok((!items.is_empty()).then_some(Value::Array(items)))
}

fn one(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    let Some(value) = quirks::single(value) else {
        return unusable(registry, attr, value, "takes a single value, not several");
    };
    let canonical = element(registry, attr, value)?;
    Ok(canonical.filter(|v| !v.as_object().is_some_and(quirks::is_empty_reference)))
}

fn element(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    match (registry.attribute(attr).ty, value) {
        (_, Value::Null) => Ok(None),
        (Type::Complex, Value::Object(object)) => complex(registry, attr, object),
        (Type::Complex, bare) => bare_value(registry, attr, bare),
        _ => simple(registry, attr, value),
    }
}

fn complex(registry: &Registry, attr: AttrRef, object: &Object) -> Result<Option<Value>, Error> {
    let mut canonical = Object::new();
    for sub in registry.sub_attributes(attr) {
        let attribute = registry.attribute(sub);
        let Some(value) = member(object, &attribute.name) else { continue };
        if attribute.mutability == Mutability::ReadOnly {
            continue;
        }
        if let Some(value) = coerce(registry, sub, value)? {
            canonical.insert(attribute.name.to_string(), value);
        }
    }
    if canonical.is_empty() {
        return Ok(None);
    }
    for sub in registry.sub_attributes(attr) {
        let attribute = registry.attribute(sub);
        if attribute.required && !canonical.contains_key(&*attribute.name) {
            return Err(wrong(registry, sub, "is required"));
        }
    }
    Ok(Some(Value::Object(canonical)))
}

fn bare_value(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    let Some(sub) = registry.value_of(attr).filter(|_| quirks::is_bare_value(value, registry.attribute(attr))) else {
        return unusable(registry, attr, value, "takes an object of its sub-attributes");
    };
    if quirks::is_no_value(value) {
        return Ok(None);
    }
    let name = registry.attribute(sub).name.to_string();
    Ok(coerce(registry, sub, value)?.map(|value| Value::Object(Object::from_iter([(name, value)]))))
}

fn simple(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    let attribute = registry.attribute(attr);
    let has_no_empty_text =
        registry.is_own(attr) || matches!(attribute.ty, Type::Integer | Type::Decimal | Type::DateTime);
    if has_no_empty_text && quirks::is_no_value(value) {
        return Ok(None);
    }
    let canonical = match attribute.ty {
        Type::String | Type::Reference => return text(registry, attr, value),
        Type::Boolean => boolean(value).ok_or("takes true or false"),
        Type::Integer => integer(value).ok_or("takes a whole number"),
        Type::Decimal => decimal(value).ok_or("takes a number"),
        Type::DateTime => value
            .as_str()
            .and_then(datetime::parse)
            .map(|time| Value::from(datetime::format(time)))
            .ok_or("takes a dateTime such as 2027-06-30T12:00:00Z"),
        Type::Binary => value.as_str().filter(|t| BASE64.decode(t).is_ok()).map(Value::from).ok_or("takes base64 text"),
        Type::Complex => Err("takes an object of its sub-attributes"),
    };
    match canonical {
        Ok(value) => Ok(Some(value)),
        Err(what) => unusable(registry, attr, value, what),
    }
}

fn text(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<Value>, Error> {
    let attribute = registry.attribute(attr);
    let text = match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => quirks::number_as_text(number),
        _ => None,
    };
    let Some(text) = text else { return unusable(registry, attr, value, "takes a string") };
    if text.contains('\0') {
        // PostgreSQL keeps no such text.
        return unusable(registry, attr, value, "holds a NUL character");
    }
    if attribute.required && !fold::is_printable(&text) {
        return Err(wrong(registry, attr, "must be neither empty nor hold control characters"));
    }
    if registry.is_own(attr) {
        return Ok(Some(canonical_word(attribute, &text).map_or(Value::String(text), Value::from)));
    }
    Ok(Some(Value::String(text)))
}

/// The canonical spelling of one of the attribute's own words.
fn canonical_word<'a>(attribute: &'a Attribute, text: &str) -> Option<&'a str> {
    attribute.canonical_values.iter().map(AsRef::as_ref).find(|word: &&str| word.eq_ignore_ascii_case(text.trim()))
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(flag) => Some(Value::Bool(*flag)),
        Value::String(word) => quirks::boolean_word(word).map(Value::Bool),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => quirks::text_as_number(text)?.as_i64(),
        _ => None,
    };
    number.map(Value::from)
}

fn decimal(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => Some(Value::Number(number.clone())),
        Value::String(text) => quirks::text_as_number(text).map(Value::Number),
        _ => None,
    }
}

/// What becomes of a value that fits no rule: an error, but for our own extension, where it passes for `schema::own` to judge.
fn unusable(registry: &Registry, attr: AttrRef, value: &Value, what: &str) -> Result<Option<Value>, Error> {
    if registry.is_own(attr) { Ok(Some(value.clone())) } else { Err(wrong(registry, attr, what)) }
}

/// Whether one text may list several values: multi-valued texts of our own extension (domain.md 2.8).
fn takes_list_in_text(registry: &Registry, attr: AttrRef) -> bool {
    registry.is_own(attr) && registry.attribute(attr).ty == Type::String
}

/// What makes two elements the same: type and value as they compare, else everything.
fn identity(registry: &Registry, attr: AttrRef, item: &Value) -> String {
    let key = |sub: &str| {
        let text = item.get(sub)?.as_str()?;
        let exact = registry.sub(attr, sub).is_none_or(|sub| registry.attribute(sub).case_exact);
        Some(if exact { text.to_owned() } else { fold::fold(text) })
    };
    match (key("value"), item) {
        // NUL is in no text, so the two parts can't run together.
        (Some(value), _) => format!("{}\0{value}", key("type").unwrap_or_default()),
        (None, Value::String(text)) if !registry.attribute(attr).case_exact => fold::fold(text),
        _ => item.to_string(),
    }
}

fn merge(into: &mut Object, from: Object) {
    let primary = from.get("primary").is_some_and(|p| p == true);
    for (key, value) in from {
        into.entry(key).or_insert(value);
    }
    if primary {
        into.insert("primary".into(), Value::Bool(true));
    }
}

fn is_primary(item: &Value) -> bool {
    item.get("primary").is_some_and(|p| p == true)
}
