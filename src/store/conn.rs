//! The seam: one connection of either engine, statements with `$1` placeholders, typed values going in.
//!
//! Nothing else in the store knows a driver. What comes back is in `row`, what differs between the engines in `dialect`.

pub(super) use super::value::{Bind, Value};

use super::{
    Engine, StoreError,
    archive::Name,
    dialect,
    pool::{Lease, bounded},
    readers::{Readers, Seat},
    row::Row,
    statements::Statements,
};
use futures_util::StreamExt;
use sqlx::{
    Arguments, AssertSqlSafe, Either, Executor, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
    postgres::PgArguments, query::Query, sqlite::SqliteArguments,
};
use std::sync::Arc;

/// A connection or a transaction of either engine.
#[derive(Debug)]
pub struct Conn {
    pub(super) link: Link,
    pub(super) statements: Arc<Statements>,
    /// 0 outside of a transaction, 1 in one, 2 behind a savepoint in it.
    pub(super) depth: u8,
    pub(super) progress: Progress,
    /// Statements of a SQLite transaction that nobody waits for; they run together with the next one, or before the commit.
    waiting: Vec<Statement>,
    /// The right to a SQLite connection of the readers.
    pub(super) seat: Option<Seat>,
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
}

impl Conn {
    pub(super) fn new(link: Link, statements: Arc<Statements>) -> Self {
        Self { link, statements, depth: 0, progress: Progress::default(), waiting: Vec::new(), seat: None }
    }

    pub(super) fn sqlite(link: SqliteConnection, statements: Arc<Statements>) -> Self {
        Self::new(Link::Sqlite(Box::new(link)), statements)
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

    /// Runs what waits.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() { Ok(()) } else { self.together(None, None).await.map(drop) }
    }

    /// Forgets what waits: the work it belongs to has failed.
    pub(super) fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Runs what waits, then these, as one text; answers the rows of each of the two.
    async fn together(&mut self, one: Option<Statement>, other: Option<Statement>) -> Result<Rows, StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
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

    /// Runs errands of one wording as one text; answers the rows of each.
    pub(super) async fn carry(&mut self, errands: Vec<Errand>) -> Result<Vec<Rows>, StoreError> {
        let is_paired = errands.first().is_some_and(|errand| errand.other.is_some());
        let joined = Statement::join(errands.into_iter().flat_map(|errand| [Some(errand.one), errand.other]).flatten());
        let Link::Sqlite(link) = &mut self.link else { return Err(StoreError::spoilt()) };
        let (rows, _) = several_sqlite(link, joined, 0).await.map_err(dialect::store_error)?;
        let mut rows = rows.into_iter().peekable();
        let mut carried = Vec::new();
        while let Some(one) = rows.next() {
            carried.push((one, rows.next_if(|_| is_paired).unwrap_or_default()));
        }
        Ok(carried)
    }

    fn record<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            if self.depth > 0 {
                self.progress.failure = Some(dialect::failure(&error));
            }
            dialect::store_error(error)
        })
    }
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    sql: SqlStr,
    values: Vec<Value>,
    keep: Keep,
    /// An index answers it with few rows.
    is_brief: bool,
}

/// The rows of a statement, and those of one for what belongs to them.
pub(super) type Rows = (Vec<Row>, Vec<Row>);

/// A brief read, and one for what belongs to its rows.
#[derive(Debug, Clone)]
pub(super) struct Errand {
    one: Statement,
    other: Option<Statement>,
}

impl Errand {
    /// Whether two differ by nothing but their values.
    pub(super) fn is_worded_like(&self, other: &Self) -> bool {
        let belonging = self.other.as_ref().map(|statement| statement.sql.as_str());
        self.one.sql == other.one.sql && belonging == other.other.as_ref().map(|statement| statement.sql.as_str())
    }
}

/// Whether the connection keeps a statement prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Prepared,
    /// For texts of ever changing length, which would push the others out.
    Once,
}

/// A statement written in full.
pub(super) fn sql(text: &'static str) -> Statement {
    Statement { sql: text.into_sql_str(), values: Vec::new(), keep: Keep::Prepared, is_brief: false }
}

impl Statement {
    /// Adds the value of the next placeholder.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Says that an index answers it with few rows, so that it may share its way with others.
    pub(super) fn brief(self) -> Self {
        Self { is_brief: true, ..self }
    }

    /// Runs it and answers how many rows it touched.
    pub(super) async fn execute(self, conn: &mut Conn) -> Result<u64, StoreError> {
        conn.take_seat().await?;
        conn.flush().await?;
        conn.admit(&self)?;
        let is_kept = self.keep == Keep::Prepared;
        let outcome = match &mut conn.link {
            Link::Sqlite(link) => execute_sqlite(link, self.sql, self.values, is_kept).await,
            Link::Postgres(link) => execute_postgres(link, self.sql, self.values, is_kept).await,
            Link::Lanes(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        let touched = conn.record(outcome)?;
        conn.progress.has_written |= touched > 0;
        Ok(touched)
    }

    /// Runs it before whatever comes next in the transaction, where nobody needs its answer. On SQLite it waits for company, because the
    /// way to the driver's thread and back costs more than the statement; what it has to complain of then comes with the next one.
    pub(super) async fn post(self, conn: &mut Conn) -> Result<(), StoreError> {
        let can_wait = matches!(conn.link, Link::Sqlite(_)) && conn.depth > 0 && self.keep == Keep::Prepared;
        if !can_wait {
            return self.execute(conn).await.map(drop);
        }
        conn.admit(&self)?;
        conn.waiting.push(self);
        Ok(())
    }

    /// All rows.
    pub(super) async fn rows(self, conn: &mut Conn) -> Result<Vec<Row>, StoreError> {
        if let (Link::Lanes(readers), true) = (&conn.link, self.is_brief) {
            conn.admit(&self)?;
            return Ok(readers.lanes.run(Errand { one: self, other: None }).await?.0);
        }
        conn.take_seat().await?;
        if self.keep == Keep::Once {
            conn.flush().await?;
        }
        conn.admit(&self)?;
        if !conn.waiting.is_empty() {
            let (rows, _) = conn.together(Some(self), None).await?;
            return Ok(rows);
        }
        let is_kept = self.keep == Keep::Prepared;
        let outcome = match &mut conn.link {
            Link::Sqlite(link) => rows_sqlite(link, self.sql, self.values, is_kept).await,
            Link::Postgres(link) => rows_postgres(link, self.sql, self.values, is_kept).await,
            Link::Lanes(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        conn.record(outcome)
    }

    /// All rows, and those of another statement for what belongs to them, which does not need to know them; on SQLite in one go.
    pub(super) async fn rows_with(self, other: Self, conn: &mut Conn) -> Result<Rows, StoreError> {
        if let (Link::Lanes(readers), true) = (&conn.link, self.is_brief) {
            conn.admit(&self)?;
            conn.statements.keep(other.sql.as_str(), &other.values);
            return readers.lanes.run(Errand { one: self, other: Some(other) }).await;
        }
        conn.take_seat().await?;
        let can_join =
            matches!(conn.link, Link::Sqlite(_)) && self.keep == Keep::Prepared && other.keep == Keep::Prepared;
        if !can_join {
            let rows = self.rows(conn).await?;
            let others = if rows.is_empty() { Vec::new() } else { other.rows(conn).await? };
            return Ok((rows, others));
        }
        conn.admit(&self)?;
        conn.statements.keep(other.sql.as_str(), &other.values);
        conn.together(Some(self), Some(other)).await
    }

    /// All rows of a statement that changes what it returns.
    pub(super) async fn changed_rows(self, conn: &mut Conn) -> Result<Vec<Row>, StoreError> {
        let rows = self.rows(conn).await?;
        conn.progress.has_written |= !rows.is_empty();
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

    /// One text of several statements, the placeholders of each numbered on from those before.
    fn join(statements: impl Iterator<Item = Self>) -> Self {
        let mut joined = Builder::default();
        for statement in statements {
            let shift = joined.values.len();
            joined.text.reserve(statement.sql.as_str().len() + 16);
            let (head, placeholders) = placeholders(statement.sql.as_str());
            joined.text.push_str(head);
            for (number, rest) in placeholders {
                joined.text.push('$');
                joined.text.push_str(&(number + shift).to_string());
                joined.text.push_str(rest);
            }
            joined.text.push_str(";\n");
            joined.values.extend(statement.values);
        }
        joined.build()
    }

    /// Holds the rows against other writers until the transaction ends.
    pub(super) fn for_update(self, conn: &Conn) -> Self {
        self.holding(dialect::for_update(conn.engine()))
    }

    /// Keeps the rows as they are until the transaction ends; others may do so, too.
    pub(super) fn for_share(self, conn: &Conn) -> Self {
        self.holding(dialect::for_share(conn.engine()))
    }

    fn holding(self, lock: &str) -> Self {
        match lock {
            "" => self,
            lock => Self { sql: audited(format!("{}{lock}", self.sql.as_str())), ..self },
        }
    }
}

/// A statement put together from fixed pieces; values are only ever bound.
#[derive(Debug, Default)]
pub(super) struct Builder {
    text: String,
    values: Vec<Value>,
    is_long: bool,
}

/// So many values one statement takes on either engine, with room for a few more.
pub(super) const CHUNK: usize = 16_384;

impl Builder {
    pub(super) fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    pub(super) fn push(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Names from the catalogue, quoted.
    pub(super) fn names<'n>(mut self, names: impl Iterator<Item = &'n Name>) -> Self {
        for (index, name) in names.enumerate() {
            self = self.comma(index);
            self.text.push('"');
            self.text.push_str(name.as_str());
            self.text.push('"');
        }
        self
    }

    /// Says that the text will hardly ever be the same again.
    pub(super) fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    /// A placeholder with its value.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// ` IN (…)`. Repeats the last value up to a power of two, so that few different texts need to be kept prepared.
    pub(super) fn within<T: Bind>(mut self, values: impl ExactSizeIterator<Item = T>) -> Self {
        let padded = values.len().next_power_of_two();
        self.text.push_str(" IN (");
        let mut last = T::NULL;
        let mut count = 0;
        for value in values {
            last = value.into_value();
            self = self.comma(count).bind(last.clone());
            count += 1;
        }
        while count < padded {
            self = self.comma(count).bind(last.clone());
            count += 1;
        }
        self.push(")")
    }

    /// `(…), (…)`: one group of values for each row.
    pub(super) fn rows<const N: usize>(mut self, rows: impl Iterator<Item = [Value; N]>) -> Self {
        let mut count = 0;
        for row in rows {
            self = self.comma(count).push("(");
            for (index, value) in row.into_iter().enumerate() {
                self = self.comma(index).bind(value);
            }
            self = self.push(")");
            count += 1;
        }
        self.is_long |= count > 4;
        self
    }

    fn comma(self, index: usize) -> Self {
        if index == 0 { self } else { self.push(", ") }
    }

    pub(super) fn build(self) -> Statement {
        let keep = if self.is_long { Keep::Once } else { Keep::Prepared };
        Statement { sql: audited(self.text), values: self.values, keep, is_brief: false }
    }
}

/// The one place where SQL is not a literal: it is made of literals, the catalogue's names and placeholders only, by the types above.
fn audited(text: String) -> SqlStr {
    AssertSqlSafe(text).into_sql_str()
}

fn arguments<A: Arguments>(values: Vec<Value>) -> Result<A, sqlx::Error>
where
    for<'q> Option<String>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    for<'q> Option<i64>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    for<'q> Option<bool>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
{
    let mut arguments = A::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
            Value::Flag(flag) => arguments.add(flag),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

async fn execute_sqlite(
    link: &mut SqliteConnection,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<u64, sqlx::Error> {
    Ok(link.execute(sqlite_query(sql, values, is_kept)?).await?.rows_affected())
}

async fn execute_postgres(
    lease: &mut Lease,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<u64, sqlx::Error> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments::<PgArguments>(values)?).persistent(is_kept);
    let outcome = bounded(lease.link()?.execute(query)).await;
    Ok(lease.ended(outcome)?.rows_affected())
}

async fn rows_sqlite(
    link: &mut SqliteConnection,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = link.fetch_all(sqlite_query(sql, values, is_kept)?).await?;
    Ok(rows.into_iter().map(Row::Sqlite).collect())
}

/// A query for SQLite. One that is not kept prepared may be long, and has `?` for `$1`, `$2`, …: SQLite looks numbered placeholders up one by
/// one, so that thousands of them cost their square.
fn sqlite_query(
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<Query<'static, Sqlite, SqliteArguments>, sqlx::Error> {
    let sql = if is_kept { sql } else { unnumbered(&sql).unwrap_or(sql) };
    Ok(sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?).persistent(is_kept))
}

/// The same text with `?` for each placeholder, if it names them in order, each once.
fn unnumbered(sql: &SqlStr) -> Option<SqlStr> {
    let (head, placeholders) = placeholders(sql.as_str());
    let mut text = String::with_capacity(sql.as_str().len());
    text.push_str(head);
    for (before, (number, rest)) in placeholders.enumerate() {
        if number != before + 1 {
            return None;
        }
        text.push('?');
        text.push_str(rest);
    }
    Some(audited(text))
}

/// What stands before the first placeholder of a text, then the number of each with what stands behind it.
fn placeholders(text: &str) -> (&str, impl Iterator<Item = (usize, &str)>) {
    let mut pieces = text.split('$');
    let head = pieces.next().unwrap_or_default();
    let numbered = pieces.map(|piece| {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        (number.parse().unwrap_or_default(), rest)
    });
    (head, numbered)
}

async fn rows_postgres(
    lease: &mut Lease,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<Vec<Row>, sqlx::Error> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments::<PgArguments>(values)?).persistent(is_kept);
    let outcome = bounded(lease.link()?.fetch_all(query)).await;
    Ok(lease.ended(outcome)?.into_iter().map(Row::Postgres).collect())
}

/// Runs the statements of one text; answers the rows of each behind the `silent` ones, and how many rows these have changed.
async fn several_sqlite(
    link: &mut SqliteConnection,
    joined: Statement,
    silent: usize,
) -> Result<(Vec<Vec<Row>>, u64), sqlx::Error> {
    let mut steps = link.fetch_many(sqlite_query(joined.sql, joined.values, true)?);
    let (mut all, mut rows, mut ended, mut touched) = (Vec::new(), Vec::new(), 0, 0);
    while let Some(step) = steps.next().await {
        match step? {
            // A query repeats the count of the last change.
            Either::Left(done) if ended < silent => touched += done.rows_affected(),
            Either::Left(_) => all.push(std::mem::take(&mut rows)),
            Either::Right(row) => {
                rows.push(Row::Sqlite(row));
                continue;
            }
        }
        ended += 1;
    }
    Ok((all, touched))
}
