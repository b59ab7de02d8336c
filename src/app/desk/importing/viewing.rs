//! What became of an import, for administrators and for who waits in a shell.

use super::context;
use crate::{
    app::{App, Error, desk::Actor},
    domain::{
        ImportId,
        batch::{self, Outcome, Tally},
    },
    store::{
        self,
        imports::{Import, Listed, Row, Stage},
    },
};

/// An import with what became of its rows so far.
#[derive(Debug, Clone)]
pub struct View {
    /// The file and who sent it.
    pub import: Import,
    /// How many rows stand where.
    pub tally: Tally,
    /// The rows in the order of the file; none while the import runs.
    pub rows: Vec<Row>,
}

impl View {
    /// Whether every row was looked at.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.import.stage == Stage::Done
    }
}

/// An import of the actor's tenant.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn find(app: &App, actor: &Actor, text: &str) -> Result<View, Error> {
    view(app, &known(app, actor, text).await?).await
}

/// What stands where, read now.
///
/// # Errors
/// `NotFound` when it was removed meanwhile.
pub async fn view(app: &App, import: &Import) -> Result<View, Error> {
    let mut reader = app.store.read().await?;
    let found = store::imports::find(&mut reader, import.tenant, import.id).await?;
    let import = found.ok_or_else(|| unknown(&import.id.to_string()))?;
    let tally = store::imports::tally(&mut reader, import.tenant, import.id).await?;
    let rows = match import.stage {
        Stage::Done => store::imports::list(&mut reader, import.tenant, import.id, Listed::Settled).await?,
        Stage::Receiving | Stage::Running => Vec::new(),
    };
    Ok(View { import, tally, rows })
}

/// How many rows stand where, for a progress bar.
///
/// # Errors
/// The store's.
pub async fn tally(app: &App, import: &Import) -> Result<Tally, Error> {
    let mut reader = app.store.read().await?;
    Ok(store::imports::tally(&mut reader, import.tenant, import.id).await?)
}

/// The rejected rows of an import of the actor's tenant as a file, as far as it came.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn report(app: &App, actor: &Actor, text: &str) -> Result<String, Error> {
    report_of(app, &known(app, actor, text).await?).await
}

/// The rejected rows of an import as a file.
///
/// # Errors
/// The store's.
pub async fn report_of(app: &App, import: &Import) -> Result<String, Error> {
    let mut reader = app.store.read().await?;
    let rows = store::imports::list(&mut reader, import.tenant, import.id, Listed::Rejected).await?;
    let rejected = |row: &Row| {
        let plain = row.sealed.as_deref().map(|sealed| app.keys.open(&context(import.id, row.line), sealed));
        let cells = plain.and_then(Result::ok).and_then(|plain| serde_json::from_str(&plain).ok()).unwrap_or_default();
        batch::Rejected { cells, reason: reason(&row.outcome) }
    };
    let rows: Vec<_> = rows.iter().map(rejected).collect();
    Ok(batch::report(import.separator, &import.header, &rows))
}

/// Column and sentence of a rejection, as one line.
#[must_use]
pub fn reason(outcome: &Outcome) -> String {
    let message = outcome.message.as_deref().unwrap_or_default();
    outcome.column.as_ref().map_or_else(|| message.to_owned(), |column| format!("{column}: {message}"))
}

async fn known(app: &App, actor: &Actor, text: &str) -> Result<Import, Error> {
    actor.check_platform()?;
    let id: ImportId = text.parse().map_err(|_| unknown(text))?;
    let mut reader = app.store.read().await?;
    store::imports::find(&mut reader, actor.tenant_id(), id).await?.ok_or_else(|| unknown(text))
}

fn unknown(text: &str) -> Error {
    let shown: String = text.chars().take(64).collect();
    Error::NotFound(format!("there is no import with the id \"{shown}\""))
}
