//! Connections to PostgreSQL, of which a bounded number is open at a time.
//!
//! Ours, as the driver's pool waits for a server that is away as long as its patience lasts, request by request, and keeps to one host. Here
//! the first request that finds the database away says so once; those after it are refused at once, but for one now and then that tries.

use super::{
    Isolation, StoreError, Tuning, dialect,
    readers::{PATIENCE, permit},
    servers::{Purpose, Servers},
};
use sqlx::{Connection, PgConnection};
use std::{
    future::Future,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{self, Instant},
};

/// A connection that lay idle for longer is tried before it is used.
const FRESH: Duration = Duration::from_secs(5);
/// How long that trial may take.
const TRIAL: Duration = Duration::from_secs(2);
/// A connection that nobody wanted for so long is closed.
const IDLE: Duration = Duration::from_mins(10);
/// A connection this old is not used again, so that servers behind a balancer get their share.
const LIFE: Duration = Duration::from_mins(30);
/// While the database is away, somebody tries again after this time.
const AGAIN: Duration = Duration::from_millis(500);
/// A statement that is not answered for so long never will be: the server would have ended it before.
const SILENCE: Duration = Duration::from_secs(40);
/// How soon an opening pool tries again.
const OPENING: Duration = Duration::from_millis(50);

/// A pool of connections. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    servers: Servers,
    isolation: Isolation,
    patience: Duration,
    size: u32,
    permits: Arc<Semaphore>,
    /// The one used last is at the end.
    idle: Mutex<Vec<Idle>>,
    /// Whether several writes may go as one statement.
    takes_chains: AtomicBool,
    health: Mutex<Health>,
}

#[derive(Debug)]
struct Idle {
    link: PgConnection,
    born: Instant,
    since: Instant,
}

/// What is known of the database.
#[derive(Debug)]
enum Health {
    Sound,
    /// A connection broke; whether the database is away, the next one to connect finds out.
    Suspect(String),
    Away {
        since: Instant,
        /// When somebody may try again.
        again: Instant,
        reason: String,
    },
}

impl Pool {
    /// A pool with its first connection.
    ///
    /// # Errors
    /// When no server lets us in within the patience of a request.
    pub(super) async fn open(url: &str, tuning: &Tuning) -> Result<Self, StoreError> {
        let servers = Servers::parse(url).map_err(dialect::store_error)?;
        let pool = Self(Arc::new(Inner {
            servers,
            isolation: tuning.isolation,
            patience: tuning.patience,
            size: tuning.connections.max(1),
            permits: Arc::new(Semaphore::new(tuning.connections.max(1) as usize)),
            idle: Mutex::default(),
            takes_chains: AtomicBool::new(true),
            health: Mutex::new(Health::Sound),
        }));
        let until = Instant::now() + PATIENCE;
        loop {
            match pool.0.servers.connect(Purpose::Work).await {
                Ok(link) => {
                    let now = Instant::now();
                    pool.0.idle().push(Idle { link, born: now, since: now });
                    return Ok(pool);
                }
                // One that is just starting, or being promoted.
                Err(error) if dialect::is_starting(&error) && Instant::now() < until => time::sleep(OPENING).await,
                Err(error) => return Err(dialect::store_error(error)),
            }
        }
    }

    /// A connection that works, as far as can be known without asking each time.
    ///
    /// # Errors
    /// [`StoreError::Away`] at once while the database is away; [`StoreError::Unavailable`] when all connections stay busy.
    pub(super) async fn acquire(&self) -> Result<Lease, StoreError> {
        let permit = permit(&self.0.permits).await?;
        while let Some(idle) = self.0.pop() {
            if let Some((link, born)) = self.0.tried(idle).await {
                return Ok(self.lease(link, born, permit));
            }
        }
        self.0.may_connect()?;
        match self.0.servers.connect(Purpose::Work).await {
            Ok(link) => {
                self.0.found();
                Ok(self.lease(link, Instant::now(), permit))
            }
            Err(error) => {
                self.0.missed(&error);
                Err(StoreError::Away(error))
            }
        }
    }

    fn lease(&self, link: PgConnection, born: Instant, permit: OwnedSemaphorePermit) -> Lease {
        Lease { link: Some(link), born, state: State::Clean, pool: Arc::clone(&self.0), _permit: permit }
    }

    /// A connection beside the pool that may take its time.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn connect_for_migration(&self) -> Result<PgConnection, StoreError> {
        self.0.servers.connect(Purpose::Migration).await.map_err(dialect::store_error)
    }

    /// How many there may be.
    pub(super) fn size(&self) -> usize {
        self.0.size as usize
    }

    /// How many are at work.
    pub(super) fn busy(&self) -> usize {
        self.size().saturating_sub(self.0.permits.available_permits())
    }

    /// How many lie idle.
    pub(super) fn idle(&self) -> usize {
        self.0.idle().len()
    }

    /// Waits for the work under way and closes all connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.0.permits.acquire_many(self.0.size).await {
            self.0.permits.close();
            all.forget();
        }
        let idle = std::mem::take(&mut *self.0.idle());
        for idle in idle {
            // What can't be closed is dropped.
            let _ = time::timeout(TRIAL, idle.link.close()).await;
        }
    }
}

impl Inner {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection used last; lets go of one that nobody wanted for long.
    fn pop(&self) -> Option<Idle> {
        let mut idle = self.idle();
        let link = idle.pop();
        if idle.first().is_some_and(|oldest| oldest.since.elapsed() > IDLE) {
            drop(idle.remove(0));
        }
        link
    }

    /// The connection, if it is still one.
    async fn tried(&self, mut idle: Idle) -> Option<(PgConnection, Instant)> {
        if idle.since.elapsed() > FRESH {
            let answer = time::timeout(TRIAL, idle.link.ping()).await.unwrap_or_else(|_| Err(silence()));
            if let Err(error) = answer {
                self.broke(&error);
                return None;
            }
        }
        Some((idle.link, idle.born))
    }

    /// Refuses while the database is known to be away, but for one caller now and then.
    fn may_connect(&self) -> Result<(), StoreError> {
        let now = Instant::now();
        match &mut *self.health() {
            Health::Away { again, reason, .. } if now < *again => {
                Err(StoreError::Away(sqlx::Error::Io(io::Error::other(reason.clone()))))
            }
            Health::Away { again, .. } => {
                *again = now + AGAIN;
                Ok(())
            }
            Health::Sound | Health::Suspect(_) => Ok(()),
        }
    }

    /// A connection broke: those that lie idle will hardly be better.
    fn broke(&self, error: &sqlx::Error) {
        let idle = std::mem::take(&mut *self.idle());
        drop(idle);
        tracing::debug!(%error, "a connection to the database broke");
        let mut health = self.health();
        if matches!(*health, Health::Sound) {
            *health = Health::Suspect(error.to_string());
        }
    }

    /// Nobody let us in. Told once.
    fn missed(&self, error: &sqlx::Error) {
        let mut health = self.health();
        let now = Instant::now();
        let since = match &*health {
            Health::Away { since, .. } => *since,
            Health::Sound | Health::Suspect(_) => {
                tracing::error!(%error, "the database is away; requests get 503 until it is back");
                now
            }
        };
        *health = Health::Away { since, again: now + AGAIN, reason: error.to_string() };
    }

    /// Somebody let us in. Told once.
    fn found(&self) {
        match std::mem::replace(&mut *self.health(), Health::Sound) {
            Health::Sound => {}
            Health::Suspect(reason) => tracing::warn!(%reason, "connections to the database broke; new ones work"),
            Health::Away { since, .. } => {
                tracing::warn!(away_seconds = since.elapsed().as_secs(), "the database is back");
            }
        }
    }
}

fn silence() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database did not answer"))
}

/// A connection of the pool; goes back when dropped, unless something was left half-done on it.
#[derive(Debug)]
pub(super) struct Lease {
    link: Option<PgConnection>,
    born: Instant,
    state: State,
    pool: Arc<Inner>,
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    /// A statement is under way: whoever waits for it may be stopped.
    UnderWay,
    /// Not to be used again.
    Spoilt,
}

impl Lease {
    /// How its transactions are kept apart.
    pub(super) fn isolation(&self) -> Isolation {
        self.pool.isolation
    }

    /// How long a write may wait for others.
    pub(super) fn patience(&self) -> Duration {
        self.pool.patience
    }

    /// Whether the server takes several writes as one statement, as far as is known.
    pub(super) fn takes_chains(&self) -> bool {
        self.pool.takes_chains.load(Ordering::Relaxed)
    }

    /// Takes note that it does not. Told once.
    pub(super) fn refuse_chains(&self) {
        if self.pool.takes_chains.swap(false, Ordering::Relaxed) {
            tracing::warn!("the database does not take several writes as one statement; each goes alone from now on");
        }
    }

    /// The connection, to begin a statement on it.
    pub(super) fn link(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        if self.state == State::Spoilt {
            return Err(sqlx::Error::PoolClosed);
        }
        self.state = State::UnderWay;
        self.link.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Takes note of how a statement ended.
    pub(super) fn ended<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        match &outcome {
            Err(error) if dialect::is_outage(error) => {
                self.pool.broke(error);
                self.state = State::Spoilt;
            }
            _ if self.state == State::UnderWay => self.state = State::Clean,
            _ => {}
        }
        outcome
    }

    /// Says that the connection must not be used by anybody else.
    pub(super) fn spoil(&mut self) {
        self.state = State::Spoilt;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let (State::Clean, Some(link)) = (self.state, self.link.take())
            && self.born.elapsed() < LIFE
        {
            self.pool.idle().push(Idle { link, born: self.born, since: Instant::now() });
        }
    }
}

/// The outcome of a statement, which comes, or the connection is dead.
pub(super) async fn bounded<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    time::timeout(SILENCE, statement).await.unwrap_or_else(|_| Err(silence()))
}
