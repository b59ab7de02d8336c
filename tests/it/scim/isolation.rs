//! What is another tenant's or another connection's does not exist here, or can't be written.

use crate::support::world::{World, group, id_of, patch_of, person};
use serde_json::json;
use usher::app::tenants;

/// The same installation, seen with a token of another tenant.
async fn neighbour(world: &World) -> World {
    let tenant = tenants::create(&world.app, "other", tenants::Changes::default()).await.unwrap();
    World { token: world.token_of("other", "okta").await, tenant, ..world.clone() }
}

installed! {
    async fn another_tenants_people_do_not_exist(world: World) {
        let other = neighbour(&world).await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let before = world.read(&id).await;
        let path = format!("/Users/{id}");
        for condition in ["*", "W/\"v1\""] {
            let send = |method: &str| other.scim(method, &path).header("if-match", condition);
            send("GET").send().await.refused(404, "");
            send("PUT").json(&person("Ada", json!({}))).send().await.refused(404, "");
            let patch = patch_of(&json!([{ "op": "replace", "path": "active", "value": false }]));
            send("PATCH").json(&patch).send().await.refused(404, "");
            send("DELETE").send().await.refused(404, "");
        }
        for query in [
            "",
            "?filter=userName%20eq%20%22ada@example.com%22",
            "?filter=externalId%20eq%20%22hr-Ada%22",
            &format!("?filter=id%20eq%20%22{id}%22"),
        ] {
            assert_eq!(other.get(&format!("/Users{query}")).await.body["totalResults"], 0, "{query}");
        }
        assert_eq!(world.read(&id).await, before);
    }

    async fn another_tenants_people_are_no_members(world: World) {
        let other = neighbour(&world).await;
        let ada = id_of(&world.push(person("Ada", json!({}))).await);
        let detail = other.post("/Groups", group("Pilots", &[&ada])).await.refused(400, "invalidValue");
        let unknown = ada.replace(&ada[30..], "000000");
        let same = other.post("/Groups", group("Pilots", &[&unknown])).await.refused(400, "invalidValue");
        assert_eq!(detail.replace(&ada, ""), same.replace(&unknown, ""));
        let id = id_of(&other.post("/Groups", group("Pilots", &[])).await.body);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }]);
        let answer = other.patch(&format!("/Groups/{id}"), add).await;
        assert_eq!((answer.status, answer.body.get("members")), (200, None));
    }

    async fn another_tenants_groups_do_not_exist(world: World) {
        let other = neighbour(&world).await;
        let id = id_of(&world.post("/Groups", group("Pilots", &[])).await.body);
        let path = format!("/Groups/{id}");
        other.get(&path).await.refused(404, "");
        other.put(&path, group("Mine", &[])).await.refused(404, "");
        other.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "Mine" }])).await.refused(404, "");
        other.delete(&path).await.refused(404, "");
        assert_eq!(other.get("/Groups").await.body["totalResults"], 0);
        assert_eq!(world.get(&path).await.body["displayName"], "Pilots");
    }

    async fn names_are_a_tenants_own(world: World) {
        let other = neighbour(&world).await;
        world.push(person("Ada", json!({}))).await;
        other.push(person("Ada", json!({}))).await;
        assert_eq!(world.post("/Groups", group("Pilots", &[])).await.status, 201);
        assert_eq!(other.post("/Groups", group("Pilots", &[])).await.status, 201);
    }

    async fn another_connections_people_are_seen_and_not_written(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let entra = World { token: world.token_of(tenants::DEFAULT, "entra").await, ..world.clone() };
        let path = format!("/Users/{id}");
        assert_eq!(entra.read(&id).await["userName"], "ada@example.com");
        let patch = json!([{ "op": "replace", "path": "active", "value": false }]);
        let detail = entra.patch(&path, patch).await.refused(403, "");
        assert!(detail.contains("another connection"), "{detail}");
        entra.put(&path, person("Ada", json!({}))).await.refused(403, "");
        entra.delete(&path).await.refused(403, "");
        entra.post("/Users", person("Ada", json!({}))).await.refused(409, "uniqueness");
        assert_eq!(world.state(&id).await, "invited");
    }

    async fn an_external_id_is_a_connections_own(world: World) {
        let entra = World { token: world.token_of(tenants::DEFAULT, "entra").await, ..world.clone() };
        let numbered = |name: &str| {
            let mut person = person(name, json!({}));
            person["externalId"] = json!("1001");
            person
        };
        let ada = id_of(&world.push(numbered("Ada")).await);
        let bob = id_of(&entra.push(numbered("Bob")).await);
        for (eyes, own, others) in [(&world, &ada, &bob), (&entra, &bob, &ada)] {
            for (filter, found) in [
                ("externalId eq \"1001\"", vec![own]),
                ("externalId pr", vec![own]),
                ("externalId ne \"1001\"", vec![others]),
                ("not (externalId sw \"10\")", vec![others]),
                ("externalId co \"00\" and title eq null", vec![own]),
            ] {
                let answer = eyes.get(&format!("/Users?filter={}&attributes=id", filter.replace(' ', "%20").replace('"', "%22"))).await;
                let ids: Vec<&str> = answer.body["Resources"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
                assert_eq!(ids, found, "{filter}");
            }
            assert_eq!(eyes.read(own).await["externalId"], "1001");
            assert_eq!(eyes.read(others).await.get("externalId"), None);
            let sorted = eyes.get("/Users?sortBy=externalId").await.body;
            assert_eq!(sorted["Resources"][0]["id"], own.as_str(), "who has none comes last");
        }
    }

    async fn pushed_groups_are_a_connections_own(world: World) {
        let entra = World { token: world.token_of(tenants::DEFAULT, "entra").await, ..world.clone() };
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&id])).await.body);
        entra.get(&format!("/Groups/{pilots}")).await.refused(404, "");
        assert_eq!(entra.read(&id).await.get("groups"), None);
        assert_eq!(entra.post("/Groups", group("Pilots", &[])).await.status, 201);
    }

    async fn a_path_does_not_lead_around_the_token(world: World) {
        for path in [
            "/scim//v2/Users",
            "/SCIM/v2/Users",
            "/scim/v2/users",
            "/scim/v2/%2e%2e/Users",
            "/scim/v2/Users;a=b",
            "//scim/v2/Users",
        ] {
            assert_eq!(world.call("GET", path).send().await.status, 401, "{path}");
            world.call("GET", path).token(&world.token).send().await.refused(404, "");
        }
        assert_eq!(world.get("/Users/").await.body, world.get("/Users").await.body);
    }
}
