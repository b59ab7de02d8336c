//! The feed: in order, gapless, for one tenant, and complete whatever commits when.

use crate::support::world::{Desk, hours, person};
use serde_json::{Value, json};
use std::{collections::HashSet, sync::Arc};
use tokio::sync::{Notify, oneshot};
use usher::{
    app::{administrators, tenants},
    domain::{
        TenantId, UserId,
        event::{Event, Kind},
    },
    store::{self, Engine, Store},
};

/// Reads the feed to its end in pages of this size.
async fn walk(desk: &Desk, limit: usize) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let page = desk.get(&format!("/events?after={after}&limit={limit}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let items = page.body["items"].as_array().unwrap().clone();
        after = page.body["next"].as_i64().unwrap();
        if items.is_empty() {
            return found;
        }
        assert!(items.len() <= limit);
        found.extend(items);
    }
}

fn told(tenant: TenantId, number: u8) -> (TenantId, Event) {
    let user = UserId::from_bytes([number; 16]);
    (tenant, Event { kind: Kind::UserUpdated, user: Some(user), group: None, data: json!({ "n": number }) })
}

/// Appends an event in a transaction that stays open until told to go on; answers once it is written.
async fn open_write(store: &Store, (tenant, event): (TenantId, Event)) -> (Arc<Notify>, tokio::task::JoinHandle<()>) {
    let (written, is_written) = oneshot::channel();
    let (written, go_on) = (Arc::new(std::sync::Mutex::new(Some(written))), Arc::new(Notify::new()));
    let (store, until) = (store.clone(), Arc::clone(&go_on));
    let task = tokio::spawn(async move {
        let outcome = store.write(move |tx| {
            let (event, written, until) = (event.clone(), Arc::clone(&written), Arc::clone(&until));
            Box::pin(async move {
                store::events::append(tx, tenant, jiff::Timestamp::UNIX_EPOCH, &[event]).await?;
                if let Some(written) = written.lock().unwrap().take() {
                    written.send(()).unwrap();
                }
                until.notified().await;
                Ok::<_, store::StoreError>(())
            })
        });
        outcome.await.unwrap();
    });
    is_written.await.unwrap();
    (go_on, task)
}

async fn write(store: &Store, (tenant, event): (TenantId, Event)) {
    let outcome = store.write(move |tx| {
        let event = event.clone();
        Box::pin(async move { store::events::append(tx, tenant, jiff::Timestamp::UNIX_EPOCH, &[event]).await })
    });
    outcome.await.unwrap();
}

fn numbers(items: &[Value]) -> Vec<u64> {
    items.iter().filter_map(|item| item["data"]["n"].as_u64()).collect()
}

installed! {
    async fn the_feed_tells_everything_once_in_order(world: World) {
        let desk = world.desk().await;
        let (ada, link) = world.invite("Ada").await;
        world.accept(&link).await;
        world.create("Bob").await;
        let all = walk(&desk, 200).await;
        let places: Vec<_> = all.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
        assert_eq!(places, (1..=i64::try_from(all.len()).unwrap()).collect::<Vec<_>>());
        for limit in [1, 2, 3] {
            assert_eq!(walk(&desk, limit).await, all);
        }
        let of_ada: Vec<_> = all.iter().filter(|event| event["userId"] == *ada).map(|event| &event["type"]).collect();
        assert_eq!(of_ada, ["user.invited", "invitation.sent", "user.activated"]);
        let activated = all.iter().find(|event| event["userId"] == *ada && event["type"] == "user.activated").unwrap();
        assert_eq!(activated["at"], "2027-03-10T09:00:00Z");
        assert_eq!(activated["data"]["billableSince"], "2027-03-10T09:00:00Z");
        assert_eq!((&activated["data"]["before"], &activated["data"]["state"]), (&json!("invited"), &json!("active")));
    }

    async fn next_is_where_to_go_on_even_when_nothing_is_new(world: World) {
        let desk = world.desk().await;
        let end = desk.get("/events?limit=1000").await.body["next"].clone();
        let page = desk.get(&format!("/events?after={end}")).await.body;
        assert_eq!(page, json!({ "items": [], "next": end }));
        world.push(person("Ada", json!({}))).await;
        let page = desk.get(&format!("/events?after={end}")).await.body;
        assert_eq!(page["items"][0]["type"], "user.invited");
        for bad in ["after=-1", "after=x", "limit=0", "limit=1001", "before=3"] {
            assert_eq!(desk.get(&format!("/events?{bad}")).await.status, 422, "{bad}");
        }
    }

    async fn people_are_told_by_id_only(world: World) {
        let desk = world.desk().await;
        world.onboard("Ada").await;
        world.pass(hours(1)).await;
        let text = json!(walk(&desk, 100).await).to_string();
        for word in ["ada@", "Ada", "Lovelace", "root@", "hr-Ada"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }

    async fn tenants_have_feeds_of_their_own(world: World) {
        let desk = world.desk().await;
        tenants::create(&world.app, "other", tenants::Changes::default()).await.unwrap();
        administrators::create(&world.app, "other", "boss@example.org", None, administrators::Rank::Administrator).await.unwrap();
        let other = Desk { world: world.clone(), token: world.api_token_in("other", "boss@example.org").await };
        world.invite("Ada").await;
        let (ours, theirs) = (walk(&desk, 50).await, walk(&other, 50).await);
        assert_eq!(theirs.len(), 3, "created, activated, membership");
        assert_eq!((&ours[0]["seq"], &theirs[0]["seq"]), (&json!(1), &json!(1)));
        assert!(theirs.iter().all(|event| !ours.iter().any(|own| own["userId"] == event["userId"])));
    }

    async fn what_commits_late_is_not_lost(world: World) {
        let desk = world.desk().await;
        let start = walk(&desk, 100).await.len();
        if world.app.store.engine() == Engine::Sqlite {
            // One writer at a time: there is nothing to commit late.
            return;
        }
        let tenant = world.tenant.id;
        let (go_on, slow) = open_write(&world.app.store, told(tenant, 1)).await;
        write(&world.app.store, told(tenant, 2)).await;
        let page = desk.get(&format!("/events?after={start}")).await.body;
        assert_eq!(numbers(page["items"].as_array().unwrap()), [2], "nobody waits for the open one");
        go_on.notify_one();
        slow.await.unwrap();
        let page = desk.get(&format!("/events?after={}", page["next"])).await.body;
        assert_eq!(numbers(page["items"].as_array().unwrap()), [1]);
        assert_eq!(walk(&desk, 100).await.len(), start + 2);
    }

    async fn many_writers_and_readers_lose_nothing_and_keep_each_persons_order(world: World) {
        const WRITERS: u8 = 8;
        const EACH: u64 = 40;
        let desk = world.desk().await;
        let start = walk(&desk, 100).await.len();
        let tenant = world.tenant.id;
        let writers: Vec<_> = (1..=WRITERS)
            .map(|number| {
                let store = world.app.store.clone();
                tokio::spawn(async move {
                    for count in 0..EACH {
                        let (tenant, mut event) = told(tenant, number);
                        event.data = json!({ "count": count });
                        write(&store, (tenant, event)).await;
                    }
                })
            })
            .collect();
        let total = usize::from(WRITERS) * usize::try_from(EACH).unwrap();
        let readers: Vec<_> = [1, 7, 100].into_iter().map(|limit| {
            let desk = desk.clone();
            tokio::spawn(async move {
                let (mut found, mut after) = (Vec::new(), start);
                while found.len() < total {
                    let page = desk.get(&format!("/events?after={after}&limit={limit}")).await.body;
                    found.extend(page["items"].as_array().unwrap().clone());
                    after = usize::try_from(page["next"].as_u64().unwrap()).unwrap();
                }
                found
            })
        }).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        for reader in readers {
            let found = reader.await.unwrap();
            let places: HashSet<_> = found.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
            assert_eq!(places.len(), total);
            for number in 1..=WRITERS {
                let user = UserId::from_bytes([number; 16]).to_string();
                let counts: Vec<_> = found.iter().filter(|event| event["userId"] == *user).map(|event| event["data"]["count"].as_u64().unwrap()).collect();
                assert_eq!(counts, (0..EACH).collect::<Vec<_>>());
            }
        }
    }
}
