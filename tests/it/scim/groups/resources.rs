//! Groups as resources.

use crate::support::world::{PUBLIC_URL, group, hours, id_of, person};
use serde_json::{Value, json};
use tokio::task::JoinSet;

installed! {
    async fn a_group_is_created_read_replaced_and_deleted(world: World) {
        let ada = id_of(&world.push(person("Ada", json!({}))).await);
        let made = world.post("/Groups", group("Pilots", &[&ada])).await;
        assert_eq!((made.status, made.header("etag")), (201, "W/\"v1\""), "{}", made.text);
        let path = format!("/Groups/{}", id_of(&made.body));
        assert_eq!(made.header("location"), format!("{PUBLIC_URL}/scim/v2{path}"));
        let member = &made.body["members"][0];
        assert_eq!((member["value"].as_str(), member["type"].as_str()), (Some(ada.as_str()), Some("User")));
        assert_eq!(member["$ref"], format!("{PUBLIC_URL}/scim/v2/Users/{ada}"));
        assert_eq!(world.get(&path).await.body, made.body);
        let shown = &world.read(&ada).await["groups"][0];
        assert_eq!((&shown["value"], &shown["display"]), (&made.body["id"], &json!("Pilots")));

        let replaced = world.put(&path, group("Crew", &[])).await;
        assert_eq!((replaced.status, replaced.header("etag")), (200, "W/\"v2\""));
        assert_eq!((&replaced.body["displayName"], replaced.body.get("members")), (&json!("Crew"), None));
        assert_eq!(world.read(&ada).await.get("groups"), None);

        assert_eq!(world.delete(&path).await.status, 204);
        world.get(&path).await.refused(404, "");
        world.delete(&path).await.refused(404, "");
        assert_eq!(world.get("/Groups").await.body["totalResults"], 0);
    }

    async fn a_display_name_is_unique_within_the_connection(world: World) {
        let id = id_of(&world.post("/Groups", group("Pilots", &[])).await.body);
        for twin in ["Pilots", "PILOTS", "\u{ff30}ilots"] {
            let detail = world.post("/Groups", group(twin, &[])).await.refused(409, "uniqueness");
            assert!(detail.contains("displayName"), "{detail}");
        }
        let crew = id_of(&world.post("/Groups", group("Crew", &[])).await.body);
        world.put(&format!("/Groups/{crew}"), group("pilots", &[])).await.refused(409, "uniqueness");
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "pilots" }]);
        world.patch(&format!("/Groups/{crew}"), rename.clone()).await.refused(409, "uniqueness");
        assert_eq!(world.patch(&format!("/Groups/{id}"), rename).await.body["displayName"], "pilots");
        world.delete(&format!("/Groups/{id}")).await;
        assert_eq!(world.post("/Groups", group("Pilots", &[])).await.status, 201);
    }

    async fn of_many_simultaneous_twins_one_is_created(world: World) {
        let mut posts = JoinSet::new();
        for _ in 0..10 {
            let world = world.clone();
            posts.spawn(async move { world.post("/Groups", group("Pilots", &[])).await.status });
        }
        let mut statuses = posts.join_all().await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], statuses.iter().filter(|status| **status == 409).count()), (201, 9), "{statuses:?}");
    }

    async fn a_member_who_does_not_exist_is_named(world: World) {
        let stranger = "00000000-0000-7000-8000-000000000000";
        let detail = world.post("/Groups", group("Pilots", &[stranger])).await.refused(400, "invalidValue");
        assert!(detail.contains(stranger), "{detail}");
        assert_eq!(world.get("/Groups").await.body["totalResults"], 0);
        let id = id_of(&world.post("/Groups", group("Pilots", &[])).await.body);
        world.put(&format!("/Groups/{id}"), group("Crew", &["nobody"])).await.refused(400, "invalidValue");
        assert_eq!(world.get(&format!("/Groups/{id}")).await.body["displayName"], "Pilots");
    }

    async fn a_write_that_changes_nothing_is_no_new_version(world: World) {
        let ada = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Groups/{}", id_of(&world.post("/Groups", group("Pilots", &[&ada])).await.body));
        let before = world.get(&path).await.body;
        world.advance(hours(1));
        assert_eq!(world.put(&path, group("Pilots", &[&ada])).await.body, before);
        for operation in [
            json!({ "op": "add", "path": "members", "value": [{ "value": ada }] }),
            json!({ "op": "replace", "path": "members", "value": [{ "value": ada }] }),
            json!({ "op": "remove", "path": "members", "value": [{ "value": "nobody" }] }),
            json!({ "op": "remove", "path": "members[value eq \"nobody\"]" }),
            json!({ "op": "replace", "path": "displayName", "value": "Pilots" }),
        ] {
            let answer = world.patch(&path, json!([operation])).await;
            assert_eq!((answer.status, &answer.body), (200, &before), "{operation}");
        }
    }

    async fn lists_leave_members_out_when_asked_to(world: World) {
        let ada = id_of(&world.push(person("Ada", json!({}))).await);
        let id = id_of(&world.post("/Groups", group("Pilots", &[&ada])).await.body);
        for path in [
            "/Groups",
            "/Groups?filter=displayName%20eq%20%22PILOTS%22",
            &format!("/Groups?filter=members%20eq%20%22{ada}%22"),
        ] {
            let body = world.get(path).await.body;
            assert_eq!(
                (&body["totalResults"], &body["Resources"][0]["members"][0]["value"]),
                (&json!(1), &json!(ada)),
                "{path}"
            );
        }
        let body = world.get("/Groups?excludedAttributes=members").await.body;
        assert_eq!((&body["Resources"][0]["id"], body["Resources"][0].get("members")), (&json!(id), None));
        let read = world.get(&format!("/Groups/{id}?excludedAttributes=members")).await.body;
        assert_eq!((read["displayName"].as_str(), read.get("members")), (Some("Pilots"), None));
    }

    async fn the_platforms_root_group_is_not_shown(world: World) {
        use crate::support::world::World;
        use usher::{app::administrators::Rank, store};
        async fn root_of(world: &World) -> String {
            let mut reader = world.app.store.read().await.unwrap();
            store::groups::find_root(&mut reader, world.tenant.id).await.unwrap().unwrap().id.to_string()
        }
        let admin = world.administrator("root@example.com", Rank::Administrator).await;
        let root = root_of(&world).await;
        assert_eq!(world.get("/Groups").await.body["totalResults"], 0);
        world.get(&format!("/Groups/{root}")).await.refused(404, "");
        let path = format!("/Groups/{root}");
        world
            .patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": admin }] }]))
            .await
            .refused(404, "");
        world.delete(&path).await.refused(404, "");
        assert_eq!(world.read(&admin).await["groups"], Value::Null);
        // A group that is only named like it is a group of its own.
        assert_eq!(world.post("/Groups", group("Usher", &[])).await.status, 201);
    }

    async fn groups_may_hold_groups_but_not_themselves(world: World) {
        let inner = id_of(&world.post("/Groups", group("Inner", &[])).await.body);
        let outer = world.post("/Groups", group("Outer", &[&inner])).await;
        assert_eq!(outer.body["members"][0]["type"], "Group", "{}", outer.text);
        let itself = id_of(&outer.body);
        world.put(&format!("/Groups/{itself}"), group("Outer", &[&itself])).await.refused(400, "invalidValue");
    }
}
