//! A running `usher serve` on a database of its own, and the commands that prepare it.

use crate::{
    Engine,
    client::{Client, Request},
    cluster::Cluster,
    processes::{self, Memory, Watched},
    programs,
    workshop::{Cleaner, Workshop},
};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a server may take to answer its first request.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(1);

/// Where a server's rows are, and its settings.
pub struct Place {
    folder: PathBuf,
    usher: PathBuf,
    cluster: Option<Cluster>,
    address: String,
    /// Of the connection `load`.
    pub token: String,
}

impl Place {
    /// An empty database with a connection that holds its mails, and a token of it.
    ///
    /// # Errors
    /// Where a program fails.
    pub fn prepare(workshop: &Workshop, engine: Engine, name: &str) -> Result<Self, String> {
        let folder = workshop.folder.join(name);
        fs::create_dir_all(&folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::start(workshop, &folder.join("postgres"))?),
        };
        let address = free_address()?;
        let mut place = Self { folder, usher: workshop.usher.clone(), cluster, address, token: String::new() };
        place.command(&["tenant", "set", "default", "notifications=hold", "mailBudgetPerHour=100000000"])?;
        place.command(&["connection", "create", "load", "defaultMode=invite"])?;
        place.token = place.command(&["token", "create", "--name", "load", "--connection", "load"])?;
        Ok(place)
    }

    /// Runs a command of the server's program and answers what it printed.
    ///
    /// # Errors
    /// What it complained of.
    pub fn command(&self, words: &[&str]) -> Result<String, String> {
        programs::run(self.usher().args(words))
    }

    /// Whether the program can fill a database by itself.
    pub fn can_seed(&self) -> bool {
        programs::run(self.usher().args(["seed", "--help"])).is_ok()
    }

    /// Lets the database settle after it was filled.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub fn tidy(&self) -> Result<(), String> {
        self.cluster.as_ref().map_or(Ok(()), Cluster::tidy)
    }

    /// Where the server listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn usher(&self) -> Command {
        let database = match &self.cluster {
            Some(cluster) => cluster.url(),
            None => format!("sqlite://{}", self.folder.join("usher.db").display()),
        };
        let mut command = Command::new(&self.usher);
        command
            .env("USHER_DATABASE_URL", database)
            .env("USHER_LISTEN", &self.address)
            .env("USHER_PUBLIC_URL", format!("http://{}", self.address))
            .env("USHER_SECRET_KEY", "the secret key of a load test, never of an installation")
            .current_dir(&self.folder);
        command
    }

    /// Starts the server and waits for the first 200.
    ///
    /// # Errors
    /// When none comes.
    pub async fn serve(&self) -> Result<Server, String> {
        let log = fs::File::create(self.folder.join("server.log")).map_err(|error| format!("no log: {error}"))?;
        let began = Instant::now();
        let process = self.usher().arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let process = process.map_err(|error| format!("{} can't be started: {error}", self.usher.display()))?;
        let stop = Cleaner::of(&format!("kill -KILL {}", process.id()))?;
        let mut roots = vec![process.id()];
        roots.extend(self.cluster.as_ref().map(|cluster| cluster.postmaster));
        let mut server = Server { process, watched: Watched::new(&roots), startup: Duration::ZERO, stop: Some(stop) };
        let mut client = Client::new(&self.address, &self.token);
        while client.send(&Request::get("/Users?count=1")).await != Ok(200) {
            let has_ended = server.process.try_wait().is_ok_and(|ended| ended.is_some());
            if has_ended || began.elapsed() > PATIENCE {
                return Err(format!("the server does not answer: {}", tail(&self.folder.join("server.log"))));
            }
            tokio::time::sleep(PAUSE).await;
        }
        server.startup = began.elapsed();
        Ok(server)
    }
}

/// The running server; it is stopped when dropped.
pub struct Server {
    process: Child,
    /// The server and its database.
    pub watched: Watched,
    /// From the start of the process to the first 200.
    pub startup: Duration,
    stop: Option<Cleaner>,
}

impl Server {
    /// Memory of the server alone.
    pub fn memory(&self) -> Option<Memory> {
        processes::memory(self.process.id())
    }

    /// Waits until it does next to nothing: jobs that begin with it have ended, and what waited was written.
    pub async fn settle(&self) {
        for _ in 0..40 {
            let before = self.watched.cpu();
            tokio::time::sleep(Duration::from_millis(500)).await;
            if self.watched.cpu() - before < 0.02 {
                return;
            }
        }
    }

    /// Ends it in order.
    pub fn stop(mut self) {
        let _ = programs::run(Command::new("kill").arg(self.process.id().to_string()));
        let _ = self.process.wait();
        // The process is gone, and its number may be another's: the shell must not kill it.
        if let Some(stop) = self.stop.take() {
            stop.call_off();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.process.wait();
    }
}

fn free_address() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| format!("no free port: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no free port: {error}"))?;
    Ok(address.to_string())
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().rev().take(5).collect();
    lines.reverse();
    lines.join(" / ")
}
