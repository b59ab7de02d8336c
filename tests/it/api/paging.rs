//! Cursors: opaque, for the list that gave them out.

use crate::support::world::Desk;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Walks through a list two rows at a time; answers the ids in order.
async fn walk(desk: &Desk, path: &str, name: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = desk.get(&format!("{path}?limit=2{cursor}")).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let items = page.body["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|item| item[name].as_str().unwrap().to_owned()));
        match page.body["nextCursor"].as_str() {
            Some(next) => {
                assert!(next.len() >= 38, "{next}");
                cursor = format!("&cursor={next}");
            }
            None => return seen,
        }
    }
}

async fn bounce(desk: &Desk, name: &str) {
    desk.world.deliver().await;
    let id = desk.world.create(name).await;
    let mail = desk.get(&format!("/notifications?userId={id}")).await.body["items"][0]["id"].clone();
    let answer = desk.post(&format!("/notifications/{}/bounced", mail.as_str().unwrap()), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

installed! {
    async fn every_list_goes_through_all_rows_newest_first(world: World) {
        let desk = world.desk().await;
        for number in 0..5 {
            world.advance(crate::support::world::seconds(1));
            let group = desk.make("/groups", json!({ "name": format!("Group {number}") })).await["id"].clone();
            desk.make("/sessions", json!({ "title": format!("Session {number}"), "groupId": group })).await;
            desk.invite(json!({ "emails": format!("guest{number}@example.com") })).await;
            desk.send("PUT", &format!("/connections/hr-{number}"), json!({})).await;
            desk.make("/webhooks", json!({ "url": "http://127.0.0.1:9/", "allowPrivate": true })).await;
            bounce(&desk, &format!("Person{number}")).await;
        }
        for (path, name, least) in [
            ("/groups", "id", 6),
            ("/sessions", "id", 5),
            ("/invitations", "id", 5),
            ("/users", "id", 11),
            ("/notifications", "id", 10),
            ("/connections", "id", 6),
            ("/webhooks", "id", 5),
            ("/suppressed-addresses", "address", 5),
            ("/audit", "id", 20),
        ] {
            let seen = walk(&desk, path, name).await;
            let whole = desk.get(&format!("{path}?limit=200")).await.body["items"].clone();
            let whole: Vec<_> = whole.as_array().unwrap().iter().map(|item| item[name].as_str().unwrap().to_owned()).collect();
            assert_eq!(seen, whole, "{path}");
            assert!(seen.len() >= least, "{path}: {}", seen.len());
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{path}");
        }
        let newest = desk.get("/suppressed-addresses").await.body["items"][0]["address"].clone();
        assert_eq!(newest, "person4@example.com");
    }

    async fn a_cursor_is_worth_something_for_its_own_list_only(world: World) {
        let desk = world.desk().await;
        for name in ["A", "B", "C"] {
            desk.make("/groups", json!({ "name": name })).await;
        }
        let cursor = desk.get("/groups?limit=1").await.body["nextCursor"].as_str().unwrap().to_owned();
        assert_eq!(desk.get(&format!("/groups?cursor={cursor}")).await.status, 200);
        let mut flipped = cursor.clone().into_bytes();
        flipped[20] = if flipped[20] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).unwrap();
        for path in [
            format!("/groups?cursor={flipped}"),
            format!("/groups?cursor={}", &cursor[1..]),
            format!("/groups?cursor={}", "A".repeat(600)),
            "/groups?cursor=0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a".to_owned(),
            format!("/sessions?cursor={cursor}"),
        ] {
            let answer = desk.get(&path).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &Value::from("cursor")), "{path}");
        }
    }
}
