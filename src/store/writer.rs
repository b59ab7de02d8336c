//! The one writer of SQLite: waiting writes share a commit, so that a hundred of them pay for one flush to disk.
//!
//! A write that fails undoes only itself. As most succeed, a batch runs without savepoints first (each costs two statements); when a
//! write fails that had changed something, the batch is rolled back and runs again with savepoints, and when even those are lost
//! (the disk was full), each runs alone. What ran ahead ([`super::draft`]) is only written here, a batch of nothing else in one go
//! ([`super::turn`]).

use super::{
    Conn, StoreError, Work,
    conn::Failure,
    draft::{self, Draft},
    keys::Marks,
    readers::Readers,
    statements::Statements,
    transaction::attempt,
    turn::Ended,
};
use sqlx::sqlite::SqliteConnectOptions;
use std::{future::Future, pin::Pin, sync::Arc, thread};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

/// So many writes may wait; further ones wait to be allowed to.
const QUEUE: usize = 1024;
/// So many writes share a commit at most.
const BATCH: usize = 256;

/// The way to the writer. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    statements: Arc<Statements>,
    marks: Arc<Marks>,
}

enum Message {
    Write(Box<dyn Job>),
    Lend(oneshot::Sender<Loan>),
    Stop(oneshot::Sender<()>),
}

/// The writer's connection in an open transaction, for a rehearsal. Nothing else is written until it comes back.
pub(super) struct Loan {
    pub(super) conn: Conn,
    pub(super) back: oneshot::Sender<Conn>,
}

impl Writer {
    /// Starts the writer on a connection of its own.
    pub(super) async fn start(options: SqliteConnectOptions, statements: Arc<Statements>) -> Result<Self, StoreError> {
        let marks = Arc::<Marks>::default();
        let (own, shared) = (Arc::clone(&statements), Arc::clone(&marks));
        let mut task = Task { options, statements: own, marks: shared, conn: None, version: None };
        task.connect().await?;
        let (queue, messages) = mpsc::channel(QUEUE);
        // On a thread of its own: it waits for the driver's thread several times a write, and waking a thread that does nothing else costs
        // half of what it costs to find a worker of the runtime for it.
        let runtime = Handle::current();
        let thread = thread::Builder::new().name("usher-writer".to_owned());
        thread
            .spawn(move || runtime.block_on(task.run(messages)))
            .map_err(|error| StoreError::Unavailable(error.into()))?;
        Ok(Self { queue, statements, marks })
    }

    /// Runs a write; it happens even if the caller stops waiting.
    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.enqueue(work, None).await
    }

    /// As `write`, run ahead of its turn.
    pub(super) async fn write_ahead<T, E, F>(&self, readers: &Arc<Readers>, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let draft = Draft::begun(&self.marks);
        let mut conn = Conn::ahead(Arc::clone(readers), Arc::clone(&self.statements), draft);
        let outcome = attempt(&work, &mut conn).await;
        let has_failed = conn.progress.failure.is_some();
        let count = |came_to| metrics::counter!("usher_writes_ahead_total", "came_to" => came_to).increment(1);
        match conn.take_draft().filter(|draft| !has_failed && draft.is_current(&self.marks)) {
            Some(draft) if outcome.is_err() || draft.is_idle() => {
                count("answer");
                outcome
            }
            Some(draft) => {
                count("write");
                self.enqueue(work, Some((draft, outcome))).await
            }
            None => {
                count("nothing");
                self.enqueue(work, None).await
            }
        }
    }

    async fn enqueue<T, E, F>(&self, work: F, ahead: Option<(Draft, Result<T, E>)>) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        let (draft, ahead) = ahead.unzip();
        let job = Box::new(Write { work, draft, outcome: ahead, answer });
        let closed = || E::from(StoreError::closed());
        self.queue.send(Message::Write(job)).await.map_err(|_| closed())?;
        outcome.await.unwrap_or_else(|_| Err(closed()))
    }

    /// How many writes wait.
    pub(super) fn waiting(&self) -> usize {
        self.queue.max_capacity().saturating_sub(self.queue.capacity())
    }

    /// Asks for the writer's connection, in its turn.
    pub(super) async fn lend(&self) -> Result<Loan, StoreError> {
        let (give, lent) = oneshot::channel();
        self.queue.send(Message::Lend(give)).await.map_err(|_| StoreError::closed())?;
        lent.await.map_err(|_| StoreError::closed())
    }

    /// Finishes what waits and closes the connection. Later writes are refused.
    pub(super) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            // An error means that the task is gone already.
            let _ = stopped.await;
        }
    }
}

/// A write of any type.
trait Job: Send {
    /// What it came to ahead of its turn; that is written now, or it runs.
    fn take_draft(&mut self) -> Option<Draft>;
    /// Runs it (again); answers whether its effects are to be kept.
    fn run<'a>(&'a mut self, conn: &'a mut Conn) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;
    /// Tells the caller: how the last run ended, or that what it did couldn't be kept.
    fn answer(self: Box<Self>, failure: Option<StoreError>);
}

struct Write<T, E, F> {
    work: F,
    draft: Option<Draft>,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Write<T, E, F>
where
    F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn take_draft(&mut self) -> Option<Draft> {
        self.draft.take()
    }

    fn run<'a>(&'a mut self, conn: &'a mut Conn) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            let outcome = attempt(&self.work, conn).await;
            let is_kept = outcome.is_ok();
            self.outcome = Some(outcome);
            is_kept
        })
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        let outcome = match (self.outcome, failure) {
            // A write that failed of itself keeps its own reason.
            (Some(Err(error)), _) => Err(error),
            (_, Some(failure)) => Err(E::from(failure)),
            (Some(outcome), None) => outcome,
            (None, None) => Err(E::from(StoreError::spoilt())),
        };
        // The caller may have stopped waiting.
        let _ = self.answer.send(outcome);
    }
}

/// How writes of a batch are kept apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// Not at all: a failed one spoils the batch.
    Shared,
    Savepoints,
}

struct Task {
    options: SqliteConnectOptions,
    statements: Arc<Statements>,
    marks: Arc<Marks>,
    conn: Option<Conn>,
    /// What told that nobody else had written.
    version: Option<i64>,
}

impl Task {
    async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut batch = Vec::new();
        let mut stopped = Vec::new();
        let mut borrowers = Vec::new();
        while messages.recv_many(&mut batch, BATCH).await > 0 {
            gather(&mut messages, &mut batch);
            let mut jobs = Vec::with_capacity(batch.len());
            for message in batch.drain(..) {
                match message {
                    Message::Write(job) => jobs.push(job),
                    Message::Lend(borrower) => borrowers.push(borrower),
                    Message::Stop(done) => {
                        messages.close();
                        stopped.push(done);
                    }
                }
            }
            if !jobs.is_empty() {
                self.settle(jobs).await;
            }
            for borrower in borrowers.drain(..) {
                self.lend(borrower).await;
            }
        }
        if let Some(mut conn) = self.conn.take() {
            super::open::close(&mut conn).await;
        }
        for done in stopped {
            let _ = done.send(());
        }
    }

    /// Runs a batch until every write of it is on disk or has failed, and answers all.
    async fn settle(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let drafts: Vec<Option<Draft>> = jobs.iter_mut().map(|job| job.take_draft()).collect();
        if jobs.len() > 1 || drafts.iter().any(Option::is_some) {
            let mut ended = self.attempt(&mut jobs, drafts, Isolation::Shared).await;
            if matches!(ended, Ended::Overtaken) {
                ended = self.attempt(&mut jobs, Vec::new(), Isolation::Shared).await;
            }
            if matches!(ended, Ended::Spoilt) {
                ended = self.attempt(&mut jobs, Vec::new(), Isolation::Savepoints).await;
            }
            match ended {
                Ended::Committed => return jobs.into_iter().for_each(|job| job.answer(None)),
                Ended::Failed(error) => return jobs.into_iter().for_each(|job| job.answer(Some(error.another()))),
                Ended::Spoilt | Ended::Overtaken => {}
            }
        }
        for job in jobs {
            let mut alone = [job];
            let failure = match self.attempt(&mut alone, Vec::new(), Isolation::Shared).await {
                // A write that spoilt a batch of its own has failed, and says why itself.
                Ended::Committed | Ended::Spoilt | Ended::Overtaken => None,
                Ended::Failed(error) => Some(error),
            };
            let [job] = alone;
            job.answer(failure);
        }
    }

    async fn attempt(&mut self, jobs: &mut [Box<dyn Job>], drafts: Vec<Option<Draft>>, isolation: Isolation) -> Ended {
        if let Err(error) = self.connect().await {
            return Ended::Failed(error);
        }
        let Some(conn) = self.conn.as_mut() else { return Ended::Failed(StoreError::spoilt()) };
        let mut held = hold(drafts, &self.marks);
        let are_all_held = held.len() == jobs.len() && held.iter().all(Option::is_some);
        let ended = match self.version.filter(|_| are_all_held) {
            Some(version) => conn.whole_turn(version, draft::texts(held.into_iter().flatten().collect())).await,
            None => match conn.begin_turn().await {
                Ok(version) => {
                    if self.version.replace(version) != Some(version) {
                        // Another process has written who knows what.
                        self.marks.change(None);
                        held.clear();
                    }
                    transact(conn, part(jobs, held), isolation).await
                }
                Err(error) => Ended::Failed(error),
            },
        };
        self.marks.advance();
        if !matches!(ended, Ended::Committed) && conn.abandon().await.is_err() {
            // SQLite ended the transaction by itself; the driver has lost count, so it starts anew.
            self.conn = None;
        }
        ended
    }

    /// Waits until the connection is back, and undoes all that happened on it. A borrower that gets none is told so by the closed channel.
    async fn lend(&mut self, borrower: oneshot::Sender<Loan>) {
        if self.connect().await.is_err() {
            return;
        }
        let Some(mut conn) = self.conn.take() else { return };
        if conn.begin().await.is_err() {
            return;
        }
        let (back, returned) = oneshot::channel();
        let returned = match borrower.send(Loan { conn, back }) {
            Ok(()) => returned.await.ok(),
            Err(Loan { conn, .. }) => Some(conn),
        };
        // One that was lost or can't roll back is not used again.
        if let Some(mut conn) = returned
            && conn.abandon().await.is_ok()
        {
            self.conn = Some(conn);
        }
    }

    async fn connect(&mut self) -> Result<(), StoreError> {
        if self.conn.is_none() {
            let link = super::connecting::connect(&self.options).await?;
            self.conn = Some(Conn::writer(link, Arc::clone(&self.statements), Arc::clone(&self.marks)));
            self.version = None;
        }
        Ok(())
    }
}

/// Adds what others are about to send: they are let run first where they wait for a processor. A batch that is larger by it costs less than what
/// would follow in one of its own, and nobody waits for anybody who is not ready.
fn gather(messages: &mut mpsc::Receiver<Message>, batch: &mut Vec<Message>) {
    thread::yield_now();
    while batch.len() < BATCH
        && let Ok(message) = messages.try_recv()
    {
        batch.push(message);
    }
}

/// Lets go of the drafts that do not hold any more, and marks what the others change, each for those after it.
fn hold(drafts: Vec<Option<Draft>>, marks: &Marks) -> Vec<Option<Draft>> {
    let is_held = |draft: &Draft| {
        let is_current = draft.is_current(marks);
        if is_current {
            draft.mark(marks);
        }
        is_current
    };
    drafts.into_iter().map(|draft| draft.filter(is_held)).collect()
}

/// A batch: what ran ahead and still holds, and what runs now.
struct Batch<'b> {
    held: Vec<Draft>,
    late: Vec<&'b mut Box<dyn Job>>,
}

/// Parts the drafts that hold from the writes that have to run.
fn part(jobs: &mut [Box<dyn Job>], held: Vec<Option<Draft>>) -> Batch<'_> {
    let mut batch = Batch { held: Vec::with_capacity(held.len()), late: Vec::new() };
    for (job, draft) in jobs.iter_mut().zip(held.into_iter().chain(std::iter::repeat_with(|| None))) {
        match draft {
            Some(draft) => batch.held.push(draft),
            None => batch.late.push(job),
        }
    }
    batch
}

/// Runs the writes in the open transaction and commits; leaves rolling back to the caller.
async fn transact(conn: &mut Conn, batch: Batch<'_>, isolation: Isolation) -> Ended {
    let is_alone = batch.held.is_empty() && batch.late.len() == 1;
    for text in draft::texts(batch.held) {
        if conn.run_silently(text).await.is_err() {
            return Ended::Spoilt;
        }
    }
    for job in batch.late {
        if isolation == Isolation::Savepoints
            && let Err(error) = conn.savepoint().await
        {
            return Ended::Failed(error);
        }
        let is_kept = job.run(conn).await;
        let progress = conn.settle();
        if progress.failure.is_some_and(|failure| failure != Failure::Statement) {
            return Ended::Spoilt;
        }
        match isolation {
            Isolation::Shared if is_kept => {}
            Isolation::Shared if is_alone || progress.has_written => return Ended::Spoilt,
            Isolation::Shared => {}
            Isolation::Savepoints => {
                let done = if is_kept { conn.commit().await } else { conn.rollback().await };
                if let Err(error) = done {
                    return Ended::Failed(error);
                }
            }
        }
    }
    match conn.commit().await {
        Ok(()) => Ended::Committed,
        Err(error) => Ended::Failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Conflict, Store, statement::sql};
    use tokio::sync::Notify;

    async fn add(store: Store, name: &'static str) -> Result<(), StoreError> {
        let insert = move || sql("INSERT INTO epochs (name, value) VALUES ($1, 0)").bind(name).about([]);
        store.write_ahead(move |tx| Box::pin(insert().post(tx))).await
    }

    async fn wait(store: Store, begun: Arc<Notify>, free: Arc<Notify>) -> Result<(), StoreError> {
        let wait = move || {
            let (begun, free) = (Arc::clone(&begun), Arc::clone(&free));
            async move {
                begun.notify_one();
                free.notified().await;
                Ok(())
            }
        };
        store.write(move |_| Box::pin(wait())).await
    }

    #[tokio::test]
    async fn a_draft_that_can_not_be_written_does_no_harm_to_those_it_was_sent_with() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}", folder.path().join("drafts.db").display())).await.unwrap();
        store.migrate().await.unwrap();
        // Before its first turn, the writer takes nothing that ran ahead.
        add(store.clone(), "earlier").await.unwrap();
        let (begun, free) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let obstacle = tokio::spawn(wait(store.clone(), Arc::clone(&begun), Arc::clone(&free)));
        begun.notified().await;
        // There is an "access" already.
        let drafts = ["first", "access", "last"].map(|name| tokio::spawn(add(store.clone(), name)));
        while store.load().writes_waiting < drafts.len() {
            tokio::task::yield_now().await;
        }
        store.record();
        free.notify_one();
        obstacle.await.unwrap().unwrap();
        let [first, access, last] = drafts;
        first.await.unwrap().unwrap();
        assert!(matches!(access.await.unwrap(), Err(StoreError::Conflict(Conflict::Other))));
        last.await.unwrap().unwrap();
        let controls: Vec<String> = store.recorded().into_iter().map(|statement| statement.sql).collect();
        let count = |text: &str| controls.iter().filter(|control| *control == text).count();
        assert_eq!((count("BEGIN IMMEDIATE"), count("ROLLBACK"), count("COMMIT")), (2, 1, 2), "{controls:?}");
        store.close().await;
    }
}
