//! Copying a live installation's data to another database, of either engine, row by row and compared afterwards.

use super::{
    Error, Pages, Summary, digest_of,
    restore::{Existing, make_room},
};
use crate::store::{
    Conn, Store,
    archive::{self, Table},
};
use std::sync::Arc;

/// What a copy did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How much was copied.
    pub summary: Summary,
    /// Whether the source has been written to since its view was taken: what came later is not in the copy.
    pub is_behind: bool,
}

/// Copies everything as it is, mails that wait included, into a migrated, empty database.
///
/// # Errors
/// Whatever is wrong; the target is unchanged then, and the source is only read.
pub async fn copy(source: &Store, target: &Store) -> Result<Copied, Error> {
    let shared = source.clone();
    let (summary, mark) = target
        .write(move |tx| {
            let source = shared.clone();
            Box::pin(async move {
                let tables = archive::tables(tx).await?;
                make_room(tx, &tables, Existing::Keep).await?;
                let mut view = source.snapshot().await?;
                let theirs = archive::schema(&mut view).await?;
                let ours = archive::schema(tx).await?;
                if ours != theirs {
                    return Err(Error::Schema { version: "in another version".to_owned(), theirs, ours });
                }
                let mark = mark(&mut view).await?;
                let mut summary = Summary::default();
                for table in &tables {
                    summary.rows += copy_table(&mut view, tx, table).await?;
                    summary.tables += 1;
                }
                view.end().await?;
                Ok::<_, Error>((summary, Arc::new(mark)))
            })
        })
        .await?;
    let mut view = source.snapshot().await?;
    let is_behind = self::mark(&mut view).await? != *mark;
    view.end().await?;
    Ok(Copied { summary, is_behind })
}

async fn copy_table(view: &mut Conn, tx: &mut Conn, table: &Table) -> Result<u64, Error> {
    let mut pages = Pages::of(table);
    while let Some(page) = pages.next(view).await? {
        let fits = |row| table.record(row).ok_or_else(|| Error::Mismatch { table: table.name.as_str().to_owned() });
        let records = page.into_iter().map(fits).collect::<Result<Vec<_>, _>>()?;
        archive::insert(tx, table, records).await?;
    }
    if let Some(last) = archive::counter(view, table).await? {
        archive::set_counter(tx, table, last).await?;
    }
    let sent = digest_of(view, table).await?;
    if sent == digest_of(tx, table).await? {
        Ok(sent.0)
    } else {
        Err(Error::Mismatch { table: table.name.as_str().to_owned() })
    }
}

/// What grows whenever something happens: events and audit.
async fn mark(view: &mut Conn) -> Result<Vec<u64>, Error> {
    let mut marks = Vec::new();
    for table in archive::tables(view).await? {
        if archive::counter(view, &table).await?.is_some() {
            marks.push(archive::count(view, &table).await?);
        }
    }
    Ok(marks)
}
