//! Backups: every table as lines of text, the same for both engines, made from one moment's view while the server writes.
//!
//! The first line is a [`format::Header`]; then, table by table, a line naming its columns, a line for each row, and a line with the count and
//! digest of its rows; the last line has the digest of everything before it. The secret key is not in it, only a fingerprint of the key.
//! Everything streams: memory is bounded by a page of rows.

mod error;
mod format;
mod read;
mod restore;
mod transfer;

pub use error::Error;
pub use format::Header;
pub use read::{File, verify};
pub use restore::{Existing, Restored, restore};
pub use transfer::{Copied, copy};

use super::keyring::Keyring;
use crate::{
    domain::Clock,
    store::{
        Conn, Engine, Store,
        archive::{self, Table},
    },
};
use format::{Digest, End, TableEnd, TableStart};
use serde_json::Value as Json;
use std::io::Write;

/// What a backup or a copy holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Tables.
    pub tables: u64,
    /// Rows of all of them.
    pub rows: u64,
}

/// Rows read at a time.
const PAGE: i64 = 200;

/// Writes a backup of this moment.
///
/// # Errors
/// The store's, and the writer's.
pub async fn write(store: &Store, keys: &Keyring, clock: &dyn Clock, out: &mut dyn Write) -> Result<Summary, Error> {
    let mut out = Digesting { out, digest: Digest::default() };
    let mut view = store.snapshot().await?;
    let header = Header {
        usher: "backup".to_owned(),
        format: format::VERSION,
        schema: archive::schema(&mut view).await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine(store.engine()).to_owned(),
        at: clock.now(),
        key: keys.fingerprint(),
    };
    out.line(&header)?;
    let mut summary = Summary::default();
    for table in archive::tables(&mut view).await? {
        summary.rows += write_table(&mut view, &table, &mut out).await?;
        summary.tables += 1;
    }
    view.end().await?;
    let Digesting { out, digest } = out;
    format::write_line(out, &End { tables: summary.tables, rows: summary.rows, sha256: digest.finish() })?;
    out.flush().map_err(Error::Write)?;
    Ok(summary)
}

async fn write_table(view: &mut Conn, table: &Table, out: &mut Digesting<'_>) -> Result<u64, Error> {
    out.line(&TableStart {
        table: table.name.as_str().to_owned(),
        columns: table.columns.iter().map(|column| column.name.as_str().to_owned()).collect(),
        counter: archive::counter(view, table).await?,
    })?;
    let (mut rows, mut digest) = (0, Digest::default());
    let mut pages = Pages::of(table);
    while let Some(page) = pages.next(view).await? {
        for row in &page {
            let line = format::line_of(row)?;
            digest.add(&line);
            out.text(&line)?;
            rows += 1;
        }
    }
    out.line(&TableEnd { rows, sha256: digest.finish() })?;
    Ok(rows)
}

/// Count and digest of a table's rows, as a backup would have them.
async fn digest_of(conn: &mut Conn, table: &Table) -> Result<(u64, String), Error> {
    let (mut rows, mut digest) = (0, Digest::default());
    let mut pages = Pages::of(table);
    while let Some(page) = pages.next(conn).await? {
        for row in &page {
            digest.add(&format::line_of(row)?);
            rows += 1;
        }
    }
    Ok((rows, digest.finish()))
}

/// A table read page by page.
struct Pages<'t> {
    table: &'t Table,
    last: Option<Vec<Json>>,
    is_done: bool,
}

impl<'t> Pages<'t> {
    fn of(table: &'t Table) -> Self {
        Self { table, last: None, is_done: false }
    }

    async fn next(&mut self, conn: &mut Conn) -> Result<Option<Vec<Vec<Json>>>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let page = archive::page(conn, self.table, self.last.as_deref(), PAGE).await?;
        self.is_done = i64::try_from(page.len()).is_ok_and(|count| count < PAGE);
        self.last = page.last().cloned();
        Ok(if page.is_empty() { None } else { Some(page) })
    }
}

/// A writer that digests what passes.
struct Digesting<'w> {
    out: &'w mut dyn Write,
    digest: Digest,
}

impl Digesting<'_> {
    fn line(&mut self, value: &impl serde::Serialize) -> Result<(), Error> {
        self.text(&format::line_of(value)?)
    }

    fn text(&mut self, line: &str) -> Result<(), Error> {
        self.digest.add(line);
        self.out.write_all(line.as_bytes()).map_err(Error::Write)
    }
}

fn engine(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}
