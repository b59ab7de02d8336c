//! `active:false` and back.

use crate::support::world::{PASSWORD, hours, id_of, link_in, person};
use serde_json::{Value, json};
use usher::scim::schema::USHER;

installed! {
    async fn suspending_an_invitee_kills_the_link_and_the_queued_mail(world: World) {
        let (id, link) = world.invite("Ada").await;
        let bob = id_of(&world.push(person("Bob", json!({}))).await);
        for id in [&id, &bob] {
            assert_eq!(world.switch(id, false).await["active"], false);
            let own = world.own(id).await;
            assert_eq!((&own["state"], &own["invitationStatus"]), (&json!("suspended"), &json!("cancelled")));
        }
        assert_eq!(world.page(&link).await.status, 404);
        assert_eq!(
            world.form(&link, &[("firstName", "A"), ("lastName", "B"), ("password", PASSWORD)]).await.status,
            404
        );
        assert_eq!((world.deliver().await, world.mails().len()), (0, 1));
        assert_eq!(world.outbox(&bob).await[0].1, "cancelled");
    }

    async fn a_reactivated_invitee_gets_one_new_invitation(world: World) {
        let (id, old) = world.invite("Ada").await;
        world.switch(&id, false).await;
        world.advance(hours(1));
        world.switch(&id, true).await;
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("invited", 1));
        let link = link_in(&world.last_mail());
        assert_ne!(link, old);
        assert_eq!(world.page(&old).await.status, 404);
        world.switch(&id, true).await;
        assert_eq!(world.deliver().await, 0);
        world.accept(&link).await;
        assert_eq!(world.state(&id).await, "active");
    }

    async fn suspending_an_active_person_ends_sessions_and_billing(world: World) {
        let (id, cookie) = world.onboard("Ada").await;
        let since = world.now();
        world.advance(hours(2));
        world.switch(&id, false).await;
        assert_eq!(world.billing(&id).await, [(since, Some(world.now()))]);
        assert_eq!(world.own(&id).await.get("billableSince"), None);
        let me = || world.call("GET", "/me").cookie(&cookie).send();
        assert_eq!(me().await.header("location"), "/login");
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 401);

        world.advance(hours(2));
        world.switch(&id, true).await;
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("active", 0));
        assert_eq!(world.billing(&id).await.last(), Some(&(world.now(), None)));
        assert_eq!(me().await.status, 303);
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 303);
    }

    async fn people_suspended_while_staged_are_notified_anew(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        world.switch(&id, false).await;
        assert_eq!(world.deliver().await, 0);
        world.switch(&id, true).await;
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("staged", 1));
        assert_eq!(world.state(&id).await, "active");
        assert_eq!(world.billing(&id).await.len(), 1);
    }

    async fn added_as_inactive_the_first_active_true_runs_the_path(world: World) {
        for (name, mode, state, code) in [("Ada", "invite", "invited", "E1"), ("Bob", "create", "active", "E8")] {
            let mut body = person(name, json!({ "provisioningMode": mode }));
            body["active"] = json!(false);
            let id = id_of(&world.push(body).await);
            let own = world.own(&id).await;
            assert_eq!((&own["state"], own.get("invitationStatus")), (&json!("suspended"), None::<&Value>));
            assert_eq!(world.deliver().await, 0);
            world.switch(&id, true).await;
            assert_eq!(world.deliver().await, 1);
            assert_eq!((world.state(&id).await.as_str(), world.last_mail().code.as_str()), (state, code));
        }
    }

    async fn an_invitation_that_had_expired_is_not_renewed_by_surprise(world: World) {
        let (id, _) = world.invite("Ada").await;
        world.pass(hours(14 * 24)).await;
        world.switch(&id, false).await;
        world.switch(&id, true).await;
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("invited", 0));
        assert_eq!(world.own(&id).await["invitationStatus"], "expired");
    }

    async fn a_leaver_is_never_kept_by_bad_values(world: World) {
        let (id, _) = world.onboard("Ada").await;
        world.set_own(&id, "labels", json!(["Cohort 7"])).await;
        let operations = json!([
            { "op": "replace", "path": "active", "value": "False" },
            { "op": "replace", "path": format!("{USHER}:deletionDate"), "value": "soon" },
            { "op": "replace", "path": "title", "value": "Former analyst" },
        ]);
        let answer = world.patch(&format!("/Users/{id}"), operations).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!((&answer.body["active"], &answer.body["title"]), (&json!(false), &json!("Former analyst")));
        assert_eq!(
            (answer.body[USHER].get("deletionDate"), &answer.body[USHER]["labels"]),
            (None, &json!(["Cohort 7"]))
        );

        let (bob, _) = world.onboard("Bob").await;
        let mut body = person(
            "Bob",
            json!({
                "provisioningMode": "teleport", "startDate": "never", "labels": ["kept"],
                "groupRoles": [{ "value": "no such group", "role": "admin" }],
            }),
        );
        body["active"] = json!(false);
        let answer = world.put(&format!("/Users/{bob}"), body).await;
        assert_eq!((answer.status, &answer.body["active"]), (200, &json!(false)), "{}", answer.text);
        assert_eq!(answer.body[USHER]["labels"], json!(["kept"]));
        assert_eq!(answer.body[USHER]["provisioningMode"], "invite");
        assert!(world.billing(&bob).await.iter().all(|(_, end)| end.is_some()));
    }
}
