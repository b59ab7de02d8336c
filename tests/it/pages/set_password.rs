//! `/set-password/{token}`.

use crate::support::world::{PASSWORD, hours, link_in};
use crate::support::world::{id_of, person};
use serde_json::json;
use usher::mail::Outcome;

installed! {
    async fn a_created_person_sets_a_password_once(world: World) {
        world.create("Ada").await;
        let link = link_in(&world.last_mail());
        assert!(link.starts_with("/set-password/"), "{link}");
        for method in ["GET", "HEAD", "GET"] {
            assert_eq!(world.call(method, &link).send().await.status, 200);
        }
        let weak = world.form(&link, &[("password", "password1234")]).await;
        assert_eq!(weak.status, 422);
        assert!(weak.text.contains("aria-invalid=\"true\""));
        let answer = world.form(&link, &[("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me"));
        assert_eq!(world.call("GET", "/me").cookie(&answer.cookie()).send().await.status, 200);
        let again = world.form(&link, &[("password", "another phrase that is long enough")]).await;
        assert_eq!((again.status, again.text), (404, world.page("/set-password/unknown").await.text));
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 303);
    }

    async fn a_new_password_ends_every_other_session(world: World) {
        let (_, cookie) = world.onboard("Ada").await;
        world.advance(hours(1));
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        let link = link_in(&world.last_mail());
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.status, 200);
        let answer = world.form(&link, &[("password", "another phrase that is long enough")]).await;
        assert_eq!(answer.status, 303);
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.status, 303);
        assert_eq!(world.call("GET", "/me").cookie(&answer.cookie()).send().await.status, 200);
    }

    async fn a_link_dies_with_its_time_and_with_the_account(world: World) {
        let id = world.create("Ada").await;
        let link = link_in(&world.last_mail());
        world.switch(&id, false).await;
        assert_eq!(world.page(&link).await.status, 404);
        world.advance(hours(1));
        world.switch(&id, true).await;
        assert_eq!(world.page(&link).await.status, 200);
        world.advance(hours(14 * 24));
        assert_eq!(world.page(&link).await.status, 404);
        assert_eq!(world.form(&link, &[("password", PASSWORD)]).await.status, 404);
    }

    async fn a_staged_person_who_sets_a_password_is_active(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        // The relay took the mail and said it had not.
        world.mailbox.script([Outcome::Delayed { reply: "lost the connection".to_owned() }]);
        world.deliver().await;
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.mailbox.script([Outcome::Accepted { reply: "250".to_owned() }]);
        world.deliver().await;
        let link = link_in(&world.last_mail());
        assert_eq!(world.state(&id).await, "staged");
        assert_eq!(world.form(&link, &[("password", PASSWORD)]).await.status, 303);
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("active", vec![(world.now(), None)]));
        world.pass(hours(1)).await;
        assert_eq!(world.outbox(&id).await[0].1, "cancelled");
    }
}
