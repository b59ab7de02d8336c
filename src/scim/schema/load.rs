//! From a schema definition in RFC 7643 section 7 form to a `Schema`; never trusts a definition, since tenants register their own.

use super::{Attribute, Error, Mutability, Returned, Schema, Type, Uniqueness};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The longest attribute name or URN a definition may use, in bytes.
pub(super) const MAX_NAME: usize = 255;
const MAX_ATTRIBUTES: usize = 256;

/// Attribute names in lower case and their positions: looked up without allocating.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(HashMap<Box<[u8]>, u16>);

impl Names {
    fn of(attributes: &[Attribute]) -> Self {
        Self((0..).zip(attributes).map(|(at, a)| (a.name.to_ascii_lowercase().into_bytes().into(), at)).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<u16> {
        let mut buffer = [0; MAX_NAME];
        let lower = buffer.get_mut(..name.len())?;
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        self.0.get(&*lower).copied()
    }
}

/// How deep complex attributes may nest: once, but for the schema of schemas itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nesting {
    Flat,
    Once,
    Free,
}

impl Nesting {
    fn below(self) -> Self {
        match self {
            Self::Free => Self::Free,
            Self::Once | Self::Flat => Self::Flat,
        }
    }
}

/// Reads a definition.
///
/// # Errors
/// 400 `invalidValue` naming the fault and where it is.
pub(super) fn schema(definition: &Value, nesting: Nesting) -> Result<Schema, Error> {
    let Some(definition) = definition.as_object() else { return Err(fault("the definition", "is no JSON object")) };
    let id = text(definition, "id", "the definition")?.ok_or_else(|| fault("the definition", "has no id"))?;
    if id.len() > MAX_NAME || !is_urn(id) {
        return Err(fault("the definition's id", "is no URN"));
    }
    let name = match text(definition, "name", id)? {
        Some(name) if !name.is_empty() => name,
        _ => id.rsplit(':').next().unwrap_or(id),
    };
    let description = text(definition, "description", id)?.filter(|d| !d.is_empty()).unwrap_or(name);
    let Some(Value::Array(list)) = definition.get("attributes") else { return Err(fault(id, "has no attributes")) };
    let (attributes, shown) = attributes(list, id, nesting)?;
    Ok(Schema {
        id: id.into(),
        name: name.into(),
        definition: json!({"id": id, "name": name, "description": description, "attributes": shown}),
        names: Names::of(&attributes),
        attributes,
    })
}

/// The attributes, and their definitions with all characteristics stated.
fn attributes(list: &[Value], place: &str, nesting: Nesting) -> Result<(Vec<Attribute>, Vec<Value>), Error> {
    if list.is_empty() || list.len() > MAX_ATTRIBUTES {
        return Err(fault(place, &format!("must have between 1 and {MAX_ATTRIBUTES} attributes")));
    }
    let mut found: Vec<Attribute> = Vec::with_capacity(list.len());
    let mut shown = Vec::with_capacity(list.len());
    for entry in list {
        let (attribute, definition) = attribute(entry, place, nesting)?;
        if found.iter().any(|a| a.name.eq_ignore_ascii_case(&attribute.name)) {
            return Err(fault(place, &format!("defines '{}' twice", attribute.name)));
        }
        found.push(attribute);
        shown.push(definition);
    }
    Ok((found, shown))
}

fn attribute(entry: &Value, place: &str, nesting: Nesting) -> Result<(Attribute, Value), Error> {
    let Some(entry) = entry.as_object() else { return Err(fault(place, "has an attribute that is no JSON object")) };
    let name = text(entry, "name", place)?.ok_or_else(|| fault(place, "has an attribute without a name"))?;
    if !is_name(name, nesting) {
        return Err(fault(place, &format!("has an attribute with the unusable name '{}'", name.escape_debug())));
    }
    let place = &format!("{place}:{name}");
    let ty = word(entry, "type", place, Type::String, &TYPES)?;
    let mutability = word(entry, "mutability", place, Mutability::ReadWrite, &MUTABILITIES)?;
    let returned = match mutability {
        Mutability::WriteOnly => Returned::Never,
        _ => word(entry, "returned", place, Returned::Default, &RETURNED)?,
    };
    let uniqueness = word(entry, "uniqueness", place, Uniqueness::None, &UNIQUENESSES)?;
    let (sub_attributes, sub_shown) = match (ty, entry.get("subAttributes")) {
        (Type::Complex, Some(Value::Array(list))) if nesting != Nesting::Flat => {
            attributes(list, place, nesting.below())?
        }
        (Type::Complex, Some(Value::Array(_))) => return Err(fault(place, "is complex inside a complex attribute")),
        (Type::Complex, _) => return Err(fault(place, "is complex and has no subAttributes")),
        (_, None | Some(Value::Null)) => (vec![], vec![]),
        (_, Some(Value::Array(list))) if list.is_empty() => (vec![], vec![]),
        _ => return Err(fault(place, "has subAttributes without being complex")),
    };
    let attribute = Attribute {
        name: name.into(),
        ty,
        multi_valued: flag(entry, "multiValued", place)?,
        required: flag(entry, "required", place)?,
        case_exact: flag(entry, "caseExact", place)? || matches!(ty, Type::Reference | Type::Binary),
        mutability,
        returned,
        uniqueness,
        canonical_values: texts(entry, "canonicalValues", place)?.iter().map(|&t| t.into()).collect(),
        sub_attributes,
    };
    let description = text(entry, "description", place)?.filter(|d| !d.is_empty()).unwrap_or(name);
    let shown = definition(&attribute, description, &texts(entry, "referenceTypes", place)?, sub_shown);
    Ok((attribute, shown))
}

/// The definition of one attribute as `/Schemas` shows it.
fn definition(attribute: &Attribute, description: &str, reference_types: &[&str], sub_attributes: Vec<Value>) -> Value {
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| shown.insert(key.into(), value);
    put("name", json!(attribute.name));
    put("type", json!(named(&TYPES, attribute.ty)));
    put("multiValued", json!(attribute.multi_valued));
    put("description", json!(description));
    put("required", json!(attribute.required));
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", json!(attribute.canonical_values));
    }
    put("caseExact", json!(attribute.case_exact));
    put("mutability", json!(named(&MUTABILITIES, attribute.mutability)));
    put("returned", json!(named(&RETURNED, attribute.returned)));
    put("uniqueness", json!(named(&UNIQUENESSES, attribute.uniqueness)));
    if !reference_types.is_empty() {
        put("referenceTypes", json!(reference_types));
    }
    if !sub_attributes.is_empty() {
        put("subAttributes", Value::Array(sub_attributes));
    }
    Value::Object(shown)
}

const TYPES: [(&str, Type); 8] = [
    ("string", Type::String),
    ("boolean", Type::Boolean),
    ("decimal", Type::Decimal),
    ("integer", Type::Integer),
    ("dateTime", Type::DateTime),
    ("binary", Type::Binary),
    ("reference", Type::Reference),
    ("complex", Type::Complex),
];
const MUTABILITIES: [(&str, Mutability); 4] = [
    ("readOnly", Mutability::ReadOnly),
    ("readWrite", Mutability::ReadWrite),
    ("immutable", Mutability::Immutable),
    ("writeOnly", Mutability::WriteOnly),
];
const RETURNED: [(&str, Returned); 4] = [
    ("always", Returned::Always),
    ("never", Returned::Never),
    ("default", Returned::Default),
    ("request", Returned::Request),
];
const UNIQUENESSES: [(&str, Uniqueness); 3] =
    [("none", Uniqueness::None), ("server", Uniqueness::Server), ("global", Uniqueness::Global)];

fn named<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, v)| *v == value).map_or("", |(w, _)| w)
}

fn word<T: Copy>(
    entry: &Map<String, Value>,
    key: &str,
    place: &str,
    default: T,
    words: &[(&str, T)],
) -> Result<T, Error> {
    let Some(text) = text(entry, key, place)? else { return Ok(default) };
    let known = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    known.map(|(_, value)| *value).ok_or_else(|| fault(place, &format!("has an unknown {key}")))
}

fn text<'a>(entry: &'a Map<String, Value>, key: &str, place: &str) -> Result<Option<&'a str>, Error> {
    match entry.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(fault(place, &format!("has a {key} that is no string"))),
    }
}

fn texts<'a>(entry: &'a Map<String, Value>, key: &str, place: &str) -> Result<Vec<&'a str>, Error> {
    let wrong = || fault(place, &format!("has {key} that are no array of strings"));
    match entry.get(key) {
        None | Some(Value::Null) => Ok(vec![]),
        Some(Value::Array(list)) => list.iter().map(|v| v.as_str().ok_or_else(wrong)).collect(),
        Some(_) => Err(wrong()),
    }
}

fn flag(entry: &Map<String, Value>, key: &str, place: &str) -> Result<bool, Error> {
    match entry.get(key) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(fault(place, &format!("has a {key} that is no boolean"))),
    }
}

fn fault(place: &str, what: &str) -> Error {
    Error::invalid_value(format!("Schema definition: {place} {what}."))
}

/// RFC 7643 section 2.1's ATTRNAME, and `$ref` where sub-attributes stand. `schemas` names no attribute of a schema of its own.
fn is_name(name: &str, nesting: Nesting) -> bool {
    let mut bytes = name.bytes();
    let follows = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'$');
    (name == "$ref" && nesting != Nesting::Once)
        || (name.len() <= MAX_NAME && bytes.next().is_some_and(|b| b.is_ascii_alphabetic()) && bytes.all(follows))
}

fn is_urn(id: &str) -> bool {
    let mut parts = id.splitn(3, ':');
    parts.next().is_some_and(|p| p.eq_ignore_ascii_case("urn"))
        && parts.next().is_some_and(|p| !p.is_empty())
        && parts.next().is_some_and(|p| !p.is_empty() && !p.ends_with(':'))
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:+@!*'()$,;=".contains(&b))
}
