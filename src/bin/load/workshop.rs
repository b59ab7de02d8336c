//! What all runs have in common: a temporary folder that goes whatever happens, the programs, and children that do not outlive us.

use crate::programs;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

/// A folder of our own, and where the programs are.
pub struct Workshop {
    pub folder: PathBuf,
    /// The server's program.
    pub usher: PathBuf,
    /// PostgreSQL's programs, where there are any.
    pub postgres: Option<PathBuf>,
    _cleaner: Cleaner,
}

impl Workshop {
    /// Looks for the programs and makes the folder.
    ///
    /// # Errors
    /// Where there is no `usher`, or no folder can be made.
    pub fn new(parent: Option<&Path>, usher: Option<PathBuf>) -> Result<Self, String> {
        let usher = match usher {
            Some(usher) => usher,
            None => beside("usher")?,
        };
        let usher = usher
            .canonicalize()
            .map_err(|error| format!("{} can't be used: {error}; build it with --release", usher.display()))?;
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        let folder = parent.join(format!("usher-load-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
        let cleaner = Cleaner::of(&format!("rm -rf '{}'", folder.display()))?;
        Ok(Self { folder, usher, postgres: programs::postgres(), _cleaner: cleaner })
    }
}

/// A shell that waits on a pipe whose other end only we hold, and then cleans up: when it is dropped, and however this process ends.
pub struct Cleaner {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Cleaner {
    /// One that will run this.
    ///
    /// # Errors
    /// Where there is no shell.
    pub fn of(script: &str) -> Result<Self, String> {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("cat >/dev/null; {script}")]).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Out of reach of an interrupt at the terminal.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut shell = command.spawn().map_err(|error| format!("sh can't be started: {error}"))?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    /// Ends the shell without what it was to do.
    pub fn call_off(mut self) {
        let _ = self.shell.kill();
    }
}

impl Drop for Cleaner {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // It is done when it ends, whatever it says.
        let _ = self.shell.wait();
    }
}

fn beside(name: &str) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("this program's place is unknown: {error}"))?;
    Ok(own.with_file_name(name))
}
