//! The create path.

use crate::support::world::{PASSWORD, hours, id_of, link_in, person, seconds};
use serde_json::json;
use usher::{
    app::tenants::Changes,
    domain::{notification::MailSwitch, tenant::ScimPassword},
    mail::Outcome,
};

fn created() -> serde_json::Value {
    person("Ada", json!({ "provisioningMode": "create" }))
}

installed! {
    async fn a_created_person_is_active_and_billed_once_the_relay_accepted_the_mail(world: World) {
        let id = id_of(&world.push(created()).await);
        let own = world.own(&id).await;
        assert_eq!(
            (&own["state"], &own["stateReason"]),
            (&json!("staged"), &json!("waits until the notification is sent"))
        );
        assert_eq!((world.read(&id).await["active"].clone(), world.billing(&id).await), (json!(true), vec![]));
        world.advance(seconds(90));
        assert_eq!(world.deliver().await, 1);
        let own = world.own(&id).await;
        assert_eq!((&own["state"], own.get("stateReason")), (&json!("active"), None));
        assert_eq!(own["billableSince"], "2027-03-10T09:01:30.000Z");
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
        assert_eq!(world.read(&id).await["meta"]["version"], "W/\"v2\"");
        let mail = world.last_mail();
        assert_eq!(mail.code.as_str(), "E8");
        let answer = world.form(&link_in(&mail), &[("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me"));
        assert_eq!(world.billing(&id).await.len(), 1);
    }

    async fn a_repeated_push_mails_nothing(world: World) {
        let id = world.create("Ada").await;
        let before = world.read(&id).await;
        for _ in 0..3 {
            world.post("/Users", created()).await.refused(409, "uniqueness");
            assert_eq!(world.put(&format!("/Users/{id}"), created()).await.body, before);
            world.set_own(&id, "provisioningMode", json!("create")).await;
            world.pass(hours(1)).await;
        }
        assert_eq!((world.mails().len(), world.read(&id).await), (1, before));
    }

    async fn a_delayed_mail_leaves_the_person_staged_with_the_reason(world: World) {
        world.mailbox.script([Outcome::Delayed { reply: "451 greylisted".to_owned() }]);
        let id = id_of(&world.push(created()).await);
        world.deliver().await;
        let own = world.own(&id).await;
        assert_eq!(
            (&own["state"], &own["stateReason"]),
            (&json!("staged"), &json!("the notification was delayed: 451 greylisted"))
        );
        assert_eq!(world.billing(&id).await, []);
        world.pass(seconds(12)).await;
        assert_eq!((world.state(&id).await.as_str(), world.mails().len()), ("active", 1));
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
    }

    async fn a_refused_mail_leaves_the_person_staged_and_a_new_address_helps(world: World) {
        world.mailbox.script([Outcome::Refused { reply: "550 unknown".to_owned() }]);
        let id = id_of(&world.push(created()).await);
        world.deliver().await;
        let own = world.own(&id).await;
        assert_eq!(
            (&own["state"], &own["stateReason"]),
            (&json!("staged"), &json!("the notification was refused: 550 unknown"))
        );
        world.pass(hours(48)).await;
        assert_eq!((world.state(&id).await.as_str(), world.mailbox.attempts()), ("staged", 1));
        let change =
            json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "right@example.com" }]);
        world.patch(&format!("/Users/{id}"), change).await;
        world.deliver().await;
        assert_eq!((world.state(&id).await.as_str(), world.last_mail().to.as_str()), ("active", "right@example.com"));
    }

    async fn a_staged_person_who_signs_in_is_active_and_billed(world: World) {
        world.set_tenant(Changes { scim_password: Some(ScimPassword::Accept), ..Changes::default() }).await;
        world.mailbox.script([Outcome::Refused { reply: "550 unknown".to_owned() }]);
        let mut body = created();
        body["password"] = json!(PASSWORD);
        let id = id_of(&world.push(body).await);
        world.deliver().await;
        assert_eq!(world.state(&id).await, "staged");
        world.advance(hours(1));
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me");
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("active", vec![(world.now(), None)]));
    }

    async fn a_suppressed_mail_makes_active_at_once(world: World) {
        let id = id_of(
            &world.push(person("Ada", json!({ "provisioningMode": "create", "suppressNotifications": true }))).await,
        );
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("active", vec![(world.now(), None)]));
        assert_eq!(world.deliver().await, 0);
        assert_eq!(
            world.outbox(&id).await,
            [("E8".to_owned(), "omitted".to_owned(), "suppressed by suppressNotifications".to_owned())]
        );
    }

    async fn suppressing_the_mail_of_a_staged_person_makes_them_active(world: World) {
        let id = id_of(&world.push(created()).await);
        world.set_own(&id, "suppressNotifications", json!(true)).await;
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("active", 0));
        assert_eq!(world.outbox(&id).await[0].1, "cancelled");
    }

    async fn a_person_without_an_address_is_active_at_once(world: World) {
        let mut body = created();
        body["userName"] = json!("ada");
        body.as_object_mut().unwrap().remove("emails");
        let id = id_of(&world.push(body).await);
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await.len()), ("active", 1));
        assert_eq!(
            world.outbox(&id).await,
            [("E8".to_owned(), "omitted".to_owned(), "the person has no mail address".to_owned())]
        );
    }

    async fn mails_switched_off_make_active_at_once(world: World) {
        world.set_tenant(Changes { notifications: Some(MailSwitch::Off), ..Changes::default() }).await;
        let id = id_of(&world.push(created()).await);
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("active", 0));
        assert!(world.outbox(&id).await[0].2.contains("switched off"));
    }

    async fn mails_switched_off_while_one_waits_make_active(world: World) {
        let id = id_of(&world.push(created()).await);
        world.set_tenant(Changes { notifications: Some(MailSwitch::Off), ..Changes::default() }).await;
        world.deliver().await;
        assert_eq!((world.state(&id).await.as_str(), world.mails().len()), ("active", 0));
        assert_eq!(world.outbox(&id).await[0].1, "omitted");
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
    }

    async fn mail_goes_to_the_primary_address_else_the_first_else_the_name(world: World) {
        for (name, emails, expected) in [
            (
                "A",
                json!([{ "value": "one@example.com" }, { "value": "two@example.com", "primary": true }]),
                "two@example.com",
            ),
            ("B", json!([{ "value": "three@example.com" }, { "value": "four@example.com" }]), "three@example.com"),
            ("C", json!([]), "c@example.com"),
        ] {
            let mut body = person(name, json!({ "provisioningMode": "create" }));
            body["emails"] = emails;
            world.push(body).await;
            world.deliver().await;
            assert_eq!(world.last_mail().to, expected);
        }
    }
}
