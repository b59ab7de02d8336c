//! Properties of arbitrary requests.

use proptest::prelude::*;

use super::*;
use crate::scim::document::take_members;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec!["", "a", "True", "work", "bob", "2026-01-01T00:00:00Z", "u1"]).prop_map(Value::from),
        "\\PC{0,4}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "value",
            "type",
            "primary",
            "display",
            "$ref",
            "givenName",
            "members",
            "emails",
            "id",
            "userName",
            "active",
            "name.familyName",
            ENTERPRISE,
            "manager",
            "department",
            "roles",
            "op",
            "path",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn path() -> impl Strategy<Value = Option<String>> {
    let known = prop::sample::select(vec![
        "userName",
        "title",
        "active",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        "emails[type eq \"work\"]",
        "emails[type eq \"work\"].value",
        "emails[value pr].primary",
        "emails[primary eq \"True\"].display",
        "roles",
        "manager",
        "members",
        "members[value eq \"u1\"]",
        "members[value eq \"u1\"].display",
        "displayName",
        "id",
        "schemas",
        "password",
        "roles[type ne \"x\"]",
        ENTERPRISE,
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:labels",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:groupRoles[role eq \"coach\"].value",
    ]);
    prop_oneof![
        1 => Just(None),
        8 => known.prop_map(|path| Some(path.to_owned())),
        1 => "\\PC{0,12}".prop_map(Some),
    ]
}

fn operation() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "replace", "remove", "Add", "Replace", "Remove"]);
    (op, path(), prop::option::of(any_json())).prop_map(|(op, path, value)| {
        let mut operation = object(json!({"op": op}));
        operation.extend(path.map(|path| ("path".to_owned(), Value::from(path))));
        operation.extend(value.map(|value| ("value".to_owned(), value)));
        Value::Object(operation)
    })
}

/// Operations on a group's members.
fn membership() -> impl Strategy<Value = Value> {
    let path = prop::sample::select(vec![
        "members",
        "members",
        "members[value eq \"u1\"]",
        "members[value eq \"u3\"].display",
        "members[value eq \"u2\" or value eq \"u3\"]",
        "members[value ne \"u1\"]",
        "displayName",
    ]);
    let id = || prop::sample::select(vec!["u1", "u2", "u3"]);
    let one = (id(), prop::option::of(id())).prop_map(|(id, display)| json!({"value": id, "display": display}));
    let value = prop_oneof![
        prop::collection::vec(one.clone(), 0..3).prop_map(Value::from),
        one,
        Just(Value::Null),
        id().prop_map(Value::from),
        id().prop_map(|display| json!({"display": display})),
    ];
    let op = prop::sample::select(vec!["add", "replace", "remove"]);
    (op, path, value).prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}))
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::User, Kind::Group])
}

fn before(kind: Kind) -> Value {
    match kind {
        Kind::User => json!({
            "userName": "bob", "active": true, "title": "T", "name": {"givenName": "B"},
            "emails": [{"value": "w", "type": "work", "primary": true}, {"value": "h", "type": "home"}],
            (ENTERPRISE): {"department": "D", "manager": {"value": "m"}}
        }),
        Kind::Group => json!({"displayName": "G", "members": [{"value": "u1"}, {"value": "u2", "display": "Two"}]}),
    }
}

proptest! {
    #[test]
    fn arbitrary_bodies_never_panic(value in any_json(), kind in kind()) {
        let registry = Registry::builtin();
        if let Value::Object(body) = &value {
            let _ = Patch::parse(body, &registry, kind);
        }
        let _ = parse(kind, value);
    }

    #[test]
    fn arbitrary_operations_never_panic(operations in prop::collection::vec(operation(), 1..5), kind in kind()) {
        let _ = apply(kind, before(kind), json!(operations));
    }

    #[test]
    fn removing_and_replacing_twice_is_the_same_as_once(operation in operation(), kind in kind()) {
        if let Ok(once) = apply(kind, before(kind), json!([operation])) {
            let primaries = once.get("emails").and_then(Value::as_array).map_or(0, |emails| {
                emails.iter().filter(|email| email.get("primary") == Some(&json!(true))).count()
            });
            prop_assert!(primaries <= 1);
            if let Ok(twice) = apply(kind, once.clone(), json!([operation])) {
                // A replaced record may no longer be the one the filter chooses.
                let moves = operation.get("path").and_then(Value::as_str).is_some_and(|path| path.contains('['));
                prop_assert!(moves || once == twice, "{} then {}", once, twice);
            }
        }
    }

    #[test]
    fn a_failing_operation_undoes_those_before_it(operations in prop::collection::vec(operation(), 1..4)) {
        let mut all = operations;
        all.push(json!({"op": "replace", "path": "emails[type eq \"nosuch\" or type pr].value", "value": "x"}));
        all.push(json!({"op": "replace", "path": "id", "value": "x"}));
        prop_assert!(apply(Kind::User, before(Kind::User), json!(all)).is_err());
    }

    #[test]
    fn split_and_whole_agree(operations in prop::collection::vec(prop_oneof![3 => membership(), 1 => operation()], 1..4)) {
        let registry = Registry::builtin();
        if let Ok(patch) = parse(Kind::Group, json!(operations))
            && let Some((rest, changes)) = patch.split_members(&registry)
        {
            let mut before = object(before(Kind::Group));
            let whole = patch.apply(&before, &registry, Kind::Group);
            let members = take_members(&mut before);
            let rest = rest.apply(&before, &registry, Kind::Group);
            prop_assert_eq!(whole.is_ok(), rest.is_ok());
            if let (Ok(mut whole), Ok(rest)) = (whole, rest) {
                prop_assert_eq!(take_members(&mut whole), enact(&changes, members));
                prop_assert_eq!(whole, rest);
            }
        }
    }
}
