//! Writes that run ahead of their turn: what another write changes in between, and what needs no turn.

use crate::support::{
    obstacle::Obstacle,
    world::{World, patch_of, person},
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Notify;
use usher::{
    app::tenants::DEFAULT,
    domain::{TenantId, UserId, user::User},
    store::{Engine, Store, StoreError, shown, tenants, users},
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

async fn write_title(tx: &mut usher::store::Conn, before: &User, title: &str) -> Result<(), StoreError> {
    let mut user = before.clone();
    let all =
        user.document.get("title").and_then(Value::as_str).map_or(title.to_owned(), |old| format!("{old} {title}"));
    user.document.insert("title".to_owned(), all.into());
    users::update(tx, before, &user).await
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
}
