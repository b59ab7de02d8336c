//! How many statements a request costs.

use crate::support::world::{World, group, id_of, person};
use serde_json::json;

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
