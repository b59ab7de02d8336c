//! Connections for reading.
//!
//! SQLite has a small pool of its own here: the driver's costs a check of each connection on every return, which is as dear as the
//! read itself.

use super::{Conn, StoreError, conn::Link, connecting, dialect, rehearsal::Stage, statements::Statements};
use sqlx::{PgPool, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many SQLite connections read at a time.
const READERS: u32 = 8;
/// How long a read waits for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The readers of a SQLite file.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<SqliteConnection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Self { options, idle: Mutex::default(), permits }
    }

    pub(super) async fn acquire(self: &Arc<Self>, statements: Arc<Statements>) -> Result<Reader, StoreError> {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| StoreError::Unavailable(sqlx::Error::PoolTimedOut))?
            .map_err(|_| StoreError::Unavailable(sqlx::Error::PoolClosed))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let link = match idle {
            Some(link) => link,
            None => connecting::connect(&self.options).await?,
        };
        Ok(Reader { conn: Conn::sqlite(link, statements), home: Some(Home::Readers(Arc::clone(self), permit)) })
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

/// Where a connection goes back to. PostgreSQL's driver sees to that itself.
#[derive(Debug)]
enum Home {
    Readers(Arc<Readers>, OwnedSemaphorePermit),
    Stage(Arc<Stage>, OwnedSemaphorePermit),
}

impl Reader {
    pub(super) async fn of(pool: &PgPool, statements: Arc<Statements>) -> Result<Self, StoreError> {
        let link = pool.acquire().await.map_err(dialect::store_error)?;
        Ok(Self { conn: Conn::postgres(link, statements), home: None })
    }

    pub(super) fn on(stage: Arc<Stage>, conn: Conn, permit: OwnedSemaphorePermit) -> Self {
        Self { conn, home: Some(Home::Stage(stage, permit)) }
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
        match self.home.take() {
            Some(Home::Readers(readers, _permit)) => {
                // One whose transaction was left open is not worth keeping.
                if let (0, Link::Sqlite(link)) = (self.conn.depth, std::mem::replace(&mut self.conn.link, Link::Gone)) {
                    readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(*link);
                }
            }
            Some(Home::Stage(stage, _permit)) => stage.put_back(std::mem::replace(&mut self.conn, Conn::gone())),
            None => {}
        }
    }
}
