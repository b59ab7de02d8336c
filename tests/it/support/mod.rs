//! What tests stand on: a fresh database of either engine for each, ids and times that repeat, and `on_both!`.

pub mod call;
pub mod description;
pub mod dump;
pub mod obstacle;
pub mod plan;
mod postgres;
mod programs;
pub mod receiver;
pub mod sample;
pub mod service;
#[macro_use]
pub mod world;

use postgres::Cluster;
use std::{env, future::Future, path::Path};
use tempfile::TempDir;
use usher::store::{Engine, Store};

/// Makes each `async fn name(store: Store)` two tests, `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($store:ident: Store) $body:block)*) => {$(
        $(#[$attribute])*
        async fn $name($store: usher::store::Store) $body

        mod $name {
            #[test]
            fn sqlite() {
                crate::support::run(usher::store::Engine::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                crate::support::run(usher::store::Engine::Postgres, super::$name);
            }
        }
    )*};
}

/// A database of its own for one test; gone with it.
pub struct Database {
    pub url: String,
    /// A SQLite file's folder.
    folder: Option<TempDir>,
}

/// An empty database, migrated only on PostgreSQL (it is copied from a template). `None` where there is no PostgreSQL.
pub async fn fresh(engine: Engine) -> Option<Database> {
    match engine {
        Engine::Sqlite => {
            // In memory where that is a folder: every commit of a test would wait for the disk.
            let memory = Path::new("/dev/shm");
            let place = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
            let folder = tempfile::Builder::new().prefix("usher-test-").tempdir_in(place).unwrap();
            let url = format!("sqlite://{}", folder.path().join("usher.db").display());
            Some(Database { url, folder: Some(folder) })
        }
        Engine::Postgres => Some(Database { url: Cluster::shared()?.create_database().await, folder: None }),
    }
}

/// Takes a database away again.
pub async fn discard(database: Database) {
    if let (None, Some(cluster)) = (&database.folder, Cluster::shared()) {
        cluster.drop_database(&database.url).await;
    }
}

/// Runs the body of a test on a migrated store of one engine.
pub fn run<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(Store) -> Fut,
    Fut: Future<Output = ()>,
{
    block_on(async {
        let Some(database) = fresh(engine).await else { return };
        let store = Store::open(&database.url).await.unwrap();
        store.migrate().await.unwrap();
        body(store.clone()).await;
        store.close().await;
        discard(database).await;
    });
}

/// Runs a test that wants databases of its own making.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}

/// The engines the tests of this run use.
pub fn engines() -> Vec<&'static str> {
    let postgres = Cluster::shared().map(|_| "PostgreSQL");
    std::iter::once("SQLite").chain(postgres).collect()
}

/// Runs a statement past the store.
pub async fn execute(url: &str, sql: &str) {
    use sqlx::{AssertSqlSafe, Connection, Executor};
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }
}
