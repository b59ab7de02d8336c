//! `attributes` and `excludedAttributes` (RFC 7644 sections 3.4.2.5 and 3.9), and what is returned at all (RFC 7643 section 7).
//!
//! Works on full resources as rendered: canonical names, extensions under their URN. The last gate before the wire: no password passes.

use super::patch::Patch;
use super::path::AttrPath;
use super::schema::{Mutability, Returned, SchemaRef};
use super::{AttrRef, Kind, Object, Registry, document};
use serde_json::Value;

/// Which attributes an answer shows.
#[derive(Debug, Clone, Default)]
pub struct Projection {
    choice: Choice,
    /// Attributes returned on request that the client has just written.
    written: Vec<AttrRef>,
}

#[derive(Debug, Clone, Default)]
enum Choice {
    #[default]
    Default,
    Only(Names),
    Without(Names),
}

/// How much of a member of a resource an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// None of it.
    Nothing,
    /// All of it, as it is.
    Whole,
    /// What [`Projection::prune_value`] leaves of this attribute's value.
    Some(AttrRef),
}

/// What a list names.
#[derive(Debug, Clone, Default)]
struct Names {
    attributes: Vec<AttrRef>,
    extensions: Vec<SchemaRef>,
}

impl Projection {
    /// From the two comma lists (or arrays already joined). Unknown names are ignored; `attributes` wins; empty means default.
    #[must_use]
    pub fn parse(registry: &Registry, kind: Kind, attributes: Option<&str>, excluded: Option<&str>) -> Self {
        let names = |list: Option<&str>| list.and_then(|list| Names::parse(registry, kind, list));
        let choice = match (names(attributes), names(excluded)) {
            (Some(only), _) => Choice::Only(only),
            (None, Some(without)) => Choice::Without(without),
            (None, None) => Choice::Default,
        };
        Self { choice, written: vec![] }
    }

    /// The same projection for the answer to a write: it shows what is returned on request where the client's document assigns it.
    #[must_use]
    pub fn showing_written(mut self, registry: &Registry, kind: Kind, written: &Object) -> Self {
        let on_request = |attr: &&AttrRef| registry.attribute(**attr).returned == Returned::Request;
        let hidden = registry.hidden(kind).iter().filter(on_request);
        self.written = hidden.filter(|attr| document::get(written, registry, **attr).is_some()).copied().collect();
        self
    }

    /// As [`Projection::showing_written`], for the answer to a PATCH.
    #[must_use]
    pub fn showing_patched(mut self, registry: &Registry, kind: Kind, patch: &Patch) -> Self {
        let on_request = |attr: &&AttrRef| registry.attribute(**attr).returned == Returned::Request;
        let hidden = registry.hidden(kind).iter().filter(on_request);
        self.written = hidden.filter(|attr| patch.assigns(**attr)).copied().collect();
        self
    }

    /// Whether the client named nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        matches!(self.choice, Choice::Default)
    }

    /// Whether the answer shows any part of this top-level attribute (canonical name, e.g. `members`, `groups`).
    #[must_use]
    pub fn shows(&self, registry: &Registry, kind: Kind, attribute: &str) -> bool {
        registry.find(kind, attribute).is_some_and(|attr| self.shows_attribute(registry, attr))
    }

    /// Whether the answer shows any part of this attribute.
    #[must_use]
    pub fn shows_attribute(&self, registry: &Registry, attr: AttrRef) -> bool {
        self.shows_whole(registry, attr) || registry.sub_attributes(attr.top()).any(|sub| self.names(sub))
    }

    /// Prunes a full resource in place and sets `schemas` to what it then holds.
    pub fn apply(&self, registry: &Registry, kind: Kind, resource: &mut Object) {
        match &self.choice {
            Choice::Default => self.hide(registry, kind, resource),
            Choice::Only(_) | Choice::Without(_) => self.prune(registry, kind, resource),
        }
        set_schemas(registry, kind, resource);
    }

    /// How much is shown of a member by its canonical name, of an extension's object if one is given: for who writes a resource without
    /// making it whole first. What comes of it is what [`Projection::apply`] leaves.
    #[must_use]
    pub fn part(&self, registry: &Registry, kind: Kind, extension: Option<SchemaRef>, name: &str) -> Part {
        if matches!(self.choice, Choice::Default) {
            return self.part_by_default(registry, kind, extension, name);
        }
        let attr = match extension {
            Some(extension) => registry.in_schema(extension, name),
            None => registry.find(kind, name),
        };
        let Some(attr) = attr.filter(|attr| self.shows_attribute(registry, *attr)) else { return Part::Nothing };
        let attribute = registry.attribute(attr);
        // Nothing can be taken out of one simple value.
        let is_simple = attribute.sub_attributes.is_empty() && !attribute.multi_valued;
        if is_simple { Part::Whole } else { Part::Some(attr) }
    }

    fn part_by_default(&self, registry: &Registry, kind: Kind, extension: Option<SchemaRef>, name: &str) -> Part {
        let is_home = |attr: &AttrRef| match extension {
            Some(extension) => extension.holds(*attr),
            None => registry.extension_of(*attr).is_none(),
        };
        let hidden = registry.hidden(kind).iter().filter(|attr| !self.written.contains(attr));
        let mut hidden = hidden.filter(|attr| is_home(attr) && *registry.parent(**attr).name == *name);
        match hidden.next() {
            None => Part::Whole,
            Some(attr) if attr.is_sub() => Part::Some(attr.top()),
            Some(_) => Part::Nothing,
        }
    }

    /// Prunes the value of an attribute that is shown in part; whether anything is left to show.
    pub fn prune_value(&self, registry: &Registry, kind: Kind, attr: AttrRef, value: &mut Value) -> bool {
        if !matches!(self.choice, Choice::Default) {
            return self.prune_one(registry, attr, value);
        }
        let hidden = registry.hidden(kind).iter().filter(|hidden| hidden.is_sub() && hidden.top() == attr);
        for &hidden in hidden.filter(|hidden| !self.written.contains(hidden)) {
            hide_sub(&registry.attribute(hidden).name, value);
        }
        true
    }

    /// The default answer: everything but the few attributes that are returned never or on request.
    fn hide(&self, registry: &Registry, kind: Kind, resource: &mut Object) {
        for &attr in registry.hidden(kind) {
            if self.written.contains(&attr) {
                continue;
            }
            if attr.is_sub() {
                let home = match registry.extension_of(attr) {
                    Some(urn) => resource.get_mut(urn).and_then(Value::as_object_mut),
                    None => Some(&mut *resource),
                };
                if let Some(value) = home.and_then(|home| home.get_mut(&*registry.parent(attr).name)) {
                    hide_sub(&registry.attribute(attr).name, value);
                }
            } else {
                document::unset(resource, registry, attr);
            }
        }
    }

    fn prune(&self, registry: &Registry, kind: Kind, resource: &mut Object) {
        resource.retain(|key, value| {
            if let Some(extension) = registry.extension(kind, key) {
                let Value::Object(object) = value else { return false };
                object.retain(|name, value| {
                    registry.in_schema(extension, name).is_some_and(|attr| self.prune_one(registry, attr, value))
                });
                return !object.is_empty();
            }
            registry.find(kind, key).is_some_and(|attr| self.prune_one(registry, attr, value))
        });
    }

    /// Prunes one attribute's value; whether anything is left to show.
    fn prune_one(&self, registry: &Registry, attr: AttrRef, value: &mut Value) -> bool {
        if !self.shows_attribute(registry, attr) {
            return false;
        }
        let whole = self.shows_whole(registry, attr);
        let shown = |name: &str| {
            registry.sub(attr, name).is_some_and(|sub| match registry.attribute(sub).returned {
                Returned::Never => false,
                Returned::Always => true,
                Returned::Request => self.names(sub),
                Returned::Default => match &self.choice {
                    Choice::Without(names) => !names.attributes.contains(&sub),
                    _ => whole || self.names(sub),
                },
            })
        };
        let prune = |element: &mut Value| match element {
            Value::Object(object) => {
                object.retain(|name, _| shown(name));
                !object.is_empty()
            }
            _ => true,
        };
        match value {
            Value::Array(elements) => {
                elements.retain_mut(prune);
                !elements.is_empty()
            }
            single => prune(single),
        }
    }

    /// Whether the answer shows the attribute without a sub-attribute being named.
    fn shows_whole(&self, registry: &Registry, attr: AttrRef) -> bool {
        let attribute = registry.parent(attr);
        if attribute.mutability == Mutability::WriteOnly {
            return false;
        }
        match (attribute.returned, &self.choice) {
            (Returned::Never, _) => false,
            (Returned::Always, _) | (Returned::Default, Choice::Default) => true,
            (_, Choice::Only(names)) if names.attributes.contains(&attr.top()) => true,
            (Returned::Request, Choice::Only(_)) => false,
            (Returned::Request, _) => self.written.contains(&attr.top()),
            (Returned::Default, Choice::Only(names)) => names.extensions.iter().any(|e| e.holds(attr)),
            (Returned::Default, Choice::Without(names)) => {
                !names.attributes.contains(&attr.top()) && !names.extensions.iter().any(|e| e.holds(attr))
            }
        }
    }

    /// Whether `attributes` names this very sub-attribute of something that may be shown.
    fn names(&self, sub: AttrRef) -> bool {
        matches!(&self.choice, Choice::Only(names) if names.attributes.contains(&sub))
    }
}

impl Names {
    /// What the comma list names; `None` when it is empty.
    fn parse(registry: &Registry, kind: Kind, list: &str) -> Option<Self> {
        let mut pieces = list.split(',').map(str::trim).filter(|piece| !piece.is_empty()).peekable();
        pieces.peek()?;
        let mut names = Self::default();
        for path in pieces.filter_map(|piece| AttrPath::parse(piece).ok()) {
            if let Some(attr) = registry.resolve(kind, &path) {
                names.attributes.push(attr);
            } else if let Some(extension) = registry.bare_extension(kind, &path) {
                names.extensions.push(extension);
            }
        }
        Some(names)
    }
}

/// Takes a sub-attribute out of a complex value, or out of each of several.
fn hide_sub(name: &str, value: &mut Value) {
    let hide = |element: &mut Value| _ = element.as_object_mut().and_then(|object| object.shift_remove(name));
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(hide),
        single => hide(single),
    }
}

/// Puts `schemas` first: the base schema and the extensions of which the resource holds data (rule S-3-5). What stands under a URN
/// that is no extension here, be it hidden from this client or no longer registered, goes.
pub fn set_schemas(registry: &Registry, kind: Kind, resource: &mut Object) {
    let mut schemas = vec![Value::from(registry.base_schema(kind))];
    resource.retain(|key, value| {
        // No other member's name has a colon.
        if !key.contains(':') {
            return true;
        }
        let holds_data = registry.extension(kind, key).is_some() && value.as_object().is_some_and(|o| !o.is_empty());
        if holds_data {
            schemas.push(Value::from(key.as_str()));
        }
        holds_data
    });
    resource.shift_remove("schemas");
    resource.shift_insert(0, "schemas".to_owned(), Value::Array(schemas));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::{ENTERPRISE, USER, USHER};
    use serde_json::json;

    fn object(value: Value) -> Object {
        serde_json::from_value(value).unwrap()
    }

    fn resource() -> Object {
        object(json!({
            "id": "1", "externalId": "e", "userName": "bob", "password": "secret", "active": true,
            "name": {"givenName": "B", "familyName": "J"},
            "emails": [{"value": "a@example.com", "type": "work"}, {"value": "b@example.com"}],
            "groups": [{"value": "g", "display": "G"}],
            ENTERPRISE: {"department": "R", "manager": {"value": "7", "displayName": "M"}},
            USHER: {"state": "active", "generateCredentials": true, "groupRoleList": ["g=coach"], "labels": ["a"]},
            "meta": {"resourceType": "User", "version": "W/\"v1\""}
        }))
    }

    fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Object {
        let registry = Registry::builtin();
        let mut resource = resource();
        Projection::parse(&registry, Kind::User, attributes, excluded).apply(&registry, Kind::User, &mut resource);
        resource
    }

    #[test]
    fn the_default_answer_lacks_secrets_and_what_must_be_asked_for() {
        for list in [None, Some(""), Some(" , ")] {
            let answer = shown(list, list);
            let names: Vec<&str> = answer.keys().map(String::as_str).collect();
            let expected = [
                "schemas",
                "id",
                "externalId",
                "userName",
                "active",
                "name",
                "emails",
                "groups",
                ENTERPRISE,
                USHER,
                "meta",
            ];
            assert_eq!(names, expected);
            assert_eq!(answer["schemas"], json!([USER, ENTERPRISE, USHER]));
            assert_eq!(answer[USHER], json!({"state": "active", "labels": ["a"]}));
        }
    }

    #[test]
    fn attributes_select_and_prune() {
        let id = json!({"schemas": [USER], "id": "1"});
        let with = |more: Value| {
            let mut expected = object(id.clone());
            expected.extend(object(more));
            if expected.contains_key(ENTERPRISE) {
                expected["schemas"] = json!([USER, ENTERPRISE]);
            }
            if expected.contains_key(USHER) {
                expected["schemas"] = json!([USER, USHER]);
            }
            Value::Object(expected)
        };
        let urn = |attribute: &str| format!("{ENTERPRISE}:{attribute}");
        let cases = [
            ("id".to_owned(), id.clone()),
            ("nothing,unknown".to_owned(), id.clone()),
            ("password".to_owned(), id.clone()),
            ("USERNAME, active ".to_owned(), with(json!({"userName": "bob", "active": true}))),
            (format!("{USER}:userName"), with(json!({"userName": "bob"}))),
            ("name.givenName".to_owned(), with(json!({"name": {"givenName": "B"}}))),
            ("name.middleName".to_owned(), id.clone()),
            ("emails.type".to_owned(), with(json!({"emails": [{"type": "work"}]}))),
            ("emails.type,emails".to_owned(), with(json!({"emails": resource()["emails"]}))),
            ("meta.version".to_owned(), with(json!({"meta": {"version": "W/\"v1\""}}))),
            (urn("department"), with(json!({ENTERPRISE: {"department": "R"}}))),
            (urn("manager.value"), with(json!({ENTERPRISE: {"manager": {"value": "7"}}}))),
            ("manager.displayName".to_owned(), with(json!({ENTERPRISE: {"manager": {"displayName": "M"}}}))),
            (ENTERPRISE.to_uppercase(), with(json!({ENTERPRISE: resource()[ENTERPRISE]}))),
            (USHER.to_owned(), with(json!({USHER: {"state": "active", "labels": ["a"]}}))),
            (format!("{USHER}:groupRoleList"), with(json!({USHER: {"groupRoleList": ["g=coach"]}}))),
            (format!("{USHER}:generateCredentials"), id.clone()),
        ];
        for (list, expected) in cases {
            assert_eq!(Value::Object(shown(Some(&list), Some("id,userName"))), expected, "{list}");
        }
    }

    #[test]
    fn excluded_attributes_go_but_for_those_always_returned() {
        let answer = shown(None, Some("id,schemas,NAME.givenName,emails,meta,manager,groups.value"));
        assert_eq!(answer["id"], "1");
        assert_eq!(answer["schemas"], json!([USER, ENTERPRISE, USHER]));
        assert_eq!(answer["name"], json!({"familyName": "J"}));
        assert_eq!(answer["groups"], json!([{"display": "G"}]));
        assert_eq!(answer[ENTERPRISE], json!({"department": "R"}));
        assert_eq!(answer[USHER], json!({"state": "active", "labels": ["a"]}));
        assert!(["emails", "meta", "password"].iter().all(|name| !answer.contains_key(*name)));
        let answer = shown(None, Some(&format!("{ENTERPRISE},{USHER}:labels,{USHER}:state")));
        assert_eq!(answer["schemas"], json!([USER]));
    }

    #[test]
    fn what_was_just_written_is_shown_on_request_attributes_too() {
        let registry = Registry::builtin();
        let written = object(json!({USHER: {"groupRoleList": ["g=coach"], "generateCredentials": true}}));
        for excluded in [None, Some("emails")] {
            let projection = Projection::parse(&registry, Kind::User, None, excluded);
            let mut answer = resource();
            projection.showing_written(&registry, Kind::User, &written).apply(&registry, Kind::User, &mut answer);
            assert_eq!(answer[USHER], json!({"state": "active", "groupRoleList": ["g=coach"], "labels": ["a"]}));
        }
    }

    #[test]
    fn what_a_patch_assigns_is_shown_as_well() {
        let registry = Registry::builtin();
        let list = format!("{USHER}:groupRoleList");
        for (operation, is_shown) in [
            (json!({"op": "add", "path": list, "value": "g=coach"}), true),
            (json!({"op": "replace", "value": {USHER: {"groupRoleList": ["g=coach"]}}}), true),
            (json!({"op": "replace", "path": USHER, "value": {"groupRoleList": ["g=coach"]}}), true),
            (json!({"op": "remove", "path": list}), false),
            (json!({"op": "replace", "path": "title", "value": "x"}), false),
        ] {
            let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]});
            let patch = Patch::parse(&object(body), &registry, Kind::User).unwrap();
            let projection = Projection::default().showing_patched(&registry, Kind::User, &patch);
            let mut answer = resource();
            projection.apply(&registry, Kind::User, &mut answer);
            assert_eq!(answer[USHER].get("groupRoleList").is_some(), is_shown, "{operation}");
            assert!(answer.get("password").is_none() && answer[USHER].get("generateCredentials").is_none());
        }
    }

    #[test]
    fn shows_tells_what_need_not_be_loaded() {
        let registry = Registry::builtin();
        let shows = |attributes, excluded, name| {
            Projection::parse(&registry, Kind::Group, attributes, excluded).shows(&registry, Kind::Group, name)
        };
        assert!(shows(None, None, "members"));
        assert!(!shows(None, Some("Members"), "members"));
        assert!(shows(None, Some("members.display"), "members"));
        assert!(shows(Some("members.value"), None, "members"));
        assert!(!shows(Some("displayName"), None, "members"));
        assert!(!shows(None, None, "groups"));
        assert!(Projection::parse(&registry, Kind::Group, Some(" "), None).is_default());
    }

    #[test]
    fn a_hidden_or_unknown_extension_does_not_leave() {
        let registry = Registry::builtin().without_own();
        for attributes in [None, Some(USHER), Some("userName")] {
            let mut answer = resource();
            answer.insert("urn:example:Gone".into(), json!({"a": 1}));
            Projection::parse(&registry, Kind::User, attributes, None).apply(&registry, Kind::User, &mut answer);
            assert!(!answer.contains_key(USHER) && !answer.contains_key("urn:example:Gone"));
        }
    }
}
