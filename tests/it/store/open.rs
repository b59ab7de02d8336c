//! Opening, migrating, writing.

use crate::support::{self, sample};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use tokio::sync::Barrier;
use usher::store::{Conflict, Engine, Store, StoreError, tenants, users};

/// The contract of `cargo test`: it says on which engines it ran.
#[test]
fn engines_sqlite_and_postgresql() {
    println!("this run uses {}", support::engines().join(" and "));
}

on_both! {
    async fn a_fresh_database_is_current(store: Store) {
        store.check().await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.access_epoch().await.unwrap(), 0);
    }

    async fn bumping_the_epoch_is_seen(store: Store) {
        sample::write(&store, |tx| Box::pin(tenants::bump_epoch(tx))).await;
        sample::write(&store, |tx| Box::pin(tenants::bump_epoch(tx))).await;
        assert_eq!(store.access_epoch().await.unwrap(), 2);
    }

    async fn a_failed_write_leaves_nothing_behind(store: Store) {
        let user = sample::user(sample::tenant_id(), "ada@example.com");
        let kept = user.clone();
        let failed = store
            .write(move |tx| {
                let user = user.clone();
                Box::pin(async move {
                    users::insert(tx, &user).await?;
                    Err::<(), _>(StoreError::Conflict(Conflict::Other))
                })
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Conflict(Conflict::Other))));
        let mut reader = store.read().await.unwrap();
        assert_eq!(users::find(&mut reader, kept.tenant, kept.id).await.unwrap(), None);
    }

    async fn a_failed_statement_spoils_its_transaction_even_when_ignored(store: Store) {
        let (user, other) = (sample::user(sample::tenant_id(), "ada@example.com"), sample::tenant("acme"));
        sample::insert_user(&store, &user).await.unwrap();
        let tenant = other.clone();
        let failed = store
            .write(move |tx| {
                let (mut user, tenant) = (user.clone(), tenant.clone());
                user.id = sample::user_id();
                Box::pin(async move {
                    tenants::insert(tx, &tenant, sample::at(0)).await?;
                    assert!(users::insert(tx, &user).await.is_err());
                    assert!(tenants::find(tx, tenant.id).await.is_err());
                    Ok::<(), StoreError>(())
                })
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Database(_))));
        assert!(tenants::find(&mut store.read().await.unwrap(), other.id).await.unwrap().is_none());
    }

    async fn one_of_many_waiting_writes_fails_alone(store: Store) {
        let tenant = sample::tenant_id();
        sample::insert_user(&store, &sample::user(tenant, "taken@example.com")).await.unwrap();
        let writes = (0..60).map(|number| {
            let name = if number % 7 == 3 { "taken@example.com".to_owned() } else { format!("user{number}@example.com") };
            let (store, user) = (store.clone(), sample::user(tenant, &name));
            // The row in front of the refused one must go with it.
            let first = sample::tenant(&format!("tenant-{number}"));
            tokio::spawn(async move {
                let slug = first.slug.clone();
                let outcome = store
                    .write(move |tx| {
                        let (user, first) = (user.clone(), first.clone());
                        Box::pin(async move {
                            tenants::insert(tx, &first, sample::at(0)).await?;
                            users::insert(tx, &user).await
                        })
                    })
                    .await;
                let is_there = tenants::find_by_slug(&mut store.read().await.unwrap(), &slug).await.unwrap().is_some();
                (number, outcome, is_there)
            })
        });
        for write in writes.collect::<Vec<_>>() {
            let (number, outcome, is_there) = write.await.unwrap();
            if number % 7 == 3 {
                assert!(matches!(outcome, Err(StoreError::Conflict(Conflict::UserName))), "{number}: {outcome:?}");
            } else {
                outcome.unwrap();
            }
            assert_eq!(is_there, number % 7 != 3, "{number}");
        }
    }

    async fn a_panicking_write_fails_alone(store: Store) {
        let tenant = sample::tenant_id();
        let writes = (0..20).map(|number| {
            let (store, user) = (store.clone(), sample::user(tenant, &format!("user{number}@example.com")));
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        let user = user.clone();
                        Box::pin(async move {
                            users::insert(tx, &user).await?;
                            assert!(number != 5, "a panic on purpose");
                            Ok::<(), StoreError>(())
                        })
                    })
                    .await
            })
        });
        for (number, write) in writes.collect::<Vec<_>>().into_iter().enumerate() {
            assert_eq!(write.await.unwrap().is_ok(), number != 5, "{number}");
        }
        let everything = usher::store::filter::Predicate::everything();
        assert_eq!(users::count(&mut store.read().await.unwrap(), tenant, &everything).await.unwrap(), 19);
    }

    async fn concurrent_increments_are_not_lost(store: Store) {
        let tenant = sample::tenant_id();
        let user = sample::user(tenant, "ada@example.com");
        sample::insert_user(&store, &user).await.unwrap();
        let id = user.id;
        let writes: Vec<_> = (0..32)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    sample::write(&store, move |tx| {
                        Box::pin(async move {
                            let before = users::lock(tx, tenant, id).await?.unwrap();
                            let mut user = before.clone();
                            user.version += 1;
                            users::update(tx, &before, &user).await
                        })
                    })
                    .await;
                })
            })
            .collect();
        for write in writes {
            write.await.unwrap();
        }
        let found = users::find(&mut store.read().await.unwrap(), tenant, id).await.unwrap().unwrap();
        assert_eq!(found.version, 33);
    }

    async fn deadlocks_are_tried_again(store: Store) {
        let tenant = sample::tenant_id();
        let (one, two) = (sample::user(tenant, "one@example.com"), sample::user(tenant, "two@example.com"));
        sample::insert_user(&store, &one).await.unwrap();
        sample::insert_user(&store, &two).await.unwrap();
        if store.engine() == Engine::Sqlite {
            return;
        }
        // Both hold one row before either asks for the other: one of the two must be sent back.
        let meet = Arc::new(Barrier::new(2));
        let tries = Arc::new(AtomicU32::new(0));
        let writes = [(one.id, two.id), (two.id, one.id)].map(|(first, second)| {
            let (store, tries, meet) = (store.clone(), Arc::clone(&tries), Arc::clone(&meet));
            tokio::spawn(async move {
                sample::write(&store, move |tx| {
                    let (meet, is_early) = (Arc::clone(&meet), tries.fetch_add(1, Ordering::SeqCst) < 2);
                    Box::pin(async move {
                        users::lock(tx, tenant, first).await?;
                        if is_early {
                            meet.wait().await;
                        }
                        users::lock(tx, tenant, second).await?;
                        Ok(())
                    })
                })
                .await;
            })
        });
        for write in writes {
            write.await.unwrap();
        }
        // Whoever was sent back may be so quick as to be in the way of the other once more.
        assert!(tries.load(Ordering::SeqCst) >= 3);
    }

    async fn statements_are_counted(store: Store) {
        let tenant = sample::tenant_id();
        let before = store.statements();
        users::find(&mut store.read().await.unwrap(), tenant, sample::user_id()).await.unwrap();
        assert_eq!(store.statements() - before, 1);
    }
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        support::block_on(async {
            let Some(database) = support::fresh(engine).await else { return };
            let user = sample::user(sample::tenant_id(), "ada@example.com");
            let store = Store::open(&database.url).await.unwrap();
            store.migrate().await.unwrap();
            sample::insert_user(&store, &user).await.unwrap();
            store.close().await;
            assert!(matches!(sample::insert_user(&store, &user).await, Err(StoreError::Unavailable(_))));

            let store = Store::open(&database.url).await.unwrap();
            let found = users::find(&mut store.read().await.unwrap(), user.tenant, user.id).await.unwrap();
            assert_eq!(found, Some(user));
            store.close().await;
            support::discard(database).await;
        });
    }
}

#[test]
fn several_processes_may_migrate_at_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        support::block_on(async {
            let Some(database) = support::fresh(engine).await else { return };
            let stores: Vec<_> = (0..4)
                .map(|_| {
                    let url = database.url.clone();
                    tokio::spawn(async move {
                        let store = Store::open(&url).await.unwrap();
                        store.migrate().await.unwrap();
                        store.check().await.unwrap();
                        store
                    })
                })
                .collect();
            for store in stores {
                store.await.unwrap().close().await;
            }
            support::discard(database).await;
        });
    }
}

#[test]
fn writers_of_two_stores_wait_for_each_other() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        support::block_on(async {
            let Some(database) = support::fresh(engine).await else { return };
            let (one, two) = (Store::open(&database.url).await.unwrap(), Store::open(&database.url).await.unwrap());
            one.migrate().await.unwrap();
            let tenant = sample::tenant_id();
            let writes: Vec<_> = (0..60)
                .map(|number| {
                    let store = if number % 2 == 0 { one.clone() } else { two.clone() };
                    let user = sample::user(tenant, &format!("user{number}@example.com"));
                    tokio::spawn(async move { sample::insert_user(&store, &user).await })
                })
                .collect();
            for write in writes {
                write.await.unwrap().unwrap();
            }
            let everything = usher::store::filter::Predicate::everything();
            assert_eq!(users::count(&mut one.read().await.unwrap(), tenant, &everything).await.unwrap(), 60);
            one.close().await;
            two.close().await;
            support::discard(database).await;
        });
    }
}

#[test]
fn a_database_newer_than_the_program_is_refused() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        support::block_on(async {
            let Some(database) = support::fresh(engine).await else { return };
            let store = Store::open(&database.url).await.unwrap();
            assert!(engine == Engine::Postgres || store.check().await.is_err());
            store.migrate().await.unwrap();
            support::execute(
                &database.url,
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
            )
            .await;
            assert!(matches!(store.check().await, Err(StoreError::Migration(_))));
            assert!(matches!(store.migrate().await, Err(StoreError::Migration(_))));
            store.close().await;
            support::discard(database).await;
        });
    }
}

#[test]
fn what_is_no_row_of_ours_is_corrupt() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        support::block_on(async {
            let Some(database) = support::fresh(engine).await else { return };
            let store = Store::open(&database.url).await.unwrap();
            store.migrate().await.unwrap();
            let mut user = sample::user(sample::tenant_id(), "ada@example.com");
            user.document = sample::object(json!({"userName": "ada@example.com"}));
            sample::insert_user(&store, &user).await.unwrap();
            support::execute(&database.url, "UPDATE users SET state = 'sleeping'").await;
            match users::find(&mut store.read().await.unwrap(), user.tenant, user.id).await {
                Err(StoreError::Corrupt { table: "users", column: "state", id }) => assert_eq!(id, user.id.to_string()),
                other => panic!("{other:?}"),
            }
            store.close().await;
            support::discard(database).await;
        });
    }
}

#[test]
fn urls_of_no_engine_and_servers_out_of_reach_are_errors() {
    support::block_on(async {
        assert!(matches!(Store::open("mysql://localhost/usher").await, Err(StoreError::Database(_))));
        assert!(matches!(
            Store::open("postgres://usher@localhost/usher?host=/nowhere").await,
            Err(StoreError::Away(_))
        ));
    });
}

#[test]
fn a_write_outlives_its_caller() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        support::block_on(async {
            let Some(database) = support::fresh(engine).await else { return };
            let store = Store::open(&database.url).await.unwrap();
            store.migrate().await.unwrap();
            let user = sample::user(sample::tenant_id(), "ada@example.com");
            let (begun, has_begun) = tokio::sync::oneshot::channel();
            let (go, may_go) = tokio::sync::oneshot::channel::<()>();
            let gates = Arc::new(std::sync::Mutex::new(Some((begun, may_go))));
            let (writer, written) = (store.clone(), user.clone());
            let caller = tokio::spawn(async move {
                writer
                    .write(move |tx| {
                        let (user, gates) = (written.clone(), gates.clone());
                        Box::pin(async move {
                            users::insert(tx, &user).await?;
                            let gates = gates.lock().unwrap().take();
                            if let Some((begun, may_go)) = gates {
                                begun.send(()).unwrap();
                                may_go.await.unwrap();
                            }
                            Ok::<(), StoreError>(())
                        })
                    })
                    .await
            });
            has_begun.await.unwrap();
            caller.abort();
            assert!(caller.await.unwrap_err().is_cancelled());
            go.send(()).unwrap();
            // Closing waits for it.
            store.close().await;

            let store = Store::open(&database.url).await.unwrap();
            let found = users::find(&mut store.read().await.unwrap(), user.tenant, user.id).await.unwrap();
            assert_eq!(found, Some(user));
            store.close().await;
            support::discard(database).await;
        });
    }
}
