//! Connections at the desk, and what the audit trail says of changes.

use crate::support::world::{Desk, PASSWORD, id_of, person};
use serde_json::{Value, json};
use usher::app::administrators::Rank;

async fn put(desk: &Desk, path: &str, body: Value) -> (u16, Value) {
    let answer = desk.send("PUT", path, body).await;
    (answer.status, answer.body)
}

installed! {
    async fn a_connection_is_made_set_and_read(world: World) {
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Everybody" })).await);
        let body = json!({ "defaultMode": "create", "defaultGroup": group, "defaultRole": "author", "notifications": "hold", "extension": "off" });
        let (status, made) = put(&desk, "/connections/entra", body.clone()).await;
        assert_eq!((status, &made["name"], &made["defaultMode"], &made["extension"]), (201, &json!("entra"), &json!("create"), &json!("off")));
        assert_eq!(put(&desk, "/connections/entra", made.clone()).await, (200, made.clone()), "what was read can be sent back");
        assert_eq!(desk.get("/connections/entra").await.body, made);
        let (_, bare) = put(&desk, "/connections/entra", json!({})).await;
        assert_eq!((&bare["defaultMode"], &bare["notifications"], &bare["extension"]), (&Value::Null, &json!("on"), &json!("on")));
        assert_eq!(desk.get("/connections").await.body["items"].as_array().unwrap().len(), 2);
        assert_eq!(desk.get("/connections/nobody").await.status, 404);
        let bare = world.call("PUT", "/api/v1/connections/entra").token(&desk.token).send().await;
        assert_eq!(bare.status, 400, "a missing body resets nothing");
        for (path, body, field) in [
            ("/connections/entra", json!({ "defaultMode": "sometimes" }), "defaultMode"),
            ("/connections/entra", json!({ "defaultGroup": "x" }), "defaultGroup"),
            ("/connections/entra", json!({ "defaultGroup": made["id"] }), "defaultGroup"),
            ("/connections/entra", json!({ "defaultRole": "admin" }), "defaultRole"),
            ("/connections/entra", json!({ "notifications": true }), "notifications"),
            ("/connections/entra", json!({ "extension": "maybe" }), "extension"),
            ("/connections/entra", json!({ "name": "okta" }), "name"),
            ("/connections/entra", json!({ "mode": "create" }), "mode"),
            ("/connections/a%20b", json!({}), "name"),
        ] {
            let answer = desk.send("PUT", path, body).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{}", answer.text);
        }
    }

    async fn settings_count_from_the_next_push(world: World) {
        let desk = world.desk().await;
        put(&desk, "/connections/okta", json!({ "defaultMode": "create" })).await;
        assert_eq!(world.push(person("Ada", json!({}))).await[usher::scim::schema::USHER]["state"], "staged");
        put(&desk, "/connections/okta", json!({ "defaultMode": "invite" })).await;
        assert_eq!(world.push(person("Bob", json!({}))).await[usher::scim::schema::USHER]["state"], "invited");
    }

    async fn mappings_are_set_as_a_whole(world: World) {
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let path = "/connections/okta/group-mappings";
        assert_eq!(desk.get(path).await.body["items"], json!([]));
        let items = json!([{ "group": "Okta Sales", "to": group, "role": "coach" }, { "group": "Okta Team", "to": group }]);
        let (status, set) = put(&desk, path, json!({ "items": items })).await;
        assert_eq!((status, &set["items"][0]), (200, &items[0]));
        assert_eq!(set["items"][1]["role"], "learner");
        assert_eq!(put(&desk, path, set.clone()).await, (200, set.clone()));
        let ada = world.create("Ada").await;
        assert_eq!(put(&desk, path, json!({ "items": [] })).await.1["items"], json!([]));
        for (body, field) in [
            (json!({}), "items"),
            (json!({ "items": "x" }), "items"),
            (json!({ "items": [{ "to": group }] }), "group"),
            (json!({ "items": [{ "group": "X" }] }), "to"),
            (json!({ "items": [{ "group": "X", "to": ada }] }), "to"),
            (json!({ "items": [{ "group": "X", "to": group, "role": "owner" }] }), "role"),
            (json!({ "items": [{ "group": "X", "to": group, "rule": "coach" }] }), "rule"),
        ] {
            let answer = desk.send("PUT", path, body).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{}", answer.text);
        }
        assert_eq!(put(&desk, "/connections/nobody/group-mappings", json!({ "items": [] })).await.0, 404);
    }

    async fn the_trail_tells_before_and_after(world: World) {
        let desk = world.desk().await;
        let me = desk.get("/me").await.body["userId"].as_str().unwrap().to_owned();
        let id = world.create("Ada").await;
        let call = world.call("PATCH", &format!("/api/v1/users/{id}")).token(&desk.token).header("x-request-id", "req-7");
        call.raw("application/json", json!({ "lastName": "King", "labels": ["a"] }).to_string()).send().await;
        let trail = desk.get(&format!("/audit?target={id}&actor={me}")).await.body["items"].clone();
        let row = &trail[0];
        assert_eq!((&row["action"], &row["requestId"], &row["actor"]), (&json!("user.changed"), &json!("req-7"), &json!(format!("user:{me}"))));
        assert_eq!((&row["before"]["labels"], &row["after"]["labels"]), (&Value::Null, &json!(["a"])));
        assert_eq!(row["after"]["name"]["familyName"], "King");
        assert!(row["actorName"].is_string());
        world.scim("PATCH", &format!("/Users/{id}")).header("x-request-id", "req-8")
            .json(&crate::support::world::patch_of(&json!([{ "op": "replace", "path": "title", "value": "Countess" }]))).send().await;
        let row = desk.get("/audit?action=user.update").await.body["items"][0].clone();
        assert_eq!((&row["requestId"], &row["actorName"], &row["after"]["title"]), (&json!("req-8"), &json!("okta"), &json!("Countess")));
        put(&desk, "/connections/okta", json!({ "defaultMode": "create" })).await;
        let row = desk.get("/audit?action=connection.changed").await.body["items"][0].clone();
        assert_eq!((&row["before"]["defaultMode"], &row["after"]["defaultMode"]), (&Value::Null, &json!("create")));
        let count = |query: &'static str| { let desk = desk.clone(); async move { desk.get(&format!("/audit?{query}")).await.body["items"].as_array().unwrap().len() } };
        assert_eq!(count("from=2027-03-11").await, 0);
        assert_eq!(count("to=2027-03-09").await, 0);
        assert!(count("from=2027-03-10&to=2027-03-10&limit=200").await > 3);
        for (query, field) in [("from=soon", "from"), ("to=2027-13-01", "to"), ("who=me", "who")] {
            assert_eq!(desk.get(&format!("/audit?{query}")).await.body["field"], field);
        }
    }

    async fn no_secret_enters_the_trail(world: World) {
        let desk = world.desk().await;
        world.administrator("second@example.com", Rank::Administrator).await;
        desk.make("/users", json!({ "firstName": "Ada", "lastName": "L", "email": "ada@example.com", "password": PASSWORD })).await;
        let mut body = person("Bob", json!({}));
        body["password"] = json!(PASSWORD);
        let bob = id_of(&world.push(body.clone()).await);
        body["title"] = json!("Dr");
        world.put(&format!("/Users/{bob}"), body).await;
        let trail = desk.get("/audit?limit=200").await.text;
        assert!(trail.contains("user.update") && !trail.contains(PASSWORD) && !trail.contains("argon2"), "{trail}");
        assert!(!trail.contains(&desk.token) && !trail.contains(&world.token));
    }
}
