//! The request log.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, Value, sql},
    row::{Fields, Row},
};
use crate::domain::{ConnectionId, LoggedRequestId, TenantId, TokenId, UserId};
use jiff::Timestamp;

/// One request as it was logged, but for its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The tenant it concerns.
    pub tenant: TenantId,
    /// The connection whose token it carried.
    pub connection: ConnectionId,
    /// Its id, which holds when it arrived.
    pub id: LoggedRequestId,
    /// When it arrived.
    pub at: Timestamp,
    /// How long it took, in microseconds; of several, the longest.
    pub micros: i64,
    /// How many requests this row tells of.
    pub times: i64,
    /// The id it had in logs and headers.
    pub request_id: Option<String>,
    /// The token it carried.
    pub token: TokenId,
    /// The method.
    pub method: String,
    /// The path below the base URL with its query, redacted.
    pub path: String,
    /// The answer's status.
    pub status: i64,
    /// The person it was about.
    pub user: Option<UserId>,
    /// What they are called.
    pub user_name: Option<String>,
    /// What the client calls them.
    pub external_id: Option<String>,
    /// Why it was refused.
    pub detail: Option<String>,
    /// What it came to.
    pub consequences: serde_json::Value,
}

/// What a request carried.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The headers that were kept.
    pub headers: serde_json::Value,
    /// The redacted body, as far as it was kept.
    pub body: Option<String>,
    /// How long the body was.
    pub body_bytes: i64,
    /// Whether the body is longer than what was kept of it.
    pub is_cut: bool,
}

/// Which requests are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// About this person.
    pub user: Option<UserId>,
    /// With a status from this one to that one.
    pub status: Option<(u16, u16)>,
    /// With this method.
    pub method: Option<String>,
    /// About people whose folded userName begins so, or whose externalId is this text.
    pub name: Option<(String, String)>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
    /// Older than this one.
    pub before: Option<LoggedRequestId>,
}

macro_rules! columns {
    () => {
        "tenant_id, connection_id, id, at, micros, times, request_id, token_id, method, path, status, user_id, user_name, external_id, detail,
         consequences"
    };
}

/// Inserts rows with one statement; `key` folds a userName.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, rows: &[(Logged, Content)], key: fn(&str) -> String) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let insert =
        concat!("INSERT INTO requests (", columns!(), ", user_name_key, headers, body, body_bytes, is_cut) VALUES ");
    Builder::new(insert).rows(rows.iter().map(|row| values(row, key))).build().about([]).post(conn).await
}

fn values((logged, content): &(Logged, Content), key: fn(&str) -> String) -> [Value; 21] {
    [
        logged.tenant.into_value(),
        logged.connection.into_value(),
        logged.id.into_value(),
        logged.at.into_value(),
        logged.micros.into_value(),
        logged.times.into_value(),
        logged.request_id.as_deref().into_value(),
        logged.token.into_value(),
        logged.method.as_str().into_value(),
        logged.path.as_str().into_value(),
        logged.status.into_value(),
        logged.user.into_value(),
        logged.user_name.as_deref().into_value(),
        logged.external_id.as_deref().into_value(),
        logged.detail.as_deref().into_value(),
        logged.consequences.to_string().into_value(),
        logged.user_name.as_deref().map(key).into_value(),
        content.headers.to_string().into_value(),
        content.body.as_deref().into_value(),
        content.body_bytes.into_value(),
        content.is_cut.into_value(),
    ]
}

/// A connection's requests, newest first.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Logged>, StoreError> {
    let mut statement = Builder::new(concat!("SELECT ", columns!(), " FROM requests WHERE tenant_id = "))
        .bind(tenant)
        .push(" AND connection_id = ")
        .bind(connection);
    if let Some(user) = wanted.user {
        statement = statement.push(" AND user_id = ").bind(user);
    }
    if let Some((from, to)) = wanted.status {
        statement = statement.push(" AND status >= ").bind(i64::from(from)).push(" AND status <= ").bind(i64::from(to));
    }
    if let Some(method) = &wanted.method {
        statement = statement.push(" AND method = ").bind(method);
    }
    if let Some((key, external_id)) = &wanted.name {
        // Everything that begins with the key lies between it and it with the last character there is.
        statement = statement
            .push(" AND ((user_name_key >= ")
            .bind(key)
            .push(" AND user_name_key < ")
            .bind(format!("{key}\u{10ffff}"))
            .push(") OR external_id = ")
            .bind(external_id)
            .push(")");
    }
    if let Some(from) = wanted.from {
        statement = statement.push(" AND at >= ").bind(from);
    }
    if let Some(to) = wanted.to {
        statement = statement.push(" AND at < ").bind(to);
    }
    if let Some(before) = wanted.before {
        statement = statement.push(" AND id < ").bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").bind(limit).build().rows(conn).await?;
    rows.iter().map(|row| read(&mut row.fields("requests"))).collect()
}

/// One request in full.
///
/// # Errors
/// The store's own.
pub async fn find(
    conn: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    id: LoggedRequestId,
) -> Result<Option<(Logged, Content)>, StoreError> {
    let row = sql(concat!(
        "SELECT ",
        columns!(),
        ", headers, body, body_bytes, is_cut FROM requests WHERE tenant_id = $1 AND connection_id = $2 AND id = $3"
    ))
    .bind(tenant)
    .bind(connection)
    .bind(id)
    .row(conn)
    .await?;
    let read = |row: Row| {
        let mut fields = row.fields("requests");
        let logged = read(&mut fields)?;
        let content = Content {
            headers: fields.json("headers")?,
            body: fields.opt_text("body")?,
            body_bytes: fields.int("body_bytes")?,
            is_cut: fields.flag("is_cut")?,
        };
        Ok((logged, content))
    };
    row.map(read).transpose()
}

/// Removes up to `limit` rows of before an instant; answers how many.
///
/// # Errors
/// The store's own.
pub async fn delete_before(conn: &mut Conn, instant: Timestamp, limit: i64) -> Result<u64, StoreError> {
    sql("DELETE FROM requests WHERE (tenant_id, connection_id, id) IN
            (SELECT tenant_id, connection_id, id FROM requests WHERE at < $1 ORDER BY at LIMIT $2)")
    .bind(instant)
    .bind(limit)
    .execute(conn)
    .await
}

fn read(fields: &mut Fields<'_>) -> Result<Logged, StoreError> {
    Ok(Logged {
        tenant: fields.parsed("tenant_id")?,
        connection: fields.parsed("connection_id")?,
        id: fields.parsed("id")?,
        at: fields.time("at")?,
        micros: fields.int("micros")?,
        times: fields.int("times")?,
        request_id: fields.opt_text("request_id")?,
        token: fields.parsed("token_id")?,
        method: fields.text("method")?,
        path: fields.text("path")?,
        status: fields.int("status")?,
        user: fields.opt_parsed("user_id")?,
        user_name: fields.opt_text("user_name")?,
        external_id: fields.opt_text("external_id")?,
        detail: fields.opt_text("detail")?,
        consequences: fields.json("consequences")?,
    })
}
