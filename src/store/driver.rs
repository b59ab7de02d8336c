//! The two drivers: running one statement, or several as one text, on a connection of either.

use super::{
    pool::{Lease, bounded},
    row::Row,
    statement::{Keep, Statement},
    value::Value,
};
use futures_util::StreamExt;
use sqlx::{
    Arguments, Either, Executor, Postgres, Sqlite, SqliteConnection, postgres::PgArguments, query::Query,
    sqlite::SqliteArguments,
};

/// How many rows a statement touched.
pub(super) async fn execute_sqlite(link: &mut SqliteConnection, statement: Statement) -> Result<u64, sqlx::Error> {
    Ok(link.execute(sqlite_query(statement)?).await?.rows_affected())
}

/// As [`execute_sqlite`].
pub(super) async fn execute_postgres(lease: &mut Lease, statement: Statement) -> Result<u64, sqlx::Error> {
    let query = postgres_query(statement)?;
    let outcome = bounded(lease.link()?.execute(query)).await;
    Ok(lease.ended(outcome)?.rows_affected())
}

/// All rows.
pub(super) async fn rows_sqlite(link: &mut SqliteConnection, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
    let rows = link.fetch_all(sqlite_query(statement)?).await?;
    Ok(rows.into_iter().map(Row::Sqlite).collect())
}

/// All rows.
pub(super) async fn rows_postgres(lease: &mut Lease, statement: Statement) -> Result<Vec<Row>, sqlx::Error> {
    let query = postgres_query(statement)?;
    let outcome = bounded(lease.link()?.fetch_all(query)).await;
    Ok(lease.ended(outcome)?.into_iter().map(Row::Postgres).collect())
}

/// Runs the statements of one text; answers the rows of each behind the `silent` ones, and how many rows these have changed.
pub(super) async fn several_sqlite(
    link: &mut SqliteConnection,
    joined: Statement,
    silent: usize,
) -> Result<(Vec<Vec<Row>>, u64), sqlx::Error> {
    let mut steps = link.fetch_many(sqlite_query(joined)?);
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

/// Runs the statements of one text that answer no rows; says how many ended, and what came between where it was not all of them.
pub(super) async fn silent_sqlite(link: &mut SqliteConnection, text: Vec<Statement>) -> (usize, Option<sqlx::Error>) {
    let count = text.len();
    let query = match sqlite_query(Statement::join(text.into_iter())) {
        Ok(query) => query,
        Err(error) => return (0, Some(error)),
    };
    let (mut steps, mut ended) = (link.fetch_many(query), 0);
    while let Some(step) = steps.next().await {
        match step {
            Ok(step) => ended += usize::from(step.is_left()),
            Err(error) => return (ended, Some(error)),
        }
    }
    // A thread of the driver that died tells nothing more.
    (ended, (ended < count).then_some(sqlx::Error::WorkerCrashed))
}

fn sqlite_query(statement: Statement) -> Result<Query<'static, Sqlite, SqliteArguments>, sqlx::Error> {
    let statement = if statement.keep == Keep::Prepared { statement } else { statement.spread() };
    let Statement { sql, values, keep, .. } = statement;
    Ok(sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?).persistent(keep == Keep::Prepared))
}

fn postgres_query(statement: Statement) -> Result<Query<'static, Postgres, PgArguments>, sqlx::Error> {
    let Statement { sql, values, keep, .. } = statement;
    Ok(sqlx::query_with::<Postgres, _>(sql, arguments::<PgArguments>(values)?).persistent(keep == Keep::Prepared))
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
