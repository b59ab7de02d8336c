//! What the whole installation keeps back: a paused kind of traffic stays in its queue until somebody resumes it.

use super::{Conn, StoreError, conn::sql};
use jiff::Timestamp;

/// A kind of traffic that leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outgoing {
    /// Mails of every tenant.
    Mail,
    /// Events pushed to the webhooks of every tenant.
    Webhooks,
}

/// Since when and why something is paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub since: Timestamp,
    /// Why, in words.
    pub reason: String,
}

impl Outgoing {
    /// Everything that can be paused; a restore pauses all of it.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Webhooks];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhooks => "webhooks",
        }
    }
}

/// The pause of this kind, if there is one.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, what: Outgoing) -> Result<Option<Pause>, StoreError> {
    let row = sql("SELECT since, reason FROM pauses WHERE what = $1").bind(what.as_str()).row(conn).await?;
    let Some(row) = row else { return Ok(None) };
    let mut fields = row.fields("pauses");
    Ok(Some(Pause { since: fields.time("since")?, reason: fields.text("reason")? }))
}

/// Pauses; what is paused already keeps its beginning and takes the new reason.
///
/// # Errors
/// The store's own.
pub async fn set(conn: &mut Conn, what: Outgoing, pause: &Pause) -> Result<(), StoreError> {
    sql("INSERT INTO pauses (what, since, reason) VALUES ($1, $2, $3)
         ON CONFLICT (what) DO UPDATE SET reason = excluded.reason")
    .bind(what.as_str())
    .bind(pause.since)
    .bind(&pause.reason)
    .execute(conn)
    .await?;
    Ok(())
}

/// Resumes; answers whether it was paused.
///
/// # Errors
/// The store's own.
pub async fn remove(conn: &mut Conn, what: Outgoing) -> Result<bool, StoreError> {
    Ok(sql("DELETE FROM pauses WHERE what = $1").bind(what.as_str()).execute(conn).await? > 0)
}
