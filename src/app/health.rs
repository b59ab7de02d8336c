//! Whether this process can serve, and the numbers that tell how the installation is.

use super::{App, Error};
pub use crate::store::Load;

use crate::store::{
    self,
    figures::Figures,
    pauses::{self, Outgoing},
};
use jiff::{SignedDuration, Timestamp};

/// Tokens that end within this time are worth a word.
pub const TOKEN_HORIZON: SignedDuration = SignedDuration::from_hours(30 * 24);

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

/// Checks that the database is reachable and migrated.
///
/// # Errors
/// The store's.
pub async fn ready(app: &App) -> Result<(), Error> {
    Ok(app.store.check().await?)
}
