//! Pausing what leaves the house, for every tenant at once.

use super::{App, Error, tenants::OPERATOR};
use crate::store::{
    self, Conn,
    audit::{self, Entry},
    pauses,
};
use serde_json::json;
use std::sync::Arc;

pub use crate::store::pauses::{Outgoing, Pause};

/// The longest reason, in characters.
const MAX_REASON: usize = 300;

/// The pause of this kind, if there is one.
///
/// # Errors
/// The store's.
pub async fn find(app: &App, what: Outgoing) -> Result<Option<Pause>, Error> {
    let mut reader = app.store.read().await?;
    Ok(pauses::find(&mut reader, what).await?)
}

/// Pauses. What a worker has in hand at this moment still leaves.
///
/// # Errors
/// The store's.
pub async fn pause(app: &App, what: Outgoing, reason: &str) -> Result<(), Error> {
    let reason: String = reason.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect();
    let pause = Arc::new(Pause { since: app.clock.now(), reason });
    app.store
        .write(move |tx| {
            let pause = Arc::clone(&pause);
            Box::pin(async move {
                pauses::set(tx, what, &pause).await?;
                record(tx, &pause, what, "outgoing.paused").await
            })
        })
        .await
}

/// Resumes; answers whether it was paused.
///
/// # Errors
/// The store's.
pub async fn resume(app: &App, what: Outgoing) -> Result<bool, Error> {
    let now = app.clock.now();
    let was_paused = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(pause) = pauses::find(tx, what).await? else { return Ok::<_, Error>(false) };
                pauses::remove(tx, what).await?;
                record(tx, &Pause { since: now, ..pause }, what, "outgoing.resumed").await?;
                Ok(true)
            })
        })
        .await?;
    app.outbox.notify_one();
    Ok(was_paused)
}

/// Every tenant's trail says so, since every tenant's mails are meant.
async fn record(tx: &mut Conn, pause: &Pause, what: Outgoing, action: &'static str) -> Result<(), Error> {
    for tenant in store::tenants::list(tx).await? {
        let detail = json!({ "what": what.as_str(), "reason": pause.reason });
        let entry = Entry { actor: OPERATOR.to_owned(), action, target: None, request_id: None, detail };
        audit::append(tx, tenant.id, pause.since, &[entry]).await?;
    }
    Ok(())
}
