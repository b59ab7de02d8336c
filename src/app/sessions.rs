//! Who takes part in a program session: the row and the event that tells of it.

use super::Error;
use crate::{
    domain::{UserId, event::Event, program_session::ProgramSession},
    store::{self, Conn},
};
use jiff::Timestamp;

/// Registers a person; answers whether that is new.
///
/// # Errors
/// The store's.
pub(super) async fn register(
    tx: &mut Conn,
    session: &ProgramSession,
    user: UserId,
    source: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    if !store::program_sessions::register(tx, session.tenant, session.id, user, now).await? {
        return Ok(false);
    }
    let event = Event::of_registration(user, session.group, session.id, source);
    store::events::append(tx, session.tenant, now, &[event]).await?;
    Ok(true)
}
