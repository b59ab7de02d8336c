//! PostgreSQL's own programs: where they are, whom they run as, how they are run, and how a server ends with its test.

use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The programs, and whom the server runs as.
pub struct Programs {
    folder: PathBuf,
    owner: Option<Owner>,
}

impl Programs {
    /// `None`, told loudly, where PostgreSQL is not installed.
    pub fn find() -> Option<Self> {
        let Some(folder) = find_programs() else {
            eprintln!("\n*** NO POSTGRESQL FOUND (initdb and pg_ctl): EVERYTHING RUNS ON SQLITE ONLY ***\n");
            assert!(env::var_os("CI").is_none(), "CI is set, and the tests need PostgreSQL there");
            return None;
        };
        Some(Self { folder, owner: Owner::find() })
    }

    /// A folder in which the server may write.
    pub fn make_folder(&self) -> PathBuf {
        let folder = tempfile::Builder::new().prefix("usher-pg-").tempdir().unwrap().keep();
        if let Some(owner) = &self.owner {
            run(Command::new("chown").arg(format!("{}:{}", owner.uid, owner.gid)).arg(&folder));
        }
        folder
    }

    /// Makes a cluster in `data` with the user `usher`, whom every local client may be.
    pub fn initialise(&self, data: &Path) {
        let words = ["--username", "usher", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"];
        run(self.command("initdb").arg("--pgdata").arg(data).args(words));
    }

    /// A program, run as the server's user.
    pub fn command(&self, program: &str) -> Command {
        let program = self.folder.join(program);
        let Some(owner) = &self.owner else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &owner.uid, "--regid", &owner.gid, "--clear-groups", "--"]).arg(program);
        command
    }

    /// Stops the server and removes its folder when this process is gone: a shell waits on a pipe whose other end only we hold.
    pub fn watch(&self, folder: &Path, data: &Path) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode", "immediate", "--pgdata"]).arg(data);
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
    let found = on_path
        .into_iter()
        .chain(debian)
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())?;
    // Where they are only linked to, not all of them may be.
    fs::canonicalize(found.join("initdb")).ok()?.parent().map(Path::to_owned)
}

/// Whom the server runs as where we are root, which it refuses to be.
struct Owner {
    uid: String,
    gid: String,
}

impl Owner {
    /// An unprivileged user; `None` where we are one ourselves.
    fn find() -> Option<Self> {
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
        Some(Self { uid: fields[2].to_owned(), gid: fields[3].to_owned() })
    }
}

/// Runs it to its end, which must be a good one.
pub fn run(command: &mut Command) {
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
