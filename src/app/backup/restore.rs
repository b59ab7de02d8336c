//! Restoring: everything or nothing, in one transaction, and paused: a restored installation mails nobody by itself.

use super::{
    Error, File, Header, Summary, digest_of,
    format::{self, End, TableEnd, TableStart},
    read::{Lines, verify},
};
use crate::app::tenants::OPERATOR;
use crate::store::{
    self, Conn, Store,
    archive::{self, Record, Table},
    audit::{self, Entry},
    pauses::{self, Outgoing, Pause},
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// What happens to what the database holds already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Nothing: a database that holds anything is refused.
    Keep,
    /// It is removed.
    Replace,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The backup's first line.
    pub header: Header,
    /// How much it held.
    pub summary: Summary,
    /// Mails that waited to leave and are held now.
    pub held: u64,
    /// What was there before and is gone.
    pub replaced: Option<String>,
}

/// Filled by the migrations themselves.
const SEEDED: [&str; 1] = ["epochs"];

/// Puts a backup into a migrated database, which must be empty unless it is to be replaced. Mail is paused, mails that waited are held, and
/// nobody is signed in.
///
/// # Errors
/// Whatever is wrong; nothing is changed then.
pub async fn restore(store: &Store, file: File, existing: Existing, now: Timestamp) -> Result<Restored, Error> {
    let header = verify(&file)?;
    let shared = Arc::new((file, header.clone()));
    let (summary, held, replaced) = store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                let (file, header) = &*shared;
                check_schema(tx, header).await?;
                let tables = archive::tables(tx).await?;
                let epoch = store::tenants::epoch(tx).await?;
                let replaced = make_room(tx, &tables, existing).await?;
                let summary = load(tx, &tables, file).await?;
                let held = calm(tx, header, epoch, now).await?;
                Ok::<_, Error>((summary, held, replaced))
            })
        })
        .await?;
    Ok(Restored { header, summary, held, replaced })
}

async fn check_schema(tx: &mut Conn, header: &Header) -> Result<(), Error> {
    let ours = archive::schema(tx).await?;
    if ours == header.schema {
        return Ok(());
    }
    Err(Error::Schema { version: header.version.clone(), theirs: header.schema, ours })
}

/// Answers what was removed, if there was anything.
pub(super) async fn make_room(tx: &mut Conn, tables: &[Table], existing: Existing) -> Result<Option<String>, Error> {
    let mut held = Vec::new();
    for table in tables {
        let rows = archive::count(tx, table).await?;
        if rows > 0 && !SEEDED.contains(&table.name.as_str()) {
            held.push((table.name.as_str(), rows));
        }
    }
    let known = |name: &str| held.iter().find(|(table, _)| *table == name).map_or(0, |(_, rows)| *rows);
    let rows: u64 = held.iter().map(|(_, rows)| rows).sum();
    let holds = format!("tenants {}, people {}, rows in all {rows}", known("tenants"), known("users"));
    if !held.is_empty() && existing == Existing::Keep {
        return Err(Error::NotEmpty { holds });
    }
    for table in tables {
        archive::clear(tx, table).await?;
    }
    Ok((!held.is_empty()).then_some(holds))
}

/// Reads every table and checks that it reads back as it was written.
async fn load(tx: &mut Conn, tables: &[Table], file: &File) -> Result<Summary, Error> {
    let mut missing: BTreeMap<&str, &Table> = tables.iter().map(|table| (table.name.as_str(), table)).collect();
    let mut lines = file.lines()?;
    lines.header()?;
    let mut summary = Summary::default();
    loop {
        let line = lines.expect()?;
        if let Ok(end) = serde_json::from_str::<End>(&line) {
            let whole = missing.is_empty() && (end.tables, end.rows) == (summary.tables, summary.rows);
            return if whole { Ok(summary) } else { Err(Error::broken(lines.number, "counts other tables and rows")) };
        }
        let start: TableStart = format::parse(&line, lines.number, "the beginning of a table")?;
        let unknown = || Error::broken(lines.number, format!("names table {}, which is not known so", start.table));
        let table = missing.remove(start.table.as_str()).ok_or_else(unknown)?;
        let table = table.ordered(start.columns.iter().map(String::as_str)).ok_or_else(unknown)?;
        let end = load_table(tx, &table, &mut lines).await?;
        if let Some(last) = start.counter {
            archive::set_counter(tx, &table, last).await?;
        }
        if digest_of(tx, &table).await? != (end.rows, end.sha256) {
            return Err(Error::Mismatch { table: start.table });
        }
        summary.tables += 1;
        summary.rows += end.rows;
    }
}

async fn load_table(tx: &mut Conn, table: &Table, lines: &mut Lines) -> Result<TableEnd, Error> {
    let mut batch: Vec<Record> = Vec::new();
    loop {
        let line = lines.expect()?;
        if !line.starts_with('[') {
            archive::insert(tx, table, batch).await?;
            return format::parse(&line, lines.number, "the end of a table");
        }
        let cells: Vec<Json> = format::parse(&line, lines.number, "a row")?;
        let record = table
            .record(cells)
            .ok_or_else(|| Error::broken(lines.number, format!("is no row of table {}", table.name.as_str())))?;
        batch.push(record);
        if batch.len() >= archive::batch(table) {
            archive::insert(tx, table, std::mem::take(&mut batch)).await?;
        }
    }
}

/// What keeps a restored installation quiet until somebody has looked at it. Answers how many mails are held.
async fn calm(tx: &mut Conn, header: &Header, epoch: i64, now: Timestamp) -> Result<u64, Error> {
    let reason = format!("restored from the backup of {}", header.at);
    for what in Outgoing::ALL {
        pauses::set(tx, what, &Pause { since: now, reason: reason.clone() }).await?;
    }
    let held = store::held::hold_everything(tx, &reason).await?;
    store::sessions::delete_all(tx).await?;
    // Processes that run on this database drop what they have cached.
    store::tenants::pass_epoch(tx, epoch).await?;
    for tenant in store::tenants::list(tx).await? {
        let entry = Entry {
            actor: OPERATOR.to_owned(),
            action: "installation.restored",
            target: None,
            request_id: None,
            detail: json!({ "backup": header.at }),
        };
        audit::append(tx, tenant.id, now, &[entry]).await?;
    }
    Ok(held)
}
