//! Deletion dates, warnings, DELETE, and coming back.

use crate::support::world::{PASSWORD, World, group, hours, id_of, link_in, person};
use jiff::civil::date;
use serde_json::{Value, json};
use usher::scim::schema::USHER;

fn codes(world: &World) -> Vec<&'static str> {
    world.mails().iter().map(|mail| mail.code.as_str()).collect()
}

installed! {
    async fn at_the_date_the_person_is_deleted_and_stays_readable(world: World) {
        let (id, cookie) = world.onboard("Ada").await;
        let since = world.now();
        let pilots = format!("/Groups/{}", id_of(&world.post("/Groups", group("Pilots", &[&id])).await.body));
        world.set_own(&id, "deletionDate", json!("2027-03-20")).await;
        world.set_time("2027-03-20T00:00:00Z".parse().unwrap());
        world.tick().await;
        let read = world.read(&id).await;
        assert_eq!((&read["active"], &read[USHER]["state"]), (&json!(false), &json!("deleted")));
        assert_eq!(
            (&read[USHER]["deletionDate"], &read[USHER]["stateReason"]),
            (&json!("2027-03-20"), &json!("the deletion date was reached"))
        );
        assert_eq!(world.billing(&id).await, [(since, Some(world.now()))]);
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.header("location"), "/login");
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 401);
        assert_eq!(world.get(&pilots).await.body.get("members"), None);
        let found = world.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await.body;
        assert_eq!((&found["totalResults"], &found["Resources"][0]["active"]), (&json!(1), &json!(false)));
        assert_eq!(world.tick().await, 0);
        assert_eq!(world.read(&id).await, read);
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        world.get(&format!("/Users/{id}")).await.refused(404, "");
    }

    async fn a_date_of_today_or_before_means_now(world: World) {
        for (name, day) in [("A", "2027-03-10"), ("B", "1999-12-31")] {
            let own = json!({ "provisioningMode": "create", "deletionDate": day });
            let made = world.push(person(name, own)).await;
            assert_eq!((&made["active"], &made[USHER]["state"]), (&json!(false), &json!("deleted")), "{day}");
            assert_eq!(world.billing(&id_of(&made)).await, []);
        }
        let (id, link) = world.invite("Ada").await;
        let before = world.mails().len();
        let gone = world.set_own(&id, "deletionDate", json!("2027-03-10")).await;
        assert_eq!((&gone["active"], &gone[USHER]["state"]), (&json!(false), &json!("deleted")));
        assert_eq!(world.page(&link).await.status, 404);
        world.pass(hours(24)).await;
        assert_eq!(world.mails().len(), before);
        let detail = world
            .patch(
                &format!("/Users/{id}"),
                json!([{ "op": "replace", "path": format!("{USHER}:deletionDate"), "value": "31.12.2027" }]),
            )
            .await
            .refused(400, "invalidValue");
        assert!(detail.contains("deletionDate"), "{detail}");
    }

    async fn who_comes_back_suspended_is_invited_anew_when_switched_on(world: World) {
        let (id, link) = world.invite("Ada").await;
        let path = format!("/Users/{id}");
        world.set_own(&id, "deletionDate", json!("2020-01-01")).await;
        let back = json!([
            { "op": "remove", "path": format!("{USHER}:deletionDate") },
            { "op": "replace", "path": "active", "value": false }
        ]);
        assert_eq!(world.patch(&path, back).await.body[USHER]["state"], "suspended");
        assert_eq!((world.deliver().await, codes(&world)), (0, vec!["E1"]));
        let on = world.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).await.body;
        assert_eq!((&on[USHER]["state"], &on[USHER]["invitationStatus"]), (&json!("invited"), &json!("pending")));
        assert_eq!((world.deliver().await, codes(&world)), (1, vec!["E1", "E1"]));
        assert_eq!(world.page(&link).await.status, 404);
        world.accept(&link_in(&world.last_mail())).await;
        assert_eq!(world.read(&id).await[USHER]["state"], "active");
    }

    async fn the_warning_goes_out_once_a_day_ahead(world: World) {
        world.set_zone("Europe/Paris").await;
        let id = world.create("Ada").await;
        let version = world.read(&id).await["meta"]["version"].clone();
        world.set_own(&id, "deletionDate", json!("2027-03-20")).await;
        world.set_local(date(2027, 3, 18).at(23, 59, 59, 0), "Europe/Paris");
        assert_eq!((world.tick().await, world.deliver().await), (0, 0));
        world.set_local(date(2027, 3, 19).at(0, 0, 0, 0), "Europe/Paris");
        let before = world.read(&id).await;
        assert_ne!(before["meta"]["version"], version);
        assert_eq!((world.tick().await, world.deliver().await), (1, 1));
        assert_eq!((world.tick().await, world.deliver().await), (0, 0));
        assert_eq!(codes(&world), ["E8", "E13"]);
        assert!(world.last_mail().text.contains("2027"), "{}", world.last_mail().text);
        assert_eq!(world.read(&id).await, before);
    }

    async fn the_warning_is_armed_again_when_the_date_moves(world: World) {
        let id = world.create("Ada").await;
        world.set_own(&id, "deletionDate", json!("2027-03-11")).await;
        // Less than a day ahead: at once.
        assert_eq!((world.tick().await, world.deliver().await), (1, 1));
        world.set_own(&id, "deletionDate", json!("2027-03-30")).await;
        world.set_time("2027-03-29T00:00:00Z".parse().unwrap());
        assert_eq!((world.tick().await, world.deliver().await), (1, 1));
        assert_eq!(codes(&world), ["E8", "E13", "E13"]);
        // A warning that waits says nothing once its date has moved.
        world.set_own(&id, "deletionDate", json!("2027-03-29")).await;
        assert_eq!(world.state(&id).await, "deleted");
    }

    async fn a_warning_of_a_date_that_moved_never_leaves(world: World) {
        let id = world.create("Ada").await;
        world.set_own(&id, "deletionDate", json!("2027-03-11")).await;
        assert_eq!(world.tick().await, 1);
        world.set_own(&id, "deletionDate", Value::Null).await;
        world.deliver().await;
        assert_eq!(codes(&world), ["E8"]);
        assert_eq!(world.outbox(&id).await.iter().find(|row| row.0 == "E13").unwrap().2, "the deletion date moved");
        world.set_time("2027-03-12T00:00:00Z".parse().unwrap());
        world.tick().await;
        assert_eq!(world.state(&id).await, "active");
    }

    async fn a_date_begins_when_its_day_begins_also_where_clocks_change(world: World) {
        for (name, zone, day, before, begins) in [
            // Clocks go forward in the night of the 28th and back in that of the 31st.
            ("A", "Europe/Paris", "2027-03-28", "2027-03-27T22:59:59Z", "2027-03-27T23:00:00Z"),
            ("B", "Europe/Paris", "2027-03-29", "2027-03-28T21:59:59Z", "2027-03-28T22:00:00Z"),
            ("C", "Pacific/Apia", "2027-06-15", "2027-06-14T10:59:59Z", "2027-06-14T11:00:00Z"),
            ("D", "Europe/Paris", "2027-11-01", "2027-10-31T22:59:59Z", "2027-10-31T23:00:00Z"),
            // Midnight does not exist on this day.
            ("E", "Africa/Cairo", "2028-04-28", "2028-04-27T21:59:59Z", "2028-04-27T22:00:00Z"),
        ] {
            world.set_zone(zone).await;
            let id = id_of(&world.push(person(name, json!({ "deletionDate": day }))).await);
            world.set_time(before.parse().unwrap());
            world.tick().await;
            assert_eq!(world.state(&id).await, "invited", "{zone} {day}");
            world.set_time(begins.parse().unwrap());
            world.tick().await;
            assert_eq!(world.state(&id).await, "deleted", "{zone} {day}");
        }
    }

    async fn downtime_is_caught_up_with(world: World) {
        let ids = [world.create("Ada").await, world.create("Bob").await];
        for id in &ids {
            world.set_own(id, "deletionDate", json!("2027-03-20")).await;
        }
        world.advance(hours(24 * 60));
        // The first look after a start deletes nobody yet, and warns nobody either.
        assert_eq!((world.look().await, world.deliver().await), (0, 0));
        world.pass(hours(1)).await;
        for id in &ids {
            assert_eq!(world.state(id).await, "deleted");
        }
        assert_eq!(codes(&world), ["E8", "E8"], "nobody is warned of what has happened");
    }

    async fn a_later_or_cleared_date_brings_the_person_back_under_the_same_id(world: World) {
        for (name, day) in [("Ada", json!("2027-12-31")), ("Bob", Value::Null), ("Cy", json!(""))] {
            let (id, _) = world.onboard(name).await;
            world.set_own(&id, "deletionDate", json!("2027-03-10")).await;
            assert_eq!(world.state(&id).await, "deleted");
            world.advance(hours(1));
            assert_eq!(world.switch(&id, true).await["active"], false, "active alone revives nobody");
            let mails = world.mails().len();
            let back = world.set_own(&id, "deletionDate", day).await;
            assert_eq!((&back["active"], &back[USHER]["state"]), (&json!(true), &json!("invited")), "{name}");
            world.deliver().await;
            assert_eq!(world.mails().len(), mails + 1);
            world.accept(&link_in(&world.last_mail())).await;
            assert_eq!(world.billing(&id).await.len(), 2);
        }
    }

    async fn a_tombstone_gives_its_name_to_a_new_person_and_leaves_the_lists(world: World) {
        let old = world.create("Ada").await;
        world.set_own(&old, "deletionDate", json!("2027-03-10")).await;
        let new = id_of(&world.push(person("Ada", json!({}))).await);
        assert_ne!(new, old);
        let found = world.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await.body;
        assert_eq!((&found["totalResults"], &found["Resources"][0]["id"]), (&json!(1), &json!(new)));
        assert_eq!(world.state(&old).await, "deleted");
        let revive = json!([{ "op": "remove", "path": format!("{USHER}:deletionDate") }]);
        world.patch(&format!("/Users/{old}"), revive).await.refused(409, "uniqueness");
        assert_eq!(world.delete(&format!("/Users/{old}")).await.status, 204);
        assert_eq!(world.state(&new).await, "invited");
    }

    async fn a_token_bound_to_a_group_sets_no_deletion_date(world: World) {
        let group = id_of(&world.post("/Groups", group("Pilots", &[])).await.body);
        let bound = World { token: world.token_bound_to(&group).await, ..world.clone() };
        let detail = bound
            .post("/Users", person("Ada", json!({ "deletionDate": "2027-12-31" })))
            .await
            .refused(400, "invalidValue");
        assert!(detail.contains("deletionDate"), "{detail}");
        assert_eq!(bound.post("/Users", person("Ada", json!({}))).await.status, 201);
    }
}
