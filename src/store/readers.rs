//! Connections for reading.
//!
//! SQLite has a small pool of its own here: the driver's costs a check of each connection on every return, which is as dear as the
//! read itself.

use super::{
    Conn, StoreError, conn::Link, connecting, lanes::Lanes, pool::Pool, rehearsal::Stage, statements::Statements,
};
use sqlx::{SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many SQLite connections read at a time.
const READERS: u32 = 8;
/// How long a request waits for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The right to one connection of several, within the patience of a request.
///
/// # Errors
/// [`StoreError::Unavailable`] when all stay busy, or nobody gives any out any more.
pub(super) async fn permit(permits: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    tokio::time::timeout(PATIENCE, Arc::clone(permits).acquire_owned())
        .await
        .map_err(|_| StoreError::Unavailable(sqlx::Error::PoolTimedOut))?
        .map_err(|_| StoreError::closed())
}

/// The readers of a SQLite file.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    permits: Arc<Semaphore>,
    /// What brief reads share.
    pub(super) lanes: Lanes,
}

/// The right to a connection, and the way back for it.
#[derive(Debug)]
pub(super) struct Seat {
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        let lanes = Lanes::open(&options);
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Self { options, idle: Arc::default(), permits, lanes }
    }

    /// A connection for somebody who can't do with the lanes.
    pub(super) async fn take(&self) -> Result<(SqliteConnection, Seat), StoreError> {
        let permit = permit(&self.permits).await?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let link = match idle {
            Some(link) => link,
            None => connecting::connect(&self.options).await?,
        };
        Ok((link, Seat { idle: Arc::clone(&self.idle), _permit: permit }))
    }

    /// How many read at this moment.
    pub(super) fn busy(&self) -> usize {
        (READERS as usize).saturating_sub(self.permits.available_permits())
    }

    /// How many connections lie idle.
    pub(super) fn idle(&self) -> usize {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Waits for the reads under way and closes all connections.
    pub(super) async fn close(&self) {
        self.lanes.close().await;
        if let Ok(all) = self.permits.acquire_many(READERS).await {
            self.permits.close();
            all.forget();
        }
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for link in idle {
            // What can't be closed is dropped.
            let _ = sqlx::Connection::close(link).await;
        }
    }
}

/// A connection for reading; goes back to its pool when dropped.
#[derive(Debug)]
pub struct Reader {
    conn: Conn,
    home: Option<Home>,
}

/// Where the connection of a rehearsal goes back to.
type Home = (Arc<Stage>, OwnedSemaphorePermit);

impl Reader {
    pub(super) fn of_file(readers: &Arc<Readers>, statements: Arc<Statements>) -> Self {
        Self { conn: Conn::new(Link::Lanes(Arc::clone(readers)), statements), home: None }
    }

    pub(super) async fn of(pool: &Pool, statements: Arc<Statements>) -> Result<Self, StoreError> {
        let link = pool.acquire().await?;
        Ok(Self { conn: Conn::postgres(link, statements), home: None })
    }

    pub(super) fn on(stage: Arc<Stage>, conn: Conn, permit: OwnedSemaphorePermit) -> Self {
        Self { conn, home: Some((stage, permit)) }
    }
}

impl std::ops::Deref for Reader {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl std::ops::DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some((stage, _permit)) = self.home.take() {
            stage.put_back(std::mem::replace(&mut self.conn, Conn::gone()));
            return;
        }
        // PostgreSQL's driver sees to it itself. One whose transaction was left open is not worth keeping.
        if let (Some(seat), 0) = (self.conn.seat.take(), self.conn.depth)
            && let Link::Sqlite(link) = std::mem::replace(&mut self.conn.link, Link::Gone)
        {
            seat.idle.lock().unwrap_or_else(PoisonError::into_inner).push(*link);
        }
    }
}
