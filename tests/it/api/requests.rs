//! The request log: what an identity provider sent, and what it came to.

use crate::support::world::{Desk, PASSWORD, World, hours, id_of, patch_of, person};
use serde_json::{Value, json};
use usher::app::{requests, tenants};

/// The log of the connection `okta`, newest first.
async fn log(desk: &Desk, query: &str) -> Vec<Value> {
    desk.world.log_requests().await;
    let answer = desk.get(&format!("/connections/okta/requests{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["items"].as_array().unwrap().clone()
}

async fn full(desk: &Desk, row: &Value) -> Value {
    let answer = desk.get(&format!("/connections/okta/requests/{}", row["id"].as_str().unwrap())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

/// Everything the database holds of the log.
async fn everything(world: &World) -> String {
    let mut reader = world.app.store.read().await.unwrap();
    let connection =
        usher::store::connections::find_by_name(&mut reader, world.tenant.id, "okta").await.unwrap().unwrap();
    let wanted = requests::Wanted::default();
    let mut all = Vec::new();
    let rows = usher::store::requests::page(&mut reader, world.tenant.id, connection.id, &wanted, 1000).await.unwrap();
    for row in rows {
        let found = usher::store::requests::find(&mut reader, world.tenant.id, connection.id, row.id).await.unwrap();
        all.push(format!("{found:?}"));
    }
    all.concat()
}

installed! {
    async fn a_push_is_told_with_what_it_came_to_and_why(world: World) {
        let desk = world.desk().await;
        let body = person("Ada", json!({ "provisioningMode": "create", "labels": ["a"] }));
        let id = id_of(&world.push(body.clone()).await);
        let rows = log(&desk, "").await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        let row = &rows[0];
        assert_eq!((&row["method"], &row["path"], &row["status"]), (&json!("POST"), &json!("/Users"), &json!(201)));
        assert_eq!(row["userId"], id);
        assert_eq!((&row["userName"], &row["externalId"]), (&json!("ada@example.com"), &json!("hr-Ada")));
        let told = &row["consequences"];
        assert_eq!(told["path"], json!({ "mode": "create", "because": "extension" }));
        assert_eq!(told["state"], json!({ "before": null, "after": "staged" }));
        assert_eq!(told["events"], json!(["user.created"]));
        assert_eq!((&told["mails"][0]["code"], &told["mails"][0]["status"]), (&json!("E8"), &json!("queued")));
        let full = full(&desk, row).await;
        assert_eq!(full["body"], body);
        assert_eq!(full["headers"]["content-type"], "application/scim+json");
        let curl = full["curl"].as_str().unwrap();
        assert!(curl.starts_with("curl -X POST https://usher.example.com/scim/v2/Users -H \"Authorization: Bearer $TOKEN\""), "{curl}");
        assert!(curl.contains("--data-binary '{"), "{curl}");
        assert!(!everything(&world).await.contains(&world.token));
    }

    async fn the_reason_for_a_path_is_the_one_that_counted(world: World) {
        let desk = world.desk().await;
        world.push(person("Ada", json!({}))).await;
        world.set_connection(usher::app::connections::Changes {
            default_mode: Some(Some(usher::domain::user::Mode::Create)), ..Default::default()
        }).await;
        world.push(person("Ben", json!({}))).await;
        let rows = log(&desk, "").await;
        assert_eq!(rows[0]["consequences"]["path"], json!({ "mode": "create", "because": "connectionDefault" }));
        assert_eq!(rows[1]["consequences"]["path"], json!({ "mode": "invite", "because": "tenantDefault" }));
    }

    async fn a_suspension_tells_what_ended(world: World) {
        let desk = world.desk().await;
        let id = world.create("Ada").await;
        world.switch(&id, false).await;
        world.switch(&id, false).await;
        let rows = log(&desk, "?method=patch").await;
        let told = &rows[1]["consequences"];
        assert_eq!(told["state"], json!({ "before": "active", "after": "suspended" }));
        assert!(told["billing"]["ends"].is_string(), "{told}");
        assert_eq!(told["events"], json!(["user.suspended"]));
        // The second one changed nothing.
        assert_eq!(rows[0]["consequences"]["state"], json!({ "before": "suspended", "after": "suspended" }));
        assert_eq!(rows[0]["consequences"].get("events"), None);
    }

    async fn mails_that_do_not_leave_say_why(world: World) {
        let desk = world.desk().await;
        world.push(person("Ada", json!({ "provisioningMode": "create", "suppressNotifications": true }))).await;
        let told = log(&desk, "").await.remove(0)["consequences"].clone();
        assert_eq!(told["mails"][0]["status"], "omitted");
        assert!(told["mails"][0]["reason"].as_str().unwrap().contains("suppress"), "{told}");
        assert!(told["billing"]["begins"].is_string(), "{told}");
    }

    async fn a_refusal_is_told_with_its_reason(world: World) {
        let desk = world.desk().await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        assert_eq!(world.post("/Users", person("Ada", json!({}))).await.status, 409);
        assert_eq!(world.post("/Users", person("Ben", json!({ "deletionDate": "soon" }))).await.status, 400);
        assert_eq!(world.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "nothing[", "value": 1 }])).await.status, 400);
        assert_eq!(world.get(&format!("/Users/{}", id.replace('0', "1"))).await.status, 404);
        assert_eq!(world.scim("POST", "/Users").raw("application/scim+json", "{\"password\":\"hunter2").send().await.status, 400);
        let rows = log(&desk, "?status=4xx").await;
        let told: Vec<_> = rows.iter().map(|row| (row["status"].as_u64().unwrap(), row["detail"].as_str().unwrap())).collect();
        assert_eq!(told.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [400, 404, 400, 400, 409]);
        assert!(told[4].1.starts_with("uniqueness: ") && told[4].1.contains("pending invitation"), "{}", told[4].1);
        assert!(told[3].1.starts_with("invalidValue: ") && told[3].1.contains("deletionDate"), "{}", told[3].1);
        assert_eq!(rows[2]["userId"], id);
        assert_eq!((&rows[3]["userName"], &rows[3]["externalId"]), (&json!("ben@example.com"), &json!("hr-Ben")));
        assert_eq!(log(&desk, "?status=409").await.len(), 1);
        assert!(!everything(&world).await.contains("hunter2"));
    }

    async fn no_secret_gets_into_the_log(world: World) {
        let desk = world.desk().await;
        let mut body = person("Ada", json!({ "provisioningMode": "create" }));
        body["password"] = json!(PASSWORD);
        body["urn:ietf:params:scim:schemas:core:2.0:User:password"] = json!(PASSWORD);
        body["x_client_secret"] = json!(PASSWORD);
        let id = id_of(&world.push(body).await);
        let path = format!("/Users/{id}");
        world.patch(&path, json!([{ "op": "replace", "path": "password", "value": PASSWORD }])).await;
        world.patch(&path, json!([{ "op": "replace", "value": { "password": PASSWORD } }])).await;
        let filter = world.get("/Users?filter=pass%77ord%20eq%20%22violet%20tractor%20moonlight%20sandwich%22").await;
        assert_eq!(filter.status, 400);
        let operations = json!([{ "method": "POST", "path": "/Users", "bulkId": "a", "data": { "userName": "x@example.com", "password": PASSWORD } }]);
        let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        assert_eq!(world.post("/Bulk", bulk).await.status, 200);
        let rows = log(&desk, "").await;
        assert_eq!(rows.len(), 6, "{rows:?}");
        assert_eq!(full(&desk, &rows[4]).await["body"]["Operations"][0]["value"], "[redacted]");
        let told = everything(&world).await;
        assert!(!told.contains("violet"), "{told}");
        assert!(told.contains("[redacted]"));
    }

    async fn reads_that_succeed_are_counted_together(world: World) {
        let desk = world.desk().await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        for _ in 0..3 {
            world.get(&format!("/Users/{id}")).await;
            world.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await;
        }
        let statements = world.app.store.statements();
        world.get(&format!("/Users/{id}")).await;
        assert_eq!(world.app.store.statements() - statements, 2);
        let rows = log(&desk, "?method=GET").await;
        let told: Vec<_> = rows.iter().map(|row| (row["times"].as_u64().unwrap(), row["path"].as_str().unwrap().to_owned())).collect();
        assert_eq!(told.len(), 2, "{rows:?}");
        assert!(told.contains(&(4, format!("/Users/{id}"))), "{told:?}");
        assert!(told.iter().any(|(times, path)| *times == 3 && path.starts_with("/Users?filter=")), "{told:?}");
    }

    async fn counts_go_on_for_a_minute(world: World) {
        world.get("/Users").await;
        assert_eq!(requests::flush(&world.app, requests::Extent::Due).await.unwrap(), 0);
        world.advance(crate::support::world::seconds(61));
        assert_eq!(requests::flush(&world.app, requests::Extent::Due).await.unwrap(), 1);
    }

    async fn a_bulk_request_is_told_by_its_operations(world: World) {
        let desk = world.desk().await;
        let create = |name: &str| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": person(name, json!({})) });
        let operations = json!([create("Ada"), create("Ben"), { "method": "POST", "path": "/Users", "bulkId": "c", "data": person("Ada", json!({})) }]);
        let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        world.post("/Bulk", bulk).await;
        let rows = log(&desk, "").await;
        let told: Vec<_> = rows.iter().map(|row| (row["path"].as_str().unwrap(), row["status"].as_u64().unwrap())).collect();
        assert_eq!(told, [("/Bulk", 200), ("/Bulk#2/Users", 409), ("/Bulk#1/Users", 201), ("/Bulk#0/Users", 201)]);
        assert_eq!(rows[0]["consequences"], json!({ "operations": 3, "failed": 1 }));
        assert_eq!(rows[2]["consequences"]["events"], json!(["user.invited"]));
        let found = log(&desk, "?query=ben@").await;
        assert_eq!(found.len(), 1);
        assert_eq!(full(&desk, &found[0]).await["body"]["userName"], "ben@example.com");
    }

    async fn people_are_found(world: World) {
        let desk = world.desk().await;
        let ada = id_of(&world.push(person("Ada", json!({}))).await);
        world.push(person("Ben", json!({}))).await;
        world.switch(&ada, false).await;
        assert_eq!(log(&desk, &format!("?userId={ada}")).await.len(), 2);
        assert_eq!(log(&desk, "?query=ADA@").await.len(), 2);
        assert_eq!(log(&desk, "?query=hr-Ben").await.len(), 1);
        assert_eq!(log(&desk, "?query=a%25").await.len(), 0);
        assert_eq!(log(&desk, "?from=2027-03-10T09:00:01Z").await.len(), 0);
        assert_eq!(log(&desk, "?to=2027-03-10T09:00:01Z").await.len(), 3);
        let first = desk.get("/connections/okta/requests?limit=2").await.body;
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        let next = desk.get(&format!("/connections/okta/requests?limit=2&cursor={}", first["nextCursor"].as_str().unwrap())).await.body;
        assert_eq!((next["items"].as_array().unwrap().len(), &next["nextCursor"]), (1, &json!(null)));
        for query in ["userId=x", "status=6xx", "status=ok", "method=BREW", "from=yesterday", "cursor=x", "colour=red"] {
            assert_eq!(desk.get(&format!("/connections/okta/requests?{query}")).await.status, 422, "{query}");
        }
        for path in ["/connections/nobody/requests", "/connections/okta/requests/x", "/connections/okta/requests/0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a"] {
            assert_eq!(desk.get(path).await.status, 404, "{path}");
        }
    }

    async fn one_connection_does_not_show_another_ones_requests(world: World) {
        let desk = world.desk().await;
        let token = world.token_of(tenants::DEFAULT, "entra").await;
        let body = person("Ada", json!({}));
        world.call("POST", "/scim/v2/Users").token(&token).json(&body).send().await;
        assert!(log(&desk, "").await.is_empty());
        assert_eq!(desk.get("/connections/entra/requests").await.body["items"].as_array().unwrap().len(), 1);
    }

    async fn long_bodies_are_cut(world: World) {
        let desk = world.desk().await;
        let mut body = person("Ada", json!({}));
        body["title"] = json!("\u{e9}".repeat(12_000));
        world.push(body).await;
        let row = log(&desk, "").await.remove(0);
        let full = full(&desk, &row).await;
        assert_eq!((&full["body"], &full["curl"]), (&json!(null), &json!(null)));
        let excerpt = full["bodyExcerpt"].as_str().unwrap();
        assert!(excerpt.len() <= requests::MAX_BODY && excerpt.len() > requests::MAX_BODY - 4);
        assert!(full["bodyBytes"].as_u64().unwrap() > 24_000);
    }

    async fn requests_are_forgotten_after_thirty_days(world: World) {
        let desk = world.desk().await;
        world.push(person("Ada", json!({}))).await;
        world.log_requests().await;
        world.advance(hours(29 * 24));
        world.push(person("Ben", json!({}))).await;
        requests::forget_old(&world.app).await.unwrap();
        assert_eq!(log(&desk, "").await.len(), 2);
        world.advance(hours(2 * 24));
        requests::forget_old(&world.app).await.unwrap();
        requests::forget_old(&world.app).await.unwrap();
        let left = log(&desk, "").await;
        assert_eq!((left.len(), &left[0]["userName"]), (1, &json!("ben@example.com")));
    }

    async fn what_does_not_fit_is_dropped_and_slows_nobody_down(world: World) {
        let path = "/Users/0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a";
        for _ in 0..4_100 {
            assert_eq!(world.delete(path).await.status, 404);
        }
        assert_eq!(world.log_requests().await, 4_096);
        assert_eq!(world.delete(path).await.status, 404);
        assert_eq!(world.log_requests().await, 1);
    }

    async fn groups_are_told_too(world: World) {
        let desk = world.desk().await;
        let ada = id_of(&world.push(person("Ada", json!({ "groupRoles": [] }))).await);
        let group = id_of(&world.post("/Groups", crate::support::world::group("Sales", &[&ada])).await.body);
        let remove = patch_of(&json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }]));
        world.scim("PATCH", &format!("/Groups/{group}")).json(&remove).send().await;
        world.push(person("Ben", json!({ "groupRoles": [{ "value": group, "role": "coach" }] }))).await;
        assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        let rows = log(&desk, "").await;
        assert_eq!(rows[0]["consequences"]["events"], json!(["group.deleted"]));
        assert_eq!(rows[1]["consequences"]["roles"], json!([{ "groupId": group, "role": "coach" }]));
        assert_eq!((&rows[2]["consequences"]["membersChanged"], &rows[2]["consequences"]["groupId"]), (&json!(1), &json!(group)));
        assert_eq!(rows[3]["consequences"]["events"], json!(["group.created"]));
    }
}
