//! People from a CSV file (S34): received and written down, then taken in person by person, so that a crash loses nothing and nobody is
//! added twice.
//!
//! A process works on an import under a lease; what became of a row is written in the transaction that changes its person. A dry run
//! goes the same way and leaves the change out.

mod ending;
mod gathering;
mod groups;
mod plan;
mod receiving;
mod sender;
mod taking;
mod values;
mod viewing;

pub use ending::forget_old;
pub use receiving::submit;
pub use sender::Sender;
pub use viewing::{View, find, reason, report, report_of, tally, view};

use crate::{
    app::{
        App, Error,
        consequences::Notes,
        scene::{Scene, Wording},
        tenants::OPERATOR,
    },
    domain::{
        GroupId, ImportId,
        batch::{self, Column},
        tenant::Tenant,
    },
    store::{
        self, Conn,
        imports::{Import, Row},
    },
};
use groups::Groups;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;
use tokio::{sync::Semaphore, task::JoinSet};

/// Files of at most so many rows are taken in while the sender waits.
const AT_ONCE: usize = 1_000;
/// How long an import belongs to the process that works on it, unless it renews.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How many rows one step looks at.
const STEP: i64 = 200;
/// How many people are written at the same time.
const TOGETHER: usize = 32;
/// How many passwords are hashed at the same time, so that people who sign in are not kept waiting.
const HASHES: usize = 2;

/// What is to be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// People are added and changed.
    TakeIn,
    /// Everything is checked and nothing changes.
    DryRun,
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There are more rows.
    More,
    /// Every row was looked at.
    Done,
    /// Another process has it now.
    Lost,
}

/// Receives a file and takes it in, a long one in the background.
///
/// # Errors
/// `Invalid` when the file can't be read: nothing is taken in then.
pub async fn take_in(app: &App, sender: &Sender, bytes: Vec<u8>, intent: Intent) -> Result<View, Error> {
    let owner = owner(app);
    let (import, rows) = submit(app, sender, bytes, intent, &owner).await?;
    if rows > AT_ONCE {
        release(app, &owner).await?;
        return view(app, &import).await;
    }
    if let Err(error) = run(app, &owner, &import).await {
        // What was received is not lost: the job goes on with it.
        tracing::warn!(error = %error, import.id = %import.id, "an import goes on in the background");
        release(app, &owner).await?;
    }
    view(app, &import).await
}

async fn run(app: &App, owner: &str, import: &Import) -> Result<(), Error> {
    while advance(app, owner, import).await? == Step::More {}
    Ok(())
}

/// A name no other process works under.
#[must_use]
pub fn owner(app: &App) -> String {
    ImportId::generate(&*app.clock, &*app.rng).to_string()
}

/// Takes up an import that nobody works on.
///
/// # Errors
/// The store's.
pub async fn claim(app: &App, owner: &str) -> Result<Option<Import>, Error> {
    let now = app.clock.now();
    let mut reader = app.store.read().await?;
    // A claim is a write, so it is made only when there is something to claim.
    if !store::imports::is_any_due(&mut reader, now).await? {
        return Ok(None);
    }
    drop(reader);
    let (owner, until) = (owner.to_owned(), lease(now));
    let claimed = app.store.write(move |tx| {
        let owner = owner.clone();
        Box::pin(async move { Ok::<_, Error>(store::imports::claim(tx, &owner, now, until).await?) })
    });
    claimed.await
}

/// Gives back what this process works on.
///
/// # Errors
/// The store's.
pub async fn release(app: &App, owner: &str) -> Result<(), Error> {
    let owner = owner.to_owned();
    let released = app.store.write(move |tx| {
        let owner = owner.clone();
        Box::pin(async move { Ok::<_, Error>(store::imports::release(tx, &owner).await?) })
    });
    released.await
}

/// Looks at the next rows; ends the import when there are none.
///
/// # Errors
/// `Busy` and the store's; what was done before stays done, and the step can be repeated.
pub async fn advance(app: &App, owner: &str, import: &Import) -> Result<Step, Error> {
    let (tenant, id, name, until) = (import.tenant, import.id, owner.to_owned(), lease(app.clock.now()));
    let renewed = app.store.write(move |tx| {
        let owner = name.clone();
        Box::pin(async move { Ok::<_, Error>(store::imports::renew(tx, tenant, id, &owner, until).await?) })
    });
    if !renewed.await? {
        return Ok(Step::Lost);
    }
    let mut reader = app.store.read().await?;
    let rows = store::imports::waiting(&mut reader, tenant, id, STEP).await?;
    if rows.is_empty() {
        drop(reader);
        ending::finish(app, import).await?;
        return Ok(Step::Done);
    }
    let batch = Arc::new(Batch::prepare(app, &mut reader, import, &rows).await?);
    drop(reader);
    take_all(&batch, rows).await?;
    app.outbox.notify_one();
    Ok(Step::More)
}

/// Person by person, many at a time.
async fn take_all(batch: &Arc<Batch>, rows: Vec<Row>) -> Result<(), Error> {
    let places = Arc::new(Semaphore::new(TOGETHER));
    let mut people = JoinSet::new();
    for rows in rows.chunk_by(|one, other| one.person == other.person) {
        let (batch, rows, places) = (Arc::clone(batch), rows.to_vec(), Arc::clone(&places));
        people.spawn(async move {
            let _place = places.acquire_owned().await;
            taking::take(&batch, &rows).await
        });
    }
    let mut outcome = Ok(());
    while let Some(ended) = people.join_next().await {
        // Whoever panicked has changed nothing, and the rows still wait.
        let ended = ended.unwrap_or(Err(Error::Busy { retry_after_seconds: 1 }));
        outcome = outcome.and(ended);
    }
    outcome
}

/// What holds for all rows of a step.
struct Batch {
    app: App,
    import: Import,
    columns: Vec<Option<Column>>,
    tenant: Arc<Tenant>,
    root: GroupId,
    groups: Groups,
    hashes: Semaphore,
    now: Timestamp,
}

impl Batch {
    async fn prepare(app: &App, conn: &mut Conn, import: &Import, rows: &[Row]) -> Result<Self, Error> {
        let gone = || Error::NotFound("this tenant is gone".to_owned());
        let tenant = store::tenants::find(conn, import.tenant).await?.ok_or_else(gone)?;
        let root = store::groups::find_root(conn, import.tenant).await?.ok_or_else(gone)?.id;
        let columns = batch::columns_of(&import.header);
        let mut batch = Self {
            app: app.clone(),
            import: import.clone(),
            columns,
            tenant: Arc::new(tenant),
            root,
            groups: Groups::default(),
            hashes: Semaphore::new(HASHES),
            now: app.clock.now(),
        };
        let cells: Vec<_> = rows.iter().filter_map(|row| batch.open(row)).collect();
        let named = cells.iter().filter_map(|cells| batch::cell_of(&batch.columns, cells, Column::GroupIds));
        batch.groups = Groups::find(conn, import.tenant, named).await?;
        Ok(batch)
    }

    /// The cells of a row; none when another secret key sealed them.
    fn open(&self, row: &Row) -> Option<Vec<String>> {
        let sealed = row.sealed.as_deref()?;
        let plain = self.app.keys.open(&context(self.import.id, row.line), sealed).ok()?;
        serde_json::from_str(&plain).ok()
    }

    /// The scene of adding people whom no connection manages.
    fn scene(&self) -> Scene {
        Scene {
            app: self.app.clone(),
            tenant: Arc::clone(&self.tenant),
            connection: None,
            actor: self.import.actor.clone(),
            source: SOURCE,
            now: self.app.clock.now(),
            wording: Wording::Batch,
            generated: None,
            queued: Arc::default(),
            notes: Notes::default(),
        }
    }
}

/// The source of people and mails, as lists name it.
const SOURCE: &str = "csv";

fn lease(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(now)
}

/// What a row is sealed for.
fn context(import: ImportId, line: usize) -> String {
    format!("import {import} line {line}")
}

fn seal(app: &App, import: ImportId, line: usize, cells: &[String]) -> Result<String, Error> {
    app.keys.seal(&*app.rng, &context(import, line), &json!(cells).to_string())
}

/// Who sent it, as the audit trail names them.
fn audit_name(import: &Import) -> String {
    import.user.map_or_else(|| OPERATOR.to_owned(), |user| format!("user:{user}"))
}
