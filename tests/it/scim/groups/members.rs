//! Members by PATCH.

use crate::support::world::{World, group, id_of, patch_of, person};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::task::JoinSet;
use usher::{
    app::connections,
    domain::{
        GroupId, UserId,
        group::{MemberId, Membership},
        role::{Role, Source},
    },
    store::{StoreError, memberships},
};

async fn people(world: &World, count: usize) -> Vec<String> {
    let mut posts = JoinSet::new();
    for number in 0..count {
        let world = world.clone();
        posts.spawn(async move { id_of(&world.push(person(&format!("p{number}"), json!({}))).await) });
    }
    posts.join_all().await
}

async fn group_of(world: &World, members: &[&str]) -> String {
    let made = world.post("/Groups", group("Pilots", members)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    format!("/Groups/{}", id_of(&made.body))
}

async fn members(world: &World, path: &str) -> BTreeSet<String> {
    let body = world.get(path).await.body;
    let listed = body["members"].as_array().cloned().unwrap_or_default();
    listed.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

/// Writes rows as a push of that many members would.
async fn insert(world: &World, rows: Vec<Membership>) {
    let (tenant, now) = (world.tenant.id, world.now());
    let rows = std::sync::Arc::new(rows);
    let written: Result<memberships::Inserted, StoreError> = world
        .app
        .store
        .write(move |tx| {
            let rows = rows.clone();
            Box::pin(async move { memberships::insert(tx, tenant, &rows, now).await })
        })
        .await;
    written.unwrap();
}

fn set<'a>(ids: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    ids.into_iter().cloned().collect()
}

installed! {
    async fn members_are_added_and_removed_one_by_one(world: World) {
        let ids = people(&world, 3).await;
        let path = group_of(&world, &[&ids[0]]).await;
        let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": ids[1] }, { "value": ids[2] }] }]);
        let answer = world.patch(&path, add).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"v2\""), "{}", answer.text);
        assert_eq!(members(&world, &path).await, set(&ids));
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) }]);
        world.patch(&path, remove).await;
        assert_eq!(members(&world, &path).await, set(&ids[1..]));
        // Entra lists what to remove in a value; the others stay.
        let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "value": ids[1] }] }]);
        world.patch(&path, remove).await;
        assert_eq!(members(&world, &path).await, set(&ids[2..]));
        let replace = json!([{ "op": "replace", "path": "members", "value": [{ "value": ids[0] }] }]);
        world.patch(&path, replace).await;
        assert_eq!(members(&world, &path).await, set(&ids[..1]));
        world.patch(&path, json!([{ "op": "remove", "path": "members" }])).await;
        assert!(members(&world, &path).await.is_empty());
    }

    async fn operations_count_in_their_order(world: World) {
        let ids = people(&world, 1).await;
        let path = group_of(&world, &[]).await;
        let add = json!({ "op": "add", "path": "members", "value": [{ "value": ids[0] }] });
        let remove = json!({ "op": "remove", "path": "members", "value": [{ "value": ids[0] }] });
        world.patch(&path, json!([remove, add])).await;
        assert_eq!(members(&world, &path).await, set(&ids));
        world.patch(&path, json!([add, remove])).await;
        assert!(members(&world, &path).await.is_empty());
    }

    async fn a_member_is_shown_by_the_name_given_last(world: World) {
        let ids = people(&world, 1).await;
        let path = group_of(&world, &[&ids[0]]).await;
        for (name, version) in [("Ada", "W/\"v2\""), ("Ada", "W/\"v2\""), ("Countess", "W/\"v3\"")] {
            let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ids[0], "display": name }] }]);
            let answer = world.patch(&path, add).await;
            assert_eq!((answer.status, answer.header("etag")), (200, version), "{}", answer.text);
            assert_eq!(answer.body["members"], world.get(&path).await.body["members"]);
            assert_eq!(answer.body["members"][0]["display"], name);
        }
        // Nobody says anything of the name.
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ids[0] }] }]);
        assert_eq!(world.patch(&path, add).await.body["members"][0]["display"], "Countess");
    }

    async fn strangers_are_passed_over(world: World) {
        let ids = people(&world, 1).await;
        let path = group_of(&world, &[]).await;
        let add = |value: Value| world.patch(&path, json!([{ "op": "add", "path": "members", "value": value }]));
        let answer = add(json!([{ "value": "nobody" }])).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"v1\""));
        let answer = add(json!([{ "value": "nobody" }, { "value": ids[0] }])).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"v2\""));
        assert_eq!(members(&world, &path).await, set(&ids));
    }

    async fn fifty_simultaneous_additions_all_count(world: World) {
        let ids = people(&world, 50).await;
        let path = group_of(&world, &[]).await;
        let mut patches = JoinSet::new();
        for id in &ids {
            let body = patch_of(&json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]));
            let call = world.scim("PATCH", &path).json(&body);
            patches.spawn(async move { call.send().await.status });
        }
        let statuses = patches.join_all().await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        assert_eq!(members(&world, &path).await, set(&ids));
        assert_eq!(world.get(&path).await.header("etag"), "W/\"v51\"");
    }

    async fn simultaneous_additions_and_removals_all_count(world: World) {
        let ids = people(&world, 20).await;
        let (leaving, joining) = ids.split_at(10);
        let path = group_of(&world, &leaving.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let mut patches = JoinSet::new();
        for (op, ids) in [("add", joining), ("remove", leaving)] {
            for id in ids {
                let body = patch_of(&json!([{ "op": op, "path": "members", "value": [{ "value": id }] }]));
                let call = world.scim("PATCH", &path).json(&body);
                patches.spawn(async move { call.send().await.status });
            }
        }
        assert!(patches.join_all().await.iter().all(|status| *status == 200));
        assert_eq!(members(&world, &path).await, set(joining));
    }

    async fn groups_that_take_each_other_in_at_once_do_not_block_each_other(world: World) {
        let mut paths = Vec::new();
        for name in ["Pilots", "Crew"] {
            paths.push(format!("/Groups/{}", id_of(&world.post("/Groups", group(name, &[])).await.body)));
        }
        let mut patches = JoinSet::new();
        for number in 0..10 {
            let (own, other) = (&paths[number % 2], paths[(number + 1) % 2].trim_start_matches("/Groups/"));
            let body = patch_of(&json!([{ "op": "add", "path": "members", "value": [{ "value": other }] }]));
            let call = world.scim("PATCH", own).json(&body);
            patches.spawn(async move { call.send().await.status });
        }
        assert_eq!(patches.join_all().await, [200; 10]);
    }

    async fn a_huge_group_is_read_to_its_last_member(world: World) {
        let (one, two) = (id_of(&world.push(person("p", json!({}))).await), id_of(&world.push(person("q", json!({}))).await));
        let path = group_of(&world, &[]).await;
        let group: GroupId = path.trim_start_matches("/Groups/").parse().unwrap();
        let connection = world.set_connection(connections::Changes::default()).await.id;
        let rows: Vec<Membership> = (0..2_500_u128)
            .map(|number| MemberId::User(UserId::from_bytes(number.to_be_bytes())))
            .chain([MemberId::User(one.parse().unwrap()), MemberId::User(two.parse().unwrap())])
            .map(|member| Membership {
                group,
                member,
                role: Role::Learner,
                source: Source::IdpMembers,
                connection: Some(connection),
                display: None,
            })
            .collect();
        insert(&world, rows).await;
        let whole = world.get(&path).await;
        assert_eq!((whole.status, whole.header("etag")), (200, "W/\"v1\""));
        let listed = whole.body["members"].as_array().unwrap();
        let ids: BTreeSet<&str> = listed.iter().map(|member| member["value"].as_str().unwrap()).collect();
        assert_eq!((listed.len(), ids.len()), (2_502, 2_502));
        assert!(listed.iter().all(|member| member["type"] == "User" && member["$ref"].is_string()));
        assert_eq!(whole.body["displayName"], "Pilots");
        let values = world.get(&format!("{path}?attributes=members.value")).await.body;
        assert_eq!(values["members"].as_array().unwrap().len(), 2_502);
        assert_eq!(values["members"][2_400].as_object().unwrap().len(), 1);
        assert_eq!(values.get("displayName"), None);
        assert_eq!(world.get(&format!("{path}?excludedAttributes=members")).await.body.get("members"), None);
        assert_eq!(world.scim("GET", &path).header("if-none-match", "W/\"v1\"").send().await.status, 304);
    }

    async fn leavers_and_pushes_of_their_groups_do_not_block_each_other(world: World) {
        let ids = people(&world, 12).await;
        let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut paths = Vec::new();
        for name in ["Pilots", "Crew", "Ground"] {
            paths.push(format!("/Groups/{}", id_of(&world.post("/Groups", group(name, &refs)).await.body)));
        }
        let everybody: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
        let push = patch_of(&json!([{ "op": "replace", "path": "members", "value": everybody }]));
        let mut calls = JoinSet::new();
        for (number, id) in ids.iter().enumerate() {
            let delete = world.scim("DELETE", &format!("/Users/{id}"));
            let patch = world.scim("PATCH", &paths[number % paths.len()]).json(&push);
            calls.spawn(async move { delete.send().await.status });
            calls.spawn(async move { patch.send().await.status });
        }
        let mut statuses = calls.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [[200; 12], [204; 12]].concat());
        for path in &paths {
            assert!(members(&world, path).await.is_empty(), "nobody who is gone is a member");
        }
    }

    async fn a_patch_of_members_is_atomic(world: World) {
        let ids = people(&world, 2).await;
        let path = group_of(&world, &[&ids[0]]).await;
        let operations = json!([
            { "op": "add", "path": "members", "value": [{ "value": ids[1] }] },
            { "op": "replace", "path": "displayName", "value": "" },
        ]);
        assert_eq!(world.patch(&path, operations).await.status, 400);
        let answer = world.get(&path).await;
        assert_eq!((members(&world, &path).await, answer.header("etag")), (set(&ids[..1]), "W/\"v1\""));
    }

    async fn a_large_group_is_answered_without_a_body(world: World) {
        let ids = people(&world, 201).await;
        let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
        let path = group_of(&world, &refs[..200]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ids[200] }] }]);
        let answer = world.patch(&path, add.clone()).await;
        assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (204, "", "W/\"v2\""));
        let projected =
            world.scim("PATCH", &format!("{path}?attributes=displayName")).json(&patch_of(&add)).send().await;
        assert_eq!((projected.status, projected.body["displayName"].as_str()), (200, Some("Pilots")));
        assert_eq!(members(&world, &path).await.len(), 201);
    }
}
