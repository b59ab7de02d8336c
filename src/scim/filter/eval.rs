//! Whether a resource matches a checked filter. Runs once per candidate row, so it allocates only for text that is not ASCII.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::{Filter, Literal, Op};
use crate::scim::{AttrRef, Object, Registry, fold::fold, schema::Attribute};

/// What a filter's names stand for.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// A whole resource.
    Resource(&'a Object),
    /// One value of the attribute before the brackets.
    Value(&'a Value),
}

pub(super) fn matches(filter: &Filter<AttrRef>, registry: &Registry, scope: Scope<'_>) -> bool {
    match filter {
        Filter::Present(attr) => any(registry, scope, *attr, |value| value.is_some_and(is_present)),
        Filter::Compare(attr, op, literal) => {
            let attribute = registry.attribute(*attr);
            if *op == Op::Ne {
                any(registry, scope, *attr, |value| value.is_none_or(|value| !holds(attribute, Op::Eq, literal, value)))
            } else {
                any(registry, scope, *attr, |value| value.is_some_and(|value| holds(attribute, *op, literal, value)))
            }
        }
        Filter::ValuePath(attr, inner) => match whole(registry, scope, *attr) {
            Some(Value::Array(values)) => values.iter().any(|value| matches(inner, registry, Scope::Value(value))),
            Some(Value::Null) | None => false,
            Some(value) => matches(inner, registry, Scope::Value(value)),
        },
        Filter::And(all) => all.iter().all(|one| matches(one, registry, scope)),
        Filter::Or(all) => all.iter().any(|one| matches(one, registry, scope)),
        Filter::Not(inner) => !matches(inner, registry, scope),
    }
}

/// The top-level attribute's value.
fn whole<'a>(registry: &Registry, scope: Scope<'a>, attr: AttrRef) -> Option<&'a Value> {
    match scope {
        Scope::Value(value) => Some(value),
        Scope::Resource(resource) => {
            let holder = match registry.extension_of(attr) {
                Some(urn) => resource.get(urn)?.as_object()?,
                None => resource,
            };
            holder.get(&*registry.parent(attr).name)
        }
    }
}

/// Whether any value passes; where there is none, the test is asked once about `None`.
fn any(registry: &Registry, scope: Scope<'_>, attr: AttrRef, test: impl Fn(Option<&Value>) -> bool) -> bool {
    let Some(value) = whole(registry, scope, attr) else {
        return test(None);
    };
    if attr.sub.is_none() {
        return each(value, test);
    }
    let name = &*registry.attribute(attr).name;
    each(value, |element| match element.and_then(|element| element.get(name)) {
        Some(value) => each(value, &test),
        None => test(None),
    })
}

fn each(value: &Value, test: impl Fn(Option<&Value>) -> bool) -> bool {
    match value {
        Value::Null => test(None),
        Value::Array(values) if values.is_empty() => test(None),
        Value::Array(values) => values.iter().any(|value| test(Some(value))),
        value => test(Some(value)),
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => values.iter().any(is_present),
        Value::Object(members) => members.values().any(is_present),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn holds(attribute: &Attribute, op: Op, literal: &Literal, value: &Value) -> bool {
    match (literal, value) {
        (Literal::String(operand), Value::String(text)) if attribute.case_exact => exact(op, text, operand),
        (Literal::String(operand), Value::String(text)) if text.is_ascii() => {
            ascii(op, text.as_bytes(), operand.as_bytes())
        }
        (Literal::String(operand), Value::String(text)) => exact(op, &fold(text), operand),
        (Literal::Bool(operand), Value::Bool(value)) => ordered(op, Some(value.cmp(operand))),
        (Literal::Number(operand), Value::Number(value)) => ordered(op, numeric(value, operand)),
        (Literal::Instant(operand), Value::String(text)) => {
            ordered(op, text.parse::<Timestamp>().ok().map(|instant| instant.cmp(operand)))
        }
        _ => false,
    }
}

fn exact(op: Op, text: &str, operand: &str) -> bool {
    match op {
        Op::Co => text.contains(operand),
        Op::Sw => text.starts_with(operand),
        Op::Ew => text.ends_with(operand),
        op => ordered(op, Some(text.cmp(operand))),
    }
}

/// Like `exact` over the folded text: for ASCII, folding is lower-casing.
fn ascii(op: Op, text: &[u8], operand: &[u8]) -> bool {
    let start = || text.get(..operand.len());
    let end = || text.len().checked_sub(operand.len()).and_then(|from| text.get(from..));
    let is_operand = |part: Option<&[u8]>| part.is_some_and(|part| part.eq_ignore_ascii_case(operand));
    match op {
        Op::Eq => text.eq_ignore_ascii_case(operand),
        Op::Co => operand.is_empty() || text.windows(operand.len()).any(|part| part.eq_ignore_ascii_case(operand)),
        Op::Sw => is_operand(start()),
        Op::Ew => is_operand(end()),
        op => ordered(op, Some(text.iter().map(u8::to_ascii_lowercase).cmp(operand.iter().copied()))),
    }
}

fn ordered(op: Op, ordering: Option<Ordering>) -> bool {
    ordering.is_some_and(|ordering| match op {
        Op::Eq => ordering.is_eq(),
        Op::Ne => ordering.is_ne(),
        Op::Gt => ordering.is_gt(),
        Op::Ge => ordering.is_ge(),
        Op::Lt => ordering.is_lt(),
        Op::Le => ordering.is_le(),
        Op::Co | Op::Sw | Op::Ew => false,
    })
}

fn numeric(value: &Number, operand: &Number) -> Option<Ordering> {
    match (value.as_i64(), operand.as_i64()) {
        (Some(value), Some(operand)) => Some(value.cmp(&operand)),
        _ => value.as_f64()?.partial_cmp(&operand.as_f64()?),
    }
}
