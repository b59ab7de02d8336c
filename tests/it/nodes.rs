//! Two processes on one database, as far as one process can show it: two applications with connections and caches of their own.

use crate::support::world::{Desk, World, group, hours, id_of, patch_of, person};
use serde_json::{Value, json};
use std::collections::HashSet;
use usher::{
    app::{access, administrators::Rank, tenants::Changes, tokens},
    domain::notification::Status,
    store::{Engine, Isolation, Store, Tuning},
};

installed! {
    async fn the_mail_budget_is_one_for_all_nodes(world: World) {
        let other = world.beside().await;
        world.set_tenant(Changes { mail_budget_per_hour: Some(10), ..Changes::default() }).await;
        let mut ids = Vec::new();
        for number in 0..16 {
            let node = if number % 2 == 0 { &world } else { &other };
            ids.push(id_of(&node.push(person(&format!("p{number}"), json!({}))).await));
        }
        let (one, two) = tokio::join!(world.deliver(), other.deliver());
        assert_eq!((one + two, world.mails().len()), (10, 10));
        let mut held = 0;
        for id in &ids {
            held += world.notifications(id).await.iter().filter(|mail| mail.status == Status::Held).count();
        }
        assert_eq!(held, 6);
        let recipients: HashSet<_> = world.mails().into_iter().map(|mail| mail.to).collect();
        assert_eq!(recipients.len(), 10, "nobody is mailed twice");
        other.app.store.close().await;
    }

    async fn a_revocation_counts_elsewhere_from_the_next_look(world: World) {
        let other = world.beside().await;
        assert_eq!(other.get("/Users").await.status, 200);
        assert_eq!(tokens::revoke(&world.app, "default", "okta").await.unwrap(), 1);
        assert_eq!(world.get("/Users").await.status, 401, "at once where it was revoked");
        access::refresh(&other.app).await.unwrap();
        assert_eq!(other.get("/Users").await.status, 401);
        other.app.store.close().await;
    }

    async fn what_the_calendar_says_is_done_by_one_node(world: World) {
        let other = world.beside().await;
        let mut ids = Vec::new();
        for number in 0..12 {
            let own = match number % 3 {
                0 => json!({ "startDate": "2027-03-12" }),
                1 => json!({ "provisioningMode": "create", "startDate": "2027-03-12" }),
                _ => json!({ "deletionDate": "2027-03-12" }),
            };
            ids.push(id_of(&world.push(person(&format!("p{number}"), own)).await));
        }
        world.deliver().await;
        world.advance(hours(72));
        for _ in 0..4 {
            tokio::join!(world.look(), other.look());
            tokio::join!(world.deliver(), other.deliver());
        }
        for (number, id) in ids.iter().enumerate() {
            let events = world.events(id).await;
            let once: HashSet<_> = events.iter().collect();
            assert_eq!(once.len(), events.len(), "{events:?}");
            let expected = ["user.invited", "user.activated", "user.deleted"][number % 3];
            assert!(events.iter().any(|kind| kind == expected), "{events:?}");
        }
        let mails = world.mails();
        let distinct: HashSet<_> = mails.iter().map(|mail| mail.message_id.clone()).collect();
        assert_eq!(distinct.len(), mails.len(), "no mail went twice");
        other.app.store.close().await;
    }

    async fn a_request_with_one_key_happens_once_wherever_it_arrives(world: World) {
        let other = world.beside().await;
        let desk = world.desk().await;
        let send = |node: &World| {
            let call = node.call("POST", "/api/v1/groups").token(&desk.token).header("idempotency-key", "k-1");
            call.raw("application/json", json!({ "name": "Sales" }).to_string())
        };
        let (one, two) = tokio::join!(send(&world).send(), send(&other).send());
        let statuses = [one.status, two.status];
        assert!(statuses.contains(&201) && statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
        let again = send(&other).send().await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"), "{}", again.text);
        let elsewhere = Desk { world: other.clone(), ..desk.clone() };
        assert_eq!(elsewhere.get("/groups").await.body["items"].as_array().unwrap().len(), 2);
        other.app.store.close().await;
    }

    async fn a_session_is_known_to_every_node(world: World) {
        let other = world.beside().await;
        world.administrator("root@example.com", Rank::Administrator).await;
        let cookie = world.sign_in("root@example.com", crate::support::world::PASSWORD).await.cookie();
        assert_eq!(other.call("GET", "/me").cookie(&cookie).send().await.status, 200);
        let out = other.call("POST", "/logout").header("origin", crate::support::world::PUBLIC_URL).cookie(&cookie).form(&[]);
        assert_eq!(out.send().await.status, 303);
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.status, 303, "signed out here, too");
        other.app.store.close().await;
    }
}

/// Thirty clients each add a member to one group and change a person, while PostgreSQL breaks off whatever might not have happened one after
/// the other.
#[test]
fn no_update_is_lost_among_many_at_once_however_strict_postgresql_is() {
    crate::support::block_on(async {
        for isolation in [Isolation::ReadCommitted, Isolation::Serializable] {
            let Some(database) = crate::support::fresh(Engine::Postgres).await else { return };
            crate::support::execute(
                &database.url,
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''serializable''', current_database()); END $$",
            )
            .await;
            let store = Store::open_tuned(&database.url, &Tuning { isolation, ..Tuning::default() }).await.unwrap();
            let world = World::install(store.clone(), &database.url).await;
            crowd(&world).await;
            store.close().await;
            crate::support::discard(database).await;
        }
    });
}

async fn crowd(world: &World) {
    let mut people = Vec::new();
    for number in 0..30 {
        people.push(id_of(&world.push(person(&format!("p{number}"), json!({}))).await));
    }
    let made = world.post("/Groups", group("Everybody", &[])).await;
    let (of_group, of_person) = (format!("/Groups/{}", id_of(&made.body)), format!("/Users/{}", people[0]));
    let adding = people.iter().map(|id| {
        let body = patch_of(&json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]));
        world.scim("PATCH", &of_group).json(&body)
    });
    let changing = (0..30).map(|number| {
        let phone = json!([{ "value": format!("+49 30 {number}"), "type": format!("line{number}") }]);
        let body = patch_of(&json!([{ "op": "add", "path": "phoneNumbers", "value": phone }]));
        world.scim("PATCH", &of_person).json(&body)
    });
    let calls: Vec<_> = adding.chain(changing).map(|call| tokio::spawn(call.send())).collect();
    for call in calls {
        let answer = call.await.unwrap();
        assert!(matches!(answer.status, 200 | 204), "{} {}", answer.status, answer.text);
    }
    let members = world.get(&of_group).await.body["members"].clone();
    assert_eq!(set_of(&members, "value").len(), 30);
    let phones = world.get(&of_person).await.body["phoneNumbers"].clone();
    assert_eq!(set_of(&phones, "value").len(), 30);
}

fn set_of(values: &Value, name: &str) -> HashSet<String> {
    values.as_array().unwrap().iter().map(|value| value[name].as_str().unwrap().to_owned()).collect()
}
