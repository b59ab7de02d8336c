//! Writes of one transaction that nobody wants an answer of: they go together.

use crate::support::{self, sample};
use serde_json::json;
use usher::{
    domain::{TenantId, user::User},
    store::{
        Conflict, Engine, Store, StoreError,
        audit::{self, Entry, Sought},
        users,
    },
};

fn entry(action: &'static str) -> Entry {
    Entry { actor: "test".to_owned(), action, target: None, request_id: None, detail: json!({}) }
}

/// A newcomer between two rows of the audit.
async fn welcome(store: &Store, user: User) -> Result<(), StoreError> {
    store
        .write(move |tx| {
            let user = user.clone();
            Box::pin(async move {
                audit::append(tx, user.tenant, sample::at(0), &[entry("before")]).await?;
                users::insert(tx, &user).await?;
                audit::append(tx, user.tenant, sample::at(0), &[entry("behind")]).await
            })
        })
        .await
}

/// The audit's verbs, oldest first.
async fn told(store: &Store, tenant: TenantId) -> Vec<String> {
    let sought = Sought { limit: 100, ..Sought::default() };
    let rows = audit::search(&mut store.read().await.unwrap(), tenant, &sought).await.unwrap();
    rows.into_iter().rev().map(|row| row.action).collect()
}

on_both! {
    async fn writes_that_go_together_are_kept_together_and_in_order(store: Store) {
        let tenant = sample::tenant_id();
        welcome(&store, sample::user(tenant, "ada@example.com")).await.unwrap();
        assert_eq!(told(&store, tenant).await, ["before", "behind"]);
    }

    async fn of_writes_that_go_together_none_stays_when_one_fails(store: Store) {
        let tenant = sample::tenant_id();
        sample::insert_user(&store, &sample::user(tenant, "ada@example.com")).await.unwrap();
        let twin = sample::user(tenant, "ada@example.com");
        let alone = twin.clone();
        assert!(matches!(welcome(&store, twin).await, Err(StoreError::Conflict(Conflict::UserName))));
        // In one statement, where the engine can.
        let outcome = store.write(move |tx| {
            let twin = alone.clone();
            Box::pin(async move {
                audit::append(tx, twin.tenant, sample::at(0), &[entry("before")]).await?;
                users::insert(tx, &twin).await
            })
        });
        assert!(matches!(outcome.await, Err(StoreError::Conflict(Conflict::UserName))));
        assert_eq!(told(&store, tenant).await, [""; 0]);
    }

    async fn what_is_written_is_read_by_the_same_transaction(store: Store) {
        let user = sample::user(sample::tenant_id(), "ada@example.com");
        let found = sample::write(&store, move |tx| {
            let user = user.clone();
            Box::pin(async move {
                audit::append(tx, user.tenant, sample::at(0), &[entry("before")]).await?;
                users::insert(tx, &user).await?;
                let after = User { version: 2, ..user.clone() };
                users::update(tx, &user, &after).await?;
                users::find(tx, user.tenant, user.id).await
            })
        });
        assert_eq!(found.await.unwrap().version, 2);
    }

    async fn what_one_statement_writes_needs_no_transaction_around_it(store: Store) {
        let user = sample::user(sample::tenant_id(), "ada@example.com");
        let (tenant, id) = (user.tenant, user.id);
        let controls = |store: &Store| -> Vec<String> {
            let texts = store.recorded().into_iter().map(|statement| statement.sql);
            texts.filter(|sql| sql.starts_with("BEGIN") || sql == "COMMIT").collect()
        };
        store.record();
        let newcomer = user.clone();
        sample::write(&store, move |tx| {
            let user = newcomer.clone();
            Box::pin(async move {
                assert!(users::find(tx, tenant, id).await?.is_none());
                users::insert(tx, &user).await?;
                audit::append(tx, tenant, sample::at(0), &[entry("added")]).await
            })
        })
        .await;
        assert_eq!(controls(&store).len(), if store.engine() == Engine::Postgres { 0 } else { 2 });
        // A row that is held needs one.
        sample::write(&store, move |tx| Box::pin(async move { users::lock(tx, tenant, id).await.map(drop) })).await;
        assert_eq!(controls(&store).len(), 2);
        assert_eq!(told(&store, tenant).await, ["added"]);
    }
}

/// Some servers that speak PostgreSQL's protocol take no writes in a WITH.
#[test]
fn a_server_that_does_not_take_several_writes_as_one_statement_gets_them_one_by_one() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let store = Store::open(&database.url).await.unwrap();
        store.migrate().await.unwrap();
        for text in [
            "CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
                IF current_query() LIKE 'WITH %' THEN
                    RAISE EXCEPTION 'not supported' USING ERRCODE = 'feature_not_supported';
                END IF;
                RETURN NULL;
             END $$",
            "CREATE TRIGGER audit_refuses AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse()",
        ] {
            support::execute(&database.url, text).await;
        }
        let tenant = sample::tenant_id();
        for name in ["ada@example.com", "bob@example.com"] {
            welcome(&store, sample::user(tenant, name)).await.unwrap();
        }
        assert_eq!(told(&store, tenant).await, ["before", "behind", "before", "behind"]);
        store.close().await;
        support::discard(database).await;
    });
}
