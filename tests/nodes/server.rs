//! PostgreSQL servers that a test may stop, start, copy and promote.

use crate::programs::{Programs, run};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::path::PathBuf;

/// One server; its socket and its data lie in a folder of its own.
pub struct Server {
    programs: Programs,
    folder: PathBuf,
}

impl Server {
    /// A fresh one that runs; `None`, told loudly, where PostgreSQL is not installed.
    pub async fn start_new() -> Option<Self> {
        let programs = Programs::find()?;
        let folder = programs.make_folder();
        let server = Self { programs, folder };
        server.programs.watch(&server.folder, &server.data());
        server.programs.initialise(&server.data());
        server.start();
        server.execute("CREATE DATABASE usher", "postgres").await;
        Some(server)
    }

    /// A running standby of this server, without which no write here is acknowledged any more.
    pub async fn start_standby(&self) -> Self {
        let programs = Programs::find().unwrap();
        let folder = programs.make_folder();
        let standby = Self { programs, folder };
        standby.programs.watch(&standby.folder, &standby.data());
        let copy = [
            "--username",
            "usher",
            "--checkpoint",
            "fast",
            "--wal-method",
            "stream",
            "--write-recovery-conf",
            "--no-sync",
        ];
        run(standby
            .programs
            .command("pg_basebackup")
            .arg("--host")
            .arg(&self.folder)
            .arg("--pgdata")
            .arg(standby.data())
            .args(copy));
        standby.start();
        self.execute("ALTER SYSTEM SET synchronous_standby_names = '*'", "postgres").await;
        self.execute("SELECT pg_reload_conf()", "postgres").await;
        crate::until("synchronous replication", || async {
            let row = self.value("SELECT coalesce(max(sync_state), '') FROM pg_stat_replication").await;
            (row == "sync").then_some(())
        })
        .await;
        standby
    }

    pub fn start(&self) {
        let options =
            format!("-h '' -k '{}' -c fsync=off -c full_page_writes=off -c max_connections=60", self.folder.display());
        let log = self.folder.join("log");
        run(self.control("start").arg("--log").arg(log).args(["--options", &options]));
    }

    /// As when the machine dies, but for what it wrote.
    pub fn stop(&self) {
        run(self.control("stop").args(["--mode", "immediate"]));
    }

    pub fn promote(&self) {
        run(&mut self.control("promote"));
    }

    fn control(&self, verb: &str) -> std::process::Command {
        let mut command = self.programs.command("pg_ctl");
        command.args([verb, "--wait", "--pgdata"]).arg(self.data());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The server as a host in a URL.
    pub fn host(&self) -> String {
        self.folder.display().to_string().replace('/', "%2F")
    }

    pub fn url(&self) -> String {
        format!("postgres://usher@{}/usher", self.host())
    }

    /// Runs a statement past the service.
    pub async fn execute(&self, sql: &str, database: &str) {
        let mut connection =
            PgConnection::connect(&format!("postgres://usher@{}/{database}", self.host())).await.unwrap();
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The text in the first column of the service's database's answer.
    pub async fn value(&self, sql: &str) -> String {
        let mut connection = PgConnection::connect(&self.url()).await.unwrap();
        let row = connection.fetch_one(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
        row.get::<String, _>(0)
    }
}
