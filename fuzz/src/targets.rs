//! One function for each fuzz target: takes any bytes and asserts what holds for all of them.
//!
//! The fuzzer calls them with what it makes up, `tests/it/seeds.rs` with the committed seeds.

use super::scim::{
    self, AttrRef, Error, Kind, Object, Registry,
    cursor::Place,
    document::{Member, take_members},
    filter::Filter,
    patch::{MemberChange, Patch},
    path::{AttrPath, PatchPath},
    schema::{ENTERPRISE, USHER},
    validate::{self, Context},
};
use serde_json::{Value, json};
use std::sync::LazyLock;

const KINDS: [Kind; 2] = [Kind::User, Kind::Group];

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::builtin);

/// A filter that parses is printed to one that parses to the same, and can be checked and evaluated.
pub fn filter(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let filter = match Filter::parse(text) {
        Ok(filter) => filter,
        Err(error) => return is_refusal(&error),
    };
    let printed = filter.to_string();
    if printed.len() <= 16 * 1024 {
        assert_eq!(Filter::parse(&printed).as_ref(), Ok(&filter), "printed as {printed}");
    }
    for kind in KINDS {
        match filter.check(&REGISTRY, kind) {
            Ok(checked) => {
                let document = document(kind);
                let negated = Filter::Not(Box::new(checked.clone()));
                assert_ne!(checked.matches(&REGISTRY, &document), negated.matches(&REGISTRY, &document));
                for attr in checked.attributes() {
                    assert_eq!(resolved(kind, &REGISTRY.path_of(attr)), Some(attr));
                }
            }
            Err(error) => is_refusal(&error),
        }
    }
}

/// A path that parses is printed to one that parses to the same; what it names is found again by its canonical name.
pub fn path(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match AttrPath::parse(text) {
        Ok(path) => {
            assert_eq!(AttrPath::parse(&path.to_string()).as_ref(), Ok(&path));
            for kind in KINDS {
                if let Some(attr) = REGISTRY.resolve(kind, &path) {
                    assert_eq!(resolved(kind, &REGISTRY.path_of(attr)), Some(attr));
                }
            }
        }
        Err(error) => is_refusal(&error),
    }
    match PatchPath::parse(text) {
        Ok(path) => {
            let printed = path.to_string();
            if printed.len() <= 16 * 1024 {
                assert_eq!(PatchPath::parse(&printed), Ok(path), "printed as {printed}");
            }
        }
        Err(error) => is_refusal(&error),
    }
}

/// A PATCH body that is accepted leaves a document as documents are, twice the same, and with members as `split_members` says.
pub fn patch(input: &[u8]) {
    let body = match scim::json::parse(input) {
        Ok(body) => body,
        Err(error) => return is_refusal(&error),
    };
    for kind in KINDS {
        let patch = match Patch::parse(&body, &REGISTRY, kind) {
            Ok(patch) => patch,
            Err(error) => {
                is_refusal(&error);
                continue;
            }
        };
        let before = document(kind);
        match patch.apply(&before, &REGISTRY, kind) {
            Ok(after) => {
                is_document(&after, kind);
                assert_eq!(patch.apply(&before, &REGISTRY, kind).as_ref(), Ok(&after));
            }
            Err(error) => is_refusal(&error),
        }
        if kind == Kind::Group {
            splits(&patch, before);
        }
    }
}

/// JSON that is accepted is what `serde_json` reads too; a resource made of it is its own canonical form.
pub fn json(input: &[u8]) {
    let body = match scim::json::parse(input) {
        Ok(body) => body,
        Err(error) => return is_refusal(&error),
    };
    assert_eq!(serde_json::from_slice::<Object>(input).ok().as_ref(), Some(&body));
    let written = serde_json::to_vec(&body).unwrap_or_default();
    assert_eq!(scim::json::parse(&written).as_ref(), Ok(&body));
    for kind in KINDS {
        let document = match validate::document(&body, &REGISTRY, kind, Context::Create) {
            Ok(document) => document,
            Err(error) => {
                is_refusal(&error);
                continue;
            }
        };
        is_document(&document, kind);
        let mut again = document.clone();
        again.insert("schemas".to_owned(), json!([kind.base_schema()]));
        let again = validate::document(&again, &REGISTRY, kind, Context::Create);
        assert_eq!(again.as_ref(), Ok(&document));
    }
}

/// What a cursor holds, once unsealed, is written as it was read, and gone when its time is over.
pub fn cursor(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Place::read(text, 0) {
        Ok(place) => {
            let written = place.write().unwrap_or_default();
            assert_eq!(Place::read(&written, 0).as_ref(), Ok(&place));
            assert!(Place::read(&written, place.expires).is_err());
        }
        Err(error) => is_refusal(&error),
    }
}

/// What the targets change and ask.
fn document(kind: Kind) -> Object {
    let document = match kind {
        Kind::User => json!({
            "userName": "bob", "externalId": "E1", "active": true, "title": "T", "name": {"givenName": "B", "familyName": "J"},
            "emails": [{"value": "w@example.com", "type": "work", "primary": true}, {"value": "h@example.com", "type": "home"}],
            "phoneNumbers": [{"value": "1"}], "addresses": [{"locality": "Lyon", "type": "work"}], "roles": [{"value": "r"}],
            (ENTERPRISE): {"department": "D", "manager": {"value": "m"}},
            (USHER): {"labels": ["a", "b"], "deletionDate": "2027-06-30"}
        }),
        Kind::Group => json!({"displayName": "G", "members": [{"value": "u1"}, {"value": "u2", "display": "Two"}]}),
    };
    match document {
        Value::Object(document) => document,
        _ => Object::new(),
    }
}

/// A refusal is the client's fault and says why, briefly.
fn is_refusal(error: &Error) {
    assert!((400..500).contains(&error.status), "{error:?}");
    assert!(!error.detail.is_empty() && error.detail.len() <= 64 * 1024, "{error:?}");
}

fn resolved(kind: Kind, path: &str) -> Option<AttrRef> {
    REGISTRY.resolve(kind, &AttrPath::parse(path).ok()?)
}

/// What `scim::document` promises, but for our own extension, where any value may wait for its judgement.
fn is_document(document: &Object, kind: Kind) {
    assert_eq!(validate::complete(document, &REGISTRY, kind), Ok(()));
    for (name, value) in document.iter().filter(|(name, _)| *name != USHER) {
        assert!(!is_empty(value), "{name} is {value}");
        let has_empty_part = match value {
            Value::Object(object) => object.values().any(is_empty),
            Value::Array(values) => values.iter().any(is_empty),
            _ => false,
        };
        assert!(!has_empty_part, "{name} is {value}");
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// The members split off a group's patch end as those of the whole patch.
fn splits(patch: &Patch, mut before: Object) {
    let Some((rest, changes)) = patch.split_members(&REGISTRY) else { return };
    let whole = patch.apply(&before, &REGISTRY, Kind::Group);
    let members = take_members(&mut before);
    let rest = rest.apply(&before, &REGISTRY, Kind::Group);
    assert_eq!(whole.is_ok(), rest.is_ok());
    if let (Ok(mut whole), Ok(rest)) = (whole, rest) {
        assert_eq!(take_members(&mut whole), enact(&changes, members));
        assert_eq!(whole, rest);
    }
}

/// What a store does with the changes.
fn enact(changes: &[MemberChange], mut members: Vec<Member>) -> Vec<Member> {
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

fn add(members: &mut Vec<Member>, new: &[Member]) {
    for member in new {
        match members.iter_mut().find(|old| old.value == member.value) {
            Some(old) => old.display = member.display.clone().or_else(|| old.display.take()),
            None => members.push(member.clone()),
        }
    }
}
