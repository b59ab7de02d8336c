//! Billed intervals open and close with the account.

use crate::support::world::{hours, id_of, person};
use serde_json::{Value, json};
use usher::scim::schema::USHER;

installed! {
    async fn intervals_follow_the_account(world: World) {
        let (id, _) = world.onboard("Ada").await;
        let first = world.now();
        world.advance(hours(10));
        world.switch(&id, false).await;
        let first_end = world.now();
        world.advance(hours(10));
        world.switch(&id, true).await;
        let second = world.now();
        world.advance(hours(10));
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(world.billing(&id).await, [(first, Some(first_end)), (second, Some(world.now()))]);
    }

    async fn active_and_billed_are_the_same_moment(world: World) {
        let id = world.create("Ada").await;
        let own = world.own(&id).await;
        assert_eq!(
            (own["state"].as_str(), own["billableSince"].as_str()),
            (Some("active"), Some("2027-03-10T09:00:00.000Z"))
        );
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
        world.switch(&id, false).await;
        assert_eq!(world.own(&id).await.get("billableSince"), None::<&Value>);
    }

    async fn nobody_is_billed_on_the_way_in(world: World) {
        let mut ids = vec![world.invite("Ada").await.0];
        for (name, own) in [
            ("Bob", json!({ "provisioningMode": "create" })),
            ("Cy", json!({ "provisioningMode": "create", "startDate": "2028-01-01" })),
            ("Dan", json!({ "provisioningMode": "create", "deletionDate": "2027-01-01" })),
        ] {
            ids.push(id_of(&world.push(person(name, own)).await));
        }
        for id in ids {
            assert_eq!(world.billing(&id).await, []);
            assert_eq!(world.own(&id).await.get("billableSince"), None, "{id}");
        }
    }

    async fn a_client_can_not_write_the_bill(world: World) {
        let id = world.create("Ada").await;
        let path = format!("/Users/{id}");
        let operation =
            json!([{ "op": "replace", "path": format!("{USHER}:billableSince"), "value": "2030-01-01T00:00:00Z" }]);
        world.patch(&path, operation).await.refused(400, "mutability");
        world
            .patch(&path, json!([{ "op": "remove", "path": format!("{USHER}:state") }]))
            .await
            .refused(400, "mutability");
        world.patch(&path, json!([{ "op": "add", "value": { USHER: { "state": "suspended" } } }])).await;
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await.len()), ("active", 1));
    }
}
