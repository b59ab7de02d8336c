//! A private PostgreSQL cluster on a Unix socket in a temporary folder, started once per test binary.
//!
//! It ends with this process, however that ends: a shell waits on a pipe whose other end only we hold.

use super::programs::{Programs, run};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    path::PathBuf,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};
use usher::store::Store;

const TEMPLATE: &str = "usher_template";

pub struct Cluster {
    folder: PathBuf,
    databases: AtomicU32,
}

impl Cluster {
    /// The cluster of this process; `None`, told loudly, where PostgreSQL is not installed.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: LazyLock<Option<Cluster>> = LazyLock::new(|| {
            // On a thread of its own, as the first test to ask may be inside a runtime.
            std::thread::spawn(start).join().unwrap()
        });
        SHARED.as_ref()
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://usher@localhost/{database}?host={}", self.folder.display())
    }

    pub async fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.administer(format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
        self.url(&name)
    }

    pub async fn drop_database(&self, url: &str) {
        let name = url.split(['/', '?']).find(|part| part.starts_with("test_")).unwrap();
        self.administer(format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }

    async fn administer(&self, sql: String) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn make_template(&self) {
        self.administer(format!("CREATE DATABASE {TEMPLATE}")).await;
        let store = Store::open(&self.url(TEMPLATE)).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await;
    }
}

fn start() -> Option<Cluster> {
    let programs = Programs::find()?;
    let folder = programs.make_folder();
    let data = folder.join("data");
    programs.watch(&folder, &data);
    programs.initialise(&data);
    let options = format!(
        "-h '' -k '{}' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c deadlock_timeout=50ms -c max_connections=300 -c shared_buffers=64MB",
        folder.display()
    );
    run(programs
        .command("pg_ctl")
        .args(["start", "--wait", "--pgdata"])
        .arg(&data)
        .arg("--log")
        .arg(folder.join("log"))
        .args(["--options", &options]));
    let cluster = Cluster { folder, databases: AtomicU32::new(0) };
    super::block_on(cluster.make_template());
    Some(cluster)
}
