//! Opening the database, reading, writing.

use super::{Conn, StoreError, Work};

/// Which engine a store runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The open database: a pool of readers and a way to write. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {}

impl Store {
    /// Opens `sqlite://path` (made when missing) or `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// When the URL is of neither kind or the database can't be reached.
    pub async fn open(_url: &str) -> Result<Self, StoreError> {
        todo!()
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        todo!()
    }

    /// Brings the schema up to date; safe when several processes do so at once.
    ///
    /// # Errors
    /// When a migration fails or the database is newer than this program.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// Whether the database answers and its schema is current (for `/readyz`).
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// A connection for reading; derefs to [`Conn`]. Returned to the pool on drop.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read(&self) -> Result<Reader, StoreError> {
        todo!()
    }

    /// Runs `work` in a transaction; its effects are durable before this returns, or there are none. The closure may run more
    /// than once (serialization failures; a shared commit that another write spoilt), so it must have no effect but through the connection.
    ///
    /// # Errors
    /// What `work` returned, or the store's own failure.
    pub async fn write<T, E, F>(&self, _work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        todo!()
    }

    /// Counts the statements this store has run so far (for tests of what a request costs).
    #[must_use]
    pub fn statements(&self) -> u64 {
        todo!()
    }

    /// Waits for writes under way and closes all connections.
    pub async fn close(&self) {
        todo!()
    }

    /// The number that changes when a token, setting or schema changed anywhere (one cheap read).
    ///
    /// # Errors
    /// As for reads.
    pub async fn access_epoch(&self) -> Result<i64, StoreError> {
        todo!()
    }
}

/// A pooled connection for reading.
#[derive(Debug)]
pub struct Reader {}

impl std::ops::Deref for Reader {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        todo!()
    }
}
impl std::ops::DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Conn {
        todo!()
    }
}
