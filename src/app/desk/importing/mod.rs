//! People from a CSV file (S34): received and written down, then taken in person by person, so that a crash loses nothing and nobody is
//! added twice.
//!
//! A process works on an import under a lease; what became of a row is written in the transaction that changes its person. A dry run
//! goes the same way and leaves the change out.

mod gathering;
mod groups;
mod plan;
mod receiving;
mod sender;
mod taking;
mod values;

pub use receiving::submit;
pub use sender::Sender;

use super::Actor;
use crate::{
    app::{
        App, Error,
        effects::{Scene, Wording},
        tenants::OPERATOR,
    },
    domain::{
        GroupId, ImportId,
        batch::{self, Column, Outcome, Tally},
        calendar, mailbox,
        notification::{Clearance, Code, Notification, Status},
        onboarding,
        tenant::Tenant,
        user::State,
    },
    store::{
        self, Conn, audit,
        imports::{Import, Listed, Row, Stage},
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
/// How long results are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// After how long a file that did not arrive whole is given up.
const ABANDONED: SignedDuration = SignedDuration::from_hours(24);
/// How many old imports are removed at a time.
const FORGOTTEN: i64 = 20;

/// What is to be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// People are added and changed.
    TakeIn,
    /// Everything is checked and nothing changes.
    DryRun,
}

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
        finish(app, import).await?;
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

/// Ends the import and tells its sender, once.
async fn finish(app: &App, import: &Import) -> Result<(), Error> {
    let shared = Arc::new((app.clone(), import.clone()));
    let written = app.store.write(move |tx| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { write_end(&shared.0, tx, &shared.1).await })
    });
    written.await?;
    app.outbox.notify_one();
    Ok(())
}

async fn write_end(app: &App, tx: &mut Conn, import: &Import) -> Result<(), Error> {
    let now = calendar::to_millis(app.clock.now());
    if !store::imports::finish(tx, import.tenant, import.id, now).await? || import.is_dry_run {
        return Ok(());
    }
    let tally = store::imports::tally(tx, import.tenant, import.id).await?;
    let entry = audit::Entry {
        actor: audit_name(import),
        action: "import.finished",
        target: Some(import.id.to_string()),
        request_id: import.request_id.clone(),
        detail: json!({
            "rows": tally.rows(),
            "created": tally.created,
            "updated": tally.updated,
            "unchanged": tally.unchanged,
            "rejected": tally.rejected,
        }),
    };
    audit::append(tx, import.tenant, now, &[entry]).await?;
    tell(app, tx, import).await
}

/// The report to who sent the file (E9).
async fn tell(app: &App, tx: &mut Conn, import: &Import) -> Result<(), Error> {
    let Some(user) = import.user else { return Ok(()) };
    let Some(user) = store::users::find(tx, import.tenant, user).await? else { return Ok(()) };
    if user.state != State::Active || mailbox::address_of(&user.document, &user.user_name).is_none() {
        return Ok(());
    }
    let Some(scene) = Scene::of(app, tx, &user, &import.actor, SOURCE).await? else { return Ok(()) };
    let id = import.id.to_string();
    let mut mail = Notification { target: id.clone(), ..scene.mail(&user, Code::E9, id) };
    if let Some(reason) = onboarding::silence(&user, Code::E9, &scene.circumstances(None)) {
        (mail.status, mail.reason) = (Status::Omitted, Some(reason.to_owned()));
    }
    // The mails of the import itself use the budget up; what tells of them must not wait behind them.
    if mail.status == Status::Queued {
        mail.clearance = Clearance::Released;
    }
    store::notifications::insert(tx, &mail).await?;
    Ok(())
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

/// Removes old imports with what became of their rows, and files that never arrived whole; answers how many went.
///
/// # Errors
/// The store's.
pub async fn forget_old(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    let before = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    let (kept, abandoned) = (before(KEPT), before(ABANDONED));
    let forgotten = app.store.write(move |tx| {
        Box::pin(async move {
            let old = store::imports::forget(tx, kept, Stage::Done, FORGOTTEN).await?;
            let lost = store::imports::forget(tx, abandoned, Stage::Receiving, FORGOTTEN).await?;
            Ok::<_, Error>(old + lost)
        })
    });
    forgotten.await
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
