//! Transactions and savepoints on a connection, and running a write's closure in one.

use super::{
    Conn, Isolation, StoreError, Work,
    conn::{Failure, Link, Progress},
    dialect,
    pause::pause,
    pool::bounded,
};
use sqlx::{Executor, Postgres, Sqlite};
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::time::Instant;

impl Conn {
    /// Begins a transaction that writes.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        match &self.link {
            // A read that holds nothing sees the same outside of one, and a single statement that writes is a transaction of its own.
            Link::Postgres(lease) if lease.isolation() == Isolation::ReadCommitted => {
                self.unsent = Some(dialect::begin_postgres(lease.isolation()));
            }
            Link::Postgres(lease) => self.control(dialect::begin_postgres(lease.isolation())).await?,
            Link::Sqlite(_) | Link::Lanes(_) | Link::Gone => self.control(dialect::BEGIN_SQLITE).await?,
        }
        self.depth = 1;
        self.settle();
        Ok(())
    }

    /// Sends what begins the open transaction, if that has not been done.
    pub(super) async fn begin_in_earnest(&mut self) -> Result<(), StoreError> {
        let Some(text) = self.unsent.take() else { return Ok(()) };
        self.control(text).await.inspect_err(|_| self.progress.failure = Some(Failure::Transaction))
    }

    /// Begins a transaction that only reads, and sees nothing that is committed after its first statement.
    pub(super) async fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        self.take_seat().await?;
        self.control(dialect::begin_snapshot(self.engine())).await?;
        self.depth = 1;
        self.settle();
        Ok(())
    }

    /// Sets a savepoint inside the open transaction; [`Conn::commit`] and [`Conn::rollback`] end it first.
    pub(super) async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.begin_in_earnest().await?;
        self.control("SAVEPOINT work").await?;
        self.depth += 1;
        Ok(())
    }

    /// Keeps what was done since the savepoint, or commits.
    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        if self.unsent.take().is_none() {
            let done = self.send(if self.depth > 1 { "RELEASE SAVEPOINT work" } else { dialect::COMMIT }).await;
            done.inspect_err(|error| self.progress.failure = Some(dialect::failure(error)))
                .map_err(dialect::store_error)?;
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Undoes what was done since the savepoint, or everything.
    pub(super) async fn rollback(&mut self) -> Result<(), StoreError> {
        if self.depth > 1 {
            self.control("ROLLBACK TO SAVEPOINT work").await?;
            self.settle();
            return self.commit().await;
        }
        if self.unsent.take().is_none() {
            self.control("ROLLBACK").await?;
        }
        self.depth = 0;
        self.settle();
        Ok(())
    }

    /// Undoes the whole transaction, savepoints included.
    pub(super) async fn abandon(&mut self) -> Result<(), StoreError> {
        self.depth = self.depth.min(1);
        if self.depth == 0 { Ok(()) } else { self.rollback().await }
    }

    /// Forgets what happened up to here, and answers it.
    pub(super) fn settle(&mut self) -> Progress {
        std::mem::take(&mut self.progress)
    }

    async fn control(&mut self, text: &'static str) -> Result<(), StoreError> {
        self.send(text).await.map_err(dialect::store_error)
    }

    async fn send(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.statements.keep(text, &[]);
        match &mut self.link {
            Link::Sqlite(link) => link.execute(sqlx::query::<Sqlite>(text)).await.map(drop),
            Link::Postgres(lease) => {
                let outcome = bounded(lease.link()?.execute(sqlx::query::<Postgres>(text))).await;
                lease.ended(outcome).map(drop)
            }
            Link::Lanes(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        }
    }
}

impl Drop for Conn {
    /// A transaction that was left open (its task was aborted) must not go back into the pool. SQLite's writer has no pool.
    fn drop(&mut self) {
        if let (1.., Link::Postgres(link)) = (self.depth, &mut self.link) {
            link.spoil();
        }
    }
}

/// Runs a write's closure once. A panic inside it, and a success reported over a failed statement, are errors.
pub(super) async fn attempt<T, E, F>(work: &F, conn: &mut Conn) -> Result<T, E>
where
    F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync,
    T: Send,
    E: From<StoreError> + Send,
{
    let mut outcome = CatchUnwind(Box::pin(async { work(&mut *conn).await })).await;
    if matches!(outcome, Ok(Ok(_)))
        && let Err(error) = conn.finish().await
    {
        outcome = Ok(Err(E::from(error)));
    }
    conn.forget_waiting();
    match outcome {
        Ok(Ok(_)) if conn.progress.failure.is_some() => Err(E::from(StoreError::spoilt())),
        Ok(outcome) => outcome,
        Err(Panicked) => {
            conn.progress.failure.get_or_insert(Failure::Statement);
            // It may have panicked with a statement under way.
            conn.progress.has_written = true;
            Err(E::from(StoreError::Database(sqlx::Error::Protocol("a write panicked".to_owned()))))
        }
    }
}

/// How often work is tried that other transactions were in the way of.
const TRIES: u32 = 24;

/// Runs a write in a transaction of its own, again after a short pause when another one was in the way.
pub(super) async fn alone<T, E, F>(conn: &mut Conn, work: &F) -> Result<T, E>
where
    F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync,
    T: Send,
    E: From<StoreError> + Send,
{
    let (mut tries, begun) = (1, Instant::now());
    conn.forget_locks();
    loop {
        conn.begin().await.map_err(E::from)?;
        let outcome = match conn.hold_early(begun.elapsed()).await {
            Ok(()) => attempt(work, conn).await,
            Err(error) => Err(E::from(error)),
        };
        let mut failure = conn.progress.failure;
        let outcome = match outcome {
            Ok(value) => conn.commit().await.map(|()| value).map_err(|error| {
                failure = conn.progress.failure;
                E::from(error)
            }),
            failed => failed,
        };
        // A connection that can't even roll back is broken, and its pool will see that.
        let is_usable = outcome.is_ok() || conn.abandon().await.is_ok();
        if failure != Some(Failure::Retryable) || !is_usable || tries == TRIES || begun.elapsed() > conn.patience() {
            if matches!(failure, Some(Failure::Retryable | Failure::Held)) {
                let waited = begun.elapsed().as_millis();
                tracing::warn!(
                    tries,
                    waited_ms = waited,
                    "a write was given up: other writes were in its way for too long"
                );
            }
            return outcome;
        }
        metrics::counter!("usher_transactions_repeated_total").increment(1);
        pause(tries).await;
        tries += 1;
    }
}

struct Panicked;

/// Turns a panic while polling into a value.
struct CatchUnwind<F>(Pin<Box<F>>);

impl<F: Future> Future for CatchUnwind<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Whatever the closure held is dropped, and what it did to the connection is rolled back: nothing half-done is seen again.
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}
