//! A value that is wrong is named, and nothing happens.

use crate::support::world::{Desk, id_of};
use serde_json::{Value, json};

async fn refused(desk: &Desk, path: &str, body: Value, field: &str) {
    let answer = desk.post(path, body.clone()).await;
    assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{path} {body}: {}", answer.text);
}

/// A body in which a field stands twice, or one that is no JSON.
async fn broken(desk: &Desk, path: &str, name: &str) {
    let call = desk.world.call("POST", &format!("/api/v1{path}")).token(&desk.token);
    for body in [format!(r#"{{"{name}":"1","{name}":"2"}}"#), format!("{{\"{name}\":")] {
        assert_eq!(call.clone().raw("application/json", body.clone()).send().await.status, 400, "{path} {body}");
    }
    assert_eq!(call.raw("text/plain", "1").send().await.status, 415, "{path}");
}

installed! {
    async fn of_webhooks(world: World) {
        let desk = world.desk().await;
        let id = id_of(&desk.make("/webhooks", json!({ "url": "http://127.0.0.1:9/", "allowPrivate": true })).await);
        let before = desk.get(&format!("/webhooks/{id}")).await.body;
        refused(&desk, "/webhooks", json!({ "url": "https://example.com/\u{0}" }), "url").await;
        refused(&desk, "/webhooks", json!({ "url": "http://127.0.0.1:9/" }), "url").await;
        refused(&desk, "/webhooks", json!({ "url": 7 }), "url").await;
        refused(&desk, "/webhooks", json!({ "url": "https://example.com/", "types": "user.created" }), "types").await;
        let on = |verb: &str| format!("/webhooks/{id}/{verb}");
        for hours in [json!(-1), json!(169), json!("1"), json!(1.5), json!(u64::MAX)] {
            refused(&desk, &on("rotate-secret"), json!({ "overlapHours": hours }), "overlapHours").await;
        }
        refused(&desk, &on("rotate-secret"), json!({ "hours": 1 }), "hours").await;
        for body in [json!({}), json!({ "after": -1 }), json!({ "after": "1" }), json!({ "after": 1, "since": "2027-03-10T09:00:00Z" })] {
            refused(&desk, &on("replay"), body, "after").await;
        }
        for since in ["yesterday", "2027-03-10", "2027-03-10T09:00:00Z\u{0}"] {
            refused(&desk, &on("replay"), json!({ "since": since }), "since").await;
        }
        for (path, name) in [("/webhooks", "url"), (&on("rotate-secret"), "overlapHours"), (&on("replay"), "since")] {
            broken(&desk, path, name).await;
        }
        for (query, field) in [("status=sent", "status"), ("cursor=41", "cursor"), ("limit=0", "limit"), ("limit=201", "limit"), ("after=1", "after")] {
            let answer = desk.get(&on(&format!("deliveries?{query}"))).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{query}");
        }
        for text in ["nonsense", "0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a", "a%00b"] {
            assert_eq!(desk.get(&format!("/webhooks/{text}")).await.status, 404, "{text}");
        }
        assert_eq!(desk.get(&format!("/webhooks/{id}")).await.body, before);
    }

    async fn of_events_and_lists(world: World) {
        let desk = world.desk().await;
        for (path, field) in [
            ("/events?after=1&after=2", "after"),
            ("/events?after=1%00", "after"),
            ("/events?after=99999999999999999999", "after"),
            ("/events?cursor=1", "cursor"),
            ("/webhooks?cursor=1", "cursor"),
            ("/webhooks?query=a", "query"),
            ("/parked-deletions?cursor=1", "cursor"),
            ("/parked-deletions?limit=x", "limit"),
            ("/parked-deletions?query=a", "query"),
        ] {
            let answer = desk.get(path).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{path}: {}", answer.text);
        }
        assert_eq!(desk.get("/events?after=9223372036854775807").await.body, json!({ "items": [], "next": i64::MAX }));
        for verb in ["release", "discard"] {
            assert_eq!(desk.post(&format!("/parked-deletions/{verb}"), json!({})).await.status, 404, "none waits");
        }
    }

    async fn of_people_who_come_back_or_move(world: World) {
        let desk = world.desk().await;
        let ada = world.create("Ada").await;
        let path = format!("/users/{ada}/transfer");
        refused(&desk, &path, json!({}), "connection").await;
        refused(&desk, &path, json!({ "connection": "a\u{0}b" }), "connection").await;
        refused(&desk, &path, json!({ "connection": "nowhere" }), "connection").await;
        refused(&desk, &path, json!({ "connection": 1 }), "connection").await;
        refused(&desk, &path, json!({ "connection": "okta", "to": "okta" }), "to").await;
        broken(&desk, &path, "connection").await;
        assert_eq!(desk.post(&path, json!({ "connection": "okta" })).await.status, 409, "it manages her already");
        assert_eq!(desk.post(&format!("/users/{ada}/restore"), json!({})).await.status, 409, "she is not deleted");
        for verb in ["restore", "transfer"] {
            for id in ["nonsense", "0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a"] {
                let answer = desk.post(&format!("/users/{id}/{verb}"), json!({ "connection": "okta" })).await;
                assert_eq!(answer.status, 404, "{verb} {id}");
            }
        }
    }

    async fn of_imports(world: World) {
        let desk = world.desk().await;
        for (query, field) in [("dryRun=yes", "dryRun"), ("dryRun=true&dryRun=false", "dryRun"), ("dryRun=%00", "dryRun"), ("dryrun=true", "dryrun")] {
            let call = world.call("POST", &format!("/api/v1/imports?{query}")).token(&desk.token);
            let answer = call.raw("text/csv", "email\nada@example.com\n").send().await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{query}: {}", answer.text);
        }
        assert_eq!(desk.get("/users").await.body["items"].as_array().unwrap().len(), 1, "nobody was added");
        for path in ["/imports/a%00b", "/imports/nonsense/report"] {
            assert_eq!(desk.get(path).await.status, 404, "{path}");
        }
    }
}
