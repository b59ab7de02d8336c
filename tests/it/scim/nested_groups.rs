//! Groups in groups.

use crate::support::service::Service;
use serde_json::{Value, json};

fn shown(user: &Value) -> Vec<(&str, &str)> {
    let groups = user["groups"].as_array().unwrap();
    groups.iter().map(|group| (group["display"].as_str().unwrap(), group["type"].as_str().unwrap())).collect()
}

on_both! {
    #[allow(clippy::large_futures)]
    async fn a_person_is_in_the_groups_that_hold_their_groups(store: Store) {
        let service = Service::on(store).await;
        let ann = service.create("/Users", json!({ "userName": "ann@example.com" })).await;
        let mut held = ann.clone();
        let mut groups = Vec::new();
        for name in ["one", "two", "three"] {
            held = service.create("/Groups", json!({ "displayName": name, "members": [{ "value": held }] })).await;
            groups.push(held.clone());
        }
        let expected = [("one", "direct"), ("two", "indirect"), ("three", "indirect")];
        assert_eq!(shown(&service.get(&format!("/Users/{ann}")).await), expected);

        // Closing the circle changes nothing, and ends.
        let circle = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "add", "path": "members", "value": [{ "value": groups[2] }] }]
        });
        let (status, _) = service.send("PATCH", &format!("/Groups/{}", groups[0]), Some(circle)).await;
        assert_eq!(status, 200);
        assert_eq!(shown(&service.get(&format!("/Users/{ann}")).await), expected);
        for filter in ["groups.value%20eq%20%22{}%22", "groups%5Btype%20eq%20%22indirect%22%20and%20value%20eq%20%22{}%22%5D"] {
            let found = service.get(&format!("/Users?filter={}", filter.replace("{}", &groups[2]))).await;
            assert_eq!(found["totalResults"], 1, "{filter}");
        }
    }

    #[allow(clippy::large_futures)]
    async fn reading_a_person_costs_little_where_nothing_is_nested(store: Store) {
        let service = Service::on(store).await;
        let ann = service.create("/Users", json!({ "userName": "ann@example.com" })).await;
        service.create("/Groups", json!({ "displayName": "one", "members": [{ "value": ann }] })).await;
        service.get(&format!("/Users/{ann}")).await;
        let before = service.app.store.statements();
        service.get(&format!("/Users/{ann}")).await;
        assert!(service.app.store.statements() - before <= 3);
    }
}
