//! CPU time and memory of processes, from `/proc`.

use crate::programs;
use std::{collections::HashMap, fs};

/// Processes that are watched together: these, and all that descend from them.
#[derive(Debug, Clone)]
pub struct Watched {
    roots: Vec<u32>,
    /// Ticks of the clock in a second.
    ticks: f64,
}

struct Stat {
    parent: u32,
    /// Own time and that of children that have ended, in ticks.
    ticks: f64,
}

impl Watched {
    /// Watches these.
    pub fn new(roots: &[u32]) -> Self {
        let ticks = programs::output("getconf", &["CLK_TCK"]).and_then(|text| text.parse().ok());
        Self { roots: roots.to_vec(), ticks: ticks.unwrap_or(100.0) }
    }

    /// The seconds of CPU they have used so far, user and system.
    pub fn cpu(&self) -> f64 {
        self.living().iter().filter_map(|id| stat(*id)).map(|stat| stat.ticks).sum::<f64>() / self.ticks
    }

    fn living(&self) -> Vec<u32> {
        if self.roots.len() == 1 {
            // A server without a database of its own has no children.
            return self.roots.clone();
        }
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let parents: HashMap<u32, u32> = ids.filter_map(|id| Some((id, stat(id)?.parent))).collect();
        let mut living = self.roots.clone();
        let mut next = 0;
        while let Some(parent) = living.get(next).copied() {
            living.extend(parents.iter().filter(|(_, of)| **of == parent).map(|(id, _)| *id));
            next += 1;
        }
        living
    }
}

/// Memory in MiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// A process's own, with its share of what several have.
    pub all: f64,
    /// How much of that is files, such as a database that is mapped: the system takes it back when somebody needs it.
    pub files: f64,
}

/// Memory of a process.
pub fn memory(id: u32) -> Option<Memory> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let field = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
        Some(kibibytes / 1024.0)
    };
    Some(Memory { all: field("Pss:")?, files: field("Pss_File:").unwrap_or(0.0) })
}

/// Seconds of CPU that all processes of the machine together have used, and those it could have given.
pub fn machine() -> Option<(f64, f64)> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let numbers: Vec<f64> =
        text.lines().next()?.split_whitespace().skip(1).take(8).filter_map(|number| number.parse().ok()).collect();
    let all: f64 = numbers.iter().sum();
    let idle: f64 = numbers.iter().skip(3).take(2).sum();
    Some((all - idle, all))
}

fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    read(&text)
}

/// The name in brackets may hold anything, brackets too.
fn read(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    Some(Stat { parent: fields.get(1)?.parse().ok()?, ticks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_brackets() {
        let text = "7 (a) b) S 3 7 7 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 1 0";
        let stat = read(text).unwrap();
        assert_eq!((stat.parent, stat.ticks), (3, 100.0));
    }

    #[test]
    fn this_process_has_memory_and_time() {
        let id = std::process::id();
        assert!(memory(id).is_none_or(|memory| memory.all > 0.5 && memory.files < memory.all));
        assert!(Watched::new(&[id]).cpu() >= 0.0);
    }
}
