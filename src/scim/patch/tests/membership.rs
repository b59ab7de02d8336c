//! Group members: applied to a loaded document, and split off so that none needs to be loaded.

use super::*;

fn member(id: &str) -> Member {
    Member { value: id.to_owned(), display: None }
}

fn shown(id: &str, display: &str) -> Member {
    Member { value: id.to_owned(), display: Some(display.to_owned()) }
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(|&id| id.to_owned()).collect()
}

fn split(operations: Value) -> Option<(Patch, Vec<MemberChange>)> {
    parse(Kind::Group, operations).unwrap().split_members(&Registry::builtin())
}

fn document(members: &[Member]) -> Value {
    let members: Vec<Value> = members
        .iter()
        .map(|member| match &member.display {
            Some(display) => json!({"value": member.value, "display": display}),
            None => json!({"value": member.value}),
        })
        .collect();
    if members.is_empty() { json!({"displayName": "G"}) } else { json!({"displayName": "G", "members": members}) }
}

#[test]
fn operations_that_need_no_members() {
    use MemberChange::{Add, Remove, RemoveAll, Replace};
    let before = [member("u1"), shown("u2", "Two")];
    for (operations, expected) in [
        // Okta
        (
            json!([{"op": "add", "path": "members", "value": [{"value": "u3", "display": "T"}]}]),
            vec![Add(vec![shown("u3", "T")])],
        ),
        (
            json!([{"op": "add", "path": "members", "value": [{"value": "u2", "display": "New"}]}]),
            vec![Add(vec![shown("u2", "New")])],
        ),
        (json!([{"op": "remove", "path": "members[value eq \"u1\"]"}]), vec![Remove(ids(&["u1"]))]),
        (
            json!([
                {"op": "remove", "path": "members[value eq \"u1\"]"},
                {"op": "add", "path": "members", "value": [{"value": "u3"}, {"value": "u1"}]},
                {"op": "replace", "value": {"id": "g1", "displayName": "G"}},
            ]),
            vec![Remove(ids(&["u1"])), Add(vec![member("u3"), member("u1")])],
        ),
        (json!([{"op": "replace", "path": "members", "value": []}]), vec![RemoveAll]),
        (
            json!([{"op": "replace", "path": "members", "value": [{"value": "u2", "display": "Two"}, {"value": "u4"}]}]),
            vec![Replace(vec![shown("u2", "Two"), member("u4")])],
        ),
        // Entra
        (
            json!([{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u3"}]}]),
            vec![Add(vec![member("u3")])],
        ),
        (
            json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "u1"}, {"value": "nobody"}]}]),
            vec![Remove(ids(&["u1", "nobody"]))],
        ),
        (json!([{"op": "Remove", "path": "members", "value": {"value": "u1"}}]), vec![Remove(ids(&["u1"]))]),
        (json!([{"op": "Remove", "path": "members", "value": []}]), vec![Remove(vec![])]),
        // Others
        (json!([{"op": "remove", "path": "members"}]), vec![RemoveAll]),
        (json!([{"op": "remove", "path": "members", "value": null}]), vec![RemoveAll]),
        (json!([{"op": "replace", "path": "members", "value": null}]), vec![RemoveAll]),
        (json!([{"op": "add", "value": {"members": [{"value": "u3"}]}}]), vec![Add(vec![member("u3")])]),
        (json!([{"op": "add", "value": {"MEMBERS": {"value": "u3"}}}]), vec![Add(vec![member("u3")])]),
        (json!([{"op": "replace", "value": {"members": [{"value": "u3"}]}}]), vec![Replace(vec![member("u3")])]),
        (json!([{"op": "replace", "value": {"members": []}}]), vec![RemoveAll]),
        (
            json!([{"op": "remove", "path": "members[value eq \"u1\" or (value eq \"u2\" or value eq \"u3\")]"}]),
            vec![Remove(ids(&["u1", "u2", "u3"]))],
        ),
        (
            json!([{"op": "replace", "path": "members[value eq \"u1\"].display", "value": "One"}]),
            vec![Add(vec![shown("u1", "One")])],
        ),
        (
            json!([{"op": "add", "path": "members[value eq \"u9\"]", "value": {"display": "N"}}]),
            vec![Add(vec![shown("u9", "N")])],
        ),
        (
            json!([{"op": "add", "path": "members", "value": [{"value": "u3"}, {"value": "u3", "display": "T"}]}]),
            vec![Add(vec![shown("u3", "T")])],
        ),
        (json!([{"op": "add", "path": "members", "value": []}]), vec![]),
        (json!([{"op": "replace", "path": "displayName", "value": "G"}]), vec![]),
    ] {
        let (rest, changes) = split(operations.clone()).unwrap_or_else(|| panic!("{operations} should split"));
        assert_eq!(changes, expected, "{operations}");
        let registry = Registry::builtin();
        let named = object(json!({"displayName": "G"}));
        assert_eq!(rest.apply(&named, &registry, Kind::Group), Ok(named), "{operations}");
        // The long way round has the same outcome.
        let outcome = apply(Kind::Group, document(&before), operations.clone());
        assert_eq!(outcome, Ok(document(&enact(&changes, before.to_vec()))), "{operations}");
    }
}

#[test]
fn operations_that_need_the_members() {
    for operation in [
        json!({"op": "remove", "path": "members[display eq \"x\"]"}),
        json!({"op": "remove", "path": "members[not (value eq \"u1\")]"}),
        json!({"op": "remove", "path": "members[value ne \"u1\"]"}),
        json!({"op": "remove", "path": "members[value eq \"u1\" and display pr]"}),
        json!({"op": "remove", "path": "members[value eq \"u1\"].display"}),
        json!({"op": "replace", "path": "members[value eq \"u1\"]", "value": {"value": "u2"}}),
        json!({"op": "add", "path": "members[value eq \"u1\"]", "value": {"value": "u2"}}),
        json!({"op": "replace", "path": "members[value eq \"u1\"].value", "value": "u2"}),
        json!({"op": "replace", "path": "members.display", "value": "x"}),
    ] {
        assert!(split(json!([operation])).is_none(), "{operation}");
    }
}

#[test]
fn the_rest_keeps_its_errors() {
    let registry = Registry::builtin();
    let (rest, changes) = split(json!([
        {"op": "remove", "path": "members[value eq \"u1\"]"},
        {"op": "remove", "path": "displayName"},
    ]))
    .unwrap();
    assert_eq!(changes.len(), 1);
    let error = rest.apply(&object(json!({"displayName": "G"})), &registry, Kind::Group).unwrap_err();
    assert!(error.detail.starts_with("Operation 2"), "{}", error.detail);
    assert_eq!(kind_of(error), (400, Some(ScimType::Mutability)));
}

#[test]
fn members_are_swapped_but_not_rewritten() {
    let before = document(&[member("u1"), member("u2")]);
    let run = |operation: Value| apply(Kind::Group, before.clone(), json!([operation]));
    for operation in [
        json!({"op": "replace", "path": "members[value eq \"u1\"].value", "value": "u3"}),
        json!({"op": "remove", "path": "members[value eq \"u1\"].value"}),
        json!({"op": "replace", "path": "members.value", "value": "u3"}),
        json!({"op": "add", "path": "members[value eq \"u1\"]", "value": {"value": "u3"}}),
    ] {
        let error = run(operation.clone()).expect_err(&operation.to_string());
        assert_eq!(kind_of(error), (400, Some(ScimType::Mutability)), "{operation}");
    }
    let swapped = run(json!({"op": "replace", "path": "members[value eq \"u1\"]", "value": {"value": "u3"}}));
    assert_eq!(swapped, Ok(document(&[member("u3"), member("u2")])));
    let labelled = run(json!({"op": "replace", "path": "members[value eq \"u1\"].display", "value": "One"}));
    assert_eq!(labelled, Ok(document(&[shown("u1", "One"), member("u2")])));
}
