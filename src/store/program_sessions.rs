//! Program sessions, their instructors and registrations.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, Value, sql},
    row::Row,
};
use crate::domain::{GroupId, SessionId, TenantId, UserId, program_session::ProgramSession};
use jiff::Timestamp;
use std::collections::HashMap;

/// Inserts a session with its instructors.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, session: &ProgramSession, at: Timestamp) -> Result<(), StoreError> {
    sql("INSERT INTO program_sessions (tenant_id, id, title, group_id, start_date, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(session.tenant)
        .bind(session.id)
        .bind(&session.title)
        .bind(session.group)
        .bind(session.start_date)
        .bind(at)
        .execute(conn)
        .await?;
    let rows: Vec<[Value; 3]> = session
        .instructors
        .iter()
        .map(|user| [session.tenant.into_value(), session.id.into_value(), (*user).into_value()])
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO session_instructors (tenant_id, session_id, user_id) VALUES ";
    let statement = Builder::new(insert).rows(rows.into_iter()).push(" ON CONFLICT DO NOTHING");
    statement.build().execute(conn).await?;
    Ok(())
}

/// The session of an id.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: SessionId) -> Result<Option<ProgramSession>, StoreError> {
    let row =
        sql("SELECT tenant_id, id, title, group_id, start_date FROM program_sessions WHERE tenant_id = $1 AND id = $2")
            .bind(tenant)
            .bind(id)
            .row(conn)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let mut sessions = with_instructors(conn, tenant, &[row]).await?;
    Ok(sessions.pop())
}

/// Which sessions to look for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Only sessions of this group.
    pub group: Option<GroupId>,
    /// Only sessions this person teaches.
    pub instructor: Option<UserId>,
    /// Older than this one.
    pub before: Option<SessionId>,
    /// At most so many.
    pub limit: i64,
}

/// A page of a tenant's sessions, newest first: two queries.
///
/// # Errors
/// The store's own.
pub async fn page(conn: &mut Conn, tenant: TenantId, sought: &Sought) -> Result<Vec<ProgramSession>, StoreError> {
    let mut statement =
        Builder::new("SELECT tenant_id, id, title, group_id, start_date FROM program_sessions WHERE tenant_id = ")
            .bind(tenant);
    if let Some(group) = sought.group {
        statement = statement.push(" AND group_id = ").bind(group);
    }
    if let Some(instructor) = sought.instructor {
        statement = statement
            .push(" AND id IN (SELECT session_id FROM session_instructors WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND user_id = ")
            .bind(instructor)
            .push(")");
    }
    if let Some(before) = sought.before {
        statement = statement.push(" AND id < ").bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").bind(sought.limit).build().rows(conn).await?;
    with_instructors(conn, tenant, &rows).await
}

/// Registers a person; answers whether that is new.
///
/// # Errors
/// The store's own.
pub async fn register(
    conn: &mut Conn,
    tenant: TenantId,
    session: SessionId,
    user: UserId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let inserted =
        sql("INSERT INTO session_registrations (tenant_id, session_id, user_id, created_at) VALUES ($1, $2, $3, $4)
                        ON CONFLICT (tenant_id, session_id, user_id) DO NOTHING")
        .bind(tenant)
        .bind(session)
        .bind(user)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(inserted > 0)
}

async fn with_instructors(conn: &mut Conn, tenant: TenantId, rows: &[Row]) -> Result<Vec<ProgramSession>, StoreError> {
    let mut sessions = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if sessions.is_empty() {
        return Ok(sessions);
    }
    let statement = Builder::new("SELECT session_id, user_id FROM session_instructors WHERE tenant_id = ").bind(tenant);
    let statement = statement.push(" AND session_id").within(sessions.iter().map(|session| session.id));
    let mut instructors: HashMap<SessionId, Vec<UserId>> = HashMap::new();
    for row in statement.push(" ORDER BY user_id").build().rows(conn).await? {
        let mut fields = row.fields("session_instructors");
        instructors.entry(fields.parsed("session_id")?).or_default().push(fields.parsed("user_id")?);
    }
    for session in &mut sessions {
        session.instructors = instructors.remove(&session.id).unwrap_or_default();
    }
    Ok(sessions)
}

fn read(row: &Row) -> Result<ProgramSession, StoreError> {
    let mut fields = row.fields("program_sessions");
    Ok(ProgramSession {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        title: fields.text("title")?,
        group: fields.parsed("group_id")?,
        start_date: fields.opt_parsed("start_date")?,
        instructors: Vec::new(),
    })
}
