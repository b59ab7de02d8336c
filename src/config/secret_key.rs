//! Reading the secret key, and making it on the first start with SQLite.

use super::{Error, SecretKey, parse::MIN_KEY_BYTES};
use crate::domain::Rng;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

pub(super) fn load(source: &SecretKey, rng: &dyn Rng) -> Result<Vec<u8>, Error> {
    match source {
        SecretKey::Given(key) => Ok(key.reveal().as_bytes().to_vec()),
        SecretKey::File(path) => match read(path)? {
            Some(key) => Ok(key),
            None => Err(Error::Missing(format!("{} does not exist; it should hold the secret key", path.display()))),
        },
        SecretKey::Beside { key, database } => {
            if let Some(found) = read(key)? {
                return Ok(found);
            }
            let holds_data = fs::metadata(database).is_ok_and(|file| file.len() > 0);
            if holds_data {
                // Another process may have made both between the two looks.
                return read(key)?.ok_or_else(|| lost(key, database));
            }
            make(key, rng)
        }
    }
}

fn lost(key: &Path, database: &Path) -> Error {
    Error::Missing(format!(
        "the database {} exists but its key file {} does not: put the file back or set USHER_SECRET_KEY, because without the key no token and no link works",
        database.display(),
        key.display()
    ))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { path: path.to_owned(), verb: "read", source }),
    };
    let key = bytes.trim_ascii().to_vec();
    if key.len() < MIN_KEY_BYTES {
        return Err(Error::Missing(format!(
            "{} holds a secret key of {} bytes and needs {MIN_KEY_BYTES}",
            path.display(),
            key.len()
        )));
    }
    Ok(Some(key))
}

/// Writes the key under another name and links it into place, so that of two first starts both use the same key and none half of it.
fn make(path: &Path, rng: &dyn Rng) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), verb: "written", source };
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    let key = URL_SAFE_NO_PAD.encode(bytes);
    rng.fill(&mut bytes);
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", URL_SAFE_NO_PAD.encode(bytes)));
    write_private(Path::new(&draft), &key).map_err(failed)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(failed)?;
    match linked {
        Ok(()) => Ok(key.into_bytes()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
        }
        Err(source) => Err(failed(source)),
    }
}

fn write_private(path: &Path, key: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{key}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SystemRng;
    use std::path::PathBuf;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("usher-key-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn beside(folder: &Path) -> SecretKey {
        SecretKey::Beside { key: folder.join("usher.db.key"), database: folder.join("usher.db") }
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = folder("once");
        let first = load(&beside(&folder), &SystemRng).unwrap();
        assert_eq!(first.len(), 43);
        fs::write(folder.join("usher.db"), "data").unwrap();
        assert_eq!(load(&beside(&folder), &SystemRng).unwrap(), first);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no draft is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.join("usher.db.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn of_many_first_starts_all_use_the_same_key() {
        let folder = folder("many");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| load(&beside(&folder), &SystemRng).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_lost_key_is_not_replaced() {
        let folder = folder("lost");
        fs::write(folder.join("usher.db"), "data").unwrap();
        let error = load(&beside(&folder), &SystemRng).unwrap_err().to_string();
        assert!(error.contains("usher.db.key"), "{error}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_short_key_file_is_refused() {
        let folder = folder("short");
        let path = folder.join("key");
        fs::write(&path, "short\n").unwrap();
        assert!(load(&SecretKey::File(path), &SystemRng).unwrap_err().to_string().contains("5 bytes"));
        fs::remove_dir_all(folder).unwrap();
    }
}
