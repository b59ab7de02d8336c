//! Steps applied to a document. A failure abandons the copy, so nothing is ever half done.

use serde_json::Value;

use super::{Action, Patch, Select, Step, Target, elements};
use crate::scim::{
    AttrRef, Error, Kind, Object, Registry, ScimType, quirks,
    schema::{Attribute, Mutability},
    validate,
};

pub(super) fn patch(patch: &Patch, before: &Object, registry: &Registry, kind: Kind) -> Result<Object, Error> {
    let mut document = before.clone();
    for step in &patch.steps {
        run(step, &mut document, registry).map_err(|error| step.origin.explain(&error))?;
    }
    validate::complete(&document, registry, kind)?;
    Ok(document)
}

fn run(step: &Step, document: &mut Object, registry: &Registry) -> Result<(), Error> {
    if let Action::Refuse(error) = &step.action {
        return Err(error.clone());
    }
    let attr = match &step.target {
        Target::Attribute(attr) | Target::Values(attr, ..) => attr.top(),
        Target::Extension(extension) => {
            // Only what is no object comes here; `schema::own` judges it under the empty name.
            if let (Some(schema), Action::Set(value)) = (registry.schema(*extension), &step.action) {
                let object = Object::from_iter([(String::new(), value.clone())]);
                document.insert(schema.id.to_string(), Value::Object(object));
            }
            return Ok(());
        }
    };
    let Some(urn) = registry.extension_of(attr) else {
        return update(step, document, registry, attr);
    };
    let extension = document.entry(urn).or_insert_with(|| Value::Object(Object::new()));
    if !extension.is_object() {
        *extension = Value::Object(Object::new());
    }
    if let Some(extension) = extension.as_object_mut() {
        update(step, extension, registry, attr)?;
        if extension.is_empty() {
            document.shift_remove(urn);
        }
    }
    Ok(())
}

/// Changes one top-level attribute of the object that holds it; its place among the others stays.
fn update(step: &Step, holder: &mut Object, registry: &Registry, attr: AttrRef) -> Result<(), Error> {
    let attribute = registry.attribute(attr);
    let name = &*attribute.name;
    let current = holder.get_mut(name).map(Value::take).filter(|value| !value.is_null());
    let subject = Subject { registry, attr, attribute };
    let outcome = match &step.target {
        Target::Values(_, select, sub) => subject.selected(current, select, *sub, &step.action),
        Target::Attribute(target) if target.is_sub() => subject.sub_attribute(current, *target, &step.action),
        _ => subject.whole(current, &step.action),
    }?;
    match outcome {
        Some(value) => {
            holder.insert(name.to_owned(), value);
        }
        None => {
            holder.shift_remove(name);
        }
    }
    Ok(())
}

/// The top-level attribute a step changes.
struct Subject<'a> {
    registry: &'a Registry,
    attr: AttrRef,
    attribute: &'a Attribute,
}

impl Subject<'_> {
    fn whole(&self, current: Option<Value>, action: &Action) -> Result<Option<Value>, Error> {
        // Copied only where it will be compared: a group's members may be many.
        let is_fixed = self.attribute.mutability == Mutability::Immutable;
        let before = if is_fixed { current.clone() } else { None };
        let outcome = match action {
            Action::Set(Value::Array(values)) if self.attribute.multi_valued => {
                let mut list = Vec::with_capacity(values.len());
                elements::append(self.registry, self.attr, &mut list, values)?;
                self.finish(list)?
            }
            Action::Set(value) => Some(value.clone()),
            Action::Merge(mentioned) => {
                let mut object = into_object(current);
                self.merge(&mut object, mentioned)?;
                self.finish(vec![Value::Object(object)])?
            }
            Action::Append(values) => {
                let mut list = into_list(current);
                elements::append(self.registry, self.attr, &mut list, values)?;
                self.finish(list)?
            }
            Action::Discard(values) => {
                let mut list = into_list(current);
                elements::discard(self.registry, self.attr, &mut list, values);
                self.finish(list)?
            }
            Action::Clear => None,
            Action::Refuse(error) => return Err(error.clone()),
        };
        check_change(self.attribute, before.as_ref(), outcome.as_ref())?;
        Ok(outcome)
    }

    /// `name.givenName`; of a multi-valued attribute, the sub-attribute of every value.
    fn sub_attribute(&self, current: Option<Value>, sub: AttrRef, action: &Action) -> Result<Option<Value>, Error> {
        let mut list = into_list(current);
        if list.is_empty() && matches!(action, Action::Set(_)) {
            list.push(Value::Object(Object::new()));
        }
        let all: Vec<usize> = (0..list.len()).collect();
        self.write_sub(&mut list, &all, sub, action)?;
        self.finish(list)
    }

    /// `emails[filter]` and `emails[filter].sub`.
    fn selected(
        &self,
        current: Option<Value>,
        select: &Select,
        sub: Option<AttrRef>,
        action: &Action,
    ) -> Result<Option<Value>, Error> {
        let mut list = into_list(current);
        let mut chosen: Vec<usize> = (0..list.len())
            .filter(|&index| list.get(index).is_some_and(|value| select.filter.matches_value(self.registry, value)))
            .collect();
        if chosen.is_empty() {
            if matches!(action, Action::Clear) {
                return self.finish(list);
            }
            let seed = select.seed.clone().filter(|_| self.attribute.multi_valued || list.is_empty());
            let Some(seed) = seed else {
                let detail = format!("No value of {} matches the filter.", self.registry.path_of(self.attr));
                return Err(Error::of(ScimType::NoTarget, detail));
            };
            chosen.push(list.len());
            list.push(Value::Object(seed.clone()));
            if let (None, Action::Set(Value::Object(element))) = (sub, action) {
                let mut element = element.clone();
                seed.into_iter().for_each(|(name, value)| {
                    element.entry(name).or_insert(value);
                });
                return self.write_values(list, &chosen, &Action::Set(Value::Object(element)));
            }
        }
        match sub {
            Some(sub) => {
                self.write_sub(&mut list, &chosen, sub, action)?;
                self.finish(list)
            }
            None => self.write_values(list, &chosen, action),
        }
    }

    /// Writes whole values, or removes them.
    fn write_values(&self, mut list: Vec<Value>, chosen: &[usize], action: &Action) -> Result<Option<Value>, Error> {
        if matches!(action, Action::Clear) {
            let mut index = 0;
            list.retain(|_| {
                index += 1;
                chosen.binary_search(&(index - 1)).is_err()
            });
            return self.finish(list);
        }
        for &index in chosen {
            let Some(element) = list.get_mut(index) else {
                continue;
            };
            match (action, element) {
                (Action::Set(value), element) => *element = value.clone(),
                (Action::Merge(mentioned), Value::Object(object)) => self.merge(object, mentioned)?,
                _ => {}
            }
        }
        elements::settle_primary(&mut list, chosen)?;
        self.finish(list)
    }

    fn write_sub(&self, list: &mut [Value], chosen: &[usize], sub: AttrRef, action: &Action) -> Result<(), Error> {
        let sub = self.registry.attribute(sub);
        let value = match action {
            Action::Set(value) => value.clone(),
            Action::Append(values) => Value::Array(values.clone()),
            _ => Value::Null,
        };
        for &index in chosen {
            if let Some(Value::Object(object)) = list.get_mut(index) {
                assign(object, sub, &value)?;
            }
        }
        elements::settle_primary(list, chosen)
    }

    fn merge(&self, object: &mut Object, mentioned: &Object) -> Result<(), Error> {
        for (name, value) in mentioned {
            if let Some(sub) = self.registry.sub(self.attr, name) {
                assign(object, self.registry.attribute(sub), value)?;
            }
        }
        Ok(())
    }

    /// Drops values that became empty, and refuses those that lost what they need.
    fn finish(&self, mut list: Vec<Value>) -> Result<Option<Value>, Error> {
        let is_nothing =
            |object: &Object| object.is_empty() || (!self.attribute.multi_valued && quirks::is_empty_reference(object));
        list.retain(|value| !value.as_object().is_some_and(is_nothing));
        for sub in self.attribute.sub_attributes.iter().filter(|sub| sub.required) {
            if list.iter().filter_map(Value::as_object).any(|object| !object.contains_key(&*sub.name)) {
                let name = self.registry.path_of(self.attr);
                return Err(Error::invalid_value(format!("Each value of {name} needs {}.", sub.name)));
            }
        }
        Ok(if self.attribute.multi_valued {
            (!list.is_empty()).then_some(Value::Array(list))
        } else {
            list.into_iter().next()
        })
    }
}

/// Assigns a sub-attribute; null unassigns it.
fn assign(object: &mut Object, sub: &Attribute, value: &Value) -> Result<(), Error> {
    let value = Some(value).filter(|value| !value.is_null());
    if !elements::is_label(sub) {
        check_change(sub, object.get(&*sub.name), value)?;
    }
    match value {
        Some(value) => {
            object.insert(sub.name.to_string(), value.clone());
        }
        None => {
            object.shift_remove(&*sub.name);
        }
    }
    Ok(())
}

/// An immutable attribute takes a value once (RFC 7643 section 7).
fn check_change(attribute: &Attribute, before: Option<&Value>, after: Option<&Value>) -> Result<(), Error> {
    if attribute.mutability == Mutability::Immutable && before.is_some() && before != after {
        let detail = format!("{} is immutable: it has a value, which can't be changed or removed.", attribute.name);
        return Err(Error::mutability(detail));
    }
    Ok(())
}

fn into_list(current: Option<Value>) -> Vec<Value> {
    match current {
        Some(Value::Array(values)) => values,
        other => other.into_iter().collect(),
    }
}

fn into_object(current: Option<Value>) -> Object {
    match current {
        Some(Value::Object(object)) => object,
        _ => Object::new(),
    }
}
