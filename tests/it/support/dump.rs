//! Every row of every table as text, to see that nothing changed.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, query_scalar};
use std::collections::BTreeMap;

/// The rows of each table, in an order of their own.
pub async fn dump(url: &str) -> BTreeMap<String, Vec<String>> {
    if url.starts_with("sqlite:") { of_sqlite(url).await } else { of_postgres(url).await }
}

async fn of_sqlite(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut link = SqliteConnection::connect(url).await.unwrap();
    let tables: Vec<String> =
        query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'").fetch_all(&mut link).await.unwrap();
    let mut dump = BTreeMap::new();
    for table in tables {
        let columns: Vec<String> =
            query_scalar(AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')")))
                .fetch_all(&mut link)
                .await
                .unwrap();
        let columns: Vec<_> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let rows = format!("SELECT {} FROM \"{table}\" ORDER BY 1", columns.join(" || ',' || "));
        dump.insert(table, query_scalar(AssertSqlSafe(rows)).fetch_all(&mut link).await.unwrap());
    }
    link.close().await.unwrap();
    dump
}

async fn of_postgres(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut link = PgConnection::connect(url).await.unwrap();
    let tables: Vec<String> = query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        .fetch_all(&mut link)
        .await
        .unwrap();
    let mut dump = BTreeMap::new();
    for table in tables {
        let rows = format!("SELECT row_to_json(t)::text FROM \"{table}\" t ORDER BY 1");
        dump.insert(table, query_scalar(AssertSqlSafe(rows)).fetch_all(&mut link).await.unwrap());
    }
    link.close().await.unwrap();
    dump
}
