//! Files of people that are taken in, row by row, under a lease.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, sql},
    dialect,
    row::Row as Line,
};
use crate::domain::{
    ImportId, TenantId, UserId,
    batch::{Outcome, Status, Tally},
};
use jiff::Timestamp;
use serde_json::json;

macro_rules! columns {
    () => {
        "tenant_id, id, status, is_dry_run, user_id, actor, request_id, separator, header, created_at, finished_at"
    };
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its rows are still being written down.
    Receiving,
    /// Rows wait.
    Running,
    /// Every row was looked at.
    Done,
}

impl Stage {
    /// The word in the store and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Running => "running",
            Self::Done => "done",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Receiving, Self::Running, Self::Done].into_iter().find(|stage| stage.as_str() == text)
    }
}

/// A file and who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: ImportId,
    /// Where it stands.
    pub stage: Stage,
    /// Every check and no change.
    pub is_dry_run: bool,
    /// Who gets the report by mail.
    pub user: Option<UserId>,
    /// Who sent it, for lists.
    pub actor: String,
    /// The request it came with.
    pub request_id: Option<String>,
    /// What stood between its cells.
    pub separator: char,
    /// Its first line.
    pub header: Vec<String>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When every row was looked at.
    pub finished_at: Option<Timestamp>,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its physical line.
    pub line: usize,
    /// The line of the first row of the same person.
    pub person: usize,
    /// The address as written.
    pub email: String,
    /// Where it stands.
    pub outcome: Outcome,
    /// Its cells, encrypted, as long as they are needed.
    pub sealed: Option<String>,
}

/// Inserts the file; its rows follow.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, import: &Import) -> Result<(), StoreError> {
    sql(concat!(
        "INSERT INTO imports (",
        columns!(),
        ", lease_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)"
    ))
    .bind(import.tenant)
    .bind(import.id)
    .bind(import.stage.as_str())
    .bind(import.is_dry_run)
    .bind(import.user)
    .bind(&import.actor)
    .bind(import.request_id.as_deref())
    .bind(import.separator.to_string())
    .bind(json!(import.header).to_string())
    .bind(import.created_at)
    .bind(import.finished_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// So many rows go into one INSERT.
pub const ROWS: usize = 1_000;

/// Inserts rows, at most [`ROWS`] of them.
///
/// # Errors
/// The store's own.
pub async fn insert_rows(conn: &mut Conn, tenant: TenantId, import: ImportId, rows: &[Row]) -> Result<(), StoreError> {
    let values = rows.iter().map(|row| {
        [
            tenant.into_value(),
            import.into_value(),
            number(row.line).into_value(),
            number(row.person).into_value(),
            row.email.as_str().into_value(),
            row.outcome.status.as_str().into_value(),
            row.outcome.column.as_deref().into_value(),
            row.outcome.message.as_deref().into_value(),
            row.sealed.as_deref().into_value(),
        ]
    });
    let insert = "INSERT INTO import_rows (tenant_id, import_id, line, person_line, email, status, fault_column, message, sealed) VALUES ";
    Builder::new(insert).rows(values).build().execute(conn).await?;
    Ok(())
}

/// All rows are there: it runs, held by `owner` until then.
///
/// # Errors
/// The store's own.
pub async fn open(
    conn: &mut Conn,
    tenant: TenantId,
    id: ImportId,
    owner: &str,
    until: Timestamp,
) -> Result<(), StoreError> {
    sql("UPDATE imports SET status = 'running', lease_owner = $3, lease_until = $4
         WHERE tenant_id = $1 AND id = $2 AND status = 'receiving'")
    .bind(tenant)
    .bind(id)
    .bind(owner)
    .bind(until)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a running import is held by nobody, or by somebody whose lease ran out.
///
/// # Errors
/// The store's own.
pub async fn is_any_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StoreError> {
    let statement = sql("SELECT id FROM imports WHERE status = 'running' AND lease_until <= $1 LIMIT 1");
    Ok(statement.bind(now).row(conn).await?.is_some())
}

/// Takes one such import for `owner`, the one that waits longest.
///
/// # Errors
/// The store's own.
pub async fn claim(
    conn: &mut Conn,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Import>, StoreError> {
    let statement = Builder::new(
        "WITH due AS MATERIALIZED (SELECT tenant_id, id FROM imports WHERE status = 'running' AND lease_until <= ",
    )
    .bind(now)
    .push(" ORDER BY lease_until, id LIMIT 1")
    .push(dialect::for_update_skip_locked(conn.engine()))
    .push(") UPDATE imports SET lease_owner = ")
    .bind(owner)
    .push(", lease_until = ")
    .bind(until)
    .push(concat!(" WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM due) RETURNING ", columns!()));
    statement.build().changed_rows(conn).await?.first().map(read).transpose()
}

/// Holds it for longer; answers whether `owner` still had it.
///
/// # Errors
/// The store's own.
pub async fn renew(
    conn: &mut Conn,
    tenant: TenantId,
    id: ImportId,
    owner: &str,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let touched = sql("UPDATE imports SET lease_until = $4
                       WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3 AND status = 'running'")
    .bind(tenant)
    .bind(id)
    .bind(owner)
    .bind(until)
    .execute(conn)
    .await?;
    Ok(touched > 0)
}

/// Gives everything this owner holds back.
///
/// # Errors
/// The store's own.
pub async fn release(conn: &mut Conn, owner: &str) -> Result<(), StoreError> {
    sql("UPDATE imports SET lease_owner = NULL, lease_until = 0 WHERE lease_owner = $1 AND status = 'running'")
        .bind(owner)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a running import; answers whether it was running.
///
/// # Errors
/// The store's own.
pub async fn finish(conn: &mut Conn, tenant: TenantId, id: ImportId, now: Timestamp) -> Result<bool, StoreError> {
    let touched = sql("UPDATE imports SET status = 'done', finished_at = $3, lease_owner = NULL, lease_until = 0
                       WHERE tenant_id = $1 AND id = $2 AND status = 'running'")
    .bind(tenant)
    .bind(id)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(touched > 0)
}

/// The import of an id.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: ImportId) -> Result<Option<Import>, StoreError> {
    let row = sql(concat!("SELECT ", columns!(), " FROM imports WHERE tenant_id = $1 AND id = $2"))
        .bind(tenant)
        .bind(id)
        .row(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// How many rows stand where.
///
/// # Errors
/// The store's own.
pub async fn tally(conn: &mut Conn, tenant: TenantId, id: ImportId) -> Result<Tally, StoreError> {
    let rows = sql("SELECT status, count(*) AS rows FROM import_rows
                    WHERE tenant_id = $1 AND import_id = $2 GROUP BY status")
    .bind(tenant)
    .bind(id)
    .rows(conn)
    .await?;
    let mut tally = Tally::default();
    for row in &rows {
        let mut fields = row.fields("import_rows");
        let status = fields.word("status", Status::parse)?;
        tally.add(status, u64::try_from(fields.int("rows")?).unwrap_or(0));
    }
    Ok(tally)
}

/// Rows that wait, those of one person together, at most `limit`.
///
/// # Errors
/// The store's own.
pub async fn waiting(conn: &mut Conn, tenant: TenantId, id: ImportId, limit: i64) -> Result<Vec<Row>, StoreError> {
    let rows = sql("SELECT line, person_line, email, status, fault_column, message, sealed FROM import_rows
                    WHERE tenant_id = $1 AND import_id = $2 AND status = 'waiting'
                    ORDER BY person_line, line LIMIT $3")
    .bind(tenant)
    .bind(id)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(read_row).collect()
}

/// Holds a person's waiting rows until the transaction ends; answers their lines.
///
/// # Errors
/// The store's own.
pub async fn lock_waiting(
    conn: &mut Conn,
    tenant: TenantId,
    id: ImportId,
    person: usize,
) -> Result<Vec<usize>, StoreError> {
    let statement = sql("SELECT line FROM import_rows
                         WHERE tenant_id = $1 AND import_id = $2 AND status = 'waiting' AND person_line = $3
                         ORDER BY line")
    .for_update(conn);
    let rows = statement.bind(tenant).bind(id).bind(number(person)).rows(conn).await?;
    rows.iter().map(|row| line(row.fields("import_rows").int("line")?)).collect()
}

/// Writes what became of a waiting row, and the cells that are kept of it.
///
/// # Errors
/// The store's own.
pub async fn settle(
    conn: &mut Conn,
    tenant: TenantId,
    id: ImportId,
    outcome: &Outcome,
    sealed: Option<&str>,
) -> Result<(), StoreError> {
    sql("UPDATE import_rows SET status = $4, fault_column = $5, message = $6, sealed = $7
         WHERE tenant_id = $1 AND import_id = $2 AND line = $3 AND status = 'waiting'")
    .bind(tenant)
    .bind(id)
    .bind(number(outcome.line))
    .bind(outcome.status.as_str())
    .bind(outcome.column.as_deref())
    .bind(outcome.message.as_deref())
    .bind(sealed)
    .execute(conn)
    .await?;
    Ok(())
}

/// Which rows to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those that were looked at.
    Settled,
    /// The rejected ones.
    Rejected,
}

/// Rows in the order of the file.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, tenant: TenantId, id: ImportId, listed: Listed) -> Result<Vec<Row>, StoreError> {
    let statement = Builder::new(
        "SELECT line, person_line, email, status, fault_column, message, sealed FROM import_rows WHERE tenant_id = ",
    );
    let statement = statement.bind(tenant).push(" AND import_id = ").bind(id).push(match listed {
        Listed::Settled => " AND status <> 'waiting' ORDER BY line",
        Listed::Rejected => " AND status = 'rejected' ORDER BY line",
    });
    statement.build().rows(conn).await?.iter().map(read_row).collect()
}

/// What became of the first rejected rows, in the order of the file.
///
/// # Errors
/// The store's own.
pub async fn first_rejected(
    conn: &mut Conn,
    tenant: TenantId,
    id: ImportId,
    limit: i64,
) -> Result<Vec<Outcome>, StoreError> {
    let rows = sql("SELECT line, person_line, email, status, fault_column, message, sealed FROM import_rows
                    WHERE tenant_id = $1 AND import_id = $2 AND status = 'rejected'
                    ORDER BY line LIMIT $3")
    .bind(tenant)
    .bind(id)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(|row| Ok(read_row(row)?.outcome)).collect()
}

/// Removes imports that were sent before this instant, running ones excepted, at most `limit`; answers how many went.
///
/// # Errors
/// The store's own.
pub async fn forget(conn: &mut Conn, before: Timestamp, stage: Stage, limit: i64) -> Result<u64, StoreError> {
    let rows =
        sql("SELECT tenant_id, id FROM imports WHERE created_at < $1 AND status = $2 ORDER BY created_at LIMIT $3")
            .bind(before)
            .bind(stage.as_str())
            .bind(limit)
            .rows(conn)
            .await?;
    let mut count = 0;
    for row in &rows {
        let mut fields = row.fields("imports");
        let (tenant, id): (TenantId, ImportId) = (fields.parsed("tenant_id")?, fields.parsed("id")?);
        sql("DELETE FROM import_rows WHERE tenant_id = $1 AND import_id = $2")
            .bind(tenant)
            .bind(id)
            .execute(conn)
            .await?;
        count +=
            sql("DELETE FROM imports WHERE tenant_id = $1 AND id = $2").bind(tenant).bind(id).execute(conn).await?;
    }
    Ok(count)
}

fn number(line: usize) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

fn line(number: i64) -> Result<usize, StoreError> {
    let corrupt = || StoreError::Corrupt { table: "import_rows", column: "line", id: number.to_string() };
    usize::try_from(number).map_err(|_| corrupt())
}

fn read(row: &Line) -> Result<Import, StoreError> {
    let mut fields = row.fields("imports");
    Ok(Import {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        stage: fields.word("status", Stage::parse)?,
        is_dry_run: fields.flag("is_dry_run")?,
        user: fields.opt_parsed("user_id")?,
        actor: fields.text("actor")?,
        request_id: fields.opt_text("request_id")?,
        separator: fields.word("separator", |text| text.chars().next())?,
        header: fields.word("header", |text| serde_json::from_str(text).ok())?,
        created_at: fields.time("created_at")?,
        finished_at: fields.opt_time("finished_at")?,
    })
}

fn read_row(row: &Line) -> Result<Row, StoreError> {
    let mut fields = row.fields("import_rows");
    let at = line(fields.int("line")?)?;
    Ok(Row {
        line: at,
        person: line(fields.int("person_line")?)?,
        email: fields.text("email")?,
        outcome: Outcome {
            line: at,
            status: fields.word("status", Status::parse)?,
            column: fields.opt_text("fault_column")?,
            message: fields.opt_text("message")?,
        },
        sealed: fields.opt_text("sealed")?,
    })
}
