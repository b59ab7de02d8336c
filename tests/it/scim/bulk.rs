//! `/Bulk`.

use crate::support::service::{ENTERPRISE, GROUP, Service, USER};
use serde_json::{Value, json};

const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn user(bulk_id: &str, name: &str) -> Value {
    let data = json!({ "schemas": [USER], "userName": format!("{name}@example.com") });
    json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data })
}

fn managed(bulk_id: &str, name: &str, manager: &str) -> Value {
    let mut user = user(bulk_id, name);
    user["data"][ENTERPRISE] = json!({ "manager": { "value": manager } });
    user
}

fn group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|member| json!({ "value": member })).collect();
    let data = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    json!({ "method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data })
}

async fn bulk(service: &Service, operations: Value) -> Vec<Value> {
    let body = json!({ "schemas": [BULK], "Operations": operations });
    let (status, answer) = service.send("POST", "/Bulk", Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    answer["Operations"].as_array().unwrap().clone()
}

fn statuses(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["status"].as_str().unwrap()).collect()
}

fn newcomer(bulk_id: &str, name: &str, more: Value) -> Value {
    let mut user = user(bulk_id, name);
    for (attribute, value) in more.as_object().unwrap() {
        user["data"][attribute] = value.clone();
    }
    user
}

fn put(id: &str, name: &str) -> Value {
    let data = json!({ "schemas": [USER], "userName": format!("{name}@example.com") });
    json!({ "method": "PUT", "path": format!("/Users/{id}"), "data": data })
}

fn patch(id: &str, path: &str, value: &str) -> Value {
    let data = json!([{ "op": "replace", "path": path, "value": value }]);
    json!({ "method": "PATCH", "path": format!("/Users/{id}"), "data": data })
}

fn delete(id: &str) -> Value {
    json!({ "method": "DELETE", "path": format!("/Users/{id}") })
}

/// Operations that matter to each other in all ways there are, with strangers in between. Everybody's name begins with the same two letters.
fn tangle(at: &str, [ada, bob, cleo]: &[String; 3]) -> Value {
    let mail = |name: &str| json!([{ "value": format!("{at}{name}@example.com"), "type": "work" }]);
    let mut operations = vec![
        newcomer("dan", &format!("{at}dan"), json!({ "externalId": format!("{at}7"), "displayName": "Dan" })),
        newcomer("twin", &format!("{at}DAN").to_uppercase(), json!({})),
        newcomer("same address", &format!("{at}eva"), json!({ "emails": mail("dan") })),
        newcomer("same record", &format!("{at}finn"), json!({ "externalId": format!("{at}7") })),
        put(ada, &format!("{at}augusta")),
        user("her old name", &format!("{at}ada")),
        put(bob, &format!("{at}augusta")),
        patch(bob, "active", "False"),
        user("suspended", &format!("{at}bob")),
        patch(bob, "urn:ietf:params:scim:schemas:core:2.0:User:userName", &format!("{at}robert@example.com")),
        user("his old name", &format!("{at}bob")),
        patch(bob, "title", "first"),
        patch(bob, "title", "second"),
        delete(cleo),
        newcomer("comes back", &format!("{at}cleopatra"), json!({ "externalId": format!("{at}9") })),
        user("short", &format!("{at}short")),
        patch("bulkId:short", "title", "x"),
        delete("bulkId:short"),
        patch("bulkId:short", "title", "y"),
        user("anew", &format!("{at}short")),
        managed("led", &format!("{at}led"), "bulkId:dan"),
        managed("misled", &format!("{at}misled"), "bulkId:twin"),
    ];
    for number in 0..30 {
        operations.insert(number + number / 3, user(&format!("stranger {number}"), &format!("{at}stranger{number}")));
    }
    operations.into()
}

/// What a request came to, without ids and the letters its names begin with.
async fn account(service: &Service, at: &str, results: &Value) -> (Value, Value) {
    let mut results = results.clone();
    for result in results.as_array_mut().unwrap() {
        result.as_object_mut().unwrap().remove("location");
        if result["status"] == "404" {
            result["response"]["detail"] = json!(null);
        }
    }
    let filter = format!("/Users?filter=userName%20sw%20%22{at}%22&count=200&sortBy=userName");
    let mut people = service.get(&filter).await["Resources"].clone();
    for person in people.as_array_mut().unwrap() {
        let version = person["meta"]["version"].clone();
        for name in ["id", "meta", ENTERPRISE] {
            person.as_object_mut().unwrap().remove(name);
        }
        person["version"] = version;
    }
    let plain = |value: Value| {
        let text = value.to_string().replace(at, "").replace(&at.to_uppercase(), "");
        serde_json::from_str(&text).unwrap()
    };
    (plain(results), plain(people))
}

fn sorted(mut ids: [&str; 2]) -> Vec<String> {
    ids.sort_unstable();
    ids.map(str::to_owned).into()
}

fn id(result: &Value) -> &str {
    result["location"].as_str().unwrap().rsplit('/').next().unwrap()
}

on_both! {
    #[allow(clippy::large_futures)]
    async fn references_lead_forward_backward_and_round(store: Store) {
        let service = Service::on(store).await;
        let results = bulk(&service, json!([
            group("A", "a", &["bulkId:B", "bulkId:u"]),
            group("B", "b", &["bulkId:A"]),
            managed("u", "u", "bulkId:v"),
            managed("v", "v", "bulkId:u"),
            { "method": "PATCH", "path": "/Groups/bulkId:B", "data": { "schemas": [PATCH], "Operations": [
                { "op": "add", "path": "members", "value": [{ "value": "bulkId:v" }, { "value": "bulkId:u" }] },
                { "op": "remove", "path": "members[value eq \"bulkId:v\"]" }
            ] } },
            managed("w", "w", "bulkId:nobody"),
            { "method": "DELETE", "path": "/Users/unknown" },
            { "method": "GET", "path": "/Users" }
        ])).await;
        assert_eq!(statuses(&results), ["201", "201", "201", "201", "200", "400", "404", "400"], "{results:?}");
        let (a, b, u, v) = (id(&results[0]), id(&results[1]), id(&results[2]), id(&results[3]));
        let members = async |group: &str| {
            let mut ids: Vec<String> = service.get(&format!("/Groups/{group}")).await["members"].as_array().unwrap().iter()
                .map(|member| member["value"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids
        };
        assert_eq!(members(a).await, sorted([b, u]));
        assert_eq!(members(b).await, sorted([a, u]));
        for (person, manager, result) in [(u, v, &results[2]), (v, u, &results[3])] {
            let shown = service.get(&format!("/Users/{person}")).await;
            assert_eq!(shown[ENTERPRISE]["manager"]["value"], manager);
            assert_eq!(shown["meta"]["version"], result["version"]);
        }
        assert!(results[5].get("location").is_none());
        assert_eq!(results[5]["response"]["scimType"], "invalidValue");
        assert_eq!(results[5]["response"]["status"], "400");
    }

    #[allow(clippy::large_futures)]
    async fn a_person_may_refer_to_themselves_and_a_group_may_not(store: Store) {
        let service = Service::on(store).await;
        let operations = json!([group("A", "a", &["bulkId:A"]), managed("u", "u", "bulkId:u"), group("B", "b", &["bulkId:A"])]);
        let results = bulk(&service, operations).await;
        assert_eq!(statuses(&results), ["409", "201", "409"], "{results:?}");
        assert_eq!(service.get("/Groups").await["totalResults"], 0);
        let u = id(&results[1]);
        assert_eq!(service.get(&format!("/Users/{u}")).await[ENTERPRISE]["manager"]["value"], u);
    }

    #[allow(clippy::large_futures)]
    async fn what_refers_to_a_failure_fails_and_leaves_nothing(store: Store) {
        let service = Service::on(store).await;
        service.create("/Groups", json!({ "displayName": "taken" })).await;
        let results = bulk(&service, json!([
            group("A", "new", &["bulkId:B"]),
            group("B", "taken", &["bulkId:A"]),
            group("C", "other", &["bulkId:B"])
        ])).await;
        assert_eq!(statuses(&results), ["409", "409", "409"], "{results:?}");
        assert_eq!(service.get("/Groups").await["totalResults"], 1);
    }

    #[allow(clippy::large_futures)]
    async fn errors_stop_the_rest_when_told_to(store: Store) {
        let service = Service::on(store).await;
        for (limit, processed) in [(json!(1), 2), (json!(2), 3), (json!(0), 4), (json!(null), 4)] {
            let operations = json!([user("a", &format!("a{limit}")), {}, {}, user("b", &format!("b{limit}"))]);
            let body = json!({ "schemas": [BULK], "failOnErrors": limit, "Operations": operations });
            let (status, answer) = service.send("POST", "/Bulk", Some(body)).await;
            assert_eq!((status, answer["Operations"].as_array().unwrap().len()), (200, processed), "{limit}");
        }
        assert_eq!(service.get("/Users?count=0").await["totalResults"], 6);
    }

    #[allow(clippy::large_futures)]
    async fn what_is_done_at_the_same_time_ends_as_one_by_one(store: Store) {
        let service = Service::on(store).await;
        let mut accounts = Vec::new();
        // With a limit of errors that is never reached, they are done one by one.
        for (at, limit) in [("q1", json!(null)), ("q2", json!(1_000))] {
            let stored = |name: &str, record: u8| json!({
                "userName": format!("{at}{name}@example.com"), "displayName": name, "externalId": format!("{at}{record}")
            });
            let people = [
                service.create("/Users", stored("ada", 1)).await,
                service.create("/Users", stored("bob", 2)).await,
                service.create("/Users", stored("cleo", 9)).await,
            ];
            let body = json!({ "schemas": [BULK], "failOnErrors": limit, "Operations": tangle(at, &people) });
            let (status, answer) = service.send("POST", "/Bulk", Some(body)).await;
            assert_eq!(status, 200, "{answer}");
            accounts.push(account(&service, at, &answer["Operations"]).await);
        }
        for (one, other) in [(&accounts[0].0, &accounts[1].0), (&accounts[0].1, &accounts[1].1)] {
            let (one, other) = (one.as_array().unwrap(), other.as_array().unwrap());
            assert_eq!(one.len(), other.len());
            one.iter().zip(other).for_each(|(one, other)| assert_eq!(one, other));
        }
        let (results, people) = &accounts[0];
        let status = |id: &str| {
            let found = results.as_array().unwrap().iter().find(|result| result["bulkId"] == id);
            found.unwrap()["status"].as_str().unwrap().parse::<u16>().unwrap()
        };
        let ids = ["dan", "twin", "same address", "same record", "her old name", "suspended", "his old name", "comes back", "anew", "led", "misled"];
        assert_eq!(ids.map(status), [201, 409, 201, 201, 201, 409, 201, 201, 201, 201, 409]);
        let named = |name: &str| people.as_array().unwrap().iter().find(|person| person["userName"] == name).unwrap();
        assert_eq!(named("cleopatra@example.com")["displayName"], "cleo");
        assert_eq!(named("robert@example.com")["title"], "second");
    }

    #[allow(clippy::large_futures)]
    async fn results_are_in_the_order_of_the_request(store: Store) {
        let service = Service::on(store).await;
        let operations: Vec<Value> = (0..40).map(|number| user(&format!("{number}"), &format!("p{number}"))).collect();
        let results = bulk(&service, operations.into()).await;
        for (number, result) in results.iter().enumerate() {
            assert_eq!((&result["bulkId"], &result["status"]), (&json!(number.to_string()), &json!("201")));
            let name = service.get(&format!("/Users/{}", id(result))).await["userName"].clone();
            assert_eq!(name, format!("p{number}@example.com"));
        }
    }

    #[allow(clippy::large_futures)]
    async fn what_stands_behind_the_last_error_is_not_done(store: Store) {
        let service = Service::on(store).await;
        service.create("/Users", json!({ "userName": "taken@example.com" })).await;
        let operations = ["a", "taken", "b", "c"].map(|name| user(name, name));
        let body = json!({ "schemas": [BULK], "failOnErrors": 1, "Operations": operations });
        let answer = service.send("POST", "/Bulk", Some(body)).await.1;
        assert_eq!(statuses(answer["Operations"].as_array().unwrap()), ["201", "409"]);
        assert_eq!(service.get("/Users?count=0").await["totalResults"], 2);
    }

    #[allow(clippy::large_futures)]
    async fn a_version_is_a_precondition(store: Store) {
        let service = Service::on(store).await;
        let ann = service.create("/Users", json!({ "userName": "ann@example.com" })).await;
        let path = format!("/Users/{ann}");
        let data = json!({ "schemas": [USER], "userName": "ann@example.com", "title": "x" });
        let results = bulk(&service, json!([
            { "method": "PUT", "path": path, "version": "W/\"v9\"", "data": data },
            { "method": "PUT", "path": path, "version": "W/\"v1\"", "data": data },
            { "method": "PUT", "path": path, "version": "v2", "data": data },
            { "method": "DELETE", "path": path, "version": "W/\"v2\"" }
        ])).await;
        assert_eq!(statuses(&results), ["412", "200", "400", "204"], "{results:?}");
        assert!(results.iter().all(|result| result["location"].as_str().unwrap().ends_with(&path)));
    }

    #[allow(clippy::large_futures)]
    async fn limits_are_named_and_nothing_is_done(store: Store) {
        let service = Service::on(store).await;
        let mut operations = vec![user("a", "a")];
        operations.resize(1001, json!({}));
        let many = json!({ "schemas": [BULK], "Operations": operations });
        let large = json!({ "schemas": [BULK], "Operations": [user("a", "a")], "x": "y".repeat(1024 * 1024) });
        for (body, limit) in [(many, "maxOperations"), (large, "maxPayloadSize")] {
            let (status, answer) = service.send("POST", "/Bulk", Some(body)).await;
            assert_eq!(status, 413);
            assert!(answer["detail"].as_str().unwrap().contains(limit), "{answer}");
        }
        assert_eq!(service.get("/Users").await["totalResults"], 0);
    }
}
