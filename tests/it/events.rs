//! Every state change writes its event in its own transaction.

use crate::support::world::{hours, id_of, person};
use serde_json::json;
use usher::mail::Outcome;

installed! {
    async fn the_invite_path_tells_its_story(world: World) {
        let (id, link) = world.invite("Ada").await;
        world.accept(&link).await;
        world.switch(&id, false).await;
        world.advance(hours(1));
        world.switch(&id, true).await;
        world.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "title", "value": "Analyst" }])).await;
        world.delete(&format!("/Users/{id}")).await;
        let expected = [
            "user.invited",
            "invitation.sent",
            "user.activated",
            "user.suspended",
            "user.reactivated",
            "user.activated",
            "user.updated",
            "user.deleted",
        ];
        assert_eq!(world.events(&id).await, expected);
    }

    async fn the_create_path_tells_its_story(world: World) {
        world.mailbox.script([Outcome::Delayed { reply: "451".to_owned() }]);
        let id =
            id_of(&world.push(person("Ada", json!({ "provisioningMode": "create", "startDate": "2027-03-11" }))).await);
        assert_eq!(world.events(&id).await, ["user.staged"]);
        world.pass(hours(24)).await;
        assert_eq!(world.events(&id).await, ["user.staged"], "a delay is no change of state");
        world.pass(hours(1)).await;
        world.set_own(&id, "deletionDate", json!("2027-03-11")).await;
        world.set_own(&id, "deletionDate", json!("2027-12-31")).await;
        let events = world.events(&id).await;
        assert_eq!(events[1..3], ["user.activated", "user.deleted"], "{events:?}");
        assert!(events.contains(&"user.restored".to_owned()), "{events:?}");
    }

    async fn an_invitation_that_ends_is_told(world: World) {
        let (ada, _) = world.invite("Ada").await;
        let (bob, _) = world.invite("Bob").await;
        world.switch(&bob, false).await;
        world.pass(hours(14 * 24)).await;
        assert_eq!(world.events(&ada).await, ["user.invited", "invitation.sent", "invitation.expired"]);
        assert_eq!(
            world.events(&bob).await,
            ["user.invited", "invitation.sent", "invitation.cancelled", "user.suspended"]
        );
    }

    async fn what_is_refused_or_repeated_is_no_event(world: World) {
        let id = world.create("Ada").await;
        let before = world.events(&id).await;
        world.post("/Users", person("Ada", json!({}))).await.refused(409, "uniqueness");
        world.put(&format!("/Users/{id}"), person("Ada", json!({ "provisioningMode": "create" }))).await;
        world
            .patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "id", "value": "x" }]))
            .await
            .refused(400, "mutability");
        assert_eq!(world.events(&id).await, before);
    }
}
