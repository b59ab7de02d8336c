//! Whether this process can serve, and the numbers that tell how the installation is.

use super::{App, Error, notifications};
pub use crate::store::Load;

use crate::store::{
    self,
    figures::Figures,
    pauses::{self, Outgoing, Pause},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Tokens that end within this time are worth a word.
pub const TOKEN_HORIZON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A date that passed this long ago should have been acted upon.
const OVERDUE: SignedDuration = SignedDuration::from_hours(1);
/// A lease that ended this long ago should have been taken up by a worker.
const STUCK: SignedDuration = SignedDuration::from_mins(5);

/// The numbers of one moment.
#[derive(Debug, Clone)]
pub struct Reading {
    /// When they were read.
    pub at: Timestamp,
    /// What the database says.
    pub figures: Figures,
    /// Whether mail is paused.
    pub is_mail_paused: bool,
    /// How busy the way to the database is.
    pub load: Load,
}

/// Reads the numbers.
///
/// # Errors
/// The store's.
pub async fn read(app: &App) -> Result<Reading, Error> {
    let at = app.clock.now();
    let horizon = at.checked_add(TOKEN_HORIZON).unwrap_or(at);
    let load = app.store.load();
    let mut reader = app.store.read().await?;
    let figures = store::figures::read(&mut reader, at, horizon).await?;
    let is_mail_paused = pauses::find(&mut reader, Outgoing::Mail).await?.is_some();
    Ok(Reading { at, figures, is_mail_paused, load })
}

/// What a closer look finds; takes as long as the database is large.
#[derive(Debug, Clone)]
pub struct Examination {
    /// The numbers of this moment.
    pub reading: Reading,
    /// Mails that wait or failed, by tenant and status.
    pub mails: Vec<(String, BTreeMap<String, u64>)>,
    /// Mails of which a worker has said nothing for long.
    pub stuck: u64,
    /// People whose deletion date passed more than an hour ago, by tenant.
    pub overdue_deletions: Vec<(String, u64)>,
    /// When anything was last written.
    pub last_written: Option<Timestamp>,
    /// The time by the database server's clock.
    pub server_time: Option<Timestamp>,
    /// The database server's version, such as 150003.
    pub server_version: Option<i64>,
    /// What the engine finds wrong with its file.
    pub damage: Option<String>,
    /// Usable tokens: the tenant, the name and the end of each.
    pub tokens: Vec<(String, String, Timestamp)>,
    /// Why mail is paused, and since when.
    pub pause: Option<Pause>,
}

/// Looks closely; changes nothing.
///
/// # Errors
/// The store's.
pub async fn examine(app: &App) -> Result<Examination, Error> {
    let reading = read(app).await?;
    let mails = notifications::standing(app).await?;
    let mut reader = app.store.read().await?;
    let ago = |time: SignedDuration| reading.at.checked_sub(time).unwrap_or(reading.at);
    let tenants = store::tenants::list(&mut reader).await?;
    let slug =
        |id| tenants.iter().find(|tenant| tenant.id == id).map_or_else(String::new, |tenant| tenant.slug.clone());
    let overdue = store::figures::overdue_deletions(&mut reader, ago(OVERDUE)).await?;
    let mut tokens = Vec::new();
    for tenant in &tenants {
        let all = store::tokens::list(&mut reader, tenant.id).await?;
        let usable = all.into_iter().filter(|token| token.revoked_at.is_none() && token.expires_at > reading.at);
        tokens.extend(usable.map(|token| (tenant.slug.clone(), token.name, token.expires_at)));
    }
    Ok(Examination {
        mails,
        stuck: store::figures::stuck(&mut reader, ago(STUCK)).await?,
        overdue_deletions: overdue.into_iter().map(|(tenant, count)| (slug(tenant), count)).collect(),
        last_written: store::figures::last_written(&mut reader).await?,
        server_time: store::figures::server_time(&mut reader).await?,
        server_version: store::figures::server_version(&mut reader).await?,
        damage: store::figures::damage(&mut reader).await?,
        tokens,
        pause: pauses::find(&mut reader, Outgoing::Mail).await?,
        reading,
    })
}

/// Checks that the database is reachable and migrated.
///
/// # Errors
/// The store's.
pub async fn ready(app: &App) -> Result<(), Error> {
    Ok(app.store.check().await?)
}
