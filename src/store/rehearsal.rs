//! A rehearsal: a store whose reads and writes all happen in one transaction that is never committed.
//!
//! Reads see what the writes before them did; each write stands behind a savepoint, so that one that fails undoes itself alone, as it would
//! in earnest. One connection serves all, so whoever holds a reader must let go of it before the next call.

use super::{Conn, Engine, Reader, StoreError, Work, readers::permit, transaction::attempt, writer::Loan};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Where a rehearsal takes place.
#[derive(Debug)]
pub(super) struct Stage {
    engine: Engine,
    conn: Mutex<Option<Conn>>,
    permits: Arc<Semaphore>,
    /// The way back to SQLite's writer.
    back: Mutex<Option<oneshot::Sender<Conn>>>,
}

impl Stage {
    /// On the connection that SQLite's writer lent.
    pub(super) fn borrowed(loan: Loan) -> Self {
        Self::new(Engine::Sqlite, loan.conn, Some(loan.back))
    }

    /// On a connection of PostgreSQL's pool.
    pub(super) async fn begun(mut conn: Conn) -> Result<Self, StoreError> {
        conn.begin().await?;
        Ok(Self::new(Engine::Postgres, conn, None))
    }

    fn new(engine: Engine, conn: Conn, back: Option<oneshot::Sender<Conn>>) -> Self {
        Self { engine, conn: Mutex::new(Some(conn)), permits: Arc::new(Semaphore::new(1)), back: Mutex::new(back) }
    }

    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    /// The connection, once nobody else has it.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Reader, StoreError> {
        let (conn, permit) = self.take().await?;
        Ok(Reader::on(Arc::clone(self), conn, permit))
    }

    async fn take(&self) -> Result<(Conn, OwnedSemaphorePermit), StoreError> {
        let permit = permit(&self.permits).await?;
        let conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok((conn.ok_or_else(StoreError::closed)?, permit))
    }

    pub(super) fn put_back(&self, conn: Conn) {
        *self.conn.lock().unwrap_or_else(PoisonError::into_inner) = Some(conn);
    }

    /// Runs a write; what it did stays for the rest of the rehearsal.
    pub(super) async fn write<T, E, F>(self: &Arc<Self>, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync,
        T: Send,
        E: From<StoreError> + Send,
    {
        let mut conn = self.lend().await?;
        conn.savepoint().await?;
        let outcome = attempt(&work, &mut conn).await;
        if outcome.is_ok() {
            conn.commit().await?;
        } else {
            conn.rollback().await?;
        }
        outcome
    }

    /// Undoes everything. Later calls are refused.
    pub(super) async fn end(&self) {
        if let Ok((mut conn, _permit)) = self.take().await {
            self.permits.close();
            let back = self.back.lock().unwrap_or_else(PoisonError::into_inner).take();
            match back {
                // The writer rolls back.
                Some(back) => drop(back.send(conn)),
                // What can't be rolled back is closed.
                None => drop(conn.abandon().await),
            }
        }
    }
}

impl Drop for Stage {
    /// A rehearsal that was given up half-way: the writer must have its connection again. PostgreSQL's is closed.
    fn drop(&mut self) {
        let conn = self.conn.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let back = self.back.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(conn), Some(back)) = (conn, back) {
            // Nobody waits for it when the writer has stopped.
            drop(back.send(conn));
        }
    }
}
