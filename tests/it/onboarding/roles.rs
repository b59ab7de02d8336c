//! Roles on groups that a push names.

use crate::support::world::{PASSWORD, World, group, id_of, person};
use serde_json::{Value, json};
use usher::{
    app::{administrators::Rank, connections},
    domain::{GroupId, role::Role},
    scim::schema::USHER,
};

async fn group_of(world: &World, name: &str) -> String {
    let made = world.post("/Groups", group(name, &[])).await;
    assert_eq!(made.status, 201, "{}", made.text);
    id_of(&made.body)
}

/// Group names and roles as the person's own page tells them.
async fn roles(world: &World, cookie: &str) -> Vec<(String, String)> {
    let secret = cookie.split_once('=').unwrap().1;
    usher::app::sign_in::who(&world.app, secret).await.unwrap().expect("a session").groups
}

fn pair(group: &str, role: &str) -> (String, String) {
    (group.to_owned(), role.to_owned())
}

installed! {
    async fn group_roles_take_effect_and_follow_the_push(world: World) {
        let (pilots, crew) = (group_of(&world, "Pilots").await, group_of(&world, "Crew").await);
        let (id, cookie) = world.onboard("Ada").await;
        let set = |value: Value| world.set_own(&id, "groupRoles", value);
        let made = set(json!([{ "value": pilots, "role": "coach" }, { "value": crew, "role": "Author" }])).await;
        assert_eq!(made[USHER]["groupRoles"][0], json!({ "value": pilots, "display": "Pilots", "role": "coach" }));
        assert_eq!(roles(&world, &cookie).await, [pair("Crew", "author"), pair("Pilots", "coach")]);
        // A name serves as well as an id.
        set(json!([{ "value": "crew", "role": "learner" }])).await;
        assert_eq!(roles(&world, &cookie).await, [pair("Crew", "learner")]);
        set(Value::Null).await;
        assert_eq!(roles(&world, &cookie).await, []);
    }

    async fn the_flat_twin_says_the_same(world: World) {
        let (pilots, _) = (group_of(&world, "Pilots").await, group_of(&world, "Crew").await);
        let (id, cookie) = world.onboard("Ada").await;
        let set = |value: Value| world.set_own(&id, "groupRoleList", value);
        set(json!(["Pilots=coach,author", "Crew=learner"])).await;
        let expected = [pair("Crew", "learner"), pair("Pilots", "author"), pair("Pilots", "coach")];
        assert_eq!(roles(&world, &cookie).await, expected);
        set(json!(format!("{pilots}=coach; Crew=author"))).await;
        assert_eq!(roles(&world, &cookie).await, [pair("Crew", "author"), pair("Pilots", "coach")]);
    }

    async fn a_push_grants_no_power(world: World) {
        let pilots = group_of(&world, "Pilots").await;
        for role in ["admin", "userAdmin", "owner", "ADMIN"] {
            for own in [
                json!({ "groupRoles": [{ "value": pilots, "role": role }] }),
                json!({ "groupRoleList": [format!("Pilots={role}")] }),
            ] {
                let detail = world.post("/Users", person("Ada", own)).await.refused(400, "invalidValue");
                assert!(detail.contains("groupRole"), "{detail}");
            }
        }
        world
            .post("/Users", person("Ada", json!({ "groupRoles": [{ "value": pilots, "role": "king" }] })))
            .await
            .refused(400, "invalidValue");
        // Core roles and entitlements are stored as sent and give nothing.
        let mut body = person("Ada", json!({}));
        body["roles"] = json!([{ "value": "admin", "type": "Pilots" }, { "value": "owner" }, { "value": "coach", "type": "Pilots" }]);
        body["entitlements"] = json!([{ "value": "admin" }]);
        let made = world.push(body.clone()).await;
        assert_eq!((&made["roles"], &made["entitlements"]), (&body["roles"], &body["entitlements"]));
        world.deliver().await;
        let cookie = world.accept(&crate::support::world::link_in(&world.last_mail())).await;
        assert_eq!(roles(&world, &cookie).await, [pair("Pilots", "coach")]);
    }

    async fn a_group_named_like_power_gives_none(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let (id, cookie) = world.onboard("Ada").await;
        for name in ["admin", "Administrators", "Platform", "owner"] {
            assert_eq!(world.post("/Groups", group(name, &[&id])).await.status, 201);
        }
        let secret = cookie.split_once('=').unwrap().1;
        let me = usher::app::sign_in::who(&world.app, secret).await.unwrap().unwrap();
        assert!(!me.is_administrator && me.groups.iter().all(|(_, role)| role == "learner"), "{:?}", me.groups);
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
    }

    async fn a_new_person_joins_the_connections_default_group(world: World) {
        let pilots = group_of(&world, "Pilots").await;
        let default_group: GroupId = pilots.parse().unwrap();
        let changes = connections::Changes {
            default_group: Some(Some(default_group)),
            default_role: Some(Some(Role::Coach)),
            ..connections::Changes::default()
        };
        world.set_connection(changes).await;
        let (id, cookie) = world.onboard("Ada").await;
        assert_eq!(roles(&world, &cookie).await, [pair("Pilots", "coach")]);
        // Not a pushed member, so the identity provider has nothing to repair.
        assert_eq!(world.get(&format!("/Groups/{pilots}")).await.body.get("members"), None);
        world.switch(&id, false).await;
        world.advance(crate::support::world::hours(1));
        world.switch(&id, true).await;
        let cookie = world.sign_in("ada@example.com", PASSWORD).await.cookie();
        assert_eq!(roles(&world, &cookie).await, [pair("Pilots", "coach")]);
    }

    async fn deleting_a_group_takes_it_out_of_the_roles(world: World) {
        let pilots = group_of(&world, "Pilots").await;
        let (id, cookie) = world.onboard("Ada").await;
        world.set_own(&id, "groupRoles", json!([{ "value": pilots, "role": "coach" }])).await;
        assert_eq!(world.delete(&format!("/Groups/{pilots}")).await.status, 204);
        assert_eq!(world.own(&id).await.get("groupRoles"), None);
        assert_eq!(roles(&world, &cookie).await, []);
        // What was read can be written back.
        let read = world.read(&id).await;
        assert_eq!(world.put(&format!("/Users/{id}"), read).await.status, 200);
    }

    async fn a_deleted_group_is_told_once_for_each_person_whose_roles_it_changed(world: World) {
        let (pilots, crew) = (group_of(&world, "Pilots").await, group_of(&world, "Crew").await);
        let (ada, bob, eve) = (world.create("Ada").await, world.create("Bob").await, world.create("Eve").await);
        let role = |group: &str, role: &str| json!({ "value": group, "role": role });
        let roles = [role(&pilots, "coach"), role(&pilots, "author"), role(&pilots, "learner"), role(&crew, "coach")];
        world.set_own(&ada, "groupRoles", json!(roles)).await;
        world.set_own(&bob, "groupRoles", json!([role(&crew, "coach")])).await;
        // A core role is stored as it was sent, whether it leads to a group or not.
        world.set_own(&eve, "labels", json!(["new"])).await;
        let core = json!([{ "op": "add", "path": "roles", "value": [{ "type": "Pilots", "value": "coach" }] }]);
        assert_eq!(world.patch(&format!("/Users/{eve}"), core).await.status, 200);
        let people = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }, { "value": bob }] }]);
        assert_eq!(world.patch(&format!("/Groups/{pilots}"), people).await.status, 200);
        let mut before = Vec::new();
        for id in [&ada, &bob, &eve] {
            before.push((world.told(id).await.len(), world.row(id).await.version));
        }
        world.advance(crate::support::world::seconds(1));
        assert_eq!(world.delete(&format!("/Groups/{pilots}")).await.status, 204);
        let told = world.told(&ada).await.split_off(before[0].0);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((&told[0].0[..], &told[0].1["changed"]), ("user.updated", &json!(["groupRoles"])));
        assert_eq!(world.row(&ada).await.version, before[0].1 + 1);
        assert_eq!(world.own(&ada).await["groupRoles"].as_array().unwrap().len(), 1);
        for (id, (events, version)) in [(&bob, before[1]), (&eve, before[2])] {
            let told = world.told(id).await.split_off(events);
            assert_eq!(told, [], "{id}");
            assert_eq!(world.row(id).await.version, version);
        }
    }
}
