//! Imports and their rows.

use crate::support::sample::{Seed, at, tenant_id};
use usher::{
    domain::{
        ImportId, TenantId,
        batch::{Outcome, Status},
    },
    store::{
        Conn, Store, StoreError,
        imports::{self, Import, Listed, Row, Stage},
    },
};

fn import(tenant: TenantId) -> Import {
    Import {
        tenant,
        id: ImportId::generate(&Seed, &Seed),
        stage: Stage::Receiving,
        is_dry_run: false,
        user: None,
        actor: "command line".to_owned(),
        request_id: Some("r1".to_owned()),
        separator: '\t',
        header: vec!["email".to_owned(), "E, \"x\"".to_owned()],
        created_at: at(0),
        finished_at: None,
    }
}

fn row(line: usize, person: usize) -> Row {
    let outcome = Outcome { line, status: Status::Waiting, column: None, message: None };
    Row { line, person, email: format!("p{person}@example.com"), outcome, sealed: Some(format!("sealed {line}")) }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl for<'t> Fn(&'t mut Conn) -> usher::store::Work<'t, T, StoreError> + Send + Sync + 'static,
) -> T {
    store.write(work).await.unwrap()
}

/// A running import of three rows, two of them of one person, held by `a` until second 60.
async fn running(store: &Store) -> Import {
    let import = import(tenant_id());
    let shared = import.clone();
    write(store, move |tx| {
        let import = shared.clone();
        Box::pin(async move {
            imports::insert(tx, &import).await?;
            imports::insert_rows(tx, import.tenant, import.id, &[row(2, 2), row(3, 3), row(4, 2)]).await?;
            imports::open(tx, import.tenant, import.id, "a", at(60)).await
        })
    })
    .await;
    import
}

async fn claim(store: &Store, owner: &'static str, now: i64) -> Option<Import> {
    write(store, move |tx| Box::pin(imports::claim(tx, owner, at(now), at(now + 60)))).await
}

on_both! {
    async fn an_import_is_read_as_it_was_written(store: Store) {
        let made = running(&store).await;
        let mut reader = store.read().await.unwrap();
        let found = imports::find(&mut reader, made.tenant, made.id).await.unwrap();
        assert_eq!(found, Some(Import { stage: Stage::Running, ..made.clone() }));
        assert_eq!(imports::find(&mut reader, tenant_id(), made.id).await.unwrap(), None);
        let waiting = imports::waiting(&mut reader, made.tenant, made.id, 10).await.unwrap();
        assert_eq!(waiting, [row(2, 2), row(4, 2), row(3, 3)], "a person's rows lie together");
        assert_eq!(imports::waiting(&mut reader, made.tenant, made.id, 1).await.unwrap().len(), 1);
    }

    async fn one_process_at_a_time_has_it(store: Store) {
        let made = running(&store).await;
        let (tenant, id) = (made.tenant, made.id);
        assert_eq!(claim(&store, "b", 59).await, None);
        let mut reader = store.read().await.unwrap();
        assert!(!imports::is_any_due(&mut reader, at(59)).await.unwrap());
        assert!(imports::is_any_due(&mut reader, at(60)).await.unwrap());
        drop(reader);
        assert_eq!(claim(&store, "b", 60).await.map(|import| import.id), Some(id));
        let renew = |owner| write(&store, move |tx| Box::pin(imports::renew(tx, tenant, id, owner, at(500))));
        assert_eq!((renew("a").await, renew("b").await), (false, true));
        assert_eq!(claim(&store, "c", 499).await, None);
        write(&store, |tx| Box::pin(imports::release(tx, "b"))).await;
        assert!(claim(&store, "c", 0).await.is_some());
        let finish = || write(&store, move |tx| Box::pin(imports::finish(tx, tenant, id, at(9))));
        assert_eq!((finish().await, finish().await), (true, false));
        assert_eq!(claim(&store, "d", 10_000).await, None);
    }

    async fn what_became_of_a_row_is_written_once(store: Store) {
        let made = running(&store).await;
        let (tenant, id) = (made.tenant, made.id);
        let settle = |line, status, sealed: Option<&'static str>| {
            write(&store, move |tx| Box::pin(async move {
                let outcome = Outcome { line, status, column: Some("email".to_owned()), message: Some("why".to_owned()) };
                imports::settle(tx, tenant, id, &outcome, sealed).await
            }))
        };
        settle(3, Status::Rejected, Some("kept")).await;
        settle(2, Status::Created, None).await;
        settle(2, Status::Unchanged, None).await;
        let lines = write(&store, move |tx| Box::pin(imports::lock_waiting(tx, tenant, id, 2))).await;
        assert_eq!(lines, [4]);
        let mut reader = store.read().await.unwrap();
        let tally = imports::tally(&mut reader, tenant, id).await.unwrap();
        assert_eq!((tally.waiting, tally.created, tally.rejected, tally.rows()), (1, 1, 1, 3));
        let settled = imports::list(&mut reader, tenant, id, Listed::Settled).await.unwrap();
        assert_eq!(settled.iter().map(|row| (row.line, row.outcome.status)).collect::<Vec<_>>(), [(2, Status::Created), (3, Status::Rejected)]);
        assert_eq!(settled[0].sealed, None);
        let rejected = imports::list(&mut reader, tenant, id, Listed::Rejected).await.unwrap();
        assert_eq!((rejected.len(), rejected[0].sealed.as_deref(), rejected[0].outcome.message.as_deref()), (1, Some("kept"), Some("why")));
    }

    async fn old_imports_go_with_their_rows(store: Store) {
        let made = running(&store).await;
        let (tenant, id) = (made.tenant, made.id);
        let forget = |before, stage| write(&store, move |tx| Box::pin(imports::forget(tx, at(before), stage, 10)));
        assert_eq!(forget(1, Stage::Done).await, 0, "it runs");
        write(&store, move |tx| Box::pin(imports::finish(tx, tenant, id, at(0)))).await;
        assert_eq!((forget(0, Stage::Done).await, forget(1, Stage::Receiving).await), (0, 0));
        assert_eq!(forget(1, Stage::Done).await, 1);
        let mut reader = store.read().await.unwrap();
        assert_eq!(imports::find(&mut reader, tenant, id).await.unwrap(), None);
        assert_eq!(imports::tally(&mut reader, tenant, id).await.unwrap().rows(), 0);
    }
}
