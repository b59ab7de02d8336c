//! Receiving a file: read once, refused as a whole or written down row by row, encrypted, before anything else happens.

use super::{Intent, Sender, lease, seal};
use crate::{
    app::{App, Error},
    domain::{
        ImportId,
        batch::{self, Outcome, Sheet, Status},
        calendar,
    },
    store::{
        self,
        imports::{Import, ROWS, Row, Stage},
    },
};
use std::sync::Arc;
use tokio::task;

/// Writes a file down for `owner`, who works on it from then on; answers how many rows it has.
///
/// # Errors
/// `Invalid` when the file can't be read.
pub async fn submit(
    app: &App,
    sender: &Sender,
    bytes: Vec<u8>,
    intent: Intent,
    owner: &str,
) -> Result<(Import, usize), Error> {
    // A long file takes its time, which the threads of requests have not.
    let read = task::spawn_blocking(move || Sheet::read(&bytes)).await;
    let sheet = read.map_err(|_| Error::Busy { retry_after_seconds: 1 })?;
    let sheet = sheet.map_err(|error| Error::Invalid { field: error.field(), message: error.to_string() })?;
    let import = Import {
        tenant: sender.tenant.id,
        id: ImportId::generate(&*app.clock, &*app.rng),
        stage: Stage::Receiving,
        is_dry_run: intent == Intent::DryRun,
        user: sender.user,
        actor: sender.name.clone(),
        request_id: sender.request_id.clone(),
        separator: sheet.separator,
        header: sheet.header,
        created_at: calendar::to_millis(app.clock.now()),
        finished_at: None,
    };
    insert(app, &import).await?;
    // Rows go in pieces, so that other writes come in between.
    let count = sheet.rows.len();
    let mut rows = sheet.rows.into_iter();
    loop {
        let piece = rows.by_ref().take(ROWS).map(|row| write_down(app, &import, &sheet.columns, row));
        let piece = piece.collect::<Result<Vec<_>, _>>()?;
        if piece.is_empty() {
            break;
        }
        insert_rows(app, &import, piece).await?;
    }
    open(app, &import, owner).await?;
    Ok((Import { stage: Stage::Running, ..import }, count))
}

/// A row as it is kept: sealed until it is taken; of one that is rejected already, without the password.
fn write_down(
    app: &App,
    import: &Import,
    columns: &[Option<batch::Column>],
    mut row: batch::Row,
) -> Result<Row, Error> {
    let outcome = match &row.fault {
        Some(fault) => {
            batch::withhold(columns, &mut row.cells);
            Outcome::rejected(row.line, fault)
        }
        None => Outcome::taken(row.line, Status::Waiting, None),
    };
    let sealed = Some(seal(app, import.id, row.line, &row.cells)?);
    Ok(Row { line: row.line, person: row.first, email: row.email, outcome, sealed })
}

async fn insert(app: &App, import: &Import) -> Result<(), Error> {
    let import = Arc::new(import.clone());
    let written = app.store.write(move |tx| {
        let import = Arc::clone(&import);
        Box::pin(async move { Ok::<_, Error>(store::imports::insert(tx, &import).await?) })
    });
    written.await
}

async fn insert_rows(app: &App, import: &Import, rows: Vec<Row>) -> Result<(), Error> {
    let (tenant, id, rows) = (import.tenant, import.id, Arc::new(rows));
    let written = app.store.write(move |tx| {
        let rows = Arc::clone(&rows);
        Box::pin(async move { Ok::<_, Error>(store::imports::insert_rows(tx, tenant, id, &rows).await?) })
    });
    written.await
}

async fn open(app: &App, import: &Import, owner: &str) -> Result<(), Error> {
    let (tenant, id, owner, until) = (import.tenant, import.id, owner.to_owned(), lease(app.clock.now()));
    let written = app.store.write(move |tx| {
        let owner = owner.clone();
        Box::pin(async move { Ok::<_, Error>(store::imports::open(tx, tenant, id, &owner, until).await?) })
    });
    written.await
}
