//! Every state change writes its event in its own transaction.

use crate::support::world::{group, hours, id_of, person};
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

    async fn a_resend_a_new_address_and_another_path_are_told(world: World) {
        let desk = world.desk().await;
        let (ada, _) = world.invite("Ada").await;
        let invitation = desk.get(&format!("/users/{ada}")).await.body["invitationId"].as_str().unwrap().to_owned();
        world.advance(hours(1));
        desk.make(&format!("/invitations/{invitation}/resend"), json!({})).await;
        world.deliver().await;
        let address = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "ada2@example.com" }]);
        world.patch(&format!("/Users/{ada}"), address).await;
        world.set_own(&ada, "provisioningMode", json!("create")).await;
        world.deliver().await;
        let expected = [
            "user.invited",
            "invitation.sent",
            "invitation.resent",
            "invitation.sent",
            "invitation.resent",
            "user.updated",
            "invitation.superseded",
            "user.created",
            "user.activated",
        ];
        assert_eq!(world.events(&ada).await, expected);
    }

    async fn a_changed_password_is_told_without_a_word_of_it(world: World) {
        let ada = world.create("Ada").await;
        let before = world.events(&ada).await.len();
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        let link = crate::support::world::link_in(&world.last_mail());
        assert_eq!(world.form(&link, &[("password", "violet tractor moonlight sandwich")]).await.status, 303);
        let told = world.told(&ada).await;
        assert_eq!(told.len(), before + 1);
        assert_eq!((&told[before].0[..], &told[before].1["changed"]), ("user.updated", &json!(["password"])));
        assert!(!told[before].1.to_string().contains("violet"));
    }

    async fn memberships_are_told_for_each_person_and_group(world: World) {
        let (ada, bob) = (world.create("Ada").await, world.create("Bob").await);
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&ada])).await.body);
        let path = format!("/Groups/{pilots}");
        let change = |op: &str, id: &str| json!([{ "op": op, "path": "members", "value": [{ "value": id }] }]);
        world.patch(&path, change("add", &bob)).await;
        world.patch(&path, change("add", &bob)).await;
        world.patch(&path, change("remove", &ada)).await;
        world.put(&path, group("Pilots", &[&bob])).await;
        let roles = |told: Vec<(String, serde_json::Value)>| {
            let changes = told.into_iter().filter(|(kind, _)| kind == "membership.changed");
            changes.map(|(_, data)| (data["added"].clone(), data["removed"].clone())).collect::<Vec<_>>()
        };
        let learner = json!([{ "role": "learner", "source": "idp" }]);
        let added = (learner.clone(), json!([]));
        assert_eq!(roles(world.told(&ada).await), [added.clone(), (json!([]), learner)]);
        assert_eq!(roles(world.told(&bob).await), [added]);
    }

    async fn roles_of_a_push_are_told_when_they_change(world: World) {
        let desk = world.desk().await;
        let sales = desk.make("/groups", json!({ "name": "Sales" })).await["id"].as_str().unwrap().to_owned();
        let role = |role: &str| json!([{ "value": sales, "role": role }]);
        let ada = id_of(&world.push(person("Ada", json!({ "groupRoles": role("learner") }))).await);
        world.set_own(&ada, "groupRoles", role("coach")).await;
        world.set_own(&ada, "groupRoles", role("coach")).await;
        let told = world.told(&ada).await;
        let words: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(words, ["user.invited", "membership.changed", "user.updated", "membership.changed"]);
        let of = |word: &str| json!([{ "role": word, "source": "idp" }]);
        assert_eq!(told[3].1, json!({ "added": of("coach"), "removed": of("learner") }));
        assert_eq!(told[2].1["changed"], json!(["groupRoles"]));
    }

    async fn a_mail_that_fails_is_told_without_the_address(world: World) {
        world.mailbox.script([Outcome::Refused { reply: "550 5.1.1 <ada@example.com> unknown".to_owned() }]);
        let ada = id_of(&world.push(person("Ada", json!({}))).await);
        world.deliver().await;
        let told = world.told(&ada).await;
        let (kind, data) = told.last().unwrap();
        assert_eq!((&kind[..], &data["code"], &data["reason"]), ("mail.failed", &json!("E1"), &json!("550 5.1.1 (address) unknown")));
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
