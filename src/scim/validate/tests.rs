use super::*;
use crate::scim::ScimType;
use crate::scim::schema::{ENTERPRISE, GROUP, USER};
use proptest::prelude::*;
use serde_json::json;

fn object(value: Value) -> Object {
    serde_json::from_value(value).unwrap()
}

/// A body of the kind's base schema and these members.
fn body(kind: Kind, members: Value) -> Object {
    let mut body = object(json!({"schemas": [kind.base_schema()]}));
    body.extend(object(members));
    body
}

fn create(members: Value) -> Result<Object, Error> {
    document(&body(Kind::User, members), &Registry::builtin(), Kind::User, Context::Create)
}

fn user(mut members: Value) -> Object {
    members["userName"] = json!("bob");
    create(members).unwrap()
}

fn put(before: &Value, members: Value) -> Result<Object, Error> {
    let before = object(before.clone());
    document(&body(Kind::User, members), &Registry::builtin(), Kind::User, Context::Replace(&before))
}

#[test]
fn values_take_their_canonical_form() {
    let cases = [
        (json!({"USERNAME": "ignored", "DisplayName": "Bob"}), "displayName", json!("Bob")),
        (json!({"active": "False"}), "active", json!(false)),
        (json!({"active": [true]}), "active", json!(true)),
        (json!({}), "active", json!(true)),
        (json!({"active": null}), "active", json!(true)),
        (json!({"externalId": 701_984}), "externalId", json!("701984")),
        (json!({"nickName": null}), "nickName", Value::Null),
        (json!({"title": ""}), "title", json!("")),
        (
            json!({"name": {"GIVENNAME": "B", "middleName": "", "familyName": null}}),
            "name",
            json!({"givenName": "B", "middleName": ""}),
        ),
        (json!({"name": {"givenName": null}}), "name", Value::Null),
        (json!({"name": {}}), "name", Value::Null),
        (json!({"name": [{"givenName": "B"}]}), "name", json!({"givenName": "B"})),
        (json!({"roles": []}), "roles", Value::Null),
        (json!({"roles": ["admin"]}), "roles", json!([{"value": "admin"}])),
        (json!({"roles": "admin"}), "roles", json!([{"value": "admin"}])),
        (
            json!({"roles": [{"value": "{\"id\":\"1\"}", "Primary": "True"}]}),
            "roles",
            json!([{"value": "{\"id\":\"1\"}", "primary": true}]),
        ),
        (json!({"emails": {"value": "a@example.com"}}), "emails", json!([{"value": "a@example.com"}])),
        (
            json!({"emails": [{"value": "a@example.com", "type": "work", "x": 1, "display": null}, null, {}, ""]}),
            "emails",
            json!([{"value": "a@example.com", "type": "work"}]),
        ),
        (
            json!({"emails": [{"value": "a@example.com", "type": "work"}, {"value": "A@example.com", "type": "Work", "primary": true}, {"value": "a@example.com", "type": "home"}]}),
            "emails",
            json!([{"value": "a@example.com", "type": "work", "primary": true}, {"value": "a@example.com", "type": "home"}]),
        ),
        (
            json!({"addresses": [{"postalCode": 12345}, {"postalCode": 12345}]}),
            "addresses",
            json!([{"postalCode": "12345"}]),
        ),
        (
            json!({"x509Certificates": [{"value": "AQID"}, {"value": "AQ"}]}),
            "x509Certificates",
            json!([{"value": "AQID"}, {"value": "AQ"}]),
        ),
        (json!({"groups": [{"value": "g"}], "id": "mine", "meta": {"version": 1}}), "groups", Value::Null),
        (json!({"groups": [{"value": "g"}], "id": "mine", "meta": {"version": 1}}), "id", Value::Null),
        (json!({"profileUrl": "no url", "locale": "??", "favouriteColour": "red"}), "favouriteColour", Value::Null),
        (json!({"profileUrl": "no url", "locale": "??"}), "profileUrl", json!("no url")),
        (json!({"manager": "7"}), ENTERPRISE, json!({"manager": {"value": "7"}})),
        (json!({ENTERPRISE: {"manager": "7"}, "manager": "8"}), ENTERPRISE, json!({"manager": {"value": "7"}})),
        (
            json!({ENTERPRISE: {"manager": {"value": "7", "$ref": "../Users/7", "displayName": "B"}}}),
            ENTERPRISE,
            json!({"manager": {"value": "7"}}),
        ),
        (json!({ENTERPRISE: {"manager": [{"value": "7"}]}}), ENTERPRISE, json!({"manager": {"value": "7"}})),
        (json!({ENTERPRISE: {"manager": ""}}), ENTERPRISE, Value::Null),
        (json!({ENTERPRISE: {"manager": {"value": "", "displayName": "B"}}}), ENTERPRISE, Value::Null),
        (
            json!({ENTERPRISE.to_uppercase(): {"DEPARTMENT": "R", "schemas": [], "unknown": 1}}),
            ENTERPRISE,
            json!({"department": "R"}),
        ),
        (json!({"department": "R"}), "department", Value::Null),
        (json!({"urn:example:Unknown": {"a": 1}}), "urn:example:Unknown", Value::Null),
    ];
    for (members, name, expected) in cases {
        let mut document = user(members.clone());
        assert_eq!(document.shift_remove(name).unwrap_or_default(), expected, "{members}");
    }
}

#[test]
fn values_of_the_wrong_type_are_refused_by_name() {
    let cases = [
        (json!({}), "userName"),
        (json!({"userName": ""}), "userName"),
        (json!({"userName": null}), "userName"),
        (json!({"userName": "a\u{7}"}), "userName"),
        (json!({"userName": {"value": "x"}}), "userName"),
        (json!({"userName": ["a", "b"]}), "userName"),
        (json!({"active": "maybe"}), "active"),
        (json!({"active": ""}), "active"),
        (json!({"active": 1}), "active"),
        (json!({"active": {}}), "active"),
        (json!({"displayName": true}), "displayName"),
        (json!({"displayName": "a\u{0}b"}), "displayName"),
        (json!({"externalId": 1.0e300}), "externalId"),
        (json!({"name": "Bob"}), "name"),
        (json!({"name": {"givenName": ["a", "b"]}}), "name.givenName"),
        (json!({"emails": [[{"value": "x"}]]}), "emails"),
        (json!({"emails": [{"value": {"x": 1}}]}), "emails.value"),
        (json!({"emails": [{"primary": "yes"}]}), "emails.primary"),
        (json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": "True"}]}), "emails"),
        (json!({"x509Certificates": ["no base64!"]}), "x509Certificates.value"),
        (json!({ENTERPRISE: "x"}), ENTERPRISE),
        (json!({ENTERPRISE: {"department": false}}), "User:department"),
    ];
    for (mut members, name) in cases {
        if members.get("userName").is_none() && members != json!({}) {
            members["userName"] = json!("bob");
        }
        let error = create(members.clone()).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)), "{members}");
        assert!(error.detail.contains(name), "{members}: {}", error.detail);
    }
}

#[test]
fn schemas_must_name_something() {
    let registry = Registry::builtin();
    let good = [json!([USER]), json!(["urn:scim:schemas:core:2.0"]), json!([USER, ENTERPRISE, USER])];
    let bad = [json!(null), json!([]), json!([null]), json!(USER), json!([1]), json!({})];
    let outcome = |schemas: &Value| {
        let body = object(json!({"Schemas": schemas, "userName": "bob"}));
        document(&body, &registry, Kind::User, Context::Create)
    };
    for schemas in good {
        assert!(outcome(&schemas).is_ok(), "{schemas}");
    }
    for schemas in bad {
        assert_eq!(outcome(&schemas).unwrap_err().scim_type, Some(ScimType::InvalidSyntax), "{schemas}");
    }
    let body = object(json!({"userName": "bob"}));
    let error = document(&body, &registry, Kind::User, Context::Create).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax));
}

#[test]
fn groups_need_a_name_and_members_a_value() {
    let group = |members: Value| {
        let body = body(Kind::Group, members);
        document(&body, &Registry::builtin(), Kind::Group, Context::Create)
    };
    assert!(group(json!({"displayName": "Test'Group \"x\" \\ &", "members": []})).unwrap().get("members").is_none());
    assert!(group(json!({"members": []})).unwrap_err().detail.contains("displayName"));
    assert!(group(json!({"displayName": ""})).unwrap_err().detail.contains("displayName"));
    assert!(
        group(json!({"displayName": "G", "members": [{"display": "x"}]})).unwrap_err().detail.contains("members.value")
    );
    let document = group(
        json!({"displayName": "G", "members": ["a", {"$ref": null, "value": "b", "type": "User"}, {"value": "a"}]}),
    );
    assert_eq!(document.unwrap()["members"], json!([{"value": "a"}, {"value": "b", "type": "User"}]));
    assert_eq!(GROUP, Kind::Group.base_schema());
}

#[test]
fn a_put_clears_what_it_omits_but_for_decision_13() {
    let before = json!({"userName": "bob", "active": false, "password": "secret", "title": "x", "externalId": "e",
        USHER: {"labels": ["a"], "generateCredentials": true}, ENTERPRISE: {"department": "R"}});
    let after = put(&before, json!({"userName": "bob"})).unwrap();
    let kept = json!({"userName": "bob", "active": false, "password": "secret",
        USHER: {"labels": ["a"], "generateCredentials": true}});
    assert_eq!(Value::Object(after), kept);
    let after = put(&before, json!({"userName": "bob", "active": null, USHER: null})).unwrap();
    assert_eq!(Value::Object(after), kept);
    let after = put(
        &before,
        json!({"userName": "bob", "active": "True", "password": "n", USHER: {"provisioningMode": "Create"}}),
    );
    let expected = json!({"userName": "bob", "active": true, "password": "n", USHER: {"provisioningMode": "create"}});
    assert_eq!(Value::Object(after.unwrap()), expected);
    assert_eq!(put(&before, json!({"userName": "bob", USHER: {}})).unwrap().get(USHER), None);
    assert!(put(&before, json!({"title": "x"})).unwrap_err().detail.contains("userName"));
}

#[test]
fn a_put_that_echoes_changes_nothing() {
    let before = user(json!({"name": {"middleName": ""}, "emails": [{"value": "a@example.com", "primary": true}],
        "addresses": [{"type": "work"}], ENTERPRISE: {"manager": "7"}, USHER: {"labels": "a;b", "deletionDate": "2030-01-01"}}));
    let mut echo = before.clone();
    echo.extend(object(json!({"id": "1", "meta": {"version": "W/\"v1\""}, "groups": []})));
    assert_eq!(put(&Value::Object(before.clone()), Value::Object(echo)).unwrap(), before);
}

#[test]
fn without_own_the_extension_is_neither_read_nor_lost() {
    let registry = Registry::builtin().without_own();
    let before = object(json!({"userName": "bob", "active": true, USHER: {"labels": ["a"]}}));
    let body = body(Kind::User, json!({"userName": "bob", USHER: {"labels": ["b"]}}));
    assert_eq!(document(&body, &registry, Kind::User, Context::Replace(&before)).unwrap(), before);
    let created = document(&body, &registry, Kind::User, Context::Create).unwrap();
    assert!(!created.contains_key(USHER));
}

fn course() -> Registry {
    let definition = json!({"id": "urn:example:Course", "attributes": [
        {"name": "badge", "mutability": "immutable"},
        {"name": "level", "type": "integer", "required": true},
        {"name": "score", "type": "decimal"},
        {"name": "since", "type": "dateTime"},
        {"name": "secret", "mutability": "writeOnly"},
        {"name": "room", "type": "complex", "subAttributes": [
            {"name": "house", "mutability": "immutable"}, {"name": "door", "required": true}]}]});
    Registry::with_extensions(&[(definition, Kind::User)]).unwrap()
}

#[test]
fn tenants_extensions_are_held_to_their_definition() {
    let registry = course();
    let urn = "urn:example:Course";
    let of = |extension: Value, context: Context<'_>| {
        let body = body(Kind::User, json!({"userName": "bob", urn: extension}));
        document(&body, &registry, Kind::User, context).map(|d| d.get(urn).cloned().unwrap_or_default())
    };
    let written =
        json!({"level": "5", "score": 1.5, "since": "2026-01-01T00:00:00+02:00", "badge": "Ä", "secret": "s"});
    let stored = json!({"badge": "Ä", "level": 5, "score": 1.5, "since": "2025-12-31T22:00:00.000Z", "secret": "s"});
    assert_eq!(of(written.clone(), Context::Create), Ok(stored.clone()));
    assert_eq!(of(json!(null), Context::Create), Ok(Value::Null));
    for (bad, name) in [
        (json!({"score": 1}), "level"),
        (json!({"level": 1.5}), "level"),
        (json!({"level": 1.0}), "level"),
        (json!({"level": 9_223_372_036_854_775_808_u64}), "level"),
        (json!({"level": 1, "score": "high"}), "score"),
        (json!({"level": 1, "since": "2026-01-01"}), "since"),
        (json!({"level": 1, "room": {"house": "h"}}), "room.door"),
    ] {
        assert!(of(bad.clone(), Context::Create).unwrap_err().detail.contains(name), "{bad}");
    }
    let before = object(json!({"userName": "bob", urn: stored}));
    let before = Context::Replace(&before);
    assert_eq!(of(json!({"level": 5, "badge": "ä"}), before), Ok(json!({"badge": "ä", "level": 5, "secret": "s"})));
    assert_eq!(of(json!({"level": 6, "since": ""}), before), Ok(json!({"badge": "Ä", "level": 6, "secret": "s"})));
    assert_eq!(of(json!({"level": 5, "badge": "B"}), before).unwrap_err().scim_type, Some(ScimType::Mutability));
}

#[test]
fn one_element_is_coerced_as_in_a_list() {
    let registry = Registry::builtin();
    let emails = registry.find(Kind::User, "emails").unwrap();
    let expected = Some(json!({"value": "a", "primary": true}));
    for written in [json!({"Value": "a", "primary": "TRUE"}), json!([{"value": "a", "primary": true}])] {
        assert_eq!(coerce_element(&registry, emails, &written), Ok(expected.clone()));
    }
    assert!(coerce_element(&registry, emails, &json!([{"value": "a"}, {"value": "b"}])).is_err());
    assert_eq!(coerce_element(&registry, emails, &json!(null)), Ok(None));
}

fn any_json() -> impl Strategy<Value = Value> {
    let word =
        prop::sample::select(vec!["", "True", "false", "a", "work", "2027-01-01", "x=coach;y", "create", "é\u{0}"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let names = [
        "value",
        "TYPE",
        "primary",
        "display",
        "$ref",
        "givenName",
        "kind",
        "role",
        "manager",
        "department",
        "labels",
        "groupRoles",
        "groupRoleList",
        "invitedFrom",
        "deletionDate",
        "suppressNotifications",
        "provisioningMode",
        "other",
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(names.to_vec()), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Object> {
    let names = [
        "userName",
        "active",
        "NAME",
        "emails",
        "addresses",
        "roles",
        "x509Certificates",
        "groups",
        "externalId",
        "password",
        "manager",
        "title",
        "displayName",
        "members",
        "other",
        ENTERPRISE,
        USHER,
    ];
    prop::collection::vec((prop::sample::select(names.to_vec()), any_json()), 0..8).prop_map(|pairs| {
        let mut body = object(json!({"schemas": [USER], "userName": "bob", "displayName": "G"}));
        body.extend(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)));
        body
    })
}

proptest! {
    #[test]
    fn a_canonical_document_is_its_own_canonical_form(written in any_body(), group in any::<bool>()) {
        let registry = Registry::builtin();
        let kind = if group { Kind::Group } else { Kind::User };
        if let Ok(mut once) = document(&written, &registry, kind, Context::Create) {
            crate::scim::schema::own::drop_bad(&mut once, &Object::new());
            prop_assert!(crate::scim::schema::own::read(&once).is_ok());
            let mut again = once.clone();
            again.insert("schemas".into(), json!([USER]));
            prop_assert_eq!(document(&again, &registry, kind, Context::Create), Ok(once.clone()));
            prop_assert_eq!(document(&again, &registry, kind, Context::Replace(&once)), Ok(once.clone()));
        }
    }

    #[test]
    fn any_put_is_answered(before in any_body(), written in any_body()) {
        let _ = document(&written, &Registry::builtin(), Kind::User, Context::Replace(&before));
    }
}
