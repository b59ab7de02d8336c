//! From a request body to a canonical document (RFC 7643 sections 2 and 3, RFC 7644 sections 3.3 and 3.5.1).
//!
//! Never looks at other resources: uniqueness, references and who may write what are the application's.

mod coerce;
pub mod datetime;
#[cfg(test)]
mod tests;

use super::schema::{Mutability, Type, USHER};
use super::{AttrRef, Error, Kind, Object, Registry, document, fold};
use coerce::{member, wrong};
use serde_json::Value;

pub use coerce::{coerce, coerce_element, coerce_extension, collapse, one_primary};

/// What the message is for: decides required, mutability and what absence means.
#[derive(Debug, Clone, Copy)]
pub enum Context<'a> {
    /// POST.
    Create,
    /// PUT over this document: immutables must match, `active`, `password` and our own extension stay when absent.
    Replace(&'a Object),
}

/// Canonicalises and validates a POST or PUT body (already parsed by `json::parse`).
///
/// Bad values of our own extension pass as written: call `schema::own::drop_bad` when the outcome has `active: false`, and
/// `schema::own::read` in any case.
///
/// # Errors
/// 400 `invalidSyntax`, `invalidValue`, `mutability`.
pub fn document(body: &Object, registry: &Registry, kind: Kind, context: Context<'_>) -> Result<Object, Error> {
    check_schemas(body)?;
    let mut written = Written::default();
    written.read(body, registry, kind)?;
    match context {
        Context::Create => written.default_active(registry, kind),
        Context::Replace(before) => written.keep(before, registry, kind)?,
    }
    let mut document = written.assemble(registry);
    if let Context::Replace(before) = context
        && !written.own_given
        && let Some(own) = before.get(USHER)
    {
        document.insert(USHER.into(), own.clone());
    }
    complete(&document, registry, kind)?;
    Ok(document)
}

/// Checks a whole document, after PATCH too: required attributes present, at most one primary per attribute.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn complete(document: &Object, registry: &Registry, kind: Kind) -> Result<(), Error> {
    for attr in registry.attributes(kind) {
        let attribute = registry.attribute(attr);
        if !(attribute.required || attribute.multi_valued && attribute.ty == Type::Complex) {
            continue;
        }
        let value = document::get(document, registry, attr);
        if attribute.required && is_due(document, registry, attr) && !value.is_some_and(is_usable) {
            return Err(wrong(registry, attr, "is required and must be neither empty nor hold control characters"));
        }
        if let Some(Value::Array(items)) = value {
            one_primary(registry, attr, items)?;
        }
    }
    Ok(())
}

/// Required attributes of an extension are due only where the extension is used.
fn is_due(document: &Object, registry: &Registry, attr: AttrRef) -> bool {
    registry.extension_of(attr).is_none_or(|urn| document.contains_key(urn))
}

fn is_usable(value: &Value) -> bool {
    value.as_str().is_none_or(fold::is_printable)
}

fn check_schemas(body: &Object) -> Result<(), Error> {
    let listed = match member(body, "schemas") {
        Some(Value::Array(listed)) if !listed.is_empty() => listed,
        None | Some(Value::Null | Value::Array(_)) => {
            return Err(Error::invalid_syntax("schemas: the body names no schema; list at least the resource's own."));
        }
        Some(_) => return Err(Error::invalid_syntax("schemas: must be an array of URIs.")),
    };
    if !listed.iter().all(Value::is_string) {
        return Err(Error::invalid_syntax("schemas: every element must be a URI."));
    }
    Ok(())
}

/// The attributes a body assigns.
#[derive(Default)]
struct Written {
    values: Vec<(AttrRef, Value)>,
    /// Whether the body has an object under our own extension's URN.
    own_given: bool,
    /// What stands there when it is no object.
    unusable_own: Option<Value>,
}

impl Written {
    fn read(&mut self, body: &Object, registry: &Registry, kind: Kind) -> Result<(), Error> {
        let mut unqualified = vec![];
        for (key, value) in body {
            if let Some(attr) = registry.find(kind, key) {
                let value = read_one(registry, attr, value)?;
                let of_extension = registry.extension_of(attr).is_some();
                if of_extension { unqualified.extend(value) } else { self.values.extend(value) }
            } else if let Some(extension) = registry.extension(kind, key)
                && !value.is_null()
            {
                self.own_given |= registry.is_own_schema(extension);
                for (name, value) in coerce_extension(registry, extension, value)? {
                    if name.is_empty() {
                        self.unusable_own = Some(value);
                        continue;
                    }
                    let attr = registry.in_schema(extension, &name).filter(|_| !value.is_null());
                    self.values.extend(attr.map(|attr| (attr, value)));
                }
            }
        }
        // What stands under its URN is meant more precisely than what does not.
        unqualified.retain(|(attr, _)| !self.has(*attr));
        self.values.append(&mut unqualified);
        Ok(())
    }

    fn has(&self, attr: AttrRef) -> bool {
        self.values.iter().any(|(a, _)| *a == attr)
    }

    /// `active` omitted at creation is true (decision 6).
    fn default_active(&mut self, registry: &Registry, kind: Kind) {
        if let Some(active) = document::active(registry, kind).filter(|active| !self.has(*active)) {
            self.values.push((active, Value::Bool(true)));
        }
    }

    /// What a PUT leaves as it was (decision 13), and what it may not change.
    fn keep(&mut self, before: &Object, registry: &Registry, kind: Kind) -> Result<(), Error> {
        let active = document::active(registry, kind);
        for attr in registry.attributes(kind) {
            let Some(old) = document::get(before, registry, attr) else { continue };
            let mutability = registry.attribute(attr).mutability;
            match self.values.iter_mut().find(|(a, _)| *a == attr) {
                Some((_, new)) => fix(registry, attr, old, new)?,
                None if registry.is_own(attr) => {}
                None if Some(attr) == active => self.values.push((attr, old.clone())),
                None if matches!(mutability, Mutability::WriteOnly | Mutability::Immutable) => {
                    self.values.push((attr, old.clone()));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The document, attributes in the order of their schemas.
    fn assemble(&mut self, registry: &Registry) -> Object {
        self.values.sort_unstable_by_key(|(attr, _)| *attr);
        let mut document = Object::new();
        for (attr, value) in self.values.drain(..) {
            document::set(&mut document, registry, attr, value);
        }
        if let Some(value) = self.unusable_own.take() {
            document.insert(USHER.into(), Value::Object(Object::from_iter([(String::new(), value)])));
        }
        document
    }
}

fn read_one(registry: &Registry, attr: AttrRef, value: &Value) -> Result<Option<(AttrRef, Value)>, Error> {
    if attr == AttrRef::SCHEMAS || registry.attribute(attr).mutability == Mutability::ReadOnly {
        return Ok(None);
    }
    Ok(coerce(registry, attr, value)?.map(|value| (attr, value)))
}

/// Holds a new value to what is immutable of the old one; elements of multi-valued attributes are swapped, not changed.
fn fix(registry: &Registry, attr: AttrRef, old: &Value, new: &mut Value) -> Result<(), Error> {
    let attribute = registry.attribute(attr);
    if attribute.mutability == Mutability::Immutable && !same(registry, attr, old, new) {
        return Err(Error::mutability(format!("{}: the attribute is immutable.", registry.path_of(attr))));
    }
    if attribute.multi_valued {
        return Ok(());
    }
    let (Some(old), Some(new)) = (old.as_object(), new.as_object_mut()) else { return Ok(()) };
    for sub in registry.sub_attributes(attr) {
        let name = &*registry.attribute(sub).name;
        if registry.attribute(sub).mutability != Mutability::Immutable {
            continue;
        }
        match (old.get(name), new.get(name)) {
            (Some(a), Some(b)) if !same(registry, sub, a, b) => {
                return Err(Error::mutability(format!("{}: the attribute is immutable.", registry.path_of(sub))));
            }
            (Some(a), None) => {
                new.insert(name.to_owned(), a.clone());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether two canonical values are the same as the attribute compares.
fn same(registry: &Registry, attr: AttrRef, a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) if !registry.attribute(attr).case_exact => fold::same(a, b),
        _ => a == b,
    }
}
