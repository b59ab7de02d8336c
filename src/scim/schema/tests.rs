use super::*;
use crate::scim::path::AttrPath;
use serde_json::json;

fn path(urn: Option<&str>, attribute: &str, sub: Option<&str>) -> AttrPath {
    AttrPath { urn: urn.map(Into::into), attribute: attribute.into(), sub: sub.map(Into::into) }
}

#[test]
fn every_embedded_definition_loads() {
    let registry = Registry::builtin();
    let ids: Vec<&str> = registry.resource_schemas().map(|s| &*s.id).collect();
    assert_eq!(ids, [USER, GROUP, ENTERPRISE, USHER]);
    let discovery: Vec<String> = discovery_schemas().map(|s| s.name.to_string()).collect();
    assert_eq!(discovery.len(), 3, "{discovery:?}");
    assert!(registry.resource_schemas().all(|s| !s.attributes.is_empty()));
    assert!(discovery_schemas().all(|s| !s.attributes.is_empty()));
}

#[test]
fn common_attributes_stand_where_their_constants_say() {
    let registry = Registry::builtin();
    for kind in [Kind::User, Kind::Group] {
        assert_eq!(registry.find(kind, "SCHEMAS"), Some(AttrRef::SCHEMAS));
        assert_eq!(registry.find(kind, "id"), Some(AttrRef::ID));
        assert_eq!(registry.find(kind, "externalid"), Some(AttrRef::EXTERNAL_ID));
        assert_eq!(registry.find(kind, "meta"), Some(AttrRef::META));
    }
}

#[test]
fn names_resolve_however_they_are_written() {
    let registry = Registry::builtin();
    let enterprise_head = ENTERPRISE.strip_suffix(":User").unwrap();
    let cases = [
        (path(None, "USERNAME", None), Some("userName")),
        (path(Some(USER), "userName", None), Some("userName")),
        (path(Some(&USER.to_uppercase()), "username", None), Some("userName")),
        (path(Some(USER), "meta", Some("Created")), Some("meta.created")),
        (path(Some(GROUP), "members", None), None),
        (path(None, "emails", Some("Value")), Some("emails.value")),
        (path(None, "emails", Some("nothing")), None),
        (path(None, "userName", Some("value")), None),
        (path(None, "department", None), None),
        (path(None, "Manager", None), Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")),
        (
            path(None, "manager", Some("$REF")),
            Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.$ref"),
        ),
        (
            path(Some(ENTERPRISE), "department", None),
            Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
        ),
        (
            path(Some(enterprise_head), "User", Some("manager")),
            Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
        ),
        (
            path(Some(enterprise_head), "user", Some("manager.value")),
            Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"),
        ),
        (path(Some(enterprise_head), "User", None), None),
        (path(Some(ENTERPRISE), "id", None), None),
        (path(None, "", None), None),
        (path(None, &"x".repeat(1000), None), None),
    ];
    for (written, expected) in cases {
        let found = registry.resolve(Kind::User, &written).map(|attr| registry.path_of(attr));
        assert_eq!(found.as_deref(), expected, "{written:?}");
    }
}

#[test]
fn a_bare_urn_names_its_extension() {
    let registry = Registry::builtin();
    let (head, tail) = ENTERPRISE.rsplit_once(':').unwrap();
    let extension = registry.bare_extension(Kind::User, &path(Some(head), tail, None)).unwrap();
    assert_eq!(&*registry.schema(extension).unwrap().id, ENTERPRISE);
    let (head, tail) = USER.rsplit_once(':').unwrap();
    assert_eq!(registry.bare_extension(Kind::User, &path(Some(head), tail, None)), None);
    assert_eq!(registry.bare_extension(Kind::Group, &path(Some(head), "Group", None)), None);
}

#[test]
fn errata_of_rfc_7643_are_applied() {
    let registry = Registry::builtin();
    let attribute = |kind, name: &str, sub: Option<&str>| {
        registry.resolve(kind, &path(None, name, sub)).map(|attr| registry.attribute(attr).clone()).unwrap()
    };
    assert!(attribute(Kind::Group, "displayName", None).required);
    assert!(attribute(Kind::User, "userName", None).required);
    assert_eq!(attribute(Kind::Group, "members", Some("display")).ty, Type::String);
    assert_eq!(attribute(Kind::User, "addresses", Some("primary")).ty, Type::Boolean);
    assert!(attribute(Kind::User, "ims", Some("type")).canonical_values.iter().any(|v| &**v == "other"));
    assert!(attribute(Kind::User, "profileUrl", None).case_exact);
    assert!(attribute(Kind::User, "externalId", None).case_exact);
    assert!(!attribute(Kind::User, "userName", None).case_exact);
    assert_eq!(attribute(Kind::User, "password", None).returned, Returned::Never);
    assert_eq!(attribute(Kind::User, "groups", None).mutability, Mutability::ReadOnly);
}

#[test]
fn without_own_hides_usher_and_keeps_references() {
    let full = Registry::with_extensions(&[(extension("urn:example:Course", "level"), Kind::User)]).unwrap();
    let hidden = full.without_own();
    assert!(full.shows_own() && !hidden.shows_own());
    assert_eq!(hidden.resolve(Kind::User, &path(Some(USHER), "state", None)), None);
    let level = path(Some("urn:example:course"), "LEVEL", None);
    assert_eq!(hidden.resolve(Kind::User, &level), full.resolve(Kind::User, &level));
    assert!(hidden.resolve(Kind::User, &level).is_some());
    assert_eq!(hidden.resolve(Kind::Group, &level), None);
}

fn extension(id: &str, name: &str) -> Value {
    json!({"id": id, "attributes": [{"name": name, "type": "string"}]})
}

#[test]
fn a_tenants_definition_gets_every_characteristic() {
    let registry = Registry::with_extensions(&[(extension("urn:example:Course", "level"), Kind::Group)]).unwrap();
    let (_, schema) = registry.extensions(Kind::Group).next().unwrap();
    assert_eq!(
        schema.definition,
        json!({"id": "urn:example:Course", "name": "Course", "description": "Course", "attributes": [{
            "name": "level", "type": "string", "multiValued": false, "description": "level", "required": false,
            "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"}]})
    );
}

#[test]
fn faulty_definitions_are_refused_by_name() {
    let complex = |sub: Value| json!({"id": "urn:example:X", "attributes": [{"name": "a", "type": "complex", "subAttributes": sub}]});
    let cases = [
        (json!([]), "no JSON object"),
        (json!({"attributes": []}), "no id"),
        (json!({"id": "example", "attributes": []}), "no URN"),
        (json!({"id": "urn:example:X"}), "no attributes"),
        (json!({"id": "urn:example:X", "attributes": []}), "between 1 and"),
        (extension(USHER, "a"), "registered already"),
        (extension(&ENTERPRISE.to_lowercase(), "a"), "registered already"),
        (extension("urn:ietf:params:scim:schemas:core:2.0:Schema", "a"), "registered already"),
        (extension("urn:example:X", "a b"), "unusable name"),
        (extension("urn:example:X", "$ref"), "unusable name"),
        (extension("urn:example:X", "Schemas"), "can't define"),
        (json!({"id": "urn:example:X", "attributes": [{"name": "a"}, {"name": "A"}]}), "twice"),
        (json!({"id": "urn:example:X", "attributes": [{"name": "a", "type": "text"}]}), "unknown type"),
        (
            json!({"id": "urn:example:X", "attributes": [{"name": "a", "mutability": 1}]}),
            "mutability that is no string",
        ),
        (
            json!({"id": "urn:example:X", "attributes": [{"name": "a", "required": "yes"}]}),
            "required that is no boolean",
        ),
        (json!({"id": "urn:example:X", "attributes": [{"name": "a", "type": "complex"}]}), "no subAttributes"),
        (
            complex(json!([{"name": "b", "type": "complex", "subAttributes": [{"name": "c"}]}])),
            "complex inside a complex",
        ),
    ];
    for (definition, part) in cases {
        let error = Registry::with_extensions(&[(definition.clone(), Kind::User)]).unwrap_err();
        assert_eq!(error.status, 400);
        assert!(error.detail.contains(part), "{definition}: {}", error.detail);
    }
}
