//! The invite path.

use crate::support::world::{PASSWORD, hours, id_of, link_in, person, seconds};
use serde_json::json;
use usher::{
    app::{connections, tenants},
    domain::{
        notification::{Code, MailSwitch},
        user::Mode,
    },
    mail::Outcome,
};

installed! {
    async fn an_invited_person_is_active_and_billed_once_the_form_is_completed(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "invite" }))).await);
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("invited", vec![]));
        assert_eq!(world.deliver().await, 1);
        let mail = world.last_mail();
        assert_eq!((mail.code.as_str(), mail.to.as_str()), ("E1", "ada@example.com"));
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("invited", vec![]));

        world.advance(hours(3));
        let cookie = world.accept(&link_in(&mail)).await;
        let read = world.read(&id).await;
        let own = world.own(&id).await;
        assert_eq!(own["state"], "active");
        assert_eq!(own["billableSince"], "2027-03-10T12:00:00.000Z");
        assert_eq!((&own["invitationStatus"], &own["invitation"]["delivery"]), (&json!("accepted"), &json!("sent")));
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
        assert_eq!(read["name"], json!({ "familyName": "Lovelace", "givenName": "Ada" }));
        assert_eq!(
            (&read["meta"]["version"], &read["meta"]["lastModified"]),
            (&json!("W/\"v2\""), &json!("2027-03-10T12:00:00.000Z"))
        );
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.status, 200);
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me");
    }

    async fn a_repeated_push_mails_nothing(world: World) {
        let body = || person("Ada", json!({ "provisioningMode": "invite" }));
        let (id, link) = world.invite("Ada").await;
        let before = world.read(&id).await;
        for _ in 0..3 {
            world.post("/Users", body()).await.refused(409, "uniqueness");
            assert_eq!(world.put(&format!("/Users/{id}"), body()).await.body, before);
            world.switch(&id, true).await;
            world.set_own(&id, "provisioningMode", json!("invite")).await;
            world.pass(hours(1)).await;
        }
        assert_eq!((world.mails().len(), world.read(&id).await), (1, before));
        world.accept(&link).await;
    }

    async fn the_path_is_the_pushs_else_the_connections_else_the_tenants(world: World) {
        let (mut expected, mut names) = (Vec::new(), "ABCDEF".chars());
        for (tenant, connection, own, state) in [
            (Mode::Invite, None, json!({}), "invited"),
            (Mode::Create, None, json!({}), "staged"),
            (Mode::Create, Some(Mode::Invite), json!({}), "invited"),
            (Mode::Invite, Some(Mode::Create), json!({}), "staged"),
            (Mode::Create, Some(Mode::Create), json!({ "provisioningMode": "Invite" }), "invited"),
            (Mode::Invite, Some(Mode::Invite), json!({ "provisioningMode": "create" }), "staged"),
        ] {
            world.set_tenant(tenants::Changes { default_mode: Some(tenant), ..tenants::Changes::default() }).await;
            let changes = connections::Changes { default_mode: Some(connection), ..connections::Changes::default() };
            world.set_connection(changes).await;
            let id = id_of(&world.push(person(&names.next().unwrap().to_string(), own)).await);
            assert_eq!(world.state(&id).await, state, "{tenant:?} {connection:?}");
            expected.push(state);
        }
        assert_eq!(world.deliver().await, expected.len());
    }

    async fn an_invitation_expires_and_the_person_stays_invited(world: World) {
        let (id, link) = world.invite("Ada").await;
        world.pass(hours(14 * 24)).await;
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitationStatus"]), (&json!("invited"), &json!("expired")));
        assert_eq!(world.read(&id).await["active"], true);
        assert_eq!(world.page(&link).await.status, world.page("/i/unknown").await.status);
        assert_eq!(world.tick().await, 0);
        // A repeated push does not mail again; asking for a new link does.
        world.put(&format!("/Users/{id}"), person("Ada", json!({ "provisioningMode": "invite" }))).await;
        assert_eq!(world.deliver().await, 0);
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        assert_eq!(world.deliver().await, 1);
        let own = world.own(&id).await;
        assert_eq!((&own["invitationStatus"], &own["invitation"]["sentCount"]), (&json!("pending"), &json!(2)));
        world.accept(&link_in(&world.last_mail())).await;
        assert_eq!(world.state(&id).await, "active");
    }

    async fn a_mail_that_waits_longer_than_its_invitation_never_leaves(world: World) {
        world.mailbox.script((0..20).map(|_| Outcome::Delayed { reply: "451 later".to_owned() }));
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        world.deliver().await;
        assert_eq!(world.own(&id).await["invitation"]["delivery"], "delayed");
        world.mailbox.clear();
        world.pass(hours(14 * 24)).await;
        assert_eq!(world.mails().len(), 0);
        let [row] = world.outbox(&id).await.try_into().unwrap();
        assert_eq!((row.1.as_str(), row.2.as_str()), ("cancelled", "the invitation expired"));
    }

    async fn a_refused_invitation_is_visible(world: World) {
        world.mailbox.script([Outcome::Refused { reply: "550 no such user".to_owned() }]);
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        world.deliver().await;
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitation"]["delivery"]), (&json!("invited"), &json!("failed")));
        assert_eq!(world.outbox(&id).await, [("E1".to_owned(), "failed".to_owned(), "550 no such user".to_owned())]);
        assert!(world.events(&id).await.contains(&"mail.failed".to_owned()));
        world.pass(hours(24)).await;
        assert_eq!(world.mailbox.attempts(), 1);
    }

    async fn a_suppressed_invitation_is_recorded_and_not_sent(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "suppressNotifications": true }))).await);
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.state(&id).await, "invited");
        assert_eq!(
            world.outbox(&id).await,
            [("E1".to_owned(), "omitted".to_owned(), "suppressed by suppressNotifications".to_owned())]
        );
        assert_eq!(world.own(&id).await["invitation"]["delivery"], "omitted");
    }

    async fn a_person_without_an_address_is_invited_without_a_mail(world: World) {
        let mut body = person("Ada", json!({}));
        body["userName"] = json!("ada");
        body.as_object_mut().unwrap().remove("emails");
        let id = id_of(&world.push(body).await);
        assert_eq!(world.deliver().await, 0);
        assert_eq!(
            world.outbox(&id).await,
            [("E1".to_owned(), "omitted".to_owned(), "the person has no mail address".to_owned())]
        );
        assert_eq!(world.state(&id).await, "invited");
    }

    async fn a_held_mail_waits(world: World) {
        let changes = connections::Changes { notifications: Some(MailSwitch::Hold), ..connections::Changes::default() };
        world.set_connection(changes).await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let bob = id_of(&world.push(person("Bob", json!({ "provisioningMode": "create" }))).await);
        world.pass(seconds(60)).await;
        assert_eq!(world.mails().len(), 0);
        assert_eq!(world.outbox(&id).await[0].1, "held");
        assert_eq!((world.state(&bob).await.as_str(), world.billing(&bob).await), ("staged", vec![]));
    }

    async fn an_invitees_new_address_gets_a_new_link(world: World) {
        let (id, old) = world.invite("Ada").await;
        world.switch(&id, true).await;
        let path = format!("/Users/{id}");
        let change = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@example.com" }]);
        assert_eq!(world.patch(&path, change.clone()).await.status, 200);
        assert_eq!(world.page(&old).await.status, 404);
        assert_eq!(world.deliver().await, 2);
        let mails = world.mails();
        let to = |address: &str| mails.iter().rfind(|mail| mail.to == address).unwrap();
        assert_eq!((to("new@example.com").code, to("ada@example.com").code), (Code::E1, Code::AddressChanged));
        world.patch(&path, change).await;
        assert_eq!(world.deliver().await, 0);
        world.accept(&link_in(to("new@example.com"))).await;
    }
}
