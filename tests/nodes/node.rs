//! `usher serve` as a process of its own.

use jiff::SignedDuration;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
};
use usher::{
    app::{App, Settings, administrators, tenants, tokens},
    config::{SystemClock, SystemRng},
    store::{Store, tokens::Scope},
};

const KEY: &str = "a secret key of thirty-two bytes";
pub const ROOT: &str = "root@example.com";
pub const PASSWORD: &str = "violet tractor moonlight sandwich";

/// The secrets of one installation.
#[derive(Clone)]
pub struct Tokens {
    pub scim: String,
    pub api: String,
}

/// Migrates a database and makes an administrator and tokens in it.
pub async fn install(database: &str) -> Tokens {
    let store = Store::open(database).await.unwrap();
    store.migrate().await.unwrap();
    let settings = Settings { public_url: "http://127.0.0.1".to_owned() };
    let clock = Arc::new(SystemClock::with_offset(SignedDuration::ZERO));
    let app = App::new(store, clock, Arc::new(SystemRng), KEY.as_bytes(), settings);
    tenants::ensure_default(&app).await.unwrap();
    let rank = administrators::Rank::Administrator;
    administrators::create(&app, tenants::DEFAULT, ROOT, Some(PASSWORD.to_owned()), rank).await.unwrap();
    let scim = token(&app, Scope::Scim, Some("okta"), None).await;
    let api = token(&app, Scope::Api, None, Some(ROOT)).await;
    app.store.close().await;
    Tokens { scim, api }
}

async fn token(app: &App, scope: Scope, connection: Option<&str>, user: Option<&str>) -> String {
    let wanted = tokens::Wanted {
        name: connection.or(user).unwrap().to_owned(),
        scope,
        connection: connection.map(str::to_owned),
        user: user.map(str::to_owned),
        group: None,
        lifetime: SignedDuration::from_hours(24),
    };
    tokens::create(app, tenants::DEFAULT, wanted).await.unwrap().secret
}

/// A process that listens. Killed, as by `kill -9`, when dropped.
pub struct Node {
    process: Child,
    pub origin: String,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Node {
    /// Starts it and waits until it listens.
    pub fn start(database: &str, smtp: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("usher-node-").tempdir().unwrap();
        let log = folder.path().join("log");
        let mut process = Command::new(env!("CARGO_BIN_EXE_usher"))
            .arg("serve")
            .current_dir(folder.path())
            .env("USHER_LISTEN", "127.0.0.1:0")
            .env("USHER_DATABASE_URL", database)
            .env("USHER_SMTP_URL", smtp)
            .env("USHER_SECRET_KEY", KEY)
            .env("USHER_PUBLIC_URL", "http://127.0.0.1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told = || std::fs::read_to_string(&log).unwrap();
        let origin = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}{}", told())).to_owned();
        Self { process, origin, log, _folder: folder }
    }

    /// What it logged as warnings or errors.
    pub fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap();
        log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).map(str::to_owned).collect()
    }

    /// Tells it to end, which it must do in order.
    pub fn stop(mut self) {
        let told = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(told.success() && self.process.wait().unwrap().success(), "{:?}", self.complaints());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
