//! A private PostgreSQL cluster on a Unix socket in a temporary folder, started once per test binary.
//!
//! It ends with this process, however that ends: a shell waits on a pipe whose other end only we hold.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
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
    let Some(programs) = find_programs() else {
        eprintln!("\n*** NO POSTGRESQL FOUND (initdb and pg_ctl): EVERYTHING RUNS ON SQLITE ONLY ***\n");
        assert!(env::var_os("CI").is_none(), "CI is set, and the tests need PostgreSQL there");
        return None;
    };
    let folder = tempfile::Builder::new().prefix("usher-pg-").tempdir().unwrap().keep();
    let user = Owner::of(&folder);
    let data = folder.join("data");
    let data = data.to_str().unwrap();
    watch(&folder, &programs.join("pg_ctl"), user.as_ref(), data);
    run(command(user.as_ref(), &programs.join("initdb")).args([
        "--pgdata",
        data,
        "--username",
        "usher",
        "--auth",
        "trust",
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
    ]));
    let options = format!(
        "-h '' -k '{}' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c deadlock_timeout=50ms -c max_connections=300 -c shared_buffers=64MB",
        folder.display()
    );
    let log = folder.join("log");
    run(command(user.as_ref(), &programs.join("pg_ctl")).args([
        "start",
        "--wait",
        "--pgdata",
        data,
        "--log",
        log.to_str().unwrap(),
        "--options",
        &options,
    ]));
    let cluster = Cluster { folder, databases: AtomicU32::new(0) };
    super::block_on(cluster.make_template());
    Some(cluster)
}

/// The folder of `initdb` and `pg_ctl`: on PATH, else Debian's newest.
fn find_programs() -> Option<PathBuf> {
    let on_path: Vec<PathBuf> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.flatten().map(|folder| folder.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        std::cmp::Reverse(version.and_then(|version| version.parse::<u32>().ok()))
    });
    on_path.into_iter().chain(debian).find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// Whom the server runs as where we are root, which it refuses to be.
struct Owner {
    uid: String,
    gid: String,
}

impl Owner {
    /// Gives the folder to an unprivileged user; `None` where we are one ourselves.
    fn of(folder: &Path) -> Option<Self> {
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        if !is_root {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").unwrap();
        let fields = ["postgres", "nobody"]
            .iter()
            .find_map(|name| {
                users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|user| user[0] == *name)
            })
            .expect("root needs a user postgres or nobody to run PostgreSQL as");
        let owner = Self { uid: fields[2].to_owned(), gid: fields[3].to_owned() };
        run(Command::new("chown").arg(format!("{}:{}", owner.uid, owner.gid)).arg(folder));
        Some(owner)
    }
}

fn command(owner: Option<&Owner>, program: &Path) -> Command {
    let Some(owner) = owner else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &owner.uid, "--regid", &owner.gid, "--clear-groups", "--"]).arg(program);
    command
}

fn run(command: &mut Command) {
    // Not through a pipe: the server would inherit it, and we would wait for its end.
    let output = tempfile::NamedTempFile::new().unwrap();
    let status = command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output.reopen().unwrap())
        .stderr(output.reopen().unwrap())
        .status();
    let told = || fs::read_to_string(output.path()).unwrap_or_default();
    assert!(status.as_ref().is_ok_and(std::process::ExitStatus::success), "{command:?}: {status:?}\n{}", told());
}

/// Stops the server and removes its folder when this process is gone.
fn watch(folder: &Path, pg_ctl: &Path, owner: Option<&Owner>, data: &str) {
    let mut stop = command(owner, pg_ctl);
    stop.args(["stop", "--mode", "immediate", "--pgdata", data]);
    let stop: Vec<&str> =
        std::iter::once(stop.get_program()).chain(stop.get_args()).map(|word| word.to_str().unwrap()).collect();
    let shell = Command::new("sh")
        .args(["-c", "cat >/dev/null; folder=$1; shift; \"$@\"; rm -rf \"$folder\"", "sh"])
        .arg(folder)
        .args(stop)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        // Out of reach of an interrupt at the terminal.
        .process_group(0)
        .spawn()
        .unwrap();
    // Held open until the process ends.
    std::mem::forget(shell);
}
