//! The last administrator's role, where it comes from a pushed group.

use crate::support::{
    call::Call,
    world::{Desk, PASSWORD, World, group, hours, id_of, patch_of},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use usher::{
    app::{administrators::Rank, connections},
    domain::{connection::GroupMapping, role::Role},
    mail::Mail,
    store,
};

fn admins(pushed: &str, root: &str) -> GroupMapping {
    GroupMapping { pushed: pushed.to_owned(), group: root.parse().unwrap(), role: Role::Admin }
}

async fn root_of(world: &World) -> String {
    let mut reader = world.app.store.read().await.unwrap();
    store::groups::find_root(&mut reader, world.tenant.id).await.unwrap().unwrap().id.to_string()
}

/// Maps a pushed group to the administration of the platform.
async fn map(world: &World, pushed: &str) {
    let mapping = admins(pushed, &root_of(world).await);
    connections::map(&world.app, "default", "okta", mapping).await.unwrap();
}

async fn pushed(world: &World, name: &str, members: &[&str]) -> String {
    let answer = world.post("/Groups", group(name, members)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    format!("/Groups/{}", id_of(&answer.body))
}

/// Who can act as an administrator.
async fn administrators(world: &World) -> Vec<String> {
    let mut reader = world.app.store.read().await.unwrap();
    let found = store::users::administrators(&mut reader, world.tenant.id).await.unwrap();
    let acting = found.iter().filter(|user| user.state.as_str() != "suspended");
    acting.map(|user| user.id.to_string()).collect()
}

fn add(id: &str) -> Value {
    json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
}

fn remove(id: &str) -> Value {
    json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }])
}

/// Ada, who administers the platform by the pushed group, her session and the group's path; nobody else does.
async fn only_ada(world: &World) -> (String, String, String) {
    map(world, "Admins").await;
    let (ada, cookie) = world.onboard("Ada").await;
    let path = pushed(world, "Admins", &[&ada]).await;
    assert_eq!(administrators(world).await, [ada.clone()]);
    (ada, cookie, path)
}

fn is_digest(mail: &Mail) -> bool {
    mail.code.as_str() == "E15"
}

installed! {
    async fn of_all_who_leave_in_one_bulk_request_the_last_stays(world: World) {
        map(&world, "Admins").await;
        let (ada, bob, cleo) = (world.onboard("Ada").await.0, world.onboard("Bob").await.0, world.onboard("Cleo").await.0);
        pushed(&world, "Admins", &[&ada, &bob, &cleo]).await;
        let leave = json!([{ "op": "replace", "path": "active", "value": false }]);
        let patch = |id: &String| json!({ "method": "PATCH", "path": format!("/Users/{id}"), "data": leave });
        let delete = json!({ "method": "DELETE", "path": format!("/Users/{cleo}") });
        let urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
        let operations = json!([patch(&bob), delete, patch(&ada)]);
        let answer = world.post("/Bulk", json!({ "schemas": [urn], "Operations": operations })).await;
        let results = answer.body["Operations"].as_array().unwrap();
        let statuses: Vec<_> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["200", "204", "403"], "{}", answer.text);
        assert_eq!(administrators(&world).await, [ada]);
    }

    async fn no_push_of_a_group_takes_it(world: World) {
        let (ada, _, path) = only_ada(&world).await;
        let (bob, _) = world.onboard("Bob").await;
        assert_eq!(world.patch(&path, add(&bob)).await.status, 200);
        let cleared = world.get(&path).await;
        for operations in [
            json!([{ "op": "remove", "path": "members" }]),
            json!([{ "op": "replace", "path": "members", "value": [] }]),
            json!([{ "op": "replace", "path": "displayName", "value": "Others" }]),
        ] {
            let detail = world.patch(&path, operations).await.refused(403, "");
            assert!(detail.contains("last") && detail.contains(&ada) && detail.contains(&bob), "{detail}");
        }
        world.put(&path, group("Admins", &[])).await.refused(403, "");
        world.put(&path, group("Others", &[&ada, &bob])).await.refused(403, "");
        world.delete(&path).await.refused(403, "");
        // Nothing is half done.
        let after = world.get(&path).await;
        assert_eq!((&after.body, after.header("etag")), (&cleared.body, cleared.header("etag")));
        assert_eq!(administrators(&world).await.len(), 2);
        // One of two may go, the other not.
        assert_eq!(world.patch(&path, remove(&ada)).await.status, 200);
        world.patch(&path, remove(&bob)).await.refused(403, "");
        // Who takes over in the same request is somebody.
        assert_eq!(world.put(&path, group("Admins", &[&ada])).await.status, 200);
        assert_eq!(administrators(&world).await, [ada.clone()]);
        // The same push goes through once there is somebody else.
        world.administrator("root@example.com", Rank::Administrator).await;
        assert_eq!(world.delete(&path).await.status, 204);
        assert!(!administrators(&world).await.contains(&ada));
    }

    async fn no_change_of_the_mappings_takes_it(world: World) {
        let (ada, _, path) = only_ada(&world).await;
        let root = root_of(&world).await;
        let unmapped = connections::unmap(&world.app, "default", "okta", admins("Admins", &root)).await;
        assert!(unmapped.unwrap_err().to_string().contains("make somebody else an administrator"));
        let desk = world.desk_of("ada@example.com").await;
        let put = |desk: Desk, items: Value| async move {
            desk.send("PUT", "/connections/okta/group-mappings", json!({ "items": items })).await
        };
        let answer = put(desk.clone(), json!([])).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
        let answer = put(desk.clone(), json!([{ "group": "Admins", "to": root, "role": "author" }])).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert_eq!(administrators(&world).await, [ada.clone()]);
        // A role that moves from one group to another is never gone.
        let (bob, _) = world.onboard("Bob").await;
        pushed(&world, "Zebras", &[&bob]).await;
        let answer = put(desk, json!([{ "group": "Zebras", "to": root, "role": "admin" }])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(administrators(&world).await, [bob]);
        assert_eq!(world.delete(&path).await.status, 204);
    }

    async fn their_sessions_end_and_administrators_are_told(world: World) {
        let (ada, cookie, path) = only_ada(&world).await;
        let me = || world.call("GET", "/me").cookie(&cookie).send();
        assert_eq!(me().await.status, 200);
        let call = world.scim("PATCH", &path).header("x-request-id", "req-9").json(&patch_of(&remove(&ada)));
        call.send().await.refused(403, "");
        assert_eq!(me().await.status, 303);
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 303);
        world.pass(hours(2)).await;
        assert_eq!(world.mails().iter().filter(|mail| is_digest(mail)).count(), 1);
        let desk = world.desk_of("ada@example.com").await;
        let row = desk.get(&format!("/audit?target={ada}&action=user.refused")).await.body["items"][0].clone();
        assert_eq!(row["requestId"], "req-9", "{row}");
        assert!(row.to_string().contains("last who hold it"), "{row}");
    }

    async fn who_is_suspended_does_not_count(world: World) {
        let (ada, _, path) = only_ada(&world).await;
        let (bob, _) = world.onboard("Bob").await;
        world.patch(&path, add(&bob)).await;
        world.switch(&bob, false).await;
        world.patch(&path, remove(&ada)).await.refused(403, "");
        world.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "path": "active", "value": false }])).await.refused(403, "");
        assert_eq!(world.patch(&path, remove(&bob)).await.status, 200);
        assert_eq!(administrators(&world).await, [ada]);
    }

    async fn of_two_who_go_at_once_one_stays(world: World) {
        map(&world, "Admins").await;
        map(&world, "Chiefs").await;
        let (ada, bob) = (world.onboard("Ada").await.0, world.onboard("Bob").await.0);
        let one = pushed(&world, "Admins", &[&ada]).await;
        let other = pushed(&world, "Chiefs", &[&bob]).await;
        let (user_a, user_b) = (format!("/Users/{ada}"), format!("/Users/{bob}"));
        let switch = |active: bool| json!([{ "op": "replace", "path": "active", "value": active }]);
        for _ in 0..3 {
            for (path_a, out_a, back_a, path_b, out_b, back_b) in [
                (&one, remove(&ada), add(&ada), &other, remove(&bob), add(&bob)),
                (&user_a, switch(false), switch(true), &other, remove(&bob), add(&bob)),
                (&user_a, switch(false), switch(true), &user_b, switch(false), switch(true)),
            ] {
                let calls = [(path_a, out_a), (path_b, out_b)];
                let mut going = JoinSet::new();
                for (path, operations) in calls {
                    let call: Call = world.scim("PATCH", path).json(&patch_of(&operations));
                    going.spawn(async move { call.send().await.status });
                }
                let mut statuses = going.join_all().await;
                statuses.sort_unstable();
                assert_eq!(statuses, [200, 403]);
                assert_eq!(administrators(&world).await.len(), 1);
                for (path, operations) in [(path_a, back_a), (path_b, back_b)] {
                    assert_eq!(world.patch(path, operations).await.status, 200);
                }
            }
        }
    }

    async fn of_two_who_are_deleted_at_once_one_stays(world: World) {
        map(&world, "Admins").await;
        let (ada, bob) = (world.onboard("Ada").await.0, world.onboard("Bob").await.0);
        pushed(&world, "Admins", &[&ada, &bob]).await;
        let mut going = JoinSet::new();
        for id in [&ada, &bob] {
            let call = world.scim("DELETE", &format!("/Users/{id}"));
            going.spawn(async move { call.send().await.status });
        }
        let mut statuses = going.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 403]);
        assert_eq!(administrators(&world).await.len(), 1);
    }
}
