//! People nobody may lock out.

use crate::support::world::{PASSWORD, World, hours};
use serde_json::{Value, json};
use usher::{app::administrators::Rank, scim::schema::USHER};

async fn refuse_to_lock_out(world: &World, id: &str) {
    let path = format!("/Users/{id}");
    for operation in [
        json!({ "op": "replace", "path": "active", "value": false }),
        json!({ "op": "replace", "path": format!("{USHER}:deletionDate"), "value": "2020-01-01" }),
    ] {
        world.patch(&path, json!([operation])).await.refused(403, "");
    }
    let mut body = world.read(id).await;
    body["active"] = Value::Bool(false);
    world.put(&path, body).await.refused(403, "");
    let detail = world.delete(&path).await.refused(403, "");
    assert!(detail.contains("administrator"), "{detail}");
    assert_eq!(world.state(id).await, "active");
}

installed! {
    async fn the_owner_and_the_last_administrator_stay(world: World) {
        let last = world.administrator("root@example.com", Rank::Administrator).await;
        refuse_to_lock_out(&world, &last).await;
        let owner = world.administrator("owner@example.com", Rank::Owner).await;
        refuse_to_lock_out(&world, &owner).await;
        assert_eq!(world.billing(&last).await.len(), 1);
    }

    async fn their_sessions_end_all_the_same(world: World) {
        let id = world.administrator("root@example.com", Rank::Administrator).await;
        let cookie = world.sign_in("root@example.com", PASSWORD).await.cookie();
        let me = || world.call("GET", "/me").cookie(&cookie).send();
        assert_eq!(me().await.status, 200);
        world.delete(&format!("/Users/{id}")).await.refused(403, "");
        assert_eq!(me().await.status, 303);
        assert_eq!(world.sign_in("root@example.com", PASSWORD).await.status, 303);
    }

    async fn every_other_administrator_can_leave(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let id = world.administrator("second@example.com", Rank::Administrator).await;
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        world.pass(hours(1)).await;
        assert_eq!(world.sign_in("second@example.com", PASSWORD).await.status, 401);
    }
}
