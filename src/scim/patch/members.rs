//! A group's membership as instructions of its own, so that nobody reads a group of 100 000 members to add one.

use std::collections::HashMap;

use serde_json::Value;

use super::{Action, MemberChange, Patch, Step, Target};
use crate::scim::{
    AttrRef, Kind, Registry,
    document::Member,
    filter::{Filter, Literal, Op},
};

pub(super) fn split(patch: &Patch, registry: &Registry) -> Option<(Patch, Vec<MemberChange>)> {
    let attr = registry.find(Kind::Group, "members")?;
    let members = Members { attr, value: registry.sub(attr, "value")?, display: registry.sub(attr, "display")? };
    let mut rest = Vec::new();
    let mut changes = Vec::new();
    for step in &patch.steps {
        if members.concerns(step) {
            changes.push(members.change(step)?);
        } else {
            rest.push(step.clone());
        }
    }
    Some((Patch { steps: rest }, changes))
}

struct Members {
    attr: AttrRef,
    value: AttrRef,
    display: AttrRef,
}

impl Members {
    fn concerns(&self, step: &Step) -> bool {
        match (&step.target, &step.action) {
            (_, Action::Refuse(_)) | (Target::Extension(_), _) => false,
            (Target::Attribute(attr) | Target::Values(attr, ..), _) => attr.top() == self.attr,
        }
    }

    /// `None` when the step needs to know who is a member.
    fn change(&self, step: &Step) -> Option<MemberChange> {
        match (&step.target, &step.action) {
            (Target::Attribute(attr), action) if *attr == self.attr => match action {
                Action::Set(Value::Array(values)) => Some(MemberChange::Replace(members(values)?)),
                Action::Append(values) => Some(MemberChange::Add(members(values)?)),
                Action::Discard(values) => {
                    Some(MemberChange::Remove(members(values)?.into_iter().map(|member| member.value).collect()))
                }
                Action::Clear => Some(MemberChange::RemoveAll),
                Action::Set(_) | Action::Merge(_) | Action::Refuse(_) => None,
            },
            (Target::Values(_, select, sub), action) => {
                let ids = self.ids(&select.filter)?;
                match (sub, action) {
                    (None, Action::Clear) => Some(MemberChange::Remove(ids)),
                    (Some(sub), Action::Set(display)) if *sub == self.display => {
                        Some(MemberChange::Add(vec![Member { value: only(ids)?, display: text(display) }]))
                    }
                    (None, Action::Merge(member)) => {
                        let value = only(ids)?;
                        let agrees = member.get("value").is_none_or(|other| other.as_str() == Some(&value));
                        agrees.then(|| {
                            MemberChange::Add(vec![Member { value, display: member.get("display").and_then(text) }])
                        })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The ids a filter of `value eq` joined by `or` lists.
    fn ids(&self, filter: &Filter<AttrRef>) -> Option<Vec<String>> {
        match filter {
            Filter::Compare(attr, Op::Eq, Literal::String(id)) if *attr == self.value => Some(vec![id.clone()]),
            Filter::Or(all) => {
                Some(all.iter().map(|one| self.ids(one)).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
            }
            _ => None,
        }
    }
}

/// Members as canonical values list them, each once; the last display given counts.
fn members(values: &[Value]) -> Option<Vec<Member>> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(values.len());
    let mut members: Vec<Member> = Vec::with_capacity(values.len());
    for value in values {
        let id = value.get("value")?.as_str()?;
        let member = Member::of(value)?;
        if let Some(known) = places.get(id).and_then(|&place| members.get_mut(place)) {
            known.display = member.display.or_else(|| known.display.take());
        } else {
            places.insert(id, members.len());
            members.push(member);
        }
    }
    Some(members)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn only(ids: Vec<String>) -> Option<String> {
    let mut ids = ids.into_iter();
    ids.next().filter(|_| ids.next().is_none())
}
