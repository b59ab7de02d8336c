//! What fails before the resource is read (decision 20), and what does not.

use super::*;

fn refused(message: Value) -> Error {
    Patch::parse(&object(message.clone()), &Registry::builtin(), Kind::User).expect_err(&message.to_string())
}

#[test]
fn envelopes() {
    let operations = json!([{"op": "replace", "path": "active", "value": false}]);
    for message in [
        json!({"schemas": [PATCH_OP], "Operations": operations}),
        json!({"Operations": operations}),
        json!({"schemas": null, "operations": operations}),
        json!({"SCHEMAS": ["x", PATCH_OP], "OPERATIONS": operations}),
    ] {
        assert!(Patch::parse(&object(message.clone()), &Registry::builtin(), Kind::User).is_ok(), "{message}");
    }
    for message in [
        json!({}),
        json!({"schemas": [PATCH_OP]}),
        json!({"schemas": [PATCH_OP], "Operations": []}),
        json!({"schemas": [PATCH_OP], "Operations": null}),
        json!({"schemas": [PATCH_OP], "Operations": {"op": "add"}}),
        json!({"schemas": [PATCH_OP], "Operations": ["add"]}),
        json!({"schemas": [], "Operations": operations}),
        json!({"schemas": [null], "Operations": operations}),
        json!({"schemas": PATCH_OP, "Operations": operations}),
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "Operations": operations}),
        json!({"schemas": [PATCH_OP], "Operations": [{"path": "active", "value": true}]}),
        json!({"schemas": [PATCH_OP], "Operations": [{"op": "move", "path": "active", "value": true}]}),
        json!({"schemas": [PATCH_OP], "Operations": [{"op": "test", "path": "active", "value": true}]}),
        json!({"schemas": [PATCH_OP], "Operations": [{"op": ["add"], "path": "active", "value": true}]}),
    ] {
        assert_eq!(kind_of(refused(message.clone())), (400, Some(ScimType::InvalidSyntax)), "{message}");
    }
}

#[test]
fn at_most_1000_operations() {
    let operation = json!({"op": "replace", "path": "active", "value": false});
    assert!(parse(Kind::User, Value::Array(vec![operation.clone(); 1000])).is_ok());
    let error = parse(Kind::User, Value::Array(vec![operation; 1001])).unwrap_err();
    assert_eq!(error.status, 413);
    assert!(error.detail.contains("1000"));
}

#[test]
fn operations_refused_without_the_resource() {
    use ScimType::{InvalidFilter, InvalidPath, InvalidValue, NoTarget};
    for (operation, kind) in [
        (json!({"op": "remove"}), NoTarget),
        (json!({"op": "remove", "value": {"title": "x"}}), NoTarget),
        (json!({"op": "add", "path": "title"}), InvalidValue),
        (json!({"op": "add", "path": "title", "value": null}), InvalidValue),
        (json!({"op": "replace", "path": "title"}), InvalidValue),
        (json!({"op": "add"}), InvalidValue),
        (json!({"op": "add", "value": null}), InvalidValue),
        (json!({"op": "replace", "value": "x"}), InvalidValue),
        (json!({"op": "replace", "value": [{"title": "a"}, {"title": "b"}]}), InvalidValue),
        (json!({"op": "replace", "path": "userName", "value": null}), InvalidValue),
        (json!({"op": "replace", "path": "userName", "value": ""}), InvalidValue),
        (json!({"op": "replace", "value": {"userName": null}}), InvalidValue),
        (json!({"op": "add", "value": {"userName": null}}), InvalidValue),
        (json!({"op": "replace", "path": "active", "value": "maybe"}), InvalidValue),
        (json!({"op": "replace", "path": "title", "value": {"a": 1}}), InvalidValue),
        (json!({"op": "replace", "path": "name", "value": "Bob"}), InvalidValue),
        (json!({"op": "replace", "value": {"name": "Bob"}}), InvalidValue),
        (
            json!({"op": "add", "path": "emails", "value": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}),
            InvalidValue,
        ),
        (json!({"op": "replace", "path": ENTERPRISE, "value": "x"}), InvalidValue),
        (json!({"op": "replace", "path": 5, "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "nosuch", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "name.nosuch", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "urn:example:2.0:User:x", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "members", "value": []}), InvalidPath),
        (json!({"op": "replace", "path": "emails[0].value", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "emails[type eq \"work\"].nosuch", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "userName[value eq \"x\"]", "value": "x"}), InvalidPath),
        (json!({"op": "replace", "path": "emails.value[type eq \"x\"]", "value": "x"}), InvalidPath),
        (json!({"op": "remove", "path": "nosuch"}), InvalidPath),
        (json!({"op": "replace", "path": "emails[type eq work].value", "value": "x"}), InvalidFilter),
        (json!({"op": "replace", "path": "emails[nosuch eq \"x\"].value", "value": "x"}), InvalidFilter),
        (json!({"op": "remove", "path": "emails[primary eq \"maybe\"]"}), InvalidFilter),
    ] {
        let operations = json!([{"op": "add", "path": "title", "value": "x"}, operation]);
        let error = parse(Kind::User, operations).expect_err(&operation.to_string());
        assert!(error.detail.starts_with("Operation 2"), "{operation}: {}", error.detail);
        assert_eq!(kind_of(error), (400, Some(kind)), "{operation}");
    }
}

#[test]
fn errors_name_operation_and_path() {
    let error = parse(Kind::User, json!([{"op": "add", "path": "nosuch", "value": "x"}])).unwrap_err();
    assert!(error.detail.starts_with("Operation 1 (path nosuch): "), "{}", error.detail);
    let long = "x".repeat(10_000);
    let error =
        parse(Kind::User, json!([{"op": "add", "path": format!("emails[value eq \"{long}\"].x"), "value": "x"}]));
    assert!(error.unwrap_err().detail.len() < 1000);
}

#[test]
fn mutability_waits_for_the_resource() {
    for operation in [
        json!({"op": "replace", "path": "id", "value": "x"}),
        json!({"op": "replace", "path": "meta.created", "value": "x"}),
        json!({"op": "add", "path": "groups", "value": [{"value": "x"}]}),
        json!({"op": "add", "path": "groups[value eq \"x\"].display", "value": "x"}),
        json!({"op": "remove", "path": "groups"}),
        json!({"op": "remove", "path": "userName"}),
        json!({"op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "x"}),
        json!({"op": "replace", "path": "urn:ietf:params:scim:schemas:extension:usher:2.0:User:state", "value": "active"}),
    ] {
        assert!(parse(Kind::User, json!([operation])).is_ok(), "{operation}");
        let error = user(json!({}), json!([operation])).expect_err(&operation.to_string());
        assert_eq!(kind_of(error), (400, Some(ScimType::Mutability)), "{operation}");
    }
    let error = apply(Kind::Group, json!({"displayName": "G"}), json!([{"op": "remove", "path": "displayName"}]));
    assert_eq!(kind_of(error.unwrap_err()), (400, Some(ScimType::Mutability)));
}
