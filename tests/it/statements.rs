//! How many statements a request costs.

use crate::support::{
    obstacle::Obstacle,
    world::{World, group, id_of, patch_of, person, seconds},
};
use serde_json::{Value, json};
use usher::{
    app::{seeding, tenants},
    store::{Engine, Store, Tuning},
};

fn bulk(operations: impl Iterator<Item = Value>) -> Value {
    let urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    json!({ "schemas": [urn], "Operations": operations.collect::<Vec<_>>() })
}

/// So many people who are added in one request.
fn newcomers(count: usize) -> Value {
    bulk((0..count).map(|number| {
        let data = person(&format!("p{number}"), json!({}));
        json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data })
    }))
}

fn statuses(results: &Value) -> Vec<&str> {
    results["Operations"].as_array().unwrap().iter().map(|result| result["status"].as_str().unwrap()).collect()
}

/// The statements of a request that was made once before, so that everything cacheable is cached.
async fn cost(world: &World, path: &str) -> u64 {
    assert_eq!(world.get(path).await.status, 200, "{path}");
    let before = world.app.store.statements();
    assert_eq!(world.get(path).await.status, 200, "{path}");
    world.app.store.statements() - before
}

installed! {
    async fn a_read_costs_a_row_and_its_children(world: World) {
        let (ada, _) = world.invite("Ada").await;
        let bob = world.create("Bob").await;
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&ada, &bob])).await.body);
        for (path, most) in [
            (format!("/Users/{ada}"), 2),
            (format!("/Users/{bob}"), 2),
            (format!("/Users/{bob}?attributes=userName"), 1),
            ("/Users?filter=userName%20eq%20%22ada@example.com%22".to_owned(), 2),
            ("/Users?filter=userName%20eq%20%22bob@example.com%22".to_owned(), 2),
            ("/Users?filter=userName%20eq%20%22nobody@example.com%22".to_owned(), 1),
            (format!("/Groups/{pilots}"), 2),
            (format!("/Groups/{pilots}?excludedAttributes=members"), 1),
            ("/Schemas".to_owned(), 0),
        ] {
            assert!(cost(&world, &path).await <= most, "{path}: {} statements", cost(&world, &path).await);
        }
    }

    async fn a_list_costs_the_same_for_one_and_for_many(world: World) {
        let first = world.invite("p0").await.0;
        world.post("/Groups", group("Pilots", &[&first])).await;
        let (users, groups) = (cost(&world, "/Users").await, cost(&world, "/Groups").await);
        for number in 1..20 {
            let id = id_of(&world.push(person(&format!("p{number}"), json!({}))).await);
            world.post("/Groups", group(&format!("Group {number}"), &[&id])).await;
        }
        assert_eq!((cost(&world, "/Users").await, cost(&world, "/Groups").await), (users, groups));
        assert!(users <= 3 && groups <= 3, "{users} {groups}");
    }

    async fn a_page_costs_the_same_whatever_its_size_and_place(world: World) {
        let caller = seeding::caller(&world.app, tenants::DEFAULT, "okta").await.unwrap();
        seeding::people(&world.app, &caller, 1..=150, |_| {}).await.unwrap();
        seeding::group(&world.app, &caller, 120).await.unwrap();
        let page = cost(&world, "/Users?cursor&count=10").await;
        assert!(page <= 3, "{page}");
        // Where the next page may be another process's, what this one ends with is written down, and what the one before ended with is read.
        let shared = u64::from(world.app.store.engine() == Engine::Postgres);
        for (query, more) in [
            ("cursor&count=100", 0),
            ("count=150", 0),
            ("count=10", shared),
            ("count=100", shared),
            ("startIndex=41&count=10", 2 * shared),
            ("startIndex=41&count=100", 2 * shared),
        ] {
            assert_eq!(cost(&world, &format!("/Users?{query}")).await, page + more, "{query}");
        }
        // The last page of a walk knows the total.
        assert_eq!(cost(&world, "/Users?startIndex=101&count=100").await, page - 1 + 2 * shared);
        // A walk costs no more than jumps.
        let before = world.app.store.statements();
        for start in [1, 41, 81, 121] {
            assert_eq!(world.get(&format!("/Users?startIndex={start}&count=40")).await.status, 200);
        }
        assert!(world.app.store.statements() - before <= 4 * page + 7 * shared);
    }

    async fn a_member_more_or_less_costs_the_same_in_any_group(world: World) {
        let caller = seeding::caller(&world.app, tenants::DEFAULT, "okta").await.unwrap();
        seeding::people(&world.app, &caller, 1..=400, |_| {}).await.unwrap();
        // The groups are of those who came first.
        world.advance(seconds(1));
        let ada = world.create("Ada").await;
        let mut costs = Vec::new();
        world.app.store.record();
        for size in [2, 300] {
            seeding::group(&world.app, &caller, size).await.unwrap();
            let named = format!("/Groups?filter=displayName%20eq%20%22Group%20of%20{size}%22");
            let id = id_of(&world.get(&named).await.body["Resources"][0]);
            let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }]);
            let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }]);
            for operations in [add, remove] {
                let _ = world.app.store.recorded();
                let before = world.app.store.statements();
                // Members are left out of the answer, as they are where a group is large.
                let path = format!("/Groups/{id}?excludedAttributes=members");
                let answer = world.scim("PATCH", &path).json(&patch_of(&operations)).send().await;
                assert_eq!(answer.status, 200, "{}", answer.text);
                costs.push(world.app.store.statements() - before);
                let recorded = world.app.store.recorded();
                let turn: Vec<&str> = recorded.iter().rev().take(2).map(|statement| statement.sql.as_str()).collect();
                if world.app.store.engine() == Engine::Sqlite {
                    // All is read before its turn, and written in one text.
                    assert_eq!(turn, ["COMMIT", "BEGIN IMMEDIATE"], "{recorded:?}");
                }
            }
        }
        assert_eq!(costs[..2], costs[2..]);
        assert!(costs.iter().all(|cost| *cost <= 8), "{costs:?}");
    }

    async fn an_answer_with_members_costs_one_statement_more(world: World) {
        let caller = seeding::caller(&world.app, tenants::DEFAULT, "okta").await.unwrap();
        seeding::people(&world.app, &caller, 1..=300, |_| {}).await.unwrap();
        for size in [2, 250] {
            seeding::group(&world.app, &caller, size).await.unwrap();
            let named = format!("/Groups?filter=displayName%20eq%20%22Group%20of%20{size}%22");
            let id = id_of(&world.get(&named).await.body["Resources"][0]);
            let member = world.get(&format!("/Groups/{id}")).await.body["members"][0]["value"].clone();
            let before = world.app.store.statements();
            let remove = json!([{ "op": "remove", "path": "members", "value": [{ "value": member }] }]);
            let answer = world.patch(&format!("/Groups/{id}"), remove).await;
            assert_eq!(answer.status, if size > 200 { 204 } else { 200 });
            let cost = world.app.store.statements() - before;
            assert!(cost <= 9, "{size}: {cost}");
        }
    }

    async fn writes_that_wait_for_each_other_share_a_commit(world: World) {
        if world.app.store.engine() == Engine::Postgres {
            // Each has a connection and a commit of its own; the server gathers those.
            return;
        }
        let obstacle = Obstacle::begin(&world.app.store).await;
        world.app.store.record();
        let pushes: Vec<_> = (0..24)
            .map(|number| {
                let call = world.scim("POST", "/Users").json(&person(&format!("p{number}"), json!({})));
                tokio::spawn(call.send())
            })
            .collect();
        while world.app.store.load().writes_waiting < pushes.len() {
            tokio::task::yield_now().await;
        }
        obstacle.end().await;
        for push in pushes {
            assert_eq!(push.await.unwrap().status, 201);
        }
        let commits = world.app.store.recorded().into_iter().filter(|statement| statement.sql == "COMMIT").count();
        assert_eq!(commits, 2, "one for the write that was in the way, one for all that waited");
    }

    async fn operations_of_a_bulk_request_share_a_commit(world: World) {
        if world.app.store.engine() == Engine::Postgres {
            // As above.
            return;
        }
        let mut request = newcomers(16);
        for status in ["201", "200", "204"] {
            let obstacle = Obstacle::begin(&world.app.store).await;
            world.app.store.record();
            let sent = tokio::spawn(world.scim("POST", "/Bulk").json(&request).send());
            while world.app.store.load().writes_waiting < 16 {
                tokio::task::yield_now().await;
            }
            obstacle.end().await;
            let answer = sent.await.unwrap().body;
            assert_eq!(statuses(&answer), [status; 16]);
            let commits = world.app.store.recorded().into_iter().filter(|statement| statement.sql == "COMMIT").count();
            assert_eq!(commits, 2, "one for the write that was in the way, one for all operations");
            let paths = answer["Operations"].as_array().unwrap().iter().map(|result| {
                let location = result["location"].as_str().unwrap();
                location.split_once("/scim/v2").unwrap().1.to_owned()
            });
            let leave = json!([{ "op": "replace", "path": "active", "value": false }]);
            request = match status {
                "201" => bulk(paths.map(|path| json!({ "method": "PATCH", "path": path, "data": leave }))),
                _ => bulk(paths.map(|path| json!({ "method": "DELETE", "path": path }))),
            };
        }
    }

    async fn a_bulk_request_leaves_connections_to_others(world: World) {
        for (connections, expected) in [(2, 1), (3, 1), (16, 8), (1_000, 16)] {
            let tuning = Tuning { connections, ..Tuning::default() };
            let store = Store::open_tuned(&world.database, &tuning).await.unwrap();
            let expected = if store.engine() == Engine::Postgres { expected } else { 16 };
            assert_eq!(store.writes_abreast(), expected, "{connections}");
            store.close().await;
        }
        // Even if another request has all but one of them.
        let tuning = Tuning { connections: 4, ..Tuning::default() };
        let small = World::install(Store::open_tuned(&world.database, &tuning).await.unwrap(), &world.database).await;
        let mut readers = Vec::new();
        for _ in 0..3 {
            readers.push(small.app.store.read().await.unwrap());
        }
        assert_eq!(statuses(&small.post("/Bulk", newcomers(40)).await.body), ["201"; 40]);
        drop(readers);
        small.app.store.close().await;
    }

    async fn a_write_that_is_refused_writes_nothing(world: World) {
        let id = world.create("Ada").await;
        let body = person("Ada", json!({ "provisioningMode": "create" }));
        world.put(&format!("/Users/{id}"), body.clone()).await;
        let before = world.app.store.statements();
        world.put(&format!("/Users/{id}"), body).await;
        let cost = world.app.store.statements() - before;
        assert!(cost <= 6, "{cost}");
    }

    async fn a_flat_group_costs_nothing_for_mappings_and_nesting(world: World) {
        let (ada, bob) = (world.create("Ada").await, world.create("Bob").await);
        let path = format!("/Groups/{}", id_of(&world.post("/Groups", group("Pilots", &[&ada])).await.body));
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": bob }] }]);
        let name = json!([{ "op": "replace", "path": "displayName", "value": "Crew" }]);
        let mut costs = Vec::new();
        for operations in [add, name] {
            let before = world.app.store.statements();
            assert_eq!(world.patch(&path, operations).await.status, 200);
            costs.push(world.app.store.statements() - before);
        }
        let before = world.app.store.statements();
        assert_eq!(world.delete(&path).await.status, 204);
        costs.push(world.app.store.statements() - before);
        assert!(costs.iter().zip([9, 8, 8]).all(|(cost, most)| *cost <= most), "{costs:?}");
    }
}
