//! Invitations.

use super::{
    Conn, StoreError,
    conn::{Builder, Statement, sql},
    keys::Key,
    row::Row,
};
use crate::domain::{
    InvitationId, TenantId, UserId,
    invitation::{CancelledBy, Invitation, Kind, Status},
    user::User,
};
use jiff::Timestamp;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, user_id, kind, target, inviter, language, status, generation, created_at, send_at, sent_at, sent_count,
                    expires_at, accepted_at, cancelled_at, cancelled_by, delivery, source
             FROM invitations ",
            $rest
        )
    };
}

/// Inserts an invitation.
///
/// # Errors
/// [`super::Conflict::LiveInvitation`].
pub async fn insert(conn: &mut Conn, invitation: &Invitation) -> Result<(), StoreError> {
    let (kind, target) = kind_key(&invitation.kind);
    sql("INSERT INTO invitations (tenant_id, id, user_id, kind, target, inviter, language, status, generation, created_at, send_at, sent_at,
            sent_count, expires_at, accepted_at, cancelled_at, cancelled_by, delivery, source)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)")
    .bind(invitation.tenant)
    .bind(invitation.id)
    .bind(invitation.user)
    .bind(kind)
    .bind(target)
    .bind(&invitation.inviter)
    .bind(&invitation.language)
    .bind(invitation.status.as_str())
    .bind(invitation.generation)
    .bind(invitation.created_at)
    .bind(invitation.send_at)
    .bind(invitation.sent_at)
    .bind(invitation.sent_count)
    .bind(invitation.expires_at)
    .bind(invitation.accepted_at)
    .bind(invitation.cancelled_at)
    .bind(invitation.cancelled_by.map(CancelledBy::as_str))
    .bind(&invitation.delivery)
    .bind(&invitation.source)
    .about([Key::invitations(invitation.tenant, invitation.user)])
    .post(conn)
    .await
}

/// Writes everything but the person, the creation time and the source.
///
/// # Errors
/// [`super::Conflict::LiveInvitation`].
pub async fn update(conn: &mut Conn, invitation: &Invitation) -> Result<(), StoreError> {
    let (kind, target) = kind_key(&invitation.kind);
    sql("UPDATE invitations SET kind = $3, target = $4, inviter = $5, language = $6, status = $7, generation = $8, send_at = $9,
            sent_at = $10, sent_count = $11, expires_at = $12, accepted_at = $13, cancelled_at = $14, cancelled_by = $15, delivery = $16
         WHERE tenant_id = $1 AND id = $2")
    .bind(invitation.tenant)
    .bind(invitation.id)
    .bind(kind)
    .bind(target)
    .bind(&invitation.inviter)
    .bind(&invitation.language)
    .bind(invitation.status.as_str())
    .bind(invitation.generation)
    .bind(invitation.send_at)
    .bind(invitation.sent_at)
    .bind(invitation.sent_count)
    .bind(invitation.expires_at)
    .bind(invitation.accepted_at)
    .bind(invitation.cancelled_at)
    .bind(invitation.cancelled_by.map(CancelledBy::as_str))
    .bind(&invitation.delivery)
    .about([Key::invitations(invitation.tenant, invitation.user)])
    .post(conn)
    .await
}

/// The invitation of an id.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// The person's last invitation.
///
/// # Errors
/// The store's own.
pub async fn find_last(conn: &mut Conn, user: &User) -> Result<Option<Invitation>, StoreError> {
    let Some(id) = user.invitation else { return Ok(None) };
    let statement = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(user.tenant).bind(id);
    let row = statement.about([Key::invitations(user.tenant, user.id)]).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// As `find`, holding the row against other writers.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    let statement = sql(select!("WHERE tenant_id = $1 AND id = $2")).for_update(conn);
    let row = statement.bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// The person's live invitation (scheduled or pending).
///
/// # Errors
/// The store's own.
pub async fn find_live(conn: &mut Conn, tenant: TenantId, user: UserId) -> Result<Option<Invitation>, StoreError> {
    live(tenant, user).row(conn).await?.as_ref().map(read).transpose()
}

/// The query for it.
pub(super) fn live(tenant: TenantId, user: UserId) -> Statement {
    let statement = sql(select!("WHERE tenant_id = $1 AND user_id = $2 AND status IN ('scheduled', 'pending')"));
    statement.bind(tenant).bind(user).about([Key::invitations(tenant, user)])
}

/// Which invitations to look for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Only this status.
    pub status: Option<Status>,
    /// Only people who sign in with, or have, this folded address.
    pub address: Option<String>,
    /// Only invitations from this group, or from a session of it.
    pub group: Option<String>,
    /// Older than this one.
    pub before: Option<InvitationId>,
    /// At most so many.
    pub limit: i64,
}

/// A tenant's invitations, newest first.
///
/// # Errors
/// The store's own.
pub async fn search(conn: &mut Conn, tenant: TenantId, sought: &Sought) -> Result<Vec<Invitation>, StoreError> {
    let mut statement = Builder::new(select!("WHERE tenant_id = ")).bind(tenant);
    if let Some(status) = sought.status {
        statement = statement.push(" AND status = ").bind(status.as_str());
    }
    if let Some(address) = &sought.address {
        statement = statement
            .push(" AND user_id IN (SELECT id FROM users WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND user_name_key = ")
            .bind(address.as_str())
            .push(" UNION SELECT user_id FROM user_emails WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND value_key = ")
            .bind(address.as_str())
            .push(")");
    }
    if let Some(group) = &sought.group {
        statement = statement
            .push(" AND target IN (SELECT ")
            .bind(group.as_str())
            .push(" UNION SELECT id FROM program_sessions WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND group_id = ")
            .bind(group.as_str())
            .push(")");
    }
    if let Some(before) = sought.before {
        statement = statement.push(" AND id < ").bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").bind(sought.limit).build().rows(conn).await?;
    rows.iter().map(read).collect()
}

/// Pending invitations of any tenant that expire at or before `now`, those that expire first first.
///
/// # Errors
/// The store's own.
pub async fn due_for_expiry(
    conn: &mut Conn,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, InvitationId)>, StoreError> {
    let rows = sql("SELECT tenant_id, id FROM invitations WHERE status = 'pending' AND expires_at <= $1
                    ORDER BY expires_at, tenant_id, id LIMIT $2")
    .bind(now)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("invitations");
            Ok((fields.parsed("tenant_id")?, fields.parsed("id")?))
        })
        .collect()
}

/// The tenant that holds an invitation: links name the invitation only.
///
/// # Errors
/// The store's own.
pub async fn find_tenant(conn: &mut Conn, id: InvitationId) -> Result<Option<TenantId>, StoreError> {
    let row = sql("SELECT tenant_id FROM invitations WHERE id = $1").bind(id).row(conn).await?;
    row.map(|row| row.fields("invitations").parsed("tenant_id")).transpose()
}

/// How a kind is stored: its word and what it names, '' for the platform.
fn kind_key(kind: &Kind) -> (&'static str, &str) {
    match kind {
        Kind::Platform => ("platform", ""),
        Kind::Group(target) => ("group", target),
        Kind::Session(target) => ("session", target),
    }
}

fn read(row: &Row) -> Result<Invitation, StoreError> {
    let mut fields = row.fields("invitations");
    Ok(Invitation {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        user: fields.parsed("user_id")?,
        kind: {
            let kind = fields.text("kind")?;
            let target = fields.text("target")?;
            match kind.as_str() {
                "platform" => Kind::Platform,
                "group" => Kind::Group(target),
                "session" => Kind::Session(target),
                _ => return Err(fields.corrupt("kind")),
            }
        },
        inviter: fields.text("inviter")?,
        language: fields.text("language")?,
        status: fields.word("status", Status::parse)?,
        generation: fields.int("generation")?,
        created_at: fields.time("created_at")?,
        send_at: fields.time("send_at")?,
        sent_at: fields.opt_time("sent_at")?,
        sent_count: fields.int("sent_count")?,
        expires_at: fields.time("expires_at")?,
        accepted_at: fields.opt_time("accepted_at")?,
        cancelled_at: fields.opt_time("cancelled_at")?,
        cancelled_by: fields.opt_word("cancelled_by", CancelledBy::parse)?,
        delivery: fields.text("delivery")?,
        source: fields.text("source")?,
    })
}
