//! Every row of the tables of add, remove and replace.

use super::*;

fn emails() -> Value {
    json!({"emails": [{"value": "w", "type": "work", "primary": true}, {"value": "h", "type": "home"}]})
}

/// One row: what the user has, the operation, what the user has then.
fn check(rows: impl IntoIterator<Item = (Value, Value, Value)>) {
    for (before, operation, after) in rows {
        let outcome = user(before.clone(), json!([operation.clone()]));
        assert_eq!(outcome, Ok(after), "{operation} on {before}");
    }
}

#[test]
fn add() {
    check([
        (
            json!({}),
            json!({"op": "add", "value": {"title": "T", "name": {"givenName": "B"}}}),
            json!({"title": "T", "name": {"givenName": "B"}}),
        ),
        (json!({"title": "A"}), json!({"op": "add", "path": "title", "value": "B"}), json!({"title": "B"})),
        (json!({"title": "A"}), json!({"op": "add", "path": "TITLE", "value": "A"}), json!({"title": "A"})),
        (
            json!({"name": {"givenName": "B", "familyName": "J"}}),
            json!({"op": "add", "path": "name", "value": {"familyName": "K"}}),
            json!({"name": {"givenName": "B", "familyName": "K"}}),
        ),
        (
            json!({"name": {"givenName": "B"}}),
            json!({"op": "add", "path": "name", "value": {"givenName": null, "familyName": "K"}}),
            json!({"name": {"givenName": "B", "familyName": "K"}}),
        ),
        (
            json!({"name": {"givenName": "B"}}),
            json!({"op": "add", "value": {"name": {"givenName": null}}}),
            json!({"name": {"givenName": "B"}}),
        ),
        (
            json!({}),
            json!({"op": "add", "path": "name.familyName", "value": "K"}),
            json!({"name": {"familyName": "K"}}),
        ),
        (
            emails(),
            json!({"op": "add", "path": "emails", "value": [{"value": "o", "type": "other"}]}),
            json!({"emails": [
                {"value": "w", "type": "work", "primary": true}, {"value": "h", "type": "home"}, {"value": "o", "type": "other"}
            ]}),
        ),
        (
            json!({}),
            json!({"op": "add", "path": "emails", "value": {"value": "o"}}),
            json!({"emails": [{"value": "o"}]}),
        ),
        (emails(), json!({"op": "add", "path": "emails", "value": [{"type": "home", "value": "h"}]}), emails()),
        (
            emails(),
            json!({"op": "add", "path": "emails", "value": [{"value": "w"}, {"value": "h", "type": "home", "primary": false}]}),
            json!({"emails": [
                {"value": "w", "type": "work", "primary": true}, {"value": "h", "type": "home"}
            ]}),
        ),
        (emails(), json!({"op": "add", "path": "emails", "value": []}), emails()),
        (
            emails(),
            json!({"op": "add", "path": "emails[type eq \"home\"].display", "value": "H"}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}, {"value": "h", "type": "home", "display": "H"}]}),
        ),
        (
            emails(),
            json!({"op": "add", "path": "emails[type eq \"home\"]", "value": {"display": "H"}}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}, {"value": "h", "type": "home", "display": "H"}]}),
        ),
        (
            json!({}),
            json!({"op": "add", "path": "emails[type eq \"Work\"].value", "value": "w"}),
            json!({"emails": [{"type": "Work", "value": "w"}]}),
        ),
        (
            json!({}),
            json!({"op": "add", "path": "emails[type eq \"work\" and primary eq \"True\"]", "value": {"value": "w"}}),
            json!({"emails": [{"type": "work", "primary": true, "value": "w"}]}),
        ),
    ]);
}

#[test]
fn remove() {
    check([
        (json!({"title": "A"}), json!({"op": "remove", "path": "title"}), json!({})),
        (json!({"title": "A"}), json!({"op": "remove", "path": "title", "value": "ignored"}), json!({})),
        (json!({}), json!({"op": "remove", "path": "title"}), json!({})),
        (json!({"name": {"givenName": "B"}}), json!({"op": "remove", "path": "name"}), json!({})),
        (
            json!({"name": {"givenName": "B", "familyName": "J"}}),
            json!({"op": "remove", "path": "name.givenName"}),
            json!({"name": {"familyName": "J"}}),
        ),
        (json!({"name": {"givenName": "B"}}), json!({"op": "remove", "path": "name.givenName"}), json!({})),
        (emails(), json!({"op": "remove", "path": "emails"}), json!({})),
        (emails(), json!({"op": "remove", "path": "emails", "value": null}), json!({})),
        (emails(), json!({"op": "remove", "path": "emails", "value": ""}), json!({})),
        (emails(), json!({"op": "remove", "path": "emails", "value": []}), emails()),
        (
            emails(),
            json!({"op": "remove", "path": "emails", "value": [{"value": "H"}, {"value": "unknown"}]}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}]}),
        ),
        (emails(), json!({"op": "remove", "path": "emails", "value": [{"value": "h", "type": "work"}]}), emails()),
        (
            emails(),
            json!({"op": "remove", "path": "emails[type eq \"HOME\"]"}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}]}),
        ),
        (emails(), json!({"op": "remove", "path": "emails[value pr]"}), json!({})),
        (emails(), json!({"op": "remove", "path": "emails[type eq \"other\"]"}), emails()),
        (emails(), json!({"op": "remove", "path": "emails[type eq \"other\"].value"}), emails()),
        (
            emails(),
            json!({"op": "remove", "path": "emails[type eq \"work\"].primary"}),
            json!({"emails": [{"value": "w", "type": "work"}, {"value": "h", "type": "home"}]}),
        ),
        (
            json!({"emails": [{"value": "w"}]}),
            json!({"op": "remove", "path": "emails[value eq \"w\"].value"}),
            json!({}),
        ),
        (json!({"active": false}), json!({"op": "remove", "path": "active"}), json!({})),
        (
            json!({"urn:ietf:params:scim:schemas:extension:usher:2.0:User": {"labels": ["a", "b"]}}),
            json!({"op": "remove", "path": "urn:ietf:params:scim:schemas:extension:usher:2.0:User:labels[value eq \"A\"]"}),
            json!({"urn:ietf:params:scim:schemas:extension:usher:2.0:User": {"labels": ["b"]}}),
        ),
    ]);
}

#[test]
fn replace() {
    check([
        (
            json!({"title": "A", "nickName": "N"}),
            json!({"op": "replace", "value": {"title": "B"}}),
            json!({"title": "B", "nickName": "N"}),
        ),
        (json!({"title": "A"}), json!({"op": "replace", "path": "title", "value": "A"}), json!({"title": "A"})),
        (json!({}), json!({"op": "replace", "path": "title", "value": "A"}), json!({"title": "A"})),
        (json!({"title": "A"}), json!({"op": "replace", "path": "title", "value": null}), json!({})),
        (json!({"title": "A"}), json!({"op": "replace", "value": {"title": null, "nickName": null}}), json!({})),
        (
            emails(),
            json!({"op": "replace", "path": "emails", "value": [{"value": "x"}]}),
            json!({"emails": [{"value": "x"}]}),
        ),
        (emails(), json!({"op": "replace", "path": "emails", "value": []}), json!({})),
        (emails(), json!({"op": "replace", "path": "emails", "value": null}), json!({})),
        (
            json!({"name": {"givenName": "B", "familyName": "J", "middleName": "M"}}),
            json!({"op": "replace", "path": "name", "value": {"familyName": "K", "middleName": null}}),
            json!({"name": {"givenName": "B", "familyName": "K"}}),
        ),
        (
            json!({"name": {"givenName": "B", "familyName": "J"}}),
            json!({"op": "replace", "value": {"name": {"familyName": null}}}),
            json!({"name": {"givenName": "B"}}),
        ),
        (
            json!({"name": {"givenName": "B"}}),
            json!({"op": "replace", "path": "name", "value": {"givenName": null}}),
            json!({}),
        ),
        (
            json!({"name": {"givenName": "B"}}),
            json!({"op": "replace", "path": "name", "value": {}}),
            json!({"name": {"givenName": "B"}}),
        ),
        (
            emails(),
            json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "x"}}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}, {"value": "x"}]}),
        ),
        (
            emails(),
            json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": [{"value": "x", "type": "home"}]}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}, {"value": "x", "type": "home"}]}),
        ),
        (
            emails(),
            json!({"op": "replace", "path": "emails[value pr].display", "value": "D"}),
            json!({"emails": [
                {"value": "w", "type": "work", "primary": true, "display": "D"}, {"value": "h", "type": "home", "display": "D"}
            ]}),
        ),
        (
            json!({}),
            json!({"op": "replace", "path": "emails[type eq \"work\"]", "value": {"value": "x"}}),
            json!({"emails": [{"value": "x", "type": "work"}]}),
        ),
        (
            emails(),
            json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": null}),
            json!({"emails": [{"value": "w", "type": "work", "primary": true}]}),
        ),
        (
            emails(),
            json!({"op": "replace", "path": "emails.type", "value": "x"}),
            json!({"emails": [{"value": "w", "type": "x", "primary": true}, {"value": "h", "type": "x"}]}),
        ),
        (
            json!({"password": "old"}),
            json!({"op": "replace", "path": "password", "value": "new"}),
            json!({"password": "new"}),
        ),
    ]);
}

#[test]
fn nothing_matches() {
    for operation in [
        json!({"op": "replace", "path": "emails[type ne \"work\"].value", "value": "x"}),
        json!({"op": "add", "path": "emails[type eq \"work\" or type eq \"home\"].value", "value": "x"}),
        json!({"op": "replace", "path": "emails[not (type eq \"work\")]", "value": {"value": "x"}}),
        json!({"op": "replace", "path": "emails[type eq \"work\" and type eq \"home\"].value", "value": "x"}),
        json!({"op": "replace", "path": "emails[value pr].type", "value": "x"}),
    ] {
        let error = user(json!({}), json!([operation])).expect_err(&operation.to_string());
        assert_eq!(kind_of(error), (400, Some(ScimType::NoTarget)), "{operation}");
    }
}

#[test]
fn one_primary() {
    let three = json!({"emails": [
        {"value": "w", "type": "work", "primary": false}, {"value": "h", "type": "home"}, {"value": "o", "primary": true}
    ]});
    let primary_of = |outcome: Result<Value, Error>| {
        let emails = outcome.unwrap().get("emails").cloned().unwrap();
        let primary = emails.as_array().unwrap().iter().filter(|email| email.get("primary") == Some(&json!(true)));
        primary.map(|email| email.get("value").cloned().unwrap()).collect::<Vec<_>>()
    };
    for (operation, expected) in [
        (json!({"op": "replace", "path": "emails[type eq \"work\"].primary", "value": "True"}), "w"),
        (json!({"op": "add", "path": "emails[type eq \"work\"]", "value": {"primary": true}}), "w"),
        (json!({"op": "add", "path": "emails", "value": [{"value": "n", "primary": true}]}), "n"),
        (json!({"op": "add", "path": "emails", "value": [{"value": "h", "type": "home", "primary": true}]}), "h"),
        (json!({"op": "add", "value": {"emails": [{"value": "n", "primary": true}]}}), "n"),
        (json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "x", "primary": true}}), "x"),
        (json!({"op": "add", "path": "emails[type eq \"other\"]", "value": {"value": "x", "primary": true}}), "x"),
        (json!({"op": "add", "path": "emails", "value": [{"value": "n"}]}), "o"),
    ] {
        assert_eq!(primary_of(user(three.clone(), json!([operation]))), [json!(expected)], "{operation}");
    }
    for operation in [
        json!({"op": "replace", "path": "emails.primary", "value": true}),
        json!({"op": "replace", "path": "emails[value pr].primary", "value": true}),
    ] {
        let error = user(three.clone(), json!([operation])).expect_err(&operation.to_string());
        assert_eq!(kind_of(error), (400, Some(ScimType::InvalidValue)), "{operation}");
    }
}

#[test]
fn operations_see_what_came_before() {
    let after = user(
        json!({"emails": [{"value": "h", "type": "home"}]}),
        json!([
            {"op": "remove", "path": "emails"},
            {"op": "add", "path": "emails", "value": [{"value": "n", "type": "home"}]},
            {"op": "replace", "path": "emails[type eq \"home\"].value", "value": "m"},
            {"op": "add", "path": "addresses[type eq \"work\"].formatted", "value": "18/2111"},
            {"op": "add", "path": "addresses[type eq \"work\"].locality", "value": "Pittsburgh"},
            {"op": "remove", "path": "title"},
        ]),
    );
    let expected = json!({
        "emails": [{"value": "m", "type": "home"}],
        "addresses": [{"type": "work", "formatted": "18/2111", "locality": "Pittsburgh"}]
    });
    assert_eq!(after, Ok(expected));
}

#[test]
fn immutable_attributes_take_a_value_once() {
    let definition = json!({
        "id": "urn:example:2.0:User", "name": "Example", "description": "x",
        "attributes": [
            {"name": "badge", "type": "string", "multiValued": false, "mutability": "immutable", "description": "x"},
            {"name": "tags", "type": "string", "multiValued": true, "mutability": "immutable", "description": "x"}
        ]
    });
    let registry = Registry::with_extensions(&[(definition, Kind::User)]).unwrap();
    let run = |badge: Option<&str>, operation: Value| {
        let mut before = object(json!({"userName": "bob"}));
        if let Some(badge) = badge {
            before.insert("urn:example:2.0:User".to_owned(), json!({"badge": badge}));
        }
        Patch::parse(&body(json!([operation])), &registry, Kind::User)?.apply(&before, &registry, Kind::User)
    };
    let set = |value: &str| json!({"op": "add", "path": "urn:example:2.0:User:badge", "value": value});
    assert!(run(None, set("a")).is_ok());
    assert!(run(Some("a"), set("a")).is_ok());
    assert_eq!(kind_of(run(Some("a"), set("b")).unwrap_err()), (400, Some(ScimType::Mutability)));
    let remove = json!({"op": "remove", "path": "urn:example:2.0:User:badge"});
    assert!(run(None, remove.clone()).is_ok());
    assert_eq!(kind_of(run(Some("a"), remove).unwrap_err()), (400, Some(ScimType::Mutability)));
    let whole = |op: &str, value: Value| json!({"op": op, "path": "urn:example:2.0:User", "value": value});
    assert!(run(Some("a"), whole("replace", json!({"badge": "a"}))).is_ok());
    for operation in [whole("remove", Value::Null), whole("replace", json!({"tags": ["x"]}))] {
        assert_eq!(kind_of(run(Some("a"), operation).unwrap_err()), (400, Some(ScimType::Mutability)));
    }
}

#[test]
fn long_lists_take_one_pass() {
    let many: Vec<Value> = (0..10_000).map(|n| json!({"value": format!("v{n}"), "type": "work"})).collect();
    let streets: Vec<Value> = (0..10_000).map(|n| json!({"formatted": format!("v{n}")})).collect();
    let operations = json!([
        {"op": "add", "path": "emails", "value": many},
        {"op": "add", "path": "emails", "value": many},
        {"op": "add", "path": "addresses", "value": streets},
        {"op": "remove", "path": "addresses", "value": streets},
        {"op": "remove", "path": "emails", "value": many},
        {"op": "replace", "path": "emails", "value": many},
        {"op": "remove", "path": "emails[value sw \"v\"]"},
    ]);
    assert_eq!(user(json!({}), operations), Ok(json!({})));
}
