//! Writes that run ahead of their turn: what another write changes in between, and what needs no turn.

use crate::support::{
    obstacle::Obstacle,
    world::{World, group, id_of, patch_of, person, user_id},
};
use serde_json::{Value, json};
use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::Notify;
use usher::{
    app::{
        connections::{self, Changes},
        tenants::DEFAULT,
    },
    domain::{
        GroupId, TenantId, UserId,
        connection::GroupMapping,
        group::{MemberId, Membership},
        role::{Role, Source},
        user::User,
    },
    store::{Conn, Engine, Store, StoreError, groups, mappings, memberships, shown, tenants, users},
};

/// Makes requests that all run ahead before the first of them is written; answers their statuses, sorted.
async fn together(world: &World, requests: Vec<(&'static str, String, Value)>) -> Vec<u16> {
    let obstacle = Obstacle::begin(&world.app.store).await;
    let send = |(method, path, body): (&'static str, String, Value)| {
        tokio::spawn(world.scim(method, &path).json(&body).send())
    };
    let sent: Vec<_> = requests.into_iter().map(send).collect();
    // PostgreSQL has no queue: there they meet in the database. What needs no turn is answered before.
    let is_on_its_way =
        || world.app.store.load().writes_waiting < sent.iter().filter(|sent| !sent.is_finished()).count();
    while world.app.store.engine() == Engine::Sqlite && is_on_its_way() {
        tokio::task::yield_now().await;
    }
    obstacle.end().await;
    let mut statuses = Vec::new();
    for answer in sent {
        statuses.push(answer.await.unwrap().status);
    }
    statuses.sort_unstable();
    statuses
}

fn set(path: &str, value: &str) -> Value {
    patch_of(&json!([{ "op": "replace", "path": path, "value": value }]))
}

/// Adds to a person's title in a write that runs ahead, which looks at them, and then waits for the test the first time.
async fn entitle(store: &Store, tenant: TenantId, id: UserId, looked: &Arc<Notify>, go_on: &Arc<Notify>) {
    let (looked, go_on, is_first) = (Arc::clone(looked), Arc::clone(go_on), Arc::new(AtomicBool::new(true)));
    let work = store.write_ahead(move |tx| {
        let (looked, go_on, is_first) = (Arc::clone(&looked), Arc::clone(&go_on), Arc::clone(&is_first));
        Box::pin(async move {
            let before = shown::lock(tx, tenant, id).await?.unwrap().user;
            if is_first.swap(false, Ordering::SeqCst) {
                looked.notify_one();
                go_on.notified().await;
            }
            write_title(tx, &before, "slow").await
        })
    });
    work.await.unwrap();
}

async fn write_title(tx: &mut Conn, before: &User, title: &str) -> Result<(), StoreError> {
    let mut user = before.clone();
    let all =
        user.document.get("title").and_then(Value::as_str).map_or(title.to_owned(), |old| format!("{old} {title}"));
    user.document.insert("title".to_owned(), all.into());
    users::update(tx, before, &user).await
}

/// A group by the id in its path, and somebody who is to be in it.
struct Joining {
    store: Store,
    row: Membership,
    tenant: TenantId,
}

/// What a change of a group's members looks at: the group's version, how many newcomers are live and are in it already, whether anything is
/// mapped.
type Seen = (i64, usize, usize, bool);

impl Joining {
    async fn of(world: &World, path: &str, person: &str) -> Self {
        let connection = world.set_connection(Changes::default()).await.id;
        let row = Membership {
            group: path.trim_start_matches("/Groups/").parse::<GroupId>().unwrap(),
            member: MemberId::User(user_id(person)),
            role: Role::Learner,
            source: Source::IdpMembers,
            connection: Some(connection),
            display: None,
        };
        Self { store: world.app.store.clone(), row, tenant: world.tenant.id }
    }

    async fn look(&self, tx: &mut Conn) -> Result<Seen, StoreError> {
        let (tenant, group, member) = (self.tenant, self.row.group, self.row.member);
        let people: Vec<UserId> = member.user().into_iter().collect();
        let connection = self.row.connection.unwrap();
        tx.foresee_members(tenant, group, connection, &people, &[member]).await?;
        let version = groups::lock(tx, tenant, group).await?.unwrap().version;
        let live = users::hold_live(tx, tenant, &people).await?.len();
        let source = Source::IdpMembers;
        let present = memberships::existing(tx, tenant, group, source, Some(connection), &[member]).await?.len();
        Ok((version, live, present, mappings::lock(tx, tenant).await?))
    }

    /// Writes it ahead of its turn while something else happens; answers what each run saw.
    async fn meanwhile(&self, world: &World, change: impl Future<Output = ()>) -> Vec<Seen> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (looked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (own, told, wait, all, now) = (self.clone(), looked.clone(), go_on.clone(), seen.clone(), world.now());
        let write = tokio::spawn(async move {
            let store = own.store.clone();
            let work = store.write_ahead(move |tx| {
                let (own, told, wait, all) = (own.clone(), told.clone(), wait.clone(), all.clone());
                Box::pin(async move {
                    let saw = own.look(tx).await?;
                    all.lock().unwrap().push(saw);
                    let is_first = all.lock().unwrap().len() == 1;
                    if is_first {
                        told.notify_one();
                        wait.notified().await;
                    }
                    memberships::insert(tx, own.tenant, std::slice::from_ref(&own.row), now).await
                })
            });
            work.await.unwrap();
        });
        looked.notified().await;
        change.await;
        go_on.notify_one();
        write.await.unwrap();
        seen.lock().unwrap().clone()
    }
}

impl Clone for Joining {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), row: self.row.clone(), tenant: self.tenant }
    }
}

fn add(id: &str) -> Value {
    json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
}

fn remove(id: &str) -> Value {
    json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }])
}

async fn group_of(world: &World, name: &str, members: &[&str]) -> String {
    format!("/Groups/{}", id_of(&world.post("/Groups", group(name, members)).await.body))
}

async fn members(world: &World, path: &str) -> Vec<String> {
    let listed = world.get(path).await.body["members"].as_array().cloned().unwrap_or_default();
    let mut ids: Vec<String> = listed.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    ids
}

installed! {
    async fn of_changes_to_one_person_none_is_lost(world: World) {
        let path = format!("/Users/{}", world.invite("Ada").await.0);
        let changes = ["title", "nickName", "profileUrl", "locale"].map(|name| ("PATCH", path.clone(), set(name, "en")));
        assert_eq!(together(&world, changes.to_vec()).await, [200; 4]);
        let ada = world.get(&path).await.body;
        for name in ["title", "nickName", "profileUrl", "locale"] {
            assert_eq!(ada[name], "en", "{name} of {ada}");
        }
        assert_eq!(ada["meta"]["version"], "W/\"v5\"");
    }

    async fn of_twins_that_wait_together_one_is_created_and_nobody_else_suffers(world: World) {
        let post = |name: &str| ("POST", "/Users".to_owned(), person(name, json!({})));
        let statuses = together(&world, vec![post("Ada"), post("Bob"), post("ADA"), post("Cleo")]).await;
        assert_eq!(statuses, [201, 201, 201, 409]);
        assert_eq!(world.get("/Users").await.body["totalResults"], 3);
        world.deliver().await;
        assert_eq!(world.mails().len(), 3);
    }

    async fn a_change_and_a_newcomer_of_the_old_name_come_one_after_the_other(world: World) {
        let path = format!("/Users/{}", world.invite("Ada").await.0);
        let rename = ("PATCH", path, set("userName", "grace@example.com"));
        let statuses = together(&world, vec![rename, ("POST", "/Users".to_owned(), person("Ada", json!({})))]).await;
        assert!(matches!(statuses[..], [200, 201 | 409]), "{statuses:?}");
        let people = world.get("/Users").await.body["totalResults"].clone();
        assert_eq!(people, if statuses[1] == 201 { 2 } else { 1 });
    }

    async fn what_another_write_changes_meanwhile_is_not_overwritten(world: World) {
        let id: UserId = world.invite("Ada").await.0.parse().unwrap();
        let store = world.app.store.clone();
        let found = tenants::find_by_slug(&mut store.read().await.unwrap(), DEFAULT).await.unwrap();
        let tenant = found.unwrap().id;
        if store.engine() == Engine::Postgres {
            // Rows are locked there, so the other write would wait.
            return;
        }
        let other = world.beside().await.app.store.clone();
        for (title, by) in [("first", &store), ("second", &other)] {
            let (looked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            let (told, wait, own) = (Arc::clone(&looked), Arc::clone(&go_on), store.clone());
            let slow = tokio::spawn(async move { entitle(&own, tenant, id, &told, &wait).await });
            looked.notified().await;
            let quick = by.write(move |tx| {
                Box::pin(async move {
                    let before = users::lock(tx, tenant, id).await?.unwrap();
                    write_title(tx, &before, title).await
                })
            });
            quick.await.unwrap();
            go_on.notify_one();
            slow.await.unwrap();
        }
        let ada = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(ada["title"], "first slow second slow");
        other.close().await;
    }

    async fn what_changes_nothing_or_is_refused_takes_no_turn(world: World) {
        let path = format!("/Users/{}", world.create("Ada").await);
        let body = person("Ada", json!({ "provisioningMode": "create" }));
        world.put(&path, body.clone()).await;
        let obstacle = Obstacle::begin(&world.app.store).await;
        assert_eq!(world.put(&path, body.clone()).await.status, 200);
        world.post("/Users", body).await.refused(409, "uniqueness");
        assert_eq!(world.get(&path).await.body["meta"]["version"], "W/\"v2\"");
        obstacle.end().await;
    }

    async fn of_members_who_come_and_go_together_none_is_lost(world: World) {
        let mut ids = Vec::new();
        for name in ["Ada", "Bob", "Cleo", "Dan"] {
            ids.push(world.create(name).await);
        }
        let (path, other) = (group_of(&world, "Pilots", &[&ids[0]]).await, group_of(&world, "Crew", &[]).await);
        let change = |path: &str, operations: Value| ("PATCH", path.to_owned(), patch_of(&operations));
        let mut changes: Vec<_> = ids[1..].iter().map(|id| change(&path, add(id))).collect();
        changes.extend([change(&path, remove(&ids[0])), change(&other, add(&ids[1]))]);
        assert_eq!(together(&world, changes).await, [200; 5]);
        let mut expected = ids[1..].to_vec();
        expected.sort_unstable();
        assert_eq!(members(&world, &path).await, expected);
        assert_eq!(members(&world, &other).await, [ids[1].clone()]);
        assert_eq!(world.get(&path).await.header("etag"), "W/\"v5\"");
        for (id, joined) in [(&ids[1], 2), (&ids[2], 1), (&ids[0], 0)] {
            let groups = world.read(id).await["groups"].as_array().map_or(0, Vec::len);
            assert_eq!(groups, joined, "{id}");
        }
    }

    async fn who_is_deleted_while_they_join_is_in_no_group(world: World) {
        let (ada, path) = (world.create("Ada").await, group_of(&world, "Pilots", &[]).await);
        let join = ("PATCH", path.clone(), patch_of(&add(&ada)));
        assert_eq!(together(&world, vec![join, ("DELETE", format!("/Users/{ada}"), json!({}))]).await, [200, 204]);
        assert_eq!(members(&world, &path).await, [""; 0]);
    }

    async fn a_member_who_is_there_and_a_version_that_is_not_take_no_turn(world: World) {
        let ada = world.create("Ada").await;
        let path = group_of(&world, "Pilots", &[&ada]).await;
        // Before its first turn, the writer takes nothing that ran ahead.
        world.create("Bob").await;
        let obstacle = Obstacle::begin(&world.app.store).await;
        let answer = world.patch(&path, add(&ada)).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"v1\""));
        let stale = world.scim("PATCH", &path).header("if-match", "W/\"v7\"").json(&patch_of(&remove(&ada)));
        stale.send().await.refused(412, "");
        obstacle.end().await;
        assert_eq!(members(&world, &path).await, [ada]);
    }

    async fn a_change_of_members_looks_again_at_what_has_changed_since(world: World) {
        if world.app.store.engine() == Engine::Postgres {
            // Rows are locked there, so the other write would wait.
            return;
        }
        let (ada, bob) = (world.create("Ada").await, world.create("Bob").await);
        let (path, other) = (group_of(&world, "Pilots", &[]).await, group_of(&world, "Crew", &[]).await);
        let joining = Joining::of(&world, &path, &ada).await;
        let elsewhere = async {
            world.patch(&format!("/Users/{bob}"), json!([{ "op": "add", "path": "title", "value": "Pilot" }])).await;
            world.patch(&other, add(&bob)).await;
        };
        assert_eq!(joining.meanwhile(&world, elsewhere).await, [(1, 1, 0, false)]);
        let leaving = async { drop(world.patch(&path, remove(&ada)).await) };
        assert_eq!(joining.meanwhile(&world, leaving).await, [(1, 1, 1, false), (2, 1, 0, false)]);
        let beside = world.beside().await;
        let leaving = async { drop(beside.patch(&path, remove(&ada)).await) };
        assert_eq!(joining.meanwhile(&world, leaving).await, [(2, 1, 1, false), (3, 1, 0, false)]);
        beside.app.store.close().await;
        let mapping = async {
            let group = other.trim_start_matches("/Groups/").parse().unwrap();
            let mapping = GroupMapping { pushed: "Crew".to_owned(), group, role: Role::Coach };
            connections::map(&world.app, DEFAULT, "okta", mapping).await.unwrap();
        };
        assert_eq!(joining.meanwhile(&world, mapping).await, [(3, 1, 1, false), (3, 1, 1, true)]);
        let deleting = async { drop(world.delete(&format!("/Users/{ada}")).await) };
        let seen = joining.meanwhile(&world, deleting).await;
        assert_eq!((seen[0].1, seen[1].1, seen.len()), (1, 0, 2), "{seen:?}");
    }
}
