//! Deletions by date that are too many at once, and a clock that jumps.

use crate::support::world::{Desk, World, hours, id_of, person, seconds};
use serde_json::{Value, json};
use usher::{
    app::tenants::Changes,
    domain::{brake::Brake, notification::Code},
};

/// So many people whose date is the 20th.
async fn leavers(world: &World, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        let own = json!({ "deletionDate": "2027-03-20", "suppressNotifications": true, "provisioningMode": "create" });
        ids.push(id_of(&world.push(person(&format!("Leaver{number}"), own)).await));
    }
    ids
}

async fn stayers(world: &World, count: usize) {
    for number in 0..count {
        let own = json!({ "suppressNotifications": true, "provisioningMode": "create" });
        world.push(person(&format!("Stayer{number}"), own)).await;
    }
}

async fn states(world: &World, ids: &[String], state: &str) -> usize {
    let mut count = 0;
    for id in ids {
        count += usize::from(world.row(id).await.state.as_str() == state);
    }
    count
}

fn the_day(world: &World) {
    world.set_time("2027-03-20T00:00:00Z".parse().unwrap());
}

async fn parked(desk: &Desk) -> Vec<Value> {
    let answer = desk.get("/parked-deletions").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["items"].as_array().unwrap().clone()
}

fn digests(world: &World) -> usize {
    world.mails().iter().filter(|mail| mail.code == Code::E15).count()
}

installed! {
    async fn too_many_deletions_wait_for_an_administrator_who_releases_them(world: World) {
        let desk = world.desk().await;
        let ids = leavers(&world, 12).await;
        stayers(&world, 20).await;
        the_day(&world);
        world.tick().await;
        world.deliver().await;
        assert_eq!(states(&world, &ids, "active").await, 12, "nobody is deleted");
        let runs = parked(&desk).await;
        assert_eq!((&runs[0]["people"], &runs[0]["of"], &runs[0]["decision"]), (&json!(12), &json!(33), &Value::Null));
        assert_eq!((runs.len(), runs[0]["users"].as_array().unwrap().len()), (1, 12));
        assert_eq!(digests(&world), 1, "administrators are told at once");
        let told = world.last_mail().text;
        assert!(told.contains("Deletions waiting for you: 12") && told.contains("if you discard them"), "{told}");
        world.pass(seconds(60)).await;
        assert_eq!((states(&world, &ids, "active").await, digests(&world)), (12, 1), "and once");

        // Somebody whose day comes later is not kept by what waits.
        let late = id_of(&world.push(person("Late", json!({ "deletionDate": "2027-03-21" }))).await);
        world.set_time("2027-03-21T00:00:00Z".parse().unwrap());
        world.tick().await;
        assert_eq!(world.state(&late).await, "deleted");

        let answer = desk.post("/parked-deletions/release", json!({})).await;
        assert_eq!((answer.status, &answer.body["people"]), (200, &json!(12)), "{}", answer.text);
        assert_eq!(desk.post("/parked-deletions/discard", json!({})).await.status, 409);
        world.tick().await;
        assert_eq!(states(&world, &ids, "deleted").await, 12);
        let ended = "2027-03-20T00:00:00Z".parse().unwrap();
        assert_eq!(world.billing(&ids[0]).await[0].1, Some(ended), "billed to the day, however late");
        world.tick().await;
        assert_eq!(parked(&desk).await, [] as [Value; 0]);
        assert_eq!(desk.post("/parked-deletions/release", json!({})).await.status, 404);
    }

    async fn discarded_they_stay_and_their_dates_have_no_effect(world: World) {
        let desk = world.desk().await;
        let ids = leavers(&world, 12).await;
        the_day(&world);
        world.tick().await;
        // While they wait, an unrelated change deletes nobody.
        let title = json!([{ "op": "replace", "path": "title", "value": "Analyst" }]);
        assert_eq!(world.patch(&format!("/Users/{}", ids[0]), title.clone()).await.body["active"], true);
        assert_eq!(desk.post("/parked-deletions/discard", json!({})).await.status, 200);
        world.tick().await;
        assert_eq!(states(&world, &ids, "active").await, 12);
        let own = world.own(&ids[0]).await;
        assert_eq!(own["deletionDate"], "2027-03-20");
        assert!(own["stateReason"].as_str().unwrap().contains("called off"), "{own}");
        world.pass(hours(24)).await;
        assert_eq!((states(&world, &ids, "active").await, parked(&desk).await.len()), (12, 0));
        // The same date again is no news; another one is.
        let path = format!("/Users/{}", ids[1]);
        assert_eq!(world.put(&path, world.read(&ids[1]).await).await.body["active"], true);
        world.set_own(&ids[2], "deletionDate", json!("2027-03-19")).await;
        world.set_own(&ids[3], "deletionDate", json!("2027-04-01")).await;
        assert_eq!((world.state(&ids[2]).await.as_str(), world.own(&ids[3]).await.get("stateReason")), ("deleted", None));
        world.set_time("2027-04-01T00:00:00Z".parse().unwrap());
        world.tick().await;
        assert_eq!((states(&world, &ids, "deleted").await, states(&world, &ids, "active").await), (2, 10));
    }

    async fn small_runs_small_shares_and_a_loose_brake_do_not_wait(world: World) {
        let ids = leavers(&world, 10).await;
        the_day(&world);
        world.tick().await;
        assert_eq!(states(&world, &ids, "deleted").await, 10, "ten are never too many");
        world.set_time("2027-03-11T00:00:00Z".parse().unwrap());
        world.set_tenant(Changes { deletion_brake: Some(Brake::OFF), ..Changes::default() }).await;
        let ids = leavers(&world, 12).await;
        the_day(&world);
        world.tick().await;
        world.tick().await;
        assert_eq!(states(&world, &ids, "deleted").await, 12);
    }

    async fn one_look_deletes_and_expires_nothing(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.invite("Ada").await;
        let (bob, _) = world.onboard("Bob").await;
        world.set_own(&bob, "deletionDate", json!("2027-06-30")).await;
        let now = world.now();
        world.look().await;
        // The machine's clock jumps ten years ahead, for one look.
        world.advance(hours(24 * 3650));
        world.look().await;
        world.set_time(now);
        world.look().await;
        world.look().await;
        assert_eq!((world.state(&bob).await.as_str(), world.own(&id).await["invitationStatus"].as_str()), ("active", Some("pending")));
        assert_eq!(parked(&desk).await, [] as [Value; 0]);
    }
}
