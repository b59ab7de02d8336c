//! `usher import`.

use super::{arguments::Import, failure::Failure, print};
use crate::{
    app::{
        App, Error,
        desk::importing::{self, Intent, Sender, Step, View},
    },
    domain::batch::{Status, Tally},
    store::imports,
};
use std::{
    fs,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// How many rejected rows are printed.
const PRINTED: usize = 50;
/// How wide the bar is.
const BAR: u64 = 30;
/// How often a step is tried again while the database is busy, and after how long.
const PATIENCE: u32 = 30;
const PAUSE: Duration = Duration::from_secs(1);

pub async fn run(app: &App, command: Import) -> Result<(), Failure> {
    let Import { file, place, user, dry_run, report } = command;
    let sender = Sender::in_shell(app, &place.tenant, user.as_deref()).await?;
    let intent = if dry_run { Intent::DryRun } else { Intent::TakeIn };
    let bytes = read(&file)?;
    let view = take_in(app, &sender, bytes, intent).await.map_err(|error| match error {
        Error::Invalid { .. } => Failure::failed(format!("{} can't be imported: {error}", file.display())),
        other => other.into(),
    })?;
    tell(&view)?;
    if let Some(path) = &report {
        write(path, &importing::report_of(app, &view.import).await?)?;
    }
    match view.tally.rejected {
        0 => Ok(()),
        count => Err(Failure::failed(format!(
            "{count} of {} rows were rejected{}",
            view.tally.rows(),
            hint(report.as_ref())
        ))),
    }
}

fn hint(report: Option<&PathBuf>) -> String {
    match report {
        Some(path) => format!("; correct them in {} and import that file", path.display()),
        None => {
            "; correct them and import the file again, or write them to a file of their own with --report".to_owned()
        }
    }
}

/// The file, or stdin for `-`, as far as one is read at all.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::failed(format!("{} can't be read: {error}", file.display()));
    let limit = crate::domain::batch::MAX_BYTES;
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let length = if file == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    if length.map_err(failed)? > limit {
        return Err(Failure::failed(format!(
            "{} is too large: at most {} MiB are read; split it",
            file.display(),
            limit / 1024 / 1024
        )));
    }
    Ok(bytes)
}

/// Does the rows here, so that it works without a server; a bar shows how far it is.
async fn take_in(app: &App, sender: &Sender, bytes: Vec<u8>, intent: Intent) -> Result<View, Error> {
    let owner = importing::owner(app);
    let (import, _) = importing::submit(app, sender, bytes, intent, &owner).await?;
    let bar = Bar::new();
    let worked = work(app, &owner, &import, &bar).await;
    bar.clear();
    if worked.is_err() {
        // A running server goes on with it.
        importing::release(app, &owner).await?;
    }
    worked?;
    importing::view(app, &import).await
}

async fn work(app: &App, owner: &str, import: &imports::Import, bar: &Bar) -> Result<(), Error> {
    let mut patience = PATIENCE;
    loop {
        match importing::advance(app, owner, import).await {
            Ok(Step::More) => patience = PATIENCE,
            Ok(Step::Done) => return Ok(()),
            Ok(Step::Lost) => {
                let message =
                    format!("another process goes on with the import {}; see its result over the API", import.id);
                return Err(Error::Conflict(message));
            }
            // A server beside it holds the database for a moment.
            Err(Error::Busy { .. } | Error::Away(_)) if patience > 0 => {
                patience -= 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
        }
        bar.show(&importing::tally(app, import).await?);
    }
}

/// One line on stderr that is written over and over, on a terminal only.
struct Bar {
    is_shown: bool,
}

impl Bar {
    fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal() }
    }

    fn show(&self, tally: &Tally) {
        if self.is_shown {
            overwrite(&bar(tally));
        }
    }

    fn clear(&self) {
        if self.is_shown {
            overwrite("");
        }
    }
}

fn overwrite(text: &str) {
    // A terminal that went away is no reason to stop.
    let _ = write!(io::stderr().lock(), "\r\x1b[K{text}").and_then(|()| io::stderr().flush());
}

fn bar(tally: &Tally) -> String {
    let (done, rows) = (tally.processed(), tally.rows().max(1));
    let full = (done * BAR / rows).min(BAR);
    let cells: String = (0..BAR).map(|cell| if cell < full { '=' } else { ' ' }).collect();
    format!("[{cells}] {done} of {rows} rows, {} rejected", tally.rejected)
}

/// The numbers, and the rejected rows with the reasons.
fn tell(view: &View) -> Result<(), Failure> {
    if view.import.is_dry_run {
        print::line(format_args!("a dry run: nothing was changed"))?;
    }
    let tally = &view.tally;
    let head = ["rows", "created", "updated", "unchanged", "rejected"];
    let numbers = [tally.rows(), tally.created, tally.updated, tally.unchanged, tally.rejected];
    print::table(&[head.map(str::to_owned).to_vec(), numbers.map(|number| number.to_string()).to_vec()])?;
    let rejected: Vec<&imports::Row> = view.rows.iter().filter(|row| row.outcome.status == Status::Rejected).collect();
    if rejected.is_empty() {
        return Ok(());
    }
    let mut table = vec![["line", "email", "column", "reason"].map(str::to_owned).to_vec()];
    table.extend(rejected.iter().take(PRINTED).map(|row| {
        let outcome = &row.outcome;
        let column = outcome.column.clone().unwrap_or_default();
        vec![outcome.line.to_string(), plain(&row.email), column, plain(outcome.message.as_deref().unwrap_or_default())]
    }));
    print::line(format_args!(""))?;
    print::table(&table)?;
    match rejected.len().saturating_sub(PRINTED) {
        0 => Ok(()),
        more => print::line(format_args!("and {more} more; --report writes them all to a file")),
    }
}

/// Text of a file as a terminal may show it: no control characters, one line, and no longer than helps.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::failed(format!("{} can't be written: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        let tally = |waiting, created, rejected| Tally { waiting, created, rejected, ..Tally::default() };
        assert!(bar(&tally(10, 0, 0)).starts_with("[          "));
        assert_eq!(bar(&tally(5, 4, 1)), "[===============               ] 5 of 10 rows, 1 rejected");
        assert!(bar(&tally(0, 10, 0)).contains("[==============================]"));
        assert!(bar(&Tally::default()).contains("0 of 1 rows"));
    }

    #[test]
    fn a_terminal_gets_no_control_characters() {
        assert_eq!(plain("a\u{1b}[31mb\nc"), "a[31mbc");
    }
}
