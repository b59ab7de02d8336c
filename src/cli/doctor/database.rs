//! The database: its health, its file and the disk it lies on.

use super::{report::Report, settings::open_to_others};
use crate::{
    app::health::Examination,
    config::{Database, Settings},
};
use std::{fs, path::Path};

const AREA: &str = "database";
const OLDEST_POSTGRES: i64 = 140_000;
/// A log of changes that grew beyond this is not folded back into the file.
const LARGEST_WAL: u64 = 512 << 20;
/// Free disk below which writing may soon fail.
const LEAST_FREE: u64 = 1 << 30;

pub fn check(seen: &Examination, report: &mut Report) {
    match &seen.damage {
        Some(damage) => report.problem(
            AREA,
            format!("the file is damaged: {damage}"),
            "stop the server, keep a copy of the file, and restore the last backup with `usher restore`",
        ),
        None => {
            report.fine(AREA, format!("it answers, is migrated and undamaged: {} people", seen.reading.figures.people));
        }
    }
    if let Some(version) = seen.server_version.filter(|version| *version < OLDEST_POSTGRES) {
        report.problem(AREA, format!("PostgreSQL {} is too old", version / 10_000), "use version 14 or later");
    }
}

/// The file and its disk.
pub fn check_place(settings: &Settings, report: &mut Report) {
    let Database::Sqlite { path, .. } = &settings.database else { return };
    if let Some(mode) = open_to_others(path) {
        let path = path.display();
        report.problem(AREA, format!("{path} can be read by others (mode {mode:o})"), format!("chmod 600 {path}*"));
    }
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let size = fs::metadata(&wal).map_or(0, |file| file.len());
    if size > LARGEST_WAL {
        report.notice(
            AREA,
            format!("the log of changes beside the file has {} MiB", size >> 20),
            "look for a program that has the database open for long; the log shrinks once nobody reads old states",
        );
    }
    check_disk(path, report);
}

#[cfg(unix)]
fn check_disk(path: &Path, report: &mut Report) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(disk) = rustix::fs::statvfs(folder) else { return };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let size = fs::metadata(path).map_or(0, |file| file.len());
    if free < LEAST_FREE.max(size) {
        report.problem(
            AREA,
            format!("the disk of {} has {} MiB left", folder.display(), free >> 20),
            "make room: a full disk refuses every push, and an upgrade needs room for a second copy",
        );
    } else {
        report.fine(AREA, format!("the disk has {} GiB left", free >> 30));
    }
}

#[cfg(not(unix))]
fn check_disk(_: &Path, _: &mut Report) {}
