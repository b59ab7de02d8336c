//! A private PostgreSQL cluster on a socket in our folder, durable as an installation's is.

use crate::{
    programs,
    workshop::{Cleaner, Workshop},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A running cluster; it stops when dropped.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    owner: Option<Owner>,
    /// Its first process, the parent of all others.
    pub postmaster: u32,
    _cleaner: Cleaner,
}

impl Cluster {
    /// Makes and starts one in `folder`.
    ///
    /// # Errors
    /// Where PostgreSQL is not installed or refuses.
    pub fn start(workshop: &Workshop, folder: &Path) -> Result<Self, String> {
        let programs = workshop.postgres.clone().ok_or(
            "no PostgreSQL was found (initdb, pg_ctl and vacuumdb on PATH or under /usr/lib/postgresql); use --engine sqlite",
        )?;
        fs::create_dir_all(folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
        let owner = Owner::of(folder)?;
        let data = folder.join("data").display().to_string();
        let made = ["--pgdata", &data, "--username", "usher", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"];
        programs::run(command(owner.as_ref(), &programs.join("initdb")).args(made))?;
        let (log, socket) = (folder.join("log").display().to_string(), folder.display());
        let options = format!("-h '' -k '{socket}' -c shared_buffers=256MB -c max_connections=100 -c max_wal_size=4GB");
        let words = ["start", "--wait", "--pgdata", &data, "--log", &log, "--options", &options];
        // Not through a pipe, which the server would inherit and hold.
        let status = command(owner.as_ref(), &programs.join("pg_ctl"))
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !status.is_ok_and(|status| status.success()) {
            return Err(format!("PostgreSQL does not start: {}", fs::read_to_string(&log).unwrap_or_default()));
        }
        let stop =
            format!("{} stop --mode immediate --pgdata '{data}'", shown(owner.as_ref(), &programs.join("pg_ctl")));
        let cleaner = Cleaner::of(&stop)?;
        let first = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        let postmaster = first.lines().next().and_then(|line| line.trim().parse().ok());
        let postmaster = postmaster.ok_or("PostgreSQL's first process is unknown")?;
        let cluster = Self { folder: folder.to_owned(), programs, owner, postmaster, _cleaner: cleaner };
        let database = ["--host", &cluster.socket(), "--username", "usher", "usher"];
        programs::run(command(cluster.owner.as_ref(), &cluster.programs.join("createdb")).args(database))?;
        Ok(cluster)
    }

    fn socket(&self) -> String {
        self.folder.display().to_string()
    }

    /// Where the database is.
    pub fn url(&self) -> String {
        format!("postgres://usher@localhost/usher?host={}", self.folder.display())
    }

    /// Does what autovacuum would have done by the time people came in one by one, so that it does not begin amid the measuring.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub fn tidy(&self) -> Result<(), String> {
        let words = ["--host", &self.socket(), "--username", "usher", "--analyze", "--quiet", "usher"];
        programs::run(command(self.owner.as_ref(), &self.programs.join("vacuumdb")).args(words))?;
        let words = ["--host", &self.socket(), "--username", "usher", "--command", "CHECKPOINT", "usher"];
        programs::run(command(self.owner.as_ref(), &self.programs.join("psql")).args(words)).map(drop)
    }
}

/// Whom the server runs as where we are root, which it refuses to be.
struct Owner {
    uid: String,
    gid: String,
}

impl Owner {
    /// Gives the folder to an unprivileged user; `None` where we are one ourselves.
    fn of(folder: &Path) -> Result<Option<Self>, String> {
        if programs::output("id", &["-u"]).as_deref() != Some("0") {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let find = |name: &str| {
            let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
            fields
                .filter(|user| user.first() == Some(&name))
                .find_map(|user| Some(Self { uid: (*user.get(2)?).to_owned(), gid: (*user.get(3)?).to_owned() }))
        };
        let owner = find("postgres").or_else(|| find("nobody"));
        let owner = owner.ok_or("root needs a user postgres or nobody to run PostgreSQL as")?;
        let whose = format!("{}:{}", owner.uid, owner.gid);
        programs::run(Command::new("chown").arg(whose).arg(folder))?;
        Ok(Some(owner))
    }
}

fn words(owner: &Owner) -> [&str; 7] {
    ["setpriv", "--reuid", &owner.uid, "--regid", &owner.gid, "--clear-groups", "--"]
}

fn command(owner: Option<&Owner>, program: &Path) -> Command {
    let Some(owner) = owner else {
        let mut command = Command::new(program);
        command.current_dir("/");
        return command;
    };
    let [first, rest @ ..] = words(owner);
    let mut command = Command::new(first);
    command.args(rest).arg(program).current_dir("/");
    command
}

fn shown(owner: Option<&Owner>, program: &Path) -> String {
    let prefix = owner.map(|owner| words(owner).join(" ") + " ").unwrap_or_default();
    format!("{prefix}'{}'", program.display())
}
