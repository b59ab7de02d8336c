//! References to what the same request creates: `bulkId:x` as a whole value, before `=` in a list of roles, in quotes inside a PATCH path.

use super::{Action, Operation, PATCH_OP, PREFIX};
use crate::scim::{Error, Object};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What may stand behind a reference inside a longer text.
const ENDS: [char; 8] = ['"', '\'', ';', ',', '=', '/', ']', ')'];
/// What may stand before one.
const STARTS: [char; 8] = ['"', '\'', ';', ',', '=', '/', '(', '['];

/// The references of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// Those to operations of this request.
    pub known: BTreeSet<String>,
    /// One that no operation of this request declares.
    pub unknown: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Literal(&'a str),
    Known(&'a str),
    Unknown(&'a str),
}

impl References {
    /// Collects them from path and body.
    #[must_use]
    pub fn of(operation: &Operation, declared: &BTreeSet<String>) -> Self {
        let mut found = Self::default();
        if let Some(id) = operation.id.as_deref().filter(|id| id.starts_with(PREFIX)) {
            found.take(id, declared);
        }
        for value in operation.data().into_iter().flat_map(Object::values) {
            visit(value, &mut |text| found.take(text, declared));
        }
        found
    }

    fn take(&mut self, text: &str, declared: &BTreeSet<String>) {
        for piece in pieces(text, declared) {
            match piece {
                Piece::Known(id) => {
                    self.known.insert(id.to_owned());
                }
                Piece::Unknown(id) => self.unknown = self.unknown.take().or_else(|| Some(id.to_owned())),
                Piece::Literal(_) => {}
            }
        }
    }

    /// 400 for a reference to nothing.
    ///
    /// # Errors
    /// 400 `invalidValue` naming it.
    pub fn check(&self) -> Result<(), Error> {
        let Some(unknown) = &self.unknown else { return Ok(()) };
        let shown: String = unknown.chars().take(64).collect();
        Err(Error::invalid_value(format!("bulkId:{shown} is the bulkId of no POST in this request.")))
    }
}

impl Operation {
    /// The operation with ids in place of references; those `resolve` knows nothing of stay.
    #[must_use]
    pub fn resolved(&self, declared: &BTreeSet<String>, resolve: &dyn Fn(&str) -> Option<String>) -> Self {
        let body = |data: &Object| resolved(data, declared, resolve);
        let action = match &self.action {
            Action::Create(data) => Action::Create(body(data)),
            Action::Replace(data) => Action::Replace(body(data)),
            Action::Patch(data) => Action::Patch(body(data)),
            Action::Delete => Action::Delete,
        };
        Self { id: self.resolved_id(declared, resolve), action, version: self.version.clone(), ..*self }
    }

    /// The id in its path, where that is a reference what it stands for.
    #[must_use]
    pub fn resolved_id(&self, declared: &BTreeSet<String>, resolve: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let id = self.id.as_ref()?;
        Some(if id.starts_with(PREFIX) { substitute(id, declared, resolve) } else { id.clone() })
    }
}

impl Operation {
    /// Parts a POST into what can be done now, and the attributes and values that mention one of these ids.
    #[must_use]
    pub fn parted(&self, without: &BTreeSet<String>) -> (Self, Object) {
        match &self.action {
            Action::Create(data) if !without.is_empty() => {
                let (kept, left) = parted(data, without);
                (Self { action: Action::Create(kept), ..self.clone() }, left)
            }
            _ => (self.clone(), Object::new()),
        }
    }
}

/// A PATCH that adds what a resource was created without.
#[must_use]
pub fn completion(left: &Object, declared: &BTreeSet<String>, resolve: &dyn Fn(&str) -> Option<String>) -> Object {
    let operations = json!([{ "op": "add", "value": resolved(left, declared, resolve) }]);
    Object::from_iter([("schemas".to_owned(), json!([PATCH_OP])), ("Operations".to_owned(), operations)])
}

/// A body with ids in place of references.
fn resolved(data: &Object, declared: &BTreeSet<String>, resolve: &dyn Fn(&str) -> Option<String>) -> Object {
    data.iter().map(|(name, value)| (name.clone(), replaced(value, declared, resolve))).collect()
}

/// Parts a body into what can be written now, and the attributes and values that mention one of these ids.
fn parted(data: &Object, without: &BTreeSet<String>) -> (Object, Object) {
    let (mut kept, mut left) = (Object::new(), Object::new());
    for (name, value) in data {
        match value {
            Value::Array(elements) => {
                let (later, now): (Vec<Value>, Vec<Value>) =
                    elements.iter().cloned().partition(|element| mentions(element, without));
                if !now.is_empty() || later.is_empty() {
                    kept.insert(name.clone(), Value::Array(now));
                }
                if !later.is_empty() {
                    left.insert(name.clone(), Value::Array(later));
                }
            }
            // An extension's attributes are parted like the base schema's.
            Value::Object(extension) if name.contains(':') => {
                let (now, later) = parted(extension, without);
                if !now.is_empty() || later.is_empty() {
                    kept.insert(name.clone(), Value::Object(now));
                }
                if !later.is_empty() {
                    left.insert(name.clone(), Value::Object(later));
                }
            }
            value if mentions(value, without) => {
                left.insert(name.clone(), value.clone());
            }
            value => {
                kept.insert(name.clone(), value.clone());
            }
        }
    }
    (kept, left)
}

fn mentions(value: &Value, ids: &BTreeSet<String>) -> bool {
    let mut is_found = false;
    visit(value, &mut |text| is_found |= pieces(text, ids).iter().any(|piece| matches!(piece, Piece::Known(_))));
    is_found
}

fn visit(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(elements) => elements.iter().for_each(|element| visit(element, each)),
        Value::Object(members) => members.values().for_each(|member| visit(member, each)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn replaced(value: &Value, declared: &BTreeSet<String>, resolve: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(substitute(text, declared, resolve)),
        Value::Array(elements) => {
            Value::Array(elements.iter().map(|element| replaced(element, declared, resolve)).collect())
        }
        Value::Object(members) => Value::Object(resolved(members, declared, resolve)),
        other => other.clone(),
    }
}

fn substitute(text: &str, declared: &BTreeSet<String>, resolve: &dyn Fn(&str) -> Option<String>) -> String {
    if !text.contains(PREFIX) {
        return text.to_owned();
    }
    pieces(text, declared)
        .into_iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.to_owned(),
            Piece::Known(id) | Piece::Unknown(id) => resolve(id).unwrap_or_else(|| format!("{PREFIX}{id}")),
        })
        .collect()
}

/// Takes a text apart. What looks like a reference inside of a text, but is none, is text; at its beginning and in double quotes it is
/// a reference to nothing.
fn pieces<'a>(text: &'a str, declared: &BTreeSet<String>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(at) = rest.get(from..).and_then(|text| text.find(PREFIX)).map(|at| at + from) {
        let (before, behind) = (rest.get(..at).unwrap_or_default(), rest.get(at + PREFIX.len()..).unwrap_or_default());
        let is_begun = before.is_empty() && pieces.is_empty();
        let can_start = is_begun || before.ends_with(STARTS) || (before.is_empty() && !pieces.is_empty());
        let known = longest(behind, declared).filter(|_| can_start);
        let piece = match known {
            Some(id) => Some(Piece::Known(id)),
            None if is_begun => Some(Piece::Unknown(behind)),
            None if before.ends_with('"') => Some(Piece::Unknown(behind.split('"').next().unwrap_or_default())),
            None => None,
        };
        let Some(piece) = piece else {
            from = at + PREFIX.len();
            continue;
        };
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        let (Piece::Known(id) | Piece::Unknown(id) | Piece::Literal(id)) = piece;
        rest = behind.get(id.len()..).unwrap_or_default();
        from = 0;
        pieces.push(piece);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// The longest declared id that the text begins with and that ends where a reference may end.
fn longest<'a>(text: &'a str, declared: &BTreeSet<String>) -> Option<&'a str> {
    if declared.contains(text) {
        return Some(text);
    }
    let ends = text.char_indices().filter(|(_, c)| ENDS.contains(c)).map(|(at, _)| at);
    ends.rev().filter_map(|at| text.get(..at)).find(|id| declared.contains(*id))
}
