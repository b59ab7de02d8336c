//! The seam: one connection of either engine, statements with `$1` placeholders, typed values going in.
//!
//! Nothing else in the store knows a driver. What comes back is in `row`, what differs between the engines in `dialect`.

pub(super) use super::{
    statement::{Builder, CHUNK, Column, Statement, changed, sql},
    value::{Bind, Value},
};

use super::{
    Engine, StoreError, chain, dialect,
    draft::Draft,
    driver::{execute_postgres, execute_sqlite, rows_postgres, rows_sqlite, several_sqlite, silent_sqlite},
    keys::{Key, Marks},
    locks::Locks,
    pool::Lease,
    readers::{Readers, Seat},
    row::Row,
    statement::{Errand, Keep, Rows},
    statements::Statements,
};
use sqlx::SqliteConnection;
use std::sync::Arc;
use tokio::time::Instant;

/// A connection or a transaction of either engine.
#[derive(Debug)]
pub struct Conn {
    pub(super) link: Link,
    pub(super) statements: Arc<Statements>,
    /// 0 outside of a transaction, 1 in one, 2 behind a savepoint in it.
    pub(super) depth: u8,
    pub(super) progress: Progress,
    /// What begins the transaction that is open, where nothing has needed one so far (PostgreSQL).
    pub(super) unsent: Option<&'static str>,
    /// Statements of a transaction that nobody waits for; they run together, on SQLite with the next one, or before the commit.
    waiting: Vec<Statement>,
    /// The right to a SQLite connection of the readers.
    pub(super) seat: Option<Seat>,
    /// The rows a write on PostgreSQL holds, and how long it has waited for them.
    pub(super) locks: Locks,
    /// A write that runs ahead of its turn.
    draft: Option<Box<Draft>>,
    /// Where SQLite's writer says what it changes.
    marks: Option<Arc<Marks>>,
}

/// The driver's connection.
#[derive(Debug)]
pub(super) enum Link {
    Sqlite(Box<SqliteConnection>),
    /// None of its own yet: brief reads go by a lane, anything else fetches one.
    Lanes(Arc<Readers>),
    Postgres(Box<Lease>),
    /// Given back to its pool, or closed.
    Gone,
}

/// What has happened in the transaction that is open.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// A statement has changed something.
    pub(super) has_written: bool,
    /// A statement failed, so that nothing can be kept (PostgreSQL allows nothing else, so neither do we on SQLite).
    pub(super) failure: Option<Failure>,
}

/// How bad a failed statement is for the transaction around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The statement was undone; on SQLite a savepoint still holds.
    Statement,
    /// The whole transaction may be gone.
    Transaction,
    /// Another transaction was in the way; the same work may succeed at once.
    Retryable,
    /// Another transaction held a row for as long as this one may wait.
    Held,
}

impl Conn {
    pub(super) fn new(link: Link, statements: Arc<Statements>) -> Self {
        Self {
            link,
            statements,
            depth: 0,
            progress: Progress::default(),
            unsent: None,
            waiting: Vec::new(),
            seat: None,
            locks: Locks::default(),
            draft: None,
            marks: None,
        }
    }

    pub(super) fn sqlite(link: SqliteConnection, statements: Arc<Statements>) -> Self {
        Self::new(Link::Sqlite(Box::new(link)), statements)
    }

    /// SQLite's writer.
    pub(super) fn writer(link: SqliteConnection, statements: Arc<Statements>, marks: Arc<Marks>) -> Self {
        let mut conn = Self::sqlite(link, statements);
        conn.marks = Some(marks);
        conn
    }

    /// No connection at all, but for a write that runs ahead of its turn.
    pub(super) fn ahead(readers: Arc<Readers>, statements: Arc<Statements>, draft: Draft) -> Self {
        let mut conn = Self::new(Link::Lanes(readers), statements);
        conn.draft = Some(Box::new(draft));
        conn.depth = 1;
        conn
    }

    /// What running ahead came to.
    pub(super) fn take_draft(&mut self) -> Option<Draft> {
        self.draft.take().map(|draft| *draft)
    }

    pub(super) fn postgres(link: Lease, statements: Arc<Statements>) -> Self {
        Self::new(Link::Postgres(Box::new(link)), statements)
    }

    /// What is left of a connection that was taken elsewhere.
    pub(super) fn gone() -> Self {
        Self::new(Link::Gone, Arc::default())
    }

    /// Fetches a connection of its own, where the lanes have done so far.
    pub(super) async fn take_seat(&mut self) -> Result<(), StoreError> {
        if let Some(draft) = &mut self.draft {
            return Err(draft.end());
        }
        if let Link::Lanes(readers) = &self.link {
            let (link, seat) = readers.take().await?;
            self.link = Link::Sqlite(Box::new(link));
            self.seat = Some(seat);
        }
        Ok(())
    }

    /// Which engine this is a connection of.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Postgres(_) => Engine::Postgres,
            Link::Sqlite(_) | Link::Lanes(_) | Link::Gone => Engine::Sqlite,
        }
    }

    /// Refuses to go on in a transaction that can't be kept, and counts.
    fn admit(&self, statement: &Statement) -> Result<(), StoreError> {
        if self.progress.failure.is_some() {
            return Err(StoreError::spoilt());
        }
        self.statements.note(statement.sql.as_str(), &statement.values);
        Ok(())
    }

    /// Says what was changed.
    fn mark(&self, about: Option<&[Key]>) {
        if let Some(marks) = &self.marks {
            marks.change(about);
        }
    }

    /// Runs a brief read by a lane, with one for what belongs to its rows; nothing where it can't go by one.
    async fn by_lane(&mut self, one: &Statement, other: Option<&Statement>) -> Option<Result<Rows, StoreError>> {
        let Link::Lanes(readers) = &self.link else { return None };
        if let Some(draft) = &mut self.draft {
            match draft.look(one) {
                Err(error) => return Some(Err(error)),
                Ok(Some(rows)) if other.is_none() => return Some(Ok((rows, Vec::new()))),
                Ok(_) => {}
            }
        } else if !one.is_brief {
            return None;
        }
        if let Err(error) = self.admit(one) {
            return Some(Err(error));
        }
        if let Some(other) = other {
            self.statements.keep(other.sql.as_str(), &other.values);
        }
        let rows = readers.lanes.run(Errand([Some(one), other].into_iter().flatten().cloned().collect())).await;
        if let (Err(_), Some(draft)) = (&rows, &mut self.draft) {
            draft.end();
        }
        Some(rows.map(|rows| {
            let mut rows = rows.into_iter();
            (rows.next().unwrap_or_default(), rows.next().unwrap_or_default())
        }))
    }

    /// Whether this is a write that runs ahead of its turn, which may ask no more of what it writes than that it is written.
    pub(super) fn is_ahead(&self) -> bool {
        self.draft.is_some()
    }

    /// Reads in one go what a write that runs ahead of its turn is going to look at, which then finds it at hand. Any other write looks when it
    /// comes to it.
    pub(super) async fn foresee(&mut self, reads: Vec<Statement>) -> Result<(), StoreError> {
        let (Link::Lanes(readers), Some(draft)) = (&self.link, &mut self.draft) else { return Ok(()) };
        for read in &reads {
            self.statements.note(read.sql.as_str(), &read.values);
        }
        let rows = readers.lanes.run(Errand(reads.clone())).await.inspect_err(|_| drop(draft.end()))?;
        draft.foresee(reads.into_iter().zip(rows));
        Ok(())
    }

    /// Runs the statements of a text, which have been counted already, and that nobody wants an answer of.
    pub(super) async fn run_silently(&mut self, text: Vec<Statement>) -> Result<(), StoreError> {
        let Link::Sqlite(link) = &mut self.link else { return Err(StoreError::spoilt()) };
        let (_, failure) = silent_sqlite(link, text).await;
        self.record(failure.map_or(Ok(()), Err))
    }

    /// Runs what waits.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.begin_in_earnest().await?;
        self.finish().await
    }

    /// Runs what waits before a commit. Where that is all a transaction writes, and one statement, it needs none around it.
    pub(super) async fn finish(&mut self) -> Result<(), StoreError> {
        if !matches!(self.link, Link::Postgres(_)) {
            return if self.waiting.is_empty() { Ok(()) } else { self.together(None, None).await.map(drop) };
        }
        if self.progress.failure.is_some() {
            return Err(StoreError::spoilt());
        }
        self.limit_wait().await?;
        let waiting = std::mem::take(&mut self.waiting);
        let is_chain = waiting.len() > 1;
        let (Some(statement), Link::Postgres(lease)) = (chain::of(waiting), &mut self.link) else { return Ok(()) };
        let outcome = execute_postgres(lease, statement).await;
        let is_refused = is_chain && outcome.as_ref().is_err_and(dialect::is_missing_feature);
        if is_refused {
            lease.refuse_chains();
        }
        self.progress.has_written = true;
        let done = self.record(outcome).map(drop);
        if is_refused {
            self.progress.failure = Some(Failure::Retryable);
        }
        done
    }

    /// Forgets what waits: the work it belongs to has failed.
    pub(super) fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Runs what waits, then these, as one text; answers the rows of each of the two.
    async fn together(&mut self, one: Option<Statement>, other: Option<Statement>) -> Result<Rows, StoreError> {
        let waiting = Statement::gather(std::mem::take(&mut self.waiting));
        let silent = waiting.len();
        let joined = Statement::join(waiting.into_iter().chain(one).chain(other));
        let outcome = match &mut self.link {
            Link::Sqlite(link) => several_sqlite(link, joined, silent).await,
            Link::Lanes(_) | Link::Postgres(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        let (rows, touched) = self.record(outcome)?;
        self.progress.has_written |= touched > 0;
        let mut rows = rows.into_iter();
        Ok((rows.next().unwrap_or_default(), rows.next().unwrap_or_default()))
    }

    /// Runs errands of one wording as one text; answers the rows of each statement of each.
    pub(super) async fn carry(&mut self, errands: Vec<Errand>) -> Result<Vec<Vec<Vec<Row>>>, StoreError> {
        let lengths: Vec<usize> = errands.iter().map(|errand| errand.0.len()).collect();
        let joined = Statement::join(errands.into_iter().flat_map(|errand| errand.0));
        let Link::Sqlite(link) = &mut self.link else { return Err(StoreError::spoilt()) };
        let (rows, _) = several_sqlite(link, joined, 0).await.map_err(dialect::store_error)?;
        let mut rows = rows.into_iter();
        Ok(lengths.into_iter().map(|length| rows.by_ref().take(length).collect()).collect())
    }

    pub(super) fn record<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            if self.depth > 0 {
                self.progress.failure = Some(dialect::failure(&error));
            }
            dialect::store_error(error)
        })
    }
}

impl Statement {
    /// Runs it and answers how many rows it touched.
    pub(super) async fn execute(self, conn: &mut Conn) -> Result<u64, StoreError> {
        conn.take_seat().await?;
        conn.begin_in_earnest().await?;
        conn.flush().await?;
        conn.limit_wait().await?;
        conn.admit(&self)?;
        let about = self.about.clone();
        let outcome = match &mut conn.link {
            Link::Sqlite(link) => execute_sqlite(link, self).await,
            Link::Postgres(link) => execute_postgres(link, self).await,
            Link::Lanes(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        let touched = conn.record(outcome)?;
        if touched > 0 {
            conn.progress.has_written = true;
            conn.mark(about.as_deref());
        }
        Ok(touched)
    }

    /// Runs it before whatever comes next in the transaction, where nobody needs its answer. It waits for company, because the way to SQLite's
    /// driver or to a server and back costs more than the statement; what it has to complain of then comes with the next one, or at the end.
    pub(super) async fn post(self, conn: &mut Conn) -> Result<(), StoreError> {
        if let Some(draft) = &mut conn.draft {
            conn.statements.note(self.sql.as_str(), &self.values);
            return draft.write(self);
        }
        let can_wait = match conn.link {
            Link::Sqlite(_) => self.keep == Keep::Prepared,
            Link::Postgres(ref lease) => lease.takes_chains(),
            Link::Lanes(_) | Link::Gone => false,
        };
        if !can_wait || conn.depth == 0 {
            return self.execute(conn).await.map(drop);
        }
        if conn.engine() == Engine::Postgres && !chain::admits(&conn.waiting, &self) {
            conn.flush().await?;
        }
        conn.admit(&self)?;
        conn.mark(self.about.as_deref());
        conn.waiting.push(self);
        Ok(())
    }

    /// All rows.
    pub(super) async fn rows(self, conn: &mut Conn) -> Result<Vec<Row>, StoreError> {
        if let Some(rows) = conn.by_lane(&self, None).await {
            return rows.map(|(rows, _)| rows);
        }
        conn.take_seat().await?;
        if self.keep == Keep::Once || conn.engine() == Engine::Postgres {
            conn.flush().await?;
        }
        let begun = if self.is_holding {
            conn.begin_in_earnest().await?;
            Some(Instant::now())
        } else {
            None
        };
        conn.limit_wait().await?;
        conn.admit(&self)?;
        if !conn.waiting.is_empty() {
            let (rows, _) = conn.together(Some(self), None).await?;
            return Ok(rows);
        }
        let outcome = match &mut conn.link {
            Link::Sqlite(link) => rows_sqlite(link, self).await,
            Link::Postgres(link) => rows_postgres(link, self).await,
            Link::Lanes(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        match begun {
            Some(begun) => conn.record_wait(begun, outcome),
            None => conn.record(outcome),
        }
    }

    /// All rows, and those of another statement for what belongs to them, which does not need to know them; on SQLite in one go, on PostgreSQL
    /// only where one of the rows has something that belongs to it.
    pub(super) async fn rows_with(
        self,
        other: Self,
        has_more: impl Fn(&Row) -> bool,
        conn: &mut Conn,
    ) -> Result<Rows, StoreError> {
        if let Some(rows) = conn.by_lane(&self, Some(&other)).await {
            return rows;
        }
        conn.take_seat().await?;
        let can_join =
            matches!(conn.link, Link::Sqlite(_)) && self.keep == Keep::Prepared && other.keep == Keep::Prepared;
        if !can_join {
            let rows = self.rows(conn).await?;
            let others = if rows.iter().any(has_more) { other.rows(conn).await? } else { Vec::new() };
            return Ok((rows, others));
        }
        conn.admit(&self)?;
        conn.statements.keep(other.sql.as_str(), &other.values);
        conn.together(Some(self), Some(other)).await
    }

    /// All rows of a statement that changes what it returns.
    pub(super) async fn changed_rows(self, conn: &mut Conn) -> Result<Vec<Row>, StoreError> {
        if let Some(draft) = &mut conn.draft {
            return Err(draft.end());
        }
        conn.begin_in_earnest().await?;
        let about = self.about.clone();
        let rows = self.rows(conn).await?;
        if !rows.is_empty() {
            conn.progress.has_written = true;
            conn.mark(about.as_deref());
        }
        Ok(rows)
    }

    /// The first row.
    pub(super) async fn row(self, conn: &mut Conn) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(conn).await?.into_iter().next())
    }

    /// The number in the first column of the first row; 0 without one.
    pub(super) async fn number(self, conn: &mut Conn) -> Result<u64, StoreError> {
        let Some(row) = self.row(conn).await? else { return Ok(0) };
        Ok(u64::try_from(row.fields("count").number()?).unwrap_or(0))
    }
}
