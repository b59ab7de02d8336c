//! Opening the database, reading, writing.

use super::{
    Conn, Reader, StoreError, Work,
    conn::{Link, sql},
    connecting, dialect, draft, locks,
    pool::Pool,
    readers::Readers,
    rehearsal::Stage,
    statements::Statements,
    transaction::alone,
    writer::Writer,
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{fs, io, path::Path, str::FromStr, sync::Arc, time::Duration};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long one process waits for another's writes to a SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// So many statements a connection keeps prepared.
pub(super) const PREPARED: usize = 400;
/// So many connections to PostgreSQL, where nobody says otherwise.
const CONNECTIONS: u32 = 16;

/// Which engine a store runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// A server, version 14 or later.
    Postgres,
}

/// What may differ between installations on PostgreSQL; SQLite has no use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// The most connections of this process.
    pub connections: u32,
    /// How writing transactions are kept apart.
    pub isolation: Isolation,
    /// How long a write may wait for others on PostgreSQL, repeats included.
    pub patience: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { connections: CONNECTIONS, isolation: Isolation::ReadCommitted, patience: locks::PATIENCE }
    }
}

/// How writing transactions of PostgreSQL are kept apart. Every write is made for the first; the other is for tests, which see with it that
/// what PostgreSQL breaks off is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Rows that a decision hangs on are locked.
    ReadCommitted,
    /// PostgreSQL breaks off whatever might not have happened one after the other.
    Serializable,
}

/// The open database: a pool of readers and a way to write. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    pub(super) statements: Arc<Statements>,
}

/// How busy the way to the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Connections at work.
    pub busy: usize,
    /// Connections that wait for work.
    pub idle: usize,
    /// Writes that wait for SQLite's one writer.
    pub writes_waiting: usize,
}

#[derive(Debug, Clone)]
enum Backend {
    Sqlite { options: Box<SqliteConnectOptions>, readers: Arc<Readers>, writer: Writer },
    Postgres(Pool),
    Rehearsal(Arc<Stage>),
}

impl Store {
    /// Opens `sqlite://path` (made when missing) or `postgres://…`, which may list several hosts. Does not migrate.
    ///
    /// # Errors
    /// When the URL is of neither kind or the database can't be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_tuned(url, &Tuning::default()).await
    }

    /// As [`Store::open`], with another tuning than the default.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub async fn open_tuned(url: &str, tuning: &Tuning) -> Result<Self, StoreError> {
        let statements = Arc::<Statements>::default();
        let backend = if url.starts_with("sqlite:") {
            open_sqlite(url, Arc::clone(&statements)).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Backend::Postgres(Pool::open(url, tuning).await?)
        } else {
            let reason = "a database URL begins with sqlite:// or postgres://";
            return Err(StoreError::Database(sqlx::Error::Configuration(reason.into())));
        };
        Ok(Self { backend, statements })
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.backend {
            Backend::Sqlite { .. } => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
            Backend::Rehearsal(ref stage) => stage.engine(),
        }
    }

    /// Whether other processes may serve from the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        dialect::is_shared(self.engine())
    }

    /// Brings the schema up to date; safe when several processes do so at once.
    ///
    /// # Errors
    /// When a migration fails or the database is newer than this program.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite { options, .. } => {
                let mut link = connecting::connect(options).await?;
                let migrated = migrate_sqlite(&mut link).await;
                // What can't be closed is dropped.
                let _ = link.close().await;
                migrated
            }
            Backend::Postgres(pool) => {
                let mut link = pool.connect_for_migration().await?;
                // Takes an advisory lock while it works.
                let migrated = POSTGRES_MIGRATIONS.run_direct(None, &mut link, false).await.map_err(migration_error);
                // What can't be closed is dropped.
                let _ = link.close().await;
                migrated
            }
            // What it stands on is migrated.
            Backend::Rehearsal(_) => Ok(()),
        }
    }

    /// Whether the database answers and its schema is current (for `/readyz`).
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), StoreError> {
        let ours = newest(match self.engine() {
            Engine::Sqlite => &SQLITE_MIGRATIONS,
            Engine::Postgres => &POSTGRES_MIGRATIONS,
        });
        let mut reader = self.read().await?;
        let row = sql("SELECT max(version) FROM _sqlx_migrations WHERE success").row(&mut reader).await?;
        let theirs = row.map(|row| row.fields("_sqlx_migrations").optional_number()).transpose()?.flatten();
        match theirs.unwrap_or(0) {
            theirs if theirs < ours => Err(StoreError::Migration(MigrateError::VersionTooNew(ours, theirs))),
            theirs if theirs > ours => Err(StoreError::Migration(MigrateError::VersionMissing(theirs))),
            _ => Ok(()),
        }
    }

    /// A connection for reading; derefs to [`Conn`]. Returned to the pool on drop.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read(&self) -> Result<Reader, StoreError> {
        let statements = Arc::clone(&self.statements);
        match &self.backend {
            Backend::Sqlite { readers, .. } => Ok(Reader::of_file(readers, statements)),
            Backend::Postgres(pool) => Reader::of(pool, statements).await,
            Backend::Rehearsal(stage) => stage.lend().await,
        }
    }

    /// Runs `work` in a transaction; its effects are durable before this returns, or there are none. The closure may run more
    /// than once (serialization failures; a shared commit that another write spoilt), so it must have no effect but through the connection.
    /// Once begun it runs to its end, even if the caller stops waiting. A statement that fails spoils the transaction on both
    /// engines: whatever `work` returns then, nothing is kept.
    ///
    /// # Errors
    /// What `work` returned, or the store's own failure.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer.write(work).await,
            Backend::Postgres(pool) => {
                let link = pool.acquire().await.map_err(E::from)?;
                let mut conn = Conn::postgres(link, Arc::clone(&self.statements));
                let transaction = tokio::spawn(async move { alone(&mut conn, &work).await });
                transaction.await.unwrap_or_else(|_| Err(E::from(StoreError::Unavailable(sqlx::Error::WorkerCrashed))))
            }
            Backend::Rehearsal(stage) => stage.write(work).await,
        }
    }

    /// As [`Store::write`] for pushes that mostly look at and change the rows of one person, or who of a few is in a group: on SQLite they run
    /// ahead of their turn, beside each other, and again in it only where another write came between; what changes nothing takes no turn.
    ///
    /// # Errors
    /// As for [`Store::write`].
    pub async fn write_ahead<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Conn) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite { readers, writer, .. } => writer.write_ahead(readers, work).await,
            Backend::Postgres(_) | Backend::Rehearsal(_) => self.write(work).await,
        }
    }

    /// Counts the statements this store has run so far (for tests of what a request costs); BEGIN and COMMIT are not among them.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.number()
    }

    /// How busy the way to the database is at this moment.
    #[must_use]
    pub fn load(&self) -> Load {
        match &self.backend {
            Backend::Sqlite { readers, writer, .. } => {
                Load { busy: readers.busy(), idle: readers.idle(), writes_waiting: writer.waiting() }
            }
            Backend::Postgres(pool) => Load { busy: pool.busy(), idle: pool.idle(), writes_waiting: 0 },
            Backend::Rehearsal(_) => Load { busy: 1, idle: 0, writes_waiting: 0 },
        }
    }

    /// How many writes one caller may have under way at a time, so that they share what a commit costs and leave the way free for others. Of
    /// PostgreSQL's connections that is half at most: another request finds one, and nothing of the caller's own waits for one longer than it
    /// has patience.
    #[must_use]
    pub fn writes_abreast(&self) -> usize {
        match &self.backend {
            Backend::Sqlite { .. } => draft::TOGETHER,
            Backend::Postgres(pool) => (pool.size() / 2).clamp(1, draft::TOGETHER),
            // It has one connection, whose writes stand one behind the other.
            Backend::Rehearsal(_) => 1,
        }
    }

    /// Waits for writes under way and closes all connections.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { readers, writer, .. } => {
                writer.stop().await;
                readers.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
            Backend::Rehearsal(stage) => stage.end().await,
        }
    }

    /// A store on which everything can be done and nothing is kept: it ends, undone, with [`Store::close`] or when its last clone is
    /// dropped. On SQLite no other write happens meanwhile; on PostgreSQL none on the rows it touches. So it must be short.
    ///
    /// # Errors
    /// As for writes.
    pub async fn rehearsal(&self) -> Result<Self, StoreError> {
        let stage = match &self.backend {
            Backend::Sqlite { writer, .. } => Stage::borrowed(writer.lend().await?),
            Backend::Postgres(pool) => {
                let link = pool.acquire().await?;
                Stage::begun(Conn::postgres(link, Arc::clone(&self.statements))).await?
            }
            Backend::Rehearsal(_) => return Err(StoreError::closed()),
        };
        Ok(Self { backend: Backend::Rehearsal(Arc::new(stage)), statements: Arc::clone(&self.statements) })
    }

    /// The number that changes when a token, setting or schema changed anywhere (one cheap read).
    ///
    /// # Errors
    /// As for reads.
    pub async fn access_epoch(&self) -> Result<i64, StoreError> {
        let mut reader = self.read().await?;
        let row = sql("SELECT value FROM epochs WHERE name = 'access'").row(&mut reader).await?;
        row.map_or(Ok(0), |row| row.fields("epochs").number())
    }
}

async fn open_sqlite(url: &str, statements: Arc<Statements>) -> Result<Backend, StoreError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(dialect::store_error)?
        .create_if_missing(true)
        .foreign_keys(false)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // Few pages for each of up to ten connections, and no file mapped: each connection maps it for itself, and all of that counts as this
        // process's memory, though it is the system's cache. Measured with 100,000 people, a mapping of 128 MiB saved nothing that could be
        // told from noise (what is not in here is one short call away), and 16 MiB of pages for each connection no more than 4
        // (docs/performance.md).
        .pragma("cache_size", "-4096")
        .pragma("mmap_size", "0")
        .pragma("journal_size_limit", "67108864")
        // As many pages as one table of the journal's index has places for: pages that many commits change go to the database once.
        .pragma("wal_autocheckpoint", "4000")
        .pragma("temp_store", "memory")
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(256)
        .disable_statement_logging();
    keep_private(options.get_filename());
    let writer = Writer::start(options.clone(), statements).await?;
    let readers = Arc::new(Readers::new(options.clone().pragma("query_only", "on")));
    Ok(Backend::Sqlite { options: Box::new(options), readers, writer })
}

/// Makes the file, if it is to be made, for this user alone; the journal files take its permissions. Where that fails, opening says why.
fn keep_private(file: &Path) {
    // A database in memory has a name, but no file.
    if file.to_string_lossy().starts_with("file:") {
        return;
    }
    let mut made = fs::OpenOptions::new();
    made.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut made, 0o600);
    if let Err(error) = made.open(file)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        tracing::debug!(error = %error, "the database file was not made in advance");
    }
}

/// Migrates inside one transaction that keeps other processes out: the driver itself takes no lock on SQLite.
async fn migrate_sqlite(link: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut transaction = link.begin_with(dialect::BEGIN_SQLITE).await.map_err(dialect::store_error)?;
    SQLITE_MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(migration_error)?;
    transaction.commit().await.map_err(dialect::store_error)
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn migration_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => match dialect::store_error(error) {
            StoreError::Database(error) => StoreError::Migration(MigrateError::Execute(error)),
            other => other,
        },
        error => StoreError::Migration(error),
    }
}

/// Closes a connection that belongs to no pool.
pub(super) async fn close(conn: &mut Conn) {
    if let Link::Sqlite(link) = std::mem::replace(&mut conn.link, Link::Gone) {
        // What can't be closed is dropped.
        let _ = link.close().await;
    }
}
