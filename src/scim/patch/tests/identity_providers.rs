//! The forms Entra and Okta send (idp.md 2.3 to 2.7 and 3).

use super::*;

fn one(before: Value, operation: Value, after: &Value) {
    assert_eq!(user(before.clone(), json!([operation.clone()])).as_ref(), Ok(after), "{operation} on {before}");
}

#[test]
fn booleans_as_words() {
    for (word, expected) in [("False", false), ("false", false), ("True", true), ("TRUE", true)] {
        let after = json!({"active": expected});
        one(json!({"active": !expected}), json!({"op": "Replace", "path": "active", "value": word}), &after);
        one(json!({}), json!({"op": "Add", "value": {"active": word}}), &after);
    }
    one(json!({"active": true}), json!({"op": "replace", "value": {"active": false}}), &json!({"active": false}));
}

#[test]
fn roles() {
    let operations = json!([
        {"op": "Add", "path": "roles[primary eq \"True\"].display", "value": "Admin"},
        {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "admin"},
        {"op": "Add", "path": "roles[primary eq \"True\"].type", "value": "WindowsAzureActiveDirectoryRole"},
    ]);
    let role =
        json!({"primary": true, "display": "Admin", "value": "admin", "type": "WindowsAzureActiveDirectoryRole"});
    assert_eq!(user(json!({}), operations.clone()), Ok(json!({"roles": [role]})));
    assert_eq!(user(json!({"roles": [{"value": "old", "primary": true}]}), operations), Ok(json!({"roles": [role]})));
}

#[test]
fn values_that_are_not_there_yet() {
    let operations = json!([
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@example.com"},
        {"op": "Replace", "path": "addresses[type eq \"work\"].formatted", "value": "18/2111"},
        {"op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Pittsburgh"},
        {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1 412 555 0110"},
        {"op": "Add", "path": "emails[type eq \"other\"].value", "value": "o@example.com"},
        {"op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Retail"},
        {"op": "Add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "E-1"},
    ]);
    let expected = json!({
        "emails": [{"type": "work", "value": "a@example.com"}, {"type": "other", "value": "o@example.com"}],
        "addresses": [{"type": "work", "formatted": "18/2111", "locality": "Pittsburgh"}],
        "phoneNumbers": [{"type": "mobile", "value": "+1 412 555 0110"}],
        (ENTERPRISE): {"department": "Retail", "employeeNumber": "E-1"}
    });
    assert_eq!(user(json!({}), operations.clone()), Ok(expected.clone()));
    assert_eq!(user(expected.clone(), operations), Ok(expected));
}

#[test]
fn keys_that_are_paths() {
    let expected = json!({
        "displayName": "Bjfe", "name": {"givenName": "Kkom", "familyName": "Unua"},
        "emails": [{"type": "work", "value": "w"}],
        (ENTERPRISE): {"employeeNumber": "Aklq", "department": "D", "manager": {"value": "m1"}}
    });
    let operation = json!({"op": "replace", "value": {
        "displayName": "Bjfe", "name.givenName": "Kkom", "NAME.familyName": "Unua",
        "emails[type eq \"work\"].value": "w",
        (format!("{ENTERPRISE}:employeeNumber")): "Aklq",
        (format!("{ENTERPRISE}:manager")): {"value": "m1"},
        (ENTERPRISE.to_uppercase()): {"department": "D"}
    }});
    one(json!({"displayName": "old"}), operation, &expected);
    one(
        json!({(ENTERPRISE): {"department": "D", "costCenter": "C"}}),
        json!({"op": "replace", "value": {(ENTERPRISE): {"department": "E"}}}),
        &json!({(ENTERPRISE): {"department": "E", "costCenter": "C"}}),
    );
}

#[test]
fn unknown_and_read_only_keys_in_a_value_are_ignored() {
    let operation = json!({"op": "replace", "value": {
        "id": "other", "schemas": ["x"], "meta": {"version": "x"}, "groups": [{"value": "g"}], "nosuch": 5, "no such key": 1, "a[b]": 1,
        "urn:example:2.0:User:x": "y", "emails[0].value": "x", "title": "T",
        (ENTERPRISE): {"nosuch": 1, "schemas": ["x"], "manager": {"displayName": "ignored", "value": "m"}},
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User": {"state": "active"}
    }});
    one(json!({}), operation, &json!({"title": "T", (ENTERPRISE): {"manager": {"value": "m"}}}));
    one(json!({}), json!({"op": "add", "path": "schemas", "value": ["urn:example:2.0:User"]}), &json!({}));
    one(json!({}), json!({"op": "remove", "path": "schemas"}), &json!({}));
}

#[test]
fn manager() {
    let path = format!("{ENTERPRISE}:manager");
    let has = |id: &str| json!({(ENTERPRISE): {"manager": {"value": id}}});
    for (value, after) in [
        (json!("m2"), has("m2")),
        (json!({"value": "m2"}), has("m2")),
        (json!([{"value": "m2"}]), has("m2")),
        (json!(""), json!({})),
        (json!({"value": ""}), json!({})),
    ] {
        for before in [json!({}), has("m1")] {
            for op in ["Add", "Replace"] {
                one(before.clone(), json!({"op": op, "path": path, "value": value}), &after);
                one(before.clone(), json!({"op": op, "path": "manager", "value": value}), &after);
                one(before.clone(), json!({"op": op, "value": {(path.clone()): value}}), &after);
            }
        }
    }
    one(has("m1"), json!({"op": "Remove", "path": path}), &json!({}));
    one(has("m1"), json!({"op": "replace", "path": path, "value": null}), &json!({}));
    one(has("m1"), json!({"op": "replace", "path": format!("{path}.value"), "value": "m2"}), &has("m2"));
    one(has("m1"), json!({"op": "remove", "path": format!("{path}.value")}), &json!({}));
}

#[test]
fn a_bare_urn_is_the_extension() {
    let before = json!({(ENTERPRISE): {"department": "D", "costCenter": "C"}});
    let value = json!({"department": "E", "schemas": ["x"], "nosuch": 1});
    one(
        before.clone(),
        json!({"op": "add", "path": ENTERPRISE, "value": value}),
        &json!({(ENTERPRISE): {"department": "E", "costCenter": "C"}}),
    );
    one(
        before.clone(),
        json!({"op": "replace", "path": ENTERPRISE.to_lowercase(), "value": value}),
        &json!({(ENTERPRISE): {"department": "E"}}),
    );
    one(before.clone(), json!({"op": "remove", "path": ENTERPRISE}), &json!({}));
    one(before, json!({"op": "replace", "path": ENTERPRISE, "value": null}), &json!({}));
}

#[test]
fn the_last_attribute_of_an_extension_takes_it_along() {
    let before = json!({(ENTERPRISE): {"department": "D"}});
    one(
        before.clone(),
        json!({"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": null}),
        &json!({}),
    );
    one(before, json!({"op": "remove", "path": format!("{ENTERPRISE}:department")}), &json!({}));
    one(json!({}), json!({"op": "remove", "path": format!("{ENTERPRISE}:department")}), &json!({}));
}

#[test]
fn bad_values_of_our_own_extension_pass_for_it_to_judge() {
    use crate::scim::schema::{USHER, own};
    for operation in [
        json!({"op": "replace", "value": {(USHER): "junk"}}),
        json!({"op": "replace", "path": USHER, "value": 5}),
        json!({"op": "add", "path": USHER, "value": {"deletionDate": 5, "labels": [{"a": 1}]}}),
        json!({"op": "Add", "path": format!("{USHER}:suppressNotifications"), "value": "maybe"}),
        json!({"op": "Replace", "path": format!("{USHER}:deletionDate"), "value": "someday"}),
        json!({"op": "Add", "path": format!("{USHER}:groupRoles[value eq \"g\"].role"), "value": 7}),
        json!({"op": "Add", "path": format!("{USHER}:invitedFrom"), "value": ["a", "b"]}),
    ] {
        let leave = json!({"op": "Replace", "path": "active", "value": "False"});
        let after = apply(Kind::User, json!({"userName": "bob", "active": true}), json!([operation, leave]));
        let mut after = object(after.unwrap_or_else(|error| panic!("{operation}: {error}")));
        assert!(own::read(&after).is_err(), "{operation}");
        assert!(!own::drop_bad(&mut after, &Object::new()).is_empty(), "{operation}");
        assert_eq!(Value::Object(after), json!({"userName": "bob", "active": false}), "{operation}");
    }
}
