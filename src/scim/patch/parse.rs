//! From a `PatchOp` body to steps, by the schema alone.

use serde_json::Value;

use super::{Action, Origin, Patch, Select, Step, Target};
use crate::scim::{
    AttrRef, Error, Kind, Object, Registry, ScimType,
    filter::{Filter, check_values, equalities, sub_attribute},
    path::{AttrPath, PatchPath},
    quirks,
    schema::{Mutability, SchemaRef, Type},
    validate,
};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

pub(super) fn patch(body: &Object, registry: &Registry, kind: Kind) -> Result<Patch, Error> {
    check_schemas(member(body, "schemas"))?;
    let operations = match member(body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        _ => {
            return Err(Error::invalid_syntax(
                "A PATCH body needs \"Operations\", an array of at least one operation.",
            ));
        }
    };
    if operations.len() > Patch::MAX_OPERATIONS {
        let detail = format!("A PATCH request may hold at most {} operations.", Patch::MAX_OPERATIONS);
        return Err(Error::status(413, detail));
    }
    let mut steps = Vec::with_capacity(operations.len());
    for (index, operation) in operations.iter().enumerate() {
        let path = operation.as_object().and_then(|operation| member(operation, "path")).and_then(Value::as_str);
        let origin = Origin { number: index + 1, path: path.map(str::to_owned) };
        let reader = Reader { registry, kind };
        match reader.operation(operation) {
            Ok(changes) => steps.extend(changes.into_iter().map(|(target, action)| Step {
                origin: origin.clone(),
                target,
                action,
            })),
            Err(error) => return Err(origin.explain(&error)),
        }
    }
    Ok(Patch { steps })
}

fn check_schemas(schemas: Option<&Value>) -> Result<(), Error> {
    let named = match schemas {
        None | Some(Value::Null) => true,
        Some(Value::Array(urns)) => urns.iter().filter_map(Value::as_str).any(|urn| urn.eq_ignore_ascii_case(PATCH_OP)),
        Some(_) => false,
    };
    if named {
        Ok(())
    } else {
        Err(Error::invalid_syntax(format!("The \"schemas\" of a PATCH body must name {PATCH_OP}.")))
    }
}

/// A member of a message by its name in any case.
fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

#[derive(Clone, Copy, PartialEq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

impl Verb {
    fn parse(word: Option<&Value>) -> Result<Self, Error> {
        match word.and_then(Value::as_str).and_then(quirks::operation_word) {
            Some("add") => Ok(Self::Add),
            Some("replace") => Ok(Self::Replace),
            Some("remove") => Ok(Self::Remove),
            _ => Err(Error::invalid_syntax("\"op\" must be \"add\", \"replace\" or \"remove\".")),
        }
    }
}

type Change = (Target, Action);

/// What a key or a path names.
enum Named {
    Extension(SchemaRef),
    Target(Target),
}

struct Reader<'a> {
    registry: &'a Registry,
    kind: Kind,
}

impl Reader<'_> {
    fn operation(&self, operation: &Value) -> Result<Vec<Change>, Error> {
        let Some(operation) = operation.as_object() else {
            return Err(Error::invalid_syntax("An operation must be a JSON object."));
        };
        let verb = Verb::parse(member(operation, "op"))?;
        let value = member(operation, "value");
        let path = match member(operation, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(path),
            Some(_) => return Err(Error::invalid_path("\"path\" must be a string.")),
        };
        let value = match (verb, value) {
            (Verb::Remove, value) => value.unwrap_or(&Value::Null),
            (Verb::Add | Verb::Replace, None) => return Err(Error::invalid_value("\"value\" is missing.")),
            (Verb::Add, Some(Value::Null)) => return Err(Error::invalid_value("null can't be added; leave it out.")),
            (Verb::Add | Verb::Replace, Some(value)) => value,
        };
        match (path, verb) {
            (Some(path), _) => self.named(verb, path, value),
            (None, Verb::Remove) => {
                Err(Error::of(ScimType::NoTarget, "\"remove\" needs a \"path\" that says what to remove."))
            }
            (None, _) => self.unnamed(verb, value),
        }
    }

    /// An operation with a path.
    fn named(&self, verb: Verb, path: &str, value: &Value) -> Result<Vec<Change>, Error> {
        match self.lookup(path)? {
            Named::Extension(extension) => self.whole_extension(verb, extension, value),
            // `schemas` follows from what a resource holds.
            Named::Target(Target::Attribute(attr)) if attr.top() == AttrRef::SCHEMAS => Ok(Vec::new()),
            Named::Target(target) => {
                if self.is_read_only(&target) {
                    let refusal = Error::mutability("The attribute is readOnly: the server alone sets it.");
                    return Ok(vec![(target, Action::Refuse(refusal))]);
                }
                Ok(self.action(verb, &target, value)?.map(|action| (target, action)).into_iter().collect())
            }
        }
    }

    /// An operation without a path: each member of the value is an assignment, its key a path.
    fn unnamed(&self, verb: Verb, value: &Value) -> Result<Vec<Change>, Error> {
        let Some(Value::Object(object)) = quirks::single(value) else {
            return Err(Error::invalid_value("Without a \"path\", the \"value\" must be an object of attributes."));
        };
        let mut changes = Vec::new();
        for (key, value) in object {
            match self.lookup(key) {
                _ if key.eq_ignore_ascii_case(self.kind.base_schema()) && value.is_object() => {
                    changes.extend(self.unnamed(verb, value)?);
                }
                Ok(Named::Extension(extension)) => changes.extend(self.extension(verb, extension, value)?),
                Ok(Named::Target(target)) => changes.extend(self.assignment(verb, target, value)?),
                // Unknown names inside a value are ignored (decision 9).
                Err(_) => {}
            }
        }
        Ok(changes)
    }

    /// One member of a value: readOnly attributes are ignored, and null has nothing to add.
    fn assignment(&self, verb: Verb, target: Target, value: &Value) -> Result<Option<Change>, Error> {
        let is_schemas = matches!(&target, Target::Attribute(attr) if attr.top() == AttrRef::SCHEMAS);
        if is_schemas || self.is_read_only(&target) {
            return Ok(None);
        }
        if verb == Verb::Add && value.is_null() {
            self.check_not_required(&target)?;
            return Ok(None);
        }
        Ok(self.action(verb, &target, value)?.map(|action| (target, action)))
    }

    /// A bare URN as path (decision 18): add merges, replace replaces, remove clears.
    fn whole_extension(&self, verb: Verb, extension: SchemaRef, value: &Value) -> Result<Vec<Change>, Error> {
        let given = match verb {
            Verb::Add | Verb::Replace => self.extension(Verb::Add, extension, value)?,
            Verb::Remove => Vec::new(),
        };
        if verb == Verb::Add || given.iter().any(|(target, _)| matches!(target, Target::Extension(_))) {
            return Ok(given);
        }
        let mut changes = Vec::new();
        for attr in self.registry.attributes_in(extension) {
            let target = Target::Attribute(attr);
            let is_given =
                given.iter().any(|(other, _)| matches!(other, Target::Attribute(other) if other.top() == attr));
            let attribute = self.registry.attribute(attr);
            // A complex value is cleared first, because assigning one keeps what it does not mention.
            if !self.is_read_only(&target) && (!is_given || attribute.ty == Type::Complex) {
                changes.push((target, Action::Clear));
            }
        }
        changes.extend(given);
        Ok(changes)
    }

    /// The members of an extension's object.
    fn extension(&self, verb: Verb, extension: SchemaRef, value: &Value) -> Result<Vec<Change>, Error> {
        let object = match quirks::single(value) {
            Some(Value::Object(object)) => object,
            Some(Value::Null) if verb == Verb::Replace => return self.whole_extension(Verb::Remove, extension, value),
            Some(Value::Null) => return Ok(Vec::new()),
            _ if self.registry.is_own_schema(extension) => {
                return Ok(vec![(Target::Extension(extension), Action::Set(value.clone()))]);
            }
            _ => return Err(Error::invalid_value("The value of an extension must be an object of its attributes.")),
        };
        let mut changes = Vec::new();
        for (key, value) in object {
            let Ok(AttrPath { urn: None, attribute, sub }) = AttrPath::parse(key) else {
                continue;
            };
            let attr = self.registry.in_schema(extension, &attribute);
            let attr = attr.and_then(|attr| match sub {
                Some(sub) => self.registry.sub(attr, &sub),
                None => Some(attr),
            });
            if let Some(attr) = attr {
                changes.extend(self.assignment(verb, Target::Attribute(attr), value)?);
            }
        }
        Ok(changes)
    }

    fn lookup(&self, text: &str) -> Result<Named, Error> {
        if let Some(extension) = self.registry.extension(self.kind, text.trim_matches(' ')) {
            return Ok(Named::Extension(extension));
        }
        let PatchPath { path, filter, sub } = PatchPath::parse(text)?;
        let Some(attr) = self.registry.resolve(self.kind, &path) else {
            let detail = format!("A {} has no attribute called {path}.", self.kind.name());
            return Err(Error::invalid_path(detail));
        };
        let Some(filter) = filter else {
            return Ok(Named::Target(Target::Attribute(attr)));
        };
        let attribute = self.registry.attribute(attr);
        if attr.is_sub() || !(attribute.multi_valued || attribute.ty == Type::Complex) {
            return Err(Error::invalid_path(format!(
                "{path} has no values that a filter in brackets could choose from."
            )));
        }
        let sub = match sub {
            Some(name) => Some(
                sub_attribute(self.registry, attr, &name)
                    .ok_or_else(|| Error::invalid_path(format!("{path} has no sub-attribute called {name}.")))?,
            ),
            None => None,
        };
        let select = Select { filter: check_values(&filter, self.registry, attr)?, seed: self.seed(attr, &filter) };
        Ok(Named::Target(Target::Values(attr, select, sub.filter(|sub| sub.is_sub()))))
    }

    /// The value a new element begins with, in the case the filter was written in.
    fn seed(&self, attr: AttrRef, filter: &Filter<AttrPath>) -> Option<Object> {
        let mut seed = Object::new();
        for (name, value) in equalities(filter)? {
            let sub = self.registry.sub(attr, name)?;
            let value = validate::coerce(self.registry, sub, &value).ok()??;
            match seed.insert(self.registry.attribute(sub).name.to_string(), value.clone()) {
                Some(other) if other != value => return None,
                _ => {}
            }
        }
        Some(seed)
    }

    fn is_read_only(&self, target: &Target) -> bool {
        let attr = match target {
            Target::Attribute(attr) | Target::Values(attr, _, None) | Target::Values(_, _, Some(attr)) => *attr,
            Target::Extension(_) => return false,
        };
        [self.registry.attribute(attr), self.registry.parent(attr)]
            .iter()
            .any(|attribute| attribute.mutability == Mutability::ReadOnly)
    }

    /// null, or what amounts to it, for a required attribute.
    fn check_not_required(&self, target: &Target) -> Result<(), Error> {
        match required(self.registry, target) {
            Some(attr) => {
                let name = self.registry.path_of(attr);
                Err(Error::invalid_value(format!("{name} is required and can't be unassigned.")))
            }
            None => Ok(()),
        }
    }

    fn action(&self, verb: Verb, target: &Target, value: &Value) -> Result<Option<Action>, Error> {
        let action = match (verb, target) {
            (Verb::Remove, target) => return self.removal(target, value).map(Some),
            (_, _) if value.is_null() => None,
            (_, Target::Attribute(attr)) => self.attribute_action(verb, *attr, value)?,
            (_, Target::Values(_, _, Some(sub))) => validate::coerce(self.registry, *sub, value)?.map(Action::Set),
            (Verb::Add, Target::Values(attr, ..)) if self.registry.attribute(*attr).ty == Type::Complex => {
                self.parts(*attr, value)?.map(Action::Merge)
            }
            (_, Target::Values(attr, ..)) => validate::coerce_element(self.registry, *attr, value)?.map(Action::Set),
            (_, Target::Extension(_)) => return Ok(None),
        };
        match action {
            Some(action) => Ok(Some(action)),
            // `[]` has nothing to add.
            None if verb == Verb::Add && value.is_array() => Ok(None),
            None => {
                self.check_not_required(target)?;
                Ok(Some(Action::Clear))
            }
        }
    }

    fn attribute_action(&self, verb: Verb, attr: AttrRef, value: &Value) -> Result<Option<Action>, Error> {
        let attribute = self.registry.attribute(attr);
        let Some(canonical) = validate::coerce(self.registry, attr, value)? else {
            return Ok(self.mentioned(verb, attr, value, &Object::new()).map(Action::Merge));
        };
        Ok(Some(match (canonical, verb) {
            (Value::Array(values), _) if attribute.multi_valued => {
                validate::one_primary(self.registry, attr, &values)?;
                if verb == Verb::Add { Action::Append(values) } else { Action::Set(Value::Array(values)) }
            }
            (value, Verb::Add) if attribute.multi_valued => Action::Append(vec![value]),
            (Value::Object(object), _) if !attribute.multi_valued => match self.mentioned(verb, attr, value, &object) {
                Some(mentioned) => Action::Merge(mentioned),
                None => Action::Set(Value::Object(object)),
            },
            (value, _) => Action::Set(value),
        }))
    }

    /// What is to be added to values of a complex attribute; unlike a whole value, it may lack what is required.
    fn parts(&self, attr: AttrRef, value: &Value) -> Result<Option<Object>, Error> {
        let Some(Value::Object(written)) = quirks::single(value) else {
            let element = validate::coerce_element(self.registry, attr, value)?;
            return Ok(element.and_then(|element| element.as_object().cloned()));
        };
        let mut parts = Object::new();
        for (key, value) in written {
            let Some(sub) = self.registry.sub(attr, key) else {
                continue;
            };
            let attribute = self.registry.attribute(sub);
            if attribute.mutability != Mutability::ReadOnly
                && let Some(value) = validate::coerce(self.registry, sub, value)?
            {
                parts.insert(attribute.name.to_string(), value);
            }
        }
        Ok(Some(parts))
    }

    /// What a value says about a single complex attribute, null where it unassigns (which `add` never does); `None` when it says all
    /// there is to say: it is no object, or it gives the `value` of a reference, which the other sub-attributes only describe.
    fn mentioned(&self, verb: Verb, attr: AttrRef, written: &Value, canonical: &Object) -> Option<Object> {
        let attribute = self.registry.attribute(attr);
        let written = written.as_object().filter(|_| attribute.ty == Type::Complex && !attribute.multi_valued)?;
        let value = self.registry.sub(attr, "value").filter(|_| self.registry.sub(attr, "$ref").is_some());
        let mut mentioned = Object::new();
        for key in written.keys() {
            let Some(sub) = self.registry.sub(attr, key) else {
                continue;
            };
            if Some(sub) == value {
                return None;
            }
            let sub = self.registry.attribute(sub);
            if sub.mutability != Mutability::ReadOnly {
                let value = canonical.get(&*sub.name).cloned();
                let value = if verb == Verb::Add { value } else { Some(value.unwrap_or(Value::Null)) };
                mentioned.extend(value.map(|value| (sub.name.to_string(), value)));
            }
        }
        Some(mentioned)
    }

    fn removal(&self, target: &Target, value: &Value) -> Result<Action, Error> {
        let no_value = value.is_null() || value.as_str().is_some_and(str::is_empty);
        match target {
            Target::Attribute(attr) if self.registry.attribute(*attr).multi_valued && !no_value => {
                Ok(Action::Discard(match validate::coerce(self.registry, *attr, value)? {
                    Some(Value::Array(values)) => values,
                    other => other.into_iter().collect(),
                }))
            }
            target => Ok(match required(self.registry, target) {
                Some(attr) => {
                    let name = self.registry.path_of(attr);
                    Action::Refuse(Error::mutability(format!("{name} is required and can't be removed.")))
                }
                None => Action::Clear,
            }),
        }
    }
}

/// The attribute a target unassigns as a whole, if it is required.
fn required(registry: &Registry, target: &Target) -> Option<AttrRef> {
    match target {
        Target::Attribute(attr) | Target::Values(_, _, Some(attr)) => {
            Some(*attr).filter(|attr| registry.attribute(*attr).required)
        }
        Target::Values(..) | Target::Extension(_) => None,
    }
}
