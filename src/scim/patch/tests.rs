//! Tables over RFC 7644 section 3.5.2 and what identity providers send, and properties of arbitrary requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::needless_pass_by_value)]

use serde_json::{Value, json};

use super::*;
use crate::scim::{ScimType, schema::ENTERPRISE};

mod envelope;
mod identity_providers;
mod membership;
mod operations;
mod properties;
mod reference;

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

fn body(operations: Value) -> Object {
    object(json!({"schemas": [PATCH_OP], "Operations": operations}))
}

fn parse(kind: Kind, operations: Value) -> Result<Patch, Error> {
    Patch::parse(&body(operations), &Registry::builtin(), kind)
}

fn apply(kind: Kind, before: Value, operations: Value) -> Result<Value, Error> {
    let registry = Registry::builtin();
    let patch = Patch::parse(&body(operations), &registry, kind)?;
    patch.apply(&object(before), &registry, kind).map(Value::Object)
}

/// Applies one operation to a user `bob` who has the given attributes; answers them without the name.
fn user(attributes: Value, operations: Value) -> Result<Value, Error> {
    let mut before = object(json!({"userName": "bob"}));
    before.extend(object(attributes));
    let after = apply(Kind::User, Value::Object(before), operations)?;
    let mut after = object(after);
    if after.get("userName") == Some(&json!("bob")) {
        after.shift_remove("userName");
    }
    Ok(Value::Object(after))
}

fn kind_of(error: Error) -> (u16, Option<ScimType>) {
    (error.status, error.scim_type)
}

/// What split-off changes do to a list of members, as a store would.
fn enact(changes: &[MemberChange], mut members: Vec<Member>) -> Vec<Member> {
    let add = |members: &mut Vec<Member>, new: &[Member]| {
        for member in new {
            match members.iter_mut().find(|old| old.value == member.value) {
                Some(old) => old.display = member.display.clone().or_else(|| old.display.take()),
                None => members.push(member.clone()),
            }
        }
    };
    for change in changes {
        match change {
            MemberChange::Add(new) => add(&mut members, new),
            MemberChange::Remove(ids) => members.retain(|member| !ids.contains(&member.value)),
            MemberChange::RemoveAll => members.clear(),
            MemberChange::Replace(new) => {
                members.clear();
                add(&mut members, new);
            }
        }
    }
    members
}
