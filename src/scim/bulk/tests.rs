//! Reading, references and order.

use super::*;

fn object(value: Value) -> Object {
    serde_json::from_value(value).expect("an object")
}

fn bulk(operations: &Value) -> Bulk {
    Bulk::parse(&object(json!({ "schemas": [BULK_REQUEST], "Operations": operations }))).expect("a bulk request")
}

fn ids(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_envelope_fails_the_request() {
    let many = json!(vec![json!({}); 1001]);
    for (body, status) in [
        (json!({ "Operations": [] }), 400),
        (json!({ "schemas": [PATCH_OP], "Operations": [] }), 400),
        (json!({ "schemas": [BULK_REQUEST] }), 400),
        (json!({ "schemas": [BULK_REQUEST], "Operations": {} }), 400),
        (json!({ "schemas": [BULK_REQUEST], "Operations": [], "failOnErrors": -1 }), 400),
        (json!({ "schemas": [BULK_REQUEST], "Operations": [], "failOnErrors": 1.5 }), 400),
        (json!({ "schemas": [BULK_REQUEST], "Operations": [], "failOnErrors": "1" }), 400),
        (json!({ "schemas": [BULK_REQUEST], "Operations": many }), 413),
    ] {
        assert_eq!(Bulk::parse(&object(body.clone())).expect_err("refused").status, status, "{body}");
    }
    for (limit, expected) in [(json!(null), None), (json!(0), None), (json!(3), Some(3))] {
        let body = json!({ "SCHEMAS": [BULK_REQUEST], "operations": [], "failonerrors": limit });
        assert_eq!(Bulk::parse(&object(body)).expect("a bulk request").fail_on_errors, expected);
    }
}

#[test]
fn all_else_is_the_fault_of_one_operation() {
    let cases = [
        (json!(1), 400),
        (json!({ "path": "/Users", "data": {} }), 400),
        (json!({ "method": "GET", "path": "/Users/1" }), 400),
        (json!({ "method": "POST", "path": "/Users", "data": {} }), 400),
        (json!({ "method": "POST", "path": "/Users", "bulkId": "a" }), 400),
        (json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": [] }), 400),
        (json!({ "method": "POST", "bulkId": "a", "data": {} }), 400),
        (json!({ "method": "POST", "path": "/Robots", "bulkId": "a", "data": {} }), 404),
        (json!({ "method": "POST", "path": "/Users/1", "bulkId": "a", "data": {} }), 405),
        (json!({ "method": "DELETE", "path": "/Users" }), 405),
        (json!({ "method": "DELETE", "path": "/Users/1", "version": 1 }), 400),
    ];
    for (operation, status) in cases {
        let bulk = bulk(&json!([operation.clone()]));
        assert_eq!(bulk.items[0].operation.as_ref().expect_err("refused").status, status, "{operation}");
    }
    let twice = bulk(&json!([
        { "method": "post", "path": "Users/", "bulkId": "a", "data": {} },
        { "method": "POST", "path": "/Users", "bulkId": "a", "data": {} }
    ]));
    assert!(twice.items[0].operation.is_ok() && twice.items[1].operation.is_err());
    assert_eq!(twice.owners().get("a"), Some(&0));
}

#[test]
fn a_bare_list_of_patch_operations_is_taken() {
    let bulk = bulk(&json!([{ "method": "PATCH", "path": "/Users/bulkId:a/", "data": [{ "op": "add" }] }]));
    let operation = bulk.items[0].operation.as_ref().expect("fine");
    assert_eq!(operation.id.as_deref(), Some("bulkId:a/"));
    assert_eq!(operation.data().map(|data| &data["Operations"]), Some(&json!([{ "op": "add" }])));
}

fn create(data: Value) -> Operation {
    Operation { kind: Kind::User, id: None, action: Action::Create(object(data)), version: None }
}

#[test]
fn references_are_found_and_replaced_wherever_they_stand() {
    let declared = ids(&["a", "a-b", "c"]);
    let resolve = |id: &str| declared.contains(id).then(|| format!("<{id}>"));
    for (text, expected) in [
        ("bulkId:a", "<a>"),
        ("bulkId:a-b", "<a-b>"),
        ("members[value eq \"bulkId:a\"]", "members[value eq \"<a>\"]"),
        ("bulkId:a=coach;bulkId:c=author", "<a>=coach;<c>=author"),
        ("../Users/bulkId:c", "../Users/<c>"),
        ("see bulkId:a", "see bulkId:a"),
        ("xbulkId:a", "xbulkId:a"),
        ("", ""),
    ] {
        let operation = create(json!({ "x": { "y": [text] } }));
        let resolved = operation.resolved(&declared, &resolve);
        assert_eq!(resolved.data().map(|data| &data["x"]["y"][0]), Some(&json!(expected)), "{text}");
        let found = References::of(&operation, &declared);
        assert_eq!((found.known.is_empty(), found.unknown), (text == expected, None), "{text}");
    }
    for text in ["bulkId:b", "bulkId:", "bulkId:a-", "members[value eq \"bulkId:b\"]"] {
        assert!(References::of(&create(json!({ "x": text })), &declared).check().is_err(), "{text}");
    }
    let by_path = Operation { id: Some("bulkId:c".to_owned()), action: Action::Delete, ..create(json!({})) };
    assert_eq!(References::of(&by_path, &declared).known, ids(&["c"]));
    assert_eq!(by_path.resolved(&declared, &resolve).id.as_deref(), Some("<c>"));
}

#[test]
fn what_mentions_a_circle_is_left_for_later() {
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let operation = create(json!({
        "userName": "x", "members": [{ "value": "bulkId:a" }, { "value": "1" }],
        (urn): { "department": "d", "manager": { "value": "bulkId:a" } }
    }));
    let (now, left) = operation.parted(&ids(&["a"]));
    let kept = json!({ "userName": "x", "members": [{ "value": "1" }], (urn): { "department": "d" } });
    assert_eq!(now.data(), Some(&object(kept)));
    let later = json!({ "members": [{ "value": "bulkId:a" }], (urn): { "manager": { "value": "bulkId:a" } } });
    assert_eq!(left, object(later));
    let body = completion(&left, &ids(&["a"]), &|_| Some("7".to_owned()));
    assert_eq!(body["Operations"][0]["value"]["members"], json!([{ "value": "7" }]));
    assert_eq!(operation.parted(&BTreeSet::new()), (operation.clone(), Object::new()));
}

/// `a` creates, `a<b,c` creates and refers, `<a` refers only; steps print as `0`, `0-b` (without b) and `0+`.
fn order(operations: &[&str]) -> String {
    let nodes: Vec<_> = operations
        .iter()
        .map(|text| {
            let (creates, needs) = text.split_once('<').unwrap_or((text, ""));
            let needs: Vec<&str> = needs.split(',').filter(|need| !need.is_empty()).collect();
            (Some(creates.to_owned()).filter(|id| !id.is_empty()), ids(&needs))
        })
        .collect();
    let print = |step| match step {
        Step::Run { index, without } if without.is_empty() => index.to_string(),
        Step::Run { index, without } => format!("{index}-{}", without.into_iter().collect::<String>()),
        Step::Complete { index } => format!("{index}+"),
    };
    plan(&nodes).into_iter().map(print).collect::<Vec<_>>().join(" ")
}

#[test]
fn operations_wait_for_what_they_refer_to() {
    for (operations, expected) in [
        (&["a", "b", ""][..], "0 1 2"),
        (&["a", "b<a", "<a,b"], "0 1 2"),
        (&["a<b", "", "b", ""], "1 2 0 3"),
        (&["a<b", "b<c", "c"], "2 1 0"),
        (&["<c", "<c", "c"], "2 0 1"),
        (&["a<b", "b<a"], "0-b 1 0+"),
        (&["a<a"], "0-a 0+"),
        (&["g<a", "a<b", "b<a", "<g"], "1-b 0 2 1+ 3"),
        (&["a<b", "b<c", "c<a", "<b"], "0-b 2 1 0+ 3"),
        (&["a<b,c", "b<a", "c<a"], "0-bc 1 2 0+"),
        (&["a", "a<a"], "0 1"),
        (&[], ""),
    ] {
        assert_eq!(order(operations), expected, "{operations:?}");
    }
}
