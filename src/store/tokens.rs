//! Bearer tokens, by digest only.

use super::{Conn, StoreError, conn::sql, row::Row};
use crate::domain::{ConnectionId, GroupId, TenantId, TokenId, UserId};
use jiff::Timestamp;

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// SCIM on behalf of a connection.
    Scim,
    /// The API, acting as a person.
    Api,
}

impl Scope {
    /// The word in commands and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::Api => "api",
        }
    }

    /// The scope of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Scim, Self::Api].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A token as stored; the secret itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The tenant it decides.
    pub tenant: TenantId,
    /// Its id.
    pub id: TokenId,
    /// The name an administrator gave it.
    pub name: String,
    /// What it may be used for.
    pub scope: Scope,
    /// Keyed digest of the secret, lower-case hexadecimal.
    pub digest: String,
    /// The connection a `scim` token belongs to.
    pub connection: Option<ConnectionId>,
    /// The person an `api` token acts as.
    pub user: Option<UserId>,
    /// The group it is bound to.
    pub group: Option<GroupId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, name, scope, digest, connection_id, user_id, group_id, created_at, expires_at, revoked_at
             FROM tokens ",
            $rest
        )
    };
}

/// Inserts a token.
///
/// # Errors
/// [`super::Conflict::TokenDigest`].
pub async fn insert(conn: &mut Conn, token: &Token) -> Result<(), StoreError> {
    sql("INSERT INTO tokens (tenant_id, id, name, scope, digest, connection_id, user_id, group_id, created_at, expires_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    .bind(token.tenant)
    .bind(token.id)
    .bind(&token.name)
    .bind(token.scope.as_str())
    .bind(&token.digest)
    .bind(token.connection)
    .bind(token.user)
    .bind(token.group)
    .bind(token.created_at)
    .bind(token.expires_at)
    .bind(token.revoked_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The token of a digest, usable or not.
///
/// # Errors
/// The store's own.
pub async fn find_by_digest(conn: &mut Conn, digest: &str) -> Result<Option<Token>, StoreError> {
    let row = sql(select!("WHERE digest = $1")).bind(digest).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// The token of an id, usable or not.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: TokenId) -> Result<Option<Token>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// All tokens of a name, oldest first.
///
/// # Errors
/// The store's own.
pub async fn find_by_name(conn: &mut Conn, tenant: TenantId, name: &str) -> Result<Vec<Token>, StoreError> {
    let rows =
        sql(select!("WHERE tenant_id = $1 AND name = $2 ORDER BY id")).bind(tenant).bind(name).rows(conn).await?;
    rows.iter().map(read).collect()
}

/// All tokens of a tenant, oldest first.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, tenant: TenantId) -> Result<Vec<Token>, StoreError> {
    let rows = sql(select!("WHERE tenant_id = $1 ORDER BY id")).bind(tenant).rows(conn).await?;
    rows.iter().map(read).collect()
}

/// Sets expiry and revocation as the value says.
///
/// # Errors
/// The store's own.
pub async fn update(conn: &mut Conn, token: &Token) -> Result<(), StoreError> {
    sql("UPDATE tokens SET expires_at = $3, revoked_at = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(token.tenant)
        .bind(token.id)
        .bind(token.expires_at)
        .bind(token.revoked_at)
        .execute(conn)
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Token, StoreError> {
    let mut fields = row.fields("tokens");
    Ok(Token {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        name: fields.text("name")?,
        scope: fields.word("scope", Scope::parse)?,
        digest: fields.text("digest")?,
        connection: fields.opt_parsed("connection_id")?,
        user: fields.opt_parsed("user_id")?,
        group: fields.opt_parsed("group_id")?,
        created_at: fields.time("created_at")?,
        expires_at: fields.time("expires_at")?,
        revoked_at: fields.opt_time("revoked_at")?,
    })
}
