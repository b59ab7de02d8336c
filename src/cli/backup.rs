//! `usher backup`, `usher restore`, and `usher migrate --from … --to …`.

use super::{arguments::Restore, failure::Failure, opening, print};
use crate::{
    app::{
        backup::{self, Existing, Restored},
        keyring::Keyring,
    },
    config::{Database, LogFormat, SecretKey, Settings, SystemClock, SystemRng},
    domain::{Clock, Rng},
    store::Store,
    telemetry,
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Read},
    path::{Path, PathBuf},
};

/// What every backup begins with.
const BEGINNING: &[u8] = b"{\"usher\":\"backup\"";

/// Writes a backup under a name of its own and gives it its name once it is complete and on disk.
pub async fn write(settings: &Settings, file: &Path) -> Result<(), Failure> {
    opening::start_logging(settings, "warn")?;
    if file.exists() && !is_backup(file) {
        return Err(Failure::failed(format!(
            "{} exists and is no backup, so it is not replaced; choose another name",
            file.display()
        )));
    }
    let (store, keys) = open_existing(settings).await?;
    let draft = draft_of(file);
    let written = write_draft(&store, &keys, settings, &draft).await;
    store.close().await;
    let summary = match written.and_then(|summary| settle(&draft, file).map(|()| summary)) {
        Ok(summary) => summary,
        Err(failure) => {
            // What can't be removed is named as what it is.
            let _ = fs::remove_file(&draft);
            return Err(failure);
        }
    };
    print::line(format_args!("{}: {} rows of {} tables", file.display(), summary.rows, summary.tables))?;
    eprintln!(
        "usher: the secret key is not in the backup; keep it in another place, for without it no token and no link works"
    );
    Ok(())
}

async fn write_draft(
    store: &Store,
    keys: &Keyring,
    settings: &Settings,
    draft: &Path,
) -> Result<backup::Summary, Failure> {
    let failed = |error: io::Error| Failure::failed(format!("{} can't be written: {error}", draft.display()));
    let mut out = BufWriter::new(private(draft).map_err(failed)?);
    let clock = SystemClock::with_offset(settings.clock_offset);
    let summary = backup::write(store, keys, &clock, &mut out).await?;
    out.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    Ok(summary)
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn settle(draft: &Path, file: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::failed(format!("{} can't be written: {error}", file.display()));
    fs::rename(draft, file).map_err(failed)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn draft_of(file: &Path) -> PathBuf {
    let mut random = [0; 8];
    SystemRng.fill(&mut random);
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{:016x}.part", u64::from_be_bytes(random)));
    name.into()
}

fn is_backup(file: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = File::open(file).and_then(|file| file.take(BEGINNING.len() as u64).read_to_end(&mut beginning));
    read.is_ok() && beginning == BEGINNING
}

/// The database as it is: nothing is made or upgraded for the sake of a backup.
async fn open_existing(settings: &Settings) -> Result<(Store, Keyring), Failure> {
    if let Database::Sqlite { path, .. } = &settings.database
        && !path.exists()
    {
        return Err(Failure::failed(format!("there is no database {}; check USHER_DATABASE_URL", path.display())));
    }
    let keys = Keyring::new(&settings.secret_key()?);
    Ok((Store::open(settings.database.url()).await?, keys))
}

/// Restores into the configured database.
pub async fn restore(settings: &Settings, options: Restore) -> Result<(), Failure> {
    opening::start_logging(settings, "warn")?;
    let path = options.file.clone();
    if !path.is_file() {
        return Err(Failure::failed(format!("there is no backup {}", path.display())));
    }
    let file = backup::File::new(move || {
        let file = File::open(&path)?;
        Ok(Box::new(BufReader::with_capacity(1 << 20, file)) as Box<dyn BufRead + Send>)
    });
    // Before a database file is made for it.
    backup::verify(&file)?;
    let store = Store::open(settings.database.url()).await?;
    let existing = if options.force { Existing::Replace } else { Existing::Keep };
    let outcome = match store.migrate().await {
        Ok(()) => {
            let clock = SystemClock::with_offset(settings.clock_offset);
            backup::restore(&store, file, existing, clock.now()).await.map_err(Failure::from)
        }
        Err(error) => Err(error.into()),
    };
    store.close().await;
    report(settings, &outcome?)
}

fn report(settings: &Settings, restored: &Restored) -> Result<(), Failure> {
    let Restored { header, summary, held, replaced } = restored;
    if let Some(replaced) = replaced {
        print::line(format_args!("removed what was there: {replaced}"))?;
    }
    print::line(format_args!(
        "restored: {} rows of {} tables, as of {} ({}, usher {})",
        summary.rows, summary.tables, header.at, header.engine, header.version
    ))?;
    print::line(format_args!("mail is paused, and {held} mails that waited are held: nobody is mailed."))?;
    print::line(format_args!("  usher mail status              shows what waits"))?;
    print::line(format_args!("  usher mail release | discard   decides about held mails, tenant by tenant"))?;
    print::line(format_args!("  usher mail resume              lets new mails leave"))?;
    print::line(format_args!("  usher webhook resume           lets webhooks go on"))?;
    print::line(format_args!(
        "Everybody has to sign in again. Tokens revoked after the backup work again: check `usher token list`."
    ))?;
    if let Some(warning) = key_warning(settings, &header.key) {
        eprintln!("usher: warning: {warning}");
    }
    Ok(())
}

/// What is wrong with the secret key that this installation would use. A key is not made here: a new one would fit nothing that was restored.
fn key_warning(settings: &Settings, fingerprint: &str) -> Option<String> {
    let consequence = "until it is in place no token and no link of the backup works, and generated passwords of unsent mails are lost";
    if let SecretKey::Beside { key, .. } = &settings.secret_key
        && !key.exists()
    {
        let path = key.display();
        return Some(format!(
            "put the secret key of the old installation into {path} before you start the server; {consequence}"
        ));
    }
    match settings.secret_key() {
        Ok(key) if Keyring::new(&key).fingerprint() == fingerprint => None,
        Ok(_) => Some(format!(
            "the secret key of this installation is not the one the backup was made with; use the old one: {consequence}"
        )),
        Err(error) => Some(format!("{error}; use the key of the old installation: {consequence}")),
    }
}

/// Copies one database to another.
pub async fn copy(from: &str, to: &str) -> Result<(), Failure> {
    telemetry::start("warn", LogFormat::Text).map_err(Failure::failed)?;
    if let Some(path) = from.strip_prefix("sqlite://").or_else(|| from.strip_prefix("sqlite:"))
        && !Path::new(path.split('?').next().unwrap_or(path)).exists()
    {
        return Err(Failure::failed(format!("there is no database {path}; check --from")));
    }
    let (source, target) = (Store::open(from).await?, Store::open(to).await?);
    let outcome = match target.migrate().await {
        Ok(()) => backup::copy(&source, &target).await.map_err(Failure::from),
        Err(error) => Err(error.into()),
    };
    source.close().await;
    target.close().await;
    let copied = outcome?;
    print::line(format_args!("copied and compared: {} rows of {} tables", copied.summary.rows, copied.summary.tables))?;
    print::line(format_args!(
        "Start the server with USHER_DATABASE_URL set to the new database and with the same secret key."
    ))?;
    if copied.is_behind {
        return Err(Failure::failed(
            "the source was written to meanwhile, and the copy lacks that: stop the server, empty the target and copy again",
        ));
    }
    Ok(())
}
