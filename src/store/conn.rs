//! The seam: one connection of either engine, statements with `$1` placeholders, typed values going in.
//!
//! Nothing else in the store knows a driver. What comes back is in `row`, what differs between the engines in `dialect`.

use super::{Engine, StoreError, archive::Name, dialect, row::Row, statements::Statements};
use futures_util::StreamExt;
use jiff::{Timestamp, civil::Date};
use sqlx::{
    Arguments, AssertSqlSafe, Either, Executor, PgConnection, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
    pool::PoolConnection, postgres::PgArguments, sqlite::SqliteArguments,
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
}

/// The driver's connection.
#[derive(Debug)]
pub(super) enum Link {
    Sqlite(Box<SqliteConnection>),
    Postgres(PoolConnection<Postgres>),
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
    pub(super) fn sqlite(link: SqliteConnection, statements: Arc<Statements>) -> Self {
        Self {
            link: Link::Sqlite(Box::new(link)),
            statements,
            depth: 0,
            progress: Progress::default(),
            waiting: Vec::new(),
        }
    }

    pub(super) fn postgres(link: PoolConnection<Postgres>, statements: Arc<Statements>) -> Self {
        Self { link: Link::Postgres(link), statements, depth: 0, progress: Progress::default(), waiting: Vec::new() }
    }

    /// What is left of a connection that was taken elsewhere.
    pub(super) fn gone() -> Self {
        Self {
            link: Link::Gone,
            statements: Arc::default(),
            depth: 0,
            progress: Progress::default(),
            waiting: Vec::new(),
        }
    }

    /// Which engine this is a connection of.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Postgres(_) => Engine::Postgres,
            Link::Sqlite(_) | Link::Gone => Engine::Sqlite,
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
    async fn together(
        &mut self,
        one: Option<Statement>,
        other: Option<Statement>,
    ) -> Result<(Vec<Row>, Vec<Row>), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        let silent = waiting.len();
        let joined = Statement::join(waiting.into_iter().chain(one).chain(other));
        let outcome = match &mut self.link {
            Link::Sqlite(link) => several_sqlite(link, joined, silent).await,
            Link::Postgres(_) | Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        let (rows, other, touched) = self.record(outcome)?;
        self.progress.has_written |= touched > 0;
        Ok((rows, other))
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

/// A value that goes into a statement, with the type its NULL has.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Flag(Option<bool>),
}

/// What can be a value.
pub(super) trait Bind {
    const NULL: Value;
    fn into_value(self) -> Value;
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;

    fn into_value(self) -> Value {
        self.map_or(T::NULL, T::into_value)
    }
}

macro_rules! bind {
    ($($null:expr, |$value:ident: $ty:ty| $into:expr;)*) => {$(
        impl Bind for $ty {
            const NULL: Value = $null;

            fn into_value(self) -> Value {
                let $value = self;
                $into
            }
        }
    )*};
}

bind! {
    Value::Text(None), |text: &str| Value::Text(Some(text.to_owned()));
    Value::Text(None), |text: String| Value::Text(Some(text));
    Value::Text(None), |text: &String| Value::Text(Some(text.clone()));
    Value::Text(None), |date: Date| Value::Text(Some(date.to_string()));
    Value::Text(None), |id: crate::domain::TenantId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::UserId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::GroupId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::ConnectionId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::TokenId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::InvitationId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::NotificationId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::LoggedRequestId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::SessionId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::ImportId| Value::Text(Some(id.to_string()));
    Value::Text(None), |id: crate::domain::WebhookId| Value::Text(Some(id.to_string()));
    Value::Int(None), |number: i64| Value::Int(Some(number));
    Value::Int(None), |instant: Timestamp| Value::Int(Some(instant.as_microsecond()));
    Value::Flag(None), |flag: bool| Value::Flag(Some(flag));
}

impl Bind for Value {
    const NULL: Value = Value::Text(None);

    fn into_value(self) -> Value {
        self
    }
}

/// A statement with its values.
#[derive(Debug)]
pub(super) struct Statement {
    sql: SqlStr,
    values: Vec<Value>,
    keep: Keep,
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
    Statement { sql: text.into_sql_str(), values: Vec::new(), keep: Keep::Prepared }
}

impl Statement {
    /// Adds the value of the next placeholder.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Runs it and answers how many rows it touched.
    pub(super) async fn execute(self, conn: &mut Conn) -> Result<u64, StoreError> {
        conn.flush().await?;
        conn.admit(&self)?;
        let is_kept = self.keep == Keep::Prepared;
        let outcome = match &mut conn.link {
            Link::Sqlite(link) => execute_sqlite(link, self.sql, self.values, is_kept).await,
            Link::Postgres(link) => execute_postgres(link, self.sql, self.values, is_kept).await,
            Link::Gone => Err(sqlx::Error::PoolClosed),
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
            Link::Gone => Err(sqlx::Error::PoolClosed),
        };
        conn.record(outcome)
    }

    /// All rows, and those of another statement for what belongs to them, which does not need to know them; on SQLite in one go.
    pub(super) async fn rows_with(self, other: Self, conn: &mut Conn) -> Result<(Vec<Row>, Vec<Row>), StoreError> {
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
            let mut pieces = statement.sql.as_str().split('$');
            joined.text.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
                let (number, rest) = piece.split_at(digits);
                let number = number.parse::<usize>().unwrap_or_default() + shift;
                joined.text.push('$');
                joined.text.push_str(&number.to_string());
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
        Statement { sql: audited(self.text), values: self.values, keep }
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
    let query = sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?).persistent(is_kept);
    Ok(link.execute(query).await?.rows_affected())
}

async fn execute_postgres(
    link: &mut PgConnection,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<u64, sqlx::Error> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments::<PgArguments>(values)?).persistent(is_kept);
    Ok(link.execute(query).await?.rows_affected())
}

async fn rows_sqlite(
    link: &mut SqliteConnection,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<Vec<Row>, sqlx::Error> {
    let query = sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?).persistent(is_kept);
    Ok(link.fetch_all(query).await?.into_iter().map(Row::Sqlite).collect())
}

async fn rows_postgres(
    link: &mut PgConnection,
    sql: SqlStr,
    values: Vec<Value>,
    is_kept: bool,
) -> Result<Vec<Row>, sqlx::Error> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments::<PgArguments>(values)?).persistent(is_kept);
    Ok(link.fetch_all(query).await?.into_iter().map(Row::Postgres).collect())
}

/// Runs the statements of one text; answers the rows of the two behind the `silent` ones, and how many rows were changed.
async fn several_sqlite(
    link: &mut SqliteConnection,
    joined: Statement,
    silent: usize,
) -> Result<(Vec<Row>, Vec<Row>, u64), sqlx::Error> {
    let query = sqlx::query_with::<Sqlite, _>(joined.sql, arguments::<SqliteArguments>(joined.values)?);
    let mut steps = link.fetch_many(query);
    let (mut rows, mut other, mut ended, mut touched) = (Vec::new(), Vec::new(), 0, 0);
    while let Some(step) = steps.next().await {
        match step? {
            Either::Left(done) => {
                // A query repeats the count of the last change.
                touched += if ended < silent { done.rows_affected() } else { 0 };
                ended += 1;
            }
            Either::Right(row) if ended <= silent => rows.push(Row::Sqlite(row)),
            Either::Right(row) => other.push(Row::Sqlite(row)),
        }
    }
    Ok((rows, other, touched))
}
