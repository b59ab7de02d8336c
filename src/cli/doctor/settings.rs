//! Where the server listens, what its links say, and its secret key.

use super::report::Report;
use crate::{
    config::{SecretKey, Settings},
    domain::web,
};
use std::{collections::BTreeSet, fs, path::Path};

const AREA: &str = "settings";
/// A key with fewer different letters was not made by chance.
const LEAST_LETTERS: usize = 10;

pub fn check(settings: &Settings, report: &mut Report) {
    check_origin(settings, report);
    check_proxies(settings, report);
    check_key(settings, report);
}

/// Whether only this machine reaches the public URL.
pub fn is_local(public_url: &str) -> bool {
    let Ok(url) = public_url.parse::<reqwest::Url>() else { return false };
    url.host_str().is_some_and(web::is_loopback)
}

fn check_origin(settings: &Settings, report: &mut Report) {
    let url = &settings.public_url;
    if is_local(url) {
        report.notice(
            AREA,
            format!("links begin with {url}, which only this machine reaches"),
            "set USHER_PUBLIC_URL to the https:// origin that people and identity providers use",
        );
    } else if url.starts_with("http://") {
        report.problem(
            AREA,
            format!("links begin with {url}: tokens, passwords and links would travel unencrypted, and Okta and Entra ID refuse it"),
            "put a reverse proxy with a certificate in front, and set USHER_PUBLIC_URL to its https:// origin",
        );
    } else {
        report.fine(AREA, format!("links begin with {url}"));
    }
}

fn check_proxies(settings: &Settings, report: &mut Report) {
    if is_local(&settings.public_url) || !settings.trusted_proxies.is_empty() {
        return;
    }
    report.notice(
        AREA,
        "no reverse proxy is trusted, so everybody behind one shares one rate limit",
        "set USHER_TRUSTED_PROXIES to the proxy's address, for example 127.0.0.1",
    );
}

fn check_key(settings: &Settings, report: &mut Report) {
    match &settings.secret_key {
        SecretKey::File(path) => check_file(path, report),
        SecretKey::Beside { key, database } => {
            if key.exists() {
                check_file(key, report);
            } else if database.exists() {
                report.problem(
                    AREA,
                    format!("the secret key {} is missing", key.display()),
                    "put the file back or set USHER_SECRET_KEY; without the key no token and no link works",
                );
                return;
            } else {
                return;
            }
            check_neighbours(key, report);
        }
        SecretKey::Given(_) => {}
    }
    match settings.secret_key() {
        Ok(key) if key.iter().collect::<BTreeSet<_>>().len() < LEAST_LETTERS => report.problem(
            AREA,
            "the secret key is made of few different letters and could be guessed",
            "make one with: openssl rand -base64 32; all tokens and links must then be made anew",
        ),
        Ok(key) => report.fine(AREA, format!("the secret key has {} bytes", key.len())),
        Err(error) => {
            report.problem(AREA, error.to_string(), "correct it; the key protects tokens, sessions and links");
        }
    }
}

fn check_file(path: &Path, report: &mut Report) {
    if let Some(mode) = open_to_others(path) {
        report.problem(
            AREA,
            format!("the secret key {} can be read by others (mode {mode:o})", path.display()),
            format!("chmod 600 {}", path.display()),
        );
    }
}

/// Whoever steals a folder of backups should not find the key in it.
fn check_neighbours(key: &Path, report: &mut Report) {
    let folder = key.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_backup = |path: &Path| path.extension().is_some_and(|extension| extension == "backup");
    if entries.flatten().any(|entry| is_backup(&entry.path())) {
        report.notice(
            AREA,
            format!("backups lie beside the secret key in {}", folder.display()),
            "keep backups in another place: together they are the whole installation",
        );
    }
}

/// The mode of a file that its group or everybody may read or write.
#[cfg(unix)]
pub fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Other systems have other means.
#[cfg(not(unix))]
pub fn open_to_others(_: &Path) -> Option<u32> {
    None
}
