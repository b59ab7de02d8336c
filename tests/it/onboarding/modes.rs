//! A push that changes the path.

use crate::support::world::{id_of, link_in, person, seconds};
use serde_json::json;

installed! {
    async fn an_invited_person_who_is_to_be_created_is_staged_until_the_mail_is_accepted(world: World) {
        let (id, link) = world.invite("Ada").await;
        world.set_own(&id, "provisioningMode", json!("create")).await;
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitationStatus"]), (&json!("staged"), &json!("superseded")));
        assert_eq!(world.page(&link).await.status, 404);
        assert_eq!(world.billing(&id).await, []);
        assert_eq!(world.deliver().await, 1);
        assert_eq!((world.state(&id).await.as_str(), world.last_mail().code.as_str()), ("active", "E8"));
        assert_eq!(world.billing(&id).await.len(), 1);
    }

    async fn a_staged_person_who_is_to_be_invited_gets_an_invitation_instead(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        world.advance(seconds(1));
        world.set_own(&id, "provisioningMode", json!("invite")).await;
        assert_eq!(world.state(&id).await, "invited");
        assert_eq!(world.deliver().await, 1);
        assert_eq!(world.last_mail().code.as_str(), "E1");
        assert_eq!(world.outbox(&id).await.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(), ["cancelled", "sent"]);
        world.accept(&link_in(&world.last_mail())).await;
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await.len()), ("active", 1));
    }

    async fn back_and_forth_ends_where_it_ended(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "invite" }))).await);
        for mode in ["create", "invite", "create", "invite"] {
            world.set_own(&id, "provisioningMode", json!(mode)).await;
        }
        assert_eq!(world.deliver().await, 1);
        assert_eq!(world.last_mail().code.as_str(), "E1");
        world.accept(&link_in(&world.last_mail())).await;
    }

    async fn after_activation_the_path_is_stored_and_nothing_else(world: World) {
        let (id, _) = world.onboard("Ada").await;
        let before = world.billing(&id).await;
        for mode in ["create", "invite"] {
            let changed = world.set_own(&id, "provisioningMode", json!(mode)).await;
            assert_eq!(changed[usher::scim::schema::USHER]["provisioningMode"], mode);
            assert_eq!(world.state(&id).await, "active");
        }
        assert_eq!((world.deliver().await, world.billing(&id).await), (0, before));
    }
}
