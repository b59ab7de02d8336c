//! Sign-in sessions, by digest only.

use super::{Conn, StoreError, conn::sql, keys::Key};
use crate::domain::{TenantId, UserId};
use jiff::Timestamp;

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Keyed digest of the cookie's secret, lower-case hexadecimal.
    pub digest: String,
    /// The person's tenant.
    pub tenant: TenantId,
    /// Who is signed in.
    pub user: UserId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Inserts a session.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    sql("INSERT INTO sessions (digest, tenant_id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&session.digest)
        .bind(session.tenant)
        .bind(session.user)
        .bind(session.created_at)
        .bind(session.expires_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The session of a digest, expired or not.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, digest: &str) -> Result<Option<Session>, StoreError> {
    let row = sql("SELECT digest, tenant_id, user_id, created_at, expires_at FROM sessions WHERE digest = $1")
        .bind(digest)
        .row(conn)
        .await?;
    row.map(|row| {
        let mut fields = row.fields("sessions");
        Ok(Session {
            digest: fields.text("digest")?,
            tenant: fields.parsed("tenant_id")?,
            user: fields.parsed("user_id")?,
            created_at: fields.time("created_at")?,
            expires_at: fields.time("expires_at")?,
        })
    })
    .transpose()
}

/// Removes a session, if it is there.
///
/// # Errors
/// The store's own.
pub async fn delete(conn: &mut Conn, digest: &str) -> Result<(), StoreError> {
    sql("DELETE FROM sessions WHERE digest = $1").bind(digest).execute(conn).await?;
    Ok(())
}

/// Removes all of a person's sessions.
///
/// # Errors
/// The store's own.
pub async fn delete_of_user(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
    sql("DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2")
        .bind(tenant)
        .bind(user)
        .about([Key::person(tenant, user)])
        .post(conn)
        .await
}

/// Signs everybody out.
///
/// # Errors
/// The store's own.
pub async fn delete_all(conn: &mut Conn) -> Result<u64, StoreError> {
    sql("DELETE FROM sessions").execute(conn).await
}

/// Removes sessions that expired before `now`.
///
/// # Errors
/// The store's own.
pub async fn delete_expired(conn: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    sql("DELETE FROM sessions WHERE expires_at < $1").bind(now).execute(conn).await
}
