//! Other programs: where PostgreSQL's are, and running one to its end.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folder of `initdb` and `pg_ctl`: on PATH, else Debian's newest.
pub fn postgres() -> Option<PathBuf> {
    let on_path = output("sh", &["-c", "command -v initdb"]).map(PathBuf::from);
    let on_path = on_path.and_then(|program| program.parent().map(Path::to_owned));
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.flatten().map(|folder| folder.path().join("bin")).collect())
        .unwrap_or_default();
    let version = |folder: &PathBuf| folder.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    debian.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let mut folders = on_path.into_iter().chain(debian);
    folders.find(|folder| ["initdb", "pg_ctl", "vacuumdb"].iter().all(|name| folder.join(name).is_file()))
}

/// What a program prints, without the last line's end; `None` where it fails or is not there.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim_end().to_owned()).filter(|text| output.status.success() && !text.is_empty())
}

/// Runs a command to its end and answers what it printed.
///
/// # Errors
/// What it complained of.
pub fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{name} can't be started: {error}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name} failed: {}", told.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}
