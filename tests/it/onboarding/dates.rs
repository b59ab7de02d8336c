//! Start dates.

use crate::support::world::{hours, id_of, link_in, person};
use jiff::civil::date;
use serde_json::json;

installed! {
    async fn an_invitation_waits_for_the_start_date(world: World) {
        world.set_zone("Europe/Paris").await;
        let id = id_of(&world.push(person("Ada", json!({ "startDate": "2027-03-20" }))).await);
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["stateReason"]), (&json!("staged"), &json!("waits for the start date")));
        assert_eq!(own["invitationStatus"], "scheduled");
        world.set_local(date(2027, 3, 19).at(23, 59, 59, 0), "Europe/Paris");
        assert_eq!((world.tick().await, world.deliver().await), (0, 0));
        world.set_local(date(2027, 3, 20).at(0, 0, 0, 0), "Europe/Paris");
        assert_eq!((world.tick().await, world.deliver().await), (1, 1));
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitationStatus"]), (&json!("invited"), &json!("pending")));
        assert_eq!(own["invitation"]["expiresAt"], "2027-04-02T23:00:00.000Z");
        assert_eq!((world.tick().await, world.deliver().await), (0, 0));
        world.accept(&link_in(&world.last_mail())).await;
    }

    async fn a_created_persons_mail_waits_for_the_start_date(world: World) {
        let id =
            id_of(&world.push(person("Ada", json!({ "provisioningMode": "create", "startDate": "2027-03-12" }))).await);
        world.pass(hours(24)).await;
        assert_eq!((world.state(&id).await.as_str(), world.mails().len()), ("staged", 0));
        world.pass(hours(24)).await;
        assert_eq!((world.state(&id).await.as_str(), world.mails().len()), ("active", 1));
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
    }

    async fn a_suppressed_created_person_waits_for_the_start_date_all_the_same(world: World) {
        let own = json!({ "provisioningMode": "create", "startDate": "2027-03-12", "suppressNotifications": true });
        let id = id_of(&world.push(person("Ada", own)).await);
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("staged", vec![]));
        world.pass(hours(48)).await;
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await.len()), ("active", 1));
        assert_eq!(world.mails().len(), 0);
    }

    async fn a_start_date_that_has_come_counts_as_none(world: World) {
        for (name, day) in [("A", "2027-03-10"), ("B", "2020-01-01"), ("C", "")] {
            let id = id_of(&world.push(person(name, json!({ "startDate": day }))).await);
            assert_eq!(world.state(&id).await, "invited", "{day}");
        }
        assert_eq!(world.deliver().await, 3);
    }

    async fn the_start_date_may_move(world: World) {
        let ada = id_of(&world.push(person("Ada", json!({ "startDate": "2027-03-20" }))).await);
        let bob =
            id_of(&world.push(person("Bob", json!({ "startDate": "2027-03-20", "provisioningMode": "create" }))).await);
        for id in [&ada, &bob] {
            world.set_own(id, "startDate", json!("2027-03-15")).await;
        }
        world.set_time("2027-03-15T00:00:00Z".parse().unwrap());
        assert_eq!((world.tick().await, world.deliver().await), (2, 2));
        assert_eq!((world.state(&ada).await, world.state(&bob).await), ("invited".to_owned(), "active".to_owned()));
        let cy = id_of(&world.push(person("Cy", json!({ "startDate": "2027-03-20" }))).await);
        let dan =
            id_of(&world.push(person("Dan", json!({ "startDate": "2027-03-20", "provisioningMode": "create" }))).await);
        for id in [&cy, &dan] {
            world.set_own(id, "startDate", json!("")).await;
        }
        assert_eq!(world.deliver().await, 2);
        assert_eq!((world.state(&cy).await, world.state(&dan).await), ("invited".to_owned(), "active".to_owned()));
    }

    async fn suspended_before_the_start_nothing_starts(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "startDate": "2027-03-12" }))).await);
        world.switch(&id, false).await;
        world.pass(hours(72)).await;
        assert_eq!((world.state(&id).await.as_str(), world.mails().len()), ("suspended", 0));
        world.switch(&id, true).await;
        assert_eq!((world.state(&id).await.as_str(), world.deliver().await), ("invited", 1));
    }

    async fn days_ahead_move_with_the_tenants_zone(world: World) {
        let starts = json!({ "provisioningMode": "create", "startDate": "2027-03-20" });
        let waiting = id_of(&world.push(person("Ada", starts)).await);
        let invited = id_of(&world.push(person("Cy", json!({ "startDate": "2027-03-20" }))).await);
        let leaving = id_of(&world.push(person("Bob", json!({ "deletionDate": "2027-03-20" }))).await);
        world.set_zone("Pacific/Apia").await;
        world.set_local(date(2027, 3, 19).at(23, 59, 59, 0), "Pacific/Apia");
        world.tick().await;
        world.deliver().await;
        let states = [world.state(&waiting).await, world.state(&invited).await, world.state(&leaving).await];
        assert_eq!(states, ["staged", "staged", "invited"]);
        world.set_local(date(2027, 3, 20).at(0, 0, 0, 0), "Pacific/Apia");
        world.tick().await;
        world.deliver().await;
        let states = [world.state(&waiting).await, world.state(&invited).await, world.state(&leaving).await];
        assert_eq!(states, ["active", "invited", "deleted"]);
    }

    async fn a_date_means_the_tenants_day(world: World) {
        world.set_zone("Pacific/Apia").await;
        // Late in the evening of the 10th in Europe it is the 11th in Apia.
        world.set_time("2027-03-10T22:00:00Z".parse().unwrap());
        let own = json!({ "provisioningMode": "create", "startDate": "2027-03-11" });
        let id = id_of(&world.push(person("Ada", own)).await);
        assert_eq!(world.state(&id).await, "staged");
        world.deliver().await;
        assert_eq!(world.state(&id).await, "active");
        // A moment is cut to the day it falls on there.
        let moment = world.set_own(&id, "deletionDate", json!("2027-06-30T12:00:00Z")).await;
        assert_eq!(moment[usher::scim::schema::USHER]["deletionDate"], "2027-07-01");
    }
}
