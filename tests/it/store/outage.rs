//! Connections that die or are broken off, on PostgreSQL.

use crate::support::{self, sample};
use sqlx::{Connection, PgConnection};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Barrier;
use usher::domain::TenantId;
use usher::store::{Engine, Isolation, Store, StoreError, Tuning, filter::Predicate, users};

/// Ends every other connection to its database.
const END_THEM: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn people(store: &Store, tenant: TenantId) -> u64 {
    users::count(&mut store.read().await.unwrap(), tenant, &Predicate::everything()).await.unwrap()
}

/// A write whose connection is ended after its first statement; whether it goes on with another one.
async fn write_on_a_dying_connection(
    store: &Store,
    url: &str,
    tenant: TenantId,
    more: Option<&'static str>,
) -> Result<(), StoreError> {
    let url = url.to_owned();
    store
        .write(move |tx| {
            let url = url.clone();
            Box::pin(async move {
                users::insert(tx, &sample::user(tenant, "ada@example.com")).await?;
                support::execute(&url, END_THEM).await;
                if let Some(name) = more {
                    users::insert(tx, &sample::user(tenant, name)).await?;
                }
                Ok(())
            })
        })
        .await
}

#[test]
fn a_write_whose_connection_dies_never_succeeds_and_the_next_one_does() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let store = Store::open(&database.url).await.unwrap();
        store.migrate().await.unwrap();
        let tenant = sample::tenant_id();
        for more in [None, Some("bob@example.com")] {
            let outcome = write_on_a_dying_connection(&store, &database.url, tenant, more).await;
            assert!(matches!(outcome, Err(StoreError::Away(_))), "{outcome:?}");
            assert_eq!(people(&store, tenant).await, 0);
        }
        sample::insert_user(&store, &sample::user(tenant, "ada@example.com")).await.unwrap();
        assert_eq!(people(&store, tenant).await, 1);
        store.close().await;
        support::discard(database).await;
    });
}

#[test]
fn a_reader_that_is_given_up_half_way_leaves_no_trace() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let tuning = Tuning { connections: 2, ..Tuning::default() };
        let store = Store::open_tuned(&database.url, &tuning).await.unwrap();
        let user = sample::user(sample::tenant_id(), "ada@example.com");
        sample::insert_user(&store, &user).await.unwrap();
        for _ in 0..50 {
            let mut reader = store.read().await.unwrap();
            // Polled once, so that the statement is on its way, then dropped.
            let reading = users::find(&mut reader, user.tenant, user.id);
            tokio::select! { biased; _ = reading => {}, () = std::future::ready(()) => {} }
            drop(reader);
            let found = users::find(&mut store.read().await.unwrap(), user.tenant, user.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(&user));
        }
        store.close().await;
        support::discard(database).await;
    });
}

#[test]
fn a_database_that_takes_no_writes_is_not_connected_to() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let store = Store::open(&database.url).await.unwrap();
        support::execute(
            &database.url,
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
        )
        .await;
        support::execute(&database.url, END_THEM).await;
        for _ in 0..3 {
            // The first one may still be handed the connection that is dead.
            let outcome = sample::insert_user(&store, &sample::user(sample::tenant_id(), "ada@example.com")).await;
            assert!(matches!(outcome, Err(StoreError::Away(_))), "{outcome:?}");
        }
        let any = format!("{}&target_session_attrs=any", database.url);
        let reading = Store::open(&any).await.unwrap();
        reading.check().await.unwrap();
        reading.close().await;
        store.close().await;
        support::discard(database).await;
    });
}

/// A row that another transaction does not let go of.
#[test]
fn a_write_that_waits_for_a_row_too_long_says_so() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let tuning = Tuning { patience: Duration::ZERO, ..Tuning::default() };
        let store = Store::open_tuned(&database.url, &tuning).await.unwrap();
        store.migrate().await.unwrap();
        let ada = sample::user(sample::tenant_id(), "ada@example.com");
        sample::insert_user(&store, &ada).await.unwrap();
        let mut link = PgConnection::connect(&database.url).await.unwrap();
        let mut other = link.begin().await.unwrap();
        sqlx::query("SELECT id FROM users FOR UPDATE").fetch_one(&mut *other).await.unwrap();
        let (tries, tenant, id) = (Arc::new(AtomicU32::new(0)), ada.tenant, ada.id);
        let counted = Arc::clone(&tries);
        let locked = async || {
            let tries = Arc::clone(&counted);
            let locked = store.write(move |tx| {
                tries.fetch_add(1, Ordering::SeqCst);
                Box::pin(users::lock(tx, tenant, id))
            });
            locked.await
        };
        assert!(matches!(locked().await, Err(StoreError::InTheWay(_))));
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        other.commit().await.unwrap();
        assert_eq!(locked().await.unwrap(), Some(ada));
        link.close().await.unwrap();
        store.close().await;
        support::discard(database).await;
    });
}

/// Each reads how many people there are and adds one: whoever comes second must be sent back.
#[test]
fn serialization_failures_are_tried_again() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let tuning = Tuning { isolation: Isolation::Serializable, ..Tuning::default() };
        let store = Store::open_tuned(&database.url, &tuning).await.unwrap();
        let (meet, tries, tenant) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)), sample::tenant_id());
        let writes = ["one@example.com", "two@example.com"].map(|name| {
            let (store, tries, meet) = (store.clone(), Arc::clone(&tries), Arc::clone(&meet));
            tokio::spawn(async move {
                sample::write(&store, move |tx| {
                    let (meet, is_early) = (Arc::clone(&meet), tries.fetch_add(1, Ordering::SeqCst) < 2);
                    Box::pin(async move {
                        users::count(tx, tenant, &Predicate::everything()).await?;
                        if is_early {
                            meet.wait().await;
                        }
                        users::insert(tx, &sample::user(tenant, name)).await
                    })
                })
                .await;
            })
        });
        for write in writes {
            write.await.unwrap();
        }
        assert!(tries.load(Ordering::SeqCst) >= 3);
        assert_eq!(people(&store, tenant).await, 2);
        store.close().await;
        support::discard(database).await;
    });
}
