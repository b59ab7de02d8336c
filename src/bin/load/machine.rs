//! What figures were taken on, and of what.

use crate::programs::output;
use std::fs;

/// The machine, the day and the commit.
#[derive(Debug, Clone)]
pub struct Machine {
    pub cores: usize,
    pub model: String,
    pub day: String,
    pub commit: String,
}

impl Machine {
    /// Looks around; `commit` where the caller knows better than git.
    pub fn look(commit: Option<&str>) -> Self {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model =
            processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name));
        let unknown = || "unknown".to_owned();
        let git = || {
            let commit = output("git", &["rev-parse", "--short", "HEAD"])?;
            let is_changed = output("git", &["status", "--porcelain", "--untracked-files=no"]).is_some();
            Some(if is_changed { format!("{commit} with changes") } else { commit })
        };
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            model: model.map_or_else(unknown, str::to_owned),
            day: output("date", &["+%F"]).unwrap_or_else(unknown),
            commit: commit.map(str::to_owned).or_else(git).unwrap_or_else(unknown),
        }
    }
}
