//! The tenant leads every key, but for those that `docs/scaling.md` explains.

use crate::support;
use sqlx::{Connection, Executor, PgConnection, Row};
use std::collections::BTreeSet;
use usher::store::Engine;

#[test]
fn the_tenant_leads_every_unique_key_but_those_that_are_explained() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        let rows = connection
            .fetch_all(
                "SELECT i.indexrelid::regclass::text AS name FROM pg_index i
                 JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
                 LEFT JOIN pg_attribute c ON c.attrelid = i.indrelid AND c.attnum = i.indkey[0]
                 WHERE i.indisunique AND t.relname <> '_sqlx_migrations' AND c.attname IS DISTINCT FROM 'tenant_id'",
            )
            .await
            .unwrap();
        connection.close().await.unwrap();
        let found: BTreeSet<String> = rows.iter().map(|row| row.get::<String, _>("name")).collect();
        let page = include_str!("../../../docs/scaling.md");
        let table = page.split("| Key | Why |").nth(1).unwrap().split("\n\n").next().unwrap();
        let cells =
            table.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|line| line.split(" |").next());
        let names = cells.flat_map(|cell| cell.split([',', '`', ' '])).filter(|word| !word.is_empty());
        assert_eq!(found, names.map(str::to_owned).collect());
        support::discard(database).await;
    });
}
