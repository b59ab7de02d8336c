//! Backups of either engine, restored to either: nothing acknowledged is lost, nobody is mailed, and a damaged file changes nothing.

use crate::support::{
    self, Database, engines,
    world::{World, id_of, person},
};
use jiff::SignedDuration;
use serde_json::json;
use std::{
    collections::BTreeSet,
    io::Cursor,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use usher::{
    app::{
        backup::{self, Error, Existing, File},
        notifications::{Clerk, Selection, release},
        pauses::{self, Outgoing},
    },
    store::{Engine, Store, archive},
};

async fn backup_of(world: &World) -> Vec<u8> {
    let mut bytes = Vec::new();
    backup::write(&world.app.store, &world.app.keys, &*world.clock, &mut bytes).await.unwrap();
    bytes
}

fn file_of(bytes: &[u8]) -> File {
    let bytes: Arc<[u8]> = bytes.into();
    File::new(move || Ok(Box::new(Cursor::new(Arc::clone(&bytes)))))
}

/// A fresh, migrated database; none where there is no PostgreSQL.
async fn empty(engine: Engine) -> Option<(Database, Store)> {
    let database = support::fresh(engine).await?;
    let store = Store::open(&database.url).await.unwrap();
    store.migrate().await.unwrap();
    Some((database, store))
}

async fn rows_of(store: &Store) -> u64 {
    let mut view = store.snapshot().await.unwrap();
    let mut rows = 0;
    for table in archive::tables(&mut view).await.unwrap() {
        rows += archive::count(&mut view, &table).await.unwrap();
    }
    view.end().await.unwrap();
    rows
}

/// The number of the last event.
async fn last_event(world: &World) -> i64 {
    let mut view = world.app.store.snapshot().await.unwrap();
    let tables = archive::tables(&mut view).await.unwrap();
    let events = tables.iter().find(|table| table.name.as_str() == "events").unwrap();
    let last = archive::counter(&mut view, events).await.unwrap().unwrap();
    view.end().await.unwrap();
    last
}

/// One of each: a group, somebody invited, somebody active who is signed in, two mails that wait (one with a sealed password).
async fn populated(world: &World) -> (String, String) {
    let (ada, _) = world.invite("Ada").await;
    let (bob, _) = world.onboard("Bob").await;
    world
        .post(
            "/Groups",
            json!({ "schemas": [support::service::GROUP], "displayName": "Pilots", "members": [{ "value": bob }] }),
        )
        .await;
    world
        .push(person("Zoe", json!({ "provisioningMode": "invite", "labels": ["\u{c9}quipe \u{1f600} \"7\"\t"] })))
        .await;
    world.push(person("Carol", json!({ "provisioningMode": "create", "generateCredentials": true }))).await;
    (ada, bob)
}

installed! {
    async fn a_backup_restores_to_either_engine_and_nobody_is_mailed(world: World) {
        let (ada, bob) = populated(&world).await;
        let before = (world.read(&ada).await, world.read(&bob).await);
        let bytes = backup_of(&world).await;
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let Some((database, store)) = empty(engine).await else { continue };
            let restored = backup::restore(&store, file_of(&bytes), Existing::Keep, world.now()).await.unwrap();
            assert_eq!((restored.held, restored.replaced), (2, None));
            let copy = World::install(store.clone(), &database.url).await;
            copy.set_time(world.now());
            // The token of before works on, and shows the same people.
            let copy = World { token: world.token.clone(), ..copy };
            assert_eq!((copy.read(&ada).await, copy.read(&bob).await), before);
            // A new person is taken in, and neither theirs nor any other mail leaves; not even the calendar's.
            let dora = id_of(&copy.push(person("Dora", json!({ "provisioningMode": "invite" }))).await);
            copy.pass(SignedDuration::from_hours(4 * 24)).await;
            assert_eq!((copy.mailbox.mails().len(), copy.state(&dora).await.as_str()), (0, "invited"));
            // Resumed, the new ones leave, the held ones when they are released.
            assert!(pauses::resume(&copy.app, Outgoing::Mail).await.unwrap());
            copy.deliver().await;
            let to = |world: &World| world.mailbox.mails().into_iter().map(|mail| mail.to).collect::<BTreeSet<_>>();
            assert!(to(&copy).contains("dora@example.com") && !to(&copy).contains("carol@example.com"), "{:?}", to(&copy));
            let clerk = Clerk { tenant: copy.tenant.id, name: "test".to_owned(), request_id: None };
            assert_eq!(release(&copy.app, &clerk, &Selection::All).await.unwrap(), 2);
            copy.deliver().await;
            assert!(to(&copy).contains("carol@example.com"));
            store.close().await;
            support::discard(database).await;
        }
    }

    async fn a_restored_database_counts_on_and_signs_everybody_out(world: World) {
        let (_, cookie) = world.onboard("Bob").await;
        let before = last_event(&world).await;
        let bytes = backup_of(&world).await;
        let Some((database, store)) = empty(Engine::Postgres).await else { return };
        backup::restore(&store, file_of(&bytes), Existing::Keep, world.now()).await.unwrap();
        let copy = World::install(store.clone(), &database.url).await;
        assert_eq!(copy.call("GET", "/me").cookie(&cookie).send().await.status, 303);
        copy.push(person("Ada", json!({}))).await;
        assert!(last_event(&copy).await > before);
        store.close().await;
        support::discard(database).await;
    }

    async fn a_backup_under_load_holds_all_that_was_acknowledged_before(world: World) {
        let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = Vec::new();
        for writer in 0..4 {
            let (world, acknowledged, stop) = (world.clone(), Arc::clone(&acknowledged), Arc::clone(&stop));
            writers.push(tokio::spawn(async move {
                let mut number = 0;
                while !stop.load(Ordering::SeqCst) {
                    number += 1;
                    let made = world.push(person(&format!("w{writer}n{number}"), json!({ "provisioningMode": "invite" }))).await;
                    acknowledged.lock().unwrap().insert(id_of(&made));
                }
            }));
        }
        while acknowledged.lock().unwrap().len() < 40 {
            tokio::task::yield_now().await;
        }
        let before = acknowledged.lock().unwrap().clone();
        let bytes = backup_of(&world).await;
        stop.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.await.unwrap();
        }
        let (database, store) = empty(Engine::Sqlite).await.unwrap();
        let restored = backup::restore(&store, file_of(&bytes), Existing::Keep, world.now()).await.unwrap();
        let copy = World::install(store.clone(), &database.url).await;
        let copy = World { token: world.token.clone(), ..copy };
        for id in &before {
            let own = copy.own(id).await;
            assert_eq!((own["state"].as_str(), own["invitation"]["status"].as_str()), (Some("invited"), Some("pending")));
        }
        // Each person came with one mail, whenever the view was taken.
        let people = copy.get("/Users?count=0").await.body["totalResults"].as_u64().unwrap();
        assert_eq!(restored.held, people);
        store.close().await;
        support::discard(database).await;
    }

    async fn a_damaged_backup_changes_nothing(world: World) {
        populated(&world).await;
        let bytes = backup_of(&world).await;
        let text = String::from_utf8(bytes.clone()).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let changed = text.replacen("ada@example.com", "eve@example.com", 1);
        let shortened = lines[..lines.len() - 1].concat();
        let without_a_row = [&lines[..3], &lines[4..]].concat().concat();
        let (database, store) = empty(Engine::Sqlite).await.unwrap();
        let before = rows_of(&store).await;
        for broken in ["", "hello", &changed, &shortened, &text[..text.len() / 2], &without_a_row, "\u{0}\n"] {
            let error = backup::restore(&store, file_of(broken.as_bytes()), Existing::Replace, world.now()).await.unwrap_err();
            assert!(matches!(error, Error::Broken { .. }), "{error}");
        }
        assert_eq!(rows_of(&store).await, before);
        store.close().await;
        support::discard(database).await;
    }

    async fn a_database_that_holds_something_is_replaced_only_when_told(world: World) {
        let bytes = backup_of(&world).await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let before = rows_of(&world.app.store).await;
        let refused = backup::restore(&world.app.store, file_of(&bytes), Existing::Keep, world.now()).await.unwrap_err();
        assert!(refused.to_string().contains("tenants 1, people 1"), "{refused}");
        assert_eq!((rows_of(&world.app.store).await, world.state(&id).await.as_str()), (before, "invited"));
        let restored = backup::restore(&world.app.store, file_of(&bytes), Existing::Replace, world.now()).await.unwrap();
        assert!(restored.replaced.is_some());
        assert_eq!(world.get(&format!("/Users/{id}")).await.status, 404);
    }

    async fn a_copy_to_the_other_engine_is_the_same_database(world: World) {
        populated(&world).await;
        let engine = match world.app.store.engine() {
            Engine::Sqlite => Engine::Postgres,
            Engine::Postgres => Engine::Sqlite,
        };
        let Some((database, store)) = empty(engine).await else { return };
        let copied = backup::copy(&world.app.store, &store).await.unwrap();
        assert!(!copied.is_behind);
        assert_eq!(rows_of(&store).await, rows_of(&world.app.store).await);
        let copy = World { mailbox: usher::mail::Memory::default(), ..World::install(store.clone(), &database.url).await };
        assert_eq!(copy.deliver().await, 2, "mails that waited go on from the new place");
        assert!(matches!(backup::copy(&world.app.store, &store).await.unwrap_err(), Error::NotEmpty { .. }));
        store.close().await;
        support::discard(database).await;
    }

    async fn paused_mail_waits_and_leaves_when_resumed(world: World) {
        pauses::pause(&world.app, Outgoing::Mail, "a wrong template").await.unwrap();
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        assert_eq!((world.deliver().await, world.state(&id).await.as_str()), (0, "staged"));
        assert_eq!(pauses::find(&world.app, Outgoing::Mail).await.unwrap().unwrap().reason, "a wrong template");
        assert!(pauses::resume(&world.app, Outgoing::Mail).await.unwrap());
        assert!(!pauses::resume(&world.app, Outgoing::Mail).await.unwrap());
        assert_eq!((world.deliver().await, world.state(&id).await.as_str()), (1, "active"));
    }
}

/// What the catalogue of each engine says, and what the migrations say.
#[test]
fn no_table_is_forgotten_and_both_engines_have_the_same() {
    support::block_on(async {
        let mut catalogues = Vec::new();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let Some((database, store)) = empty(engine).await else { continue };
            let mut view = store.snapshot().await.unwrap();
            catalogues.push(archive::tables(&mut view).await.unwrap());
            view.end().await.unwrap();
            store.close().await;
            support::discard(database).await;
        }
        assert_eq!(catalogues.len(), engines().len());
        assert!(catalogues.windows(2).all(|pair| pair[0] == pair[1]), "{catalogues:#?}");
        let named: BTreeSet<_> = catalogues[0].iter().map(|table| table.name.as_str().to_owned()).collect();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let mut created = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            created.extend(
                text.split("CREATE TABLE ").skip(1).filter_map(|rest| rest.split([' ', '(']).next()).map(str::to_owned),
            );
        }
        // Triggers fill it from the people who are put back.
        assert!(created.remove("user_tallies"));
        // Nobody goes on with a walk of before a backup.
        assert!(created.remove("walk_steps"));
        assert_eq!(named, created);
    });
}
