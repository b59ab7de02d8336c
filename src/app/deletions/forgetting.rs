//! Forgets who was deleted long ago: the row stays, for the ledger and the history point at it, and nothing of the person is in it.

use crate::{
    app::{App, Error},
    domain::{TenantId, user::User},
    scim::Object,
    store,
};
use jiff::Timestamp;

/// How many people are forgotten in one transaction.
const BATCH: i64 = 200;

/// Forgets everybody whose retention time is over; answers how many there were. Safe to run twice and on several nodes.
///
/// # Errors
/// The store's; who was forgotten before it stays so.
pub async fn run_due(app: &App) -> Result<u64, Error> {
    let mut reader = app.store.read().await?;
    let tenants = store::tenants::list(&mut reader).await?;
    drop(reader);
    let mut count = 0;
    for tenant in tenants {
        let Ok(until) = app.clock.now().checked_sub(tenant.retention) else { continue };
        loop {
            let found = forget(app, tenant.id, until).await?;
            count += found;
            if i64::try_from(found).unwrap_or(i64::MAX) < BATCH {
                break;
            }
        }
    }
    Ok(count)
}

async fn forget(app: &App, tenant: TenantId, until: Timestamp) -> Result<u64, Error> {
    app.store
        .write(move |tx| {
            Box::pin(async move {
                let found = store::users::forgettable(tx, tenant, until, BATCH).await?;
                for before in &found {
                    store::users::update(tx, before, &forgotten(before)).await?;
                    store::former::forget_user(tx, tenant, before.id).await?;
                    store::unique::release_all(tx, tenant, &before.id.to_string()).await?;
                }
                Ok::<_, Error>(found.len() as u64)
            })
        })
        .await
}

/// What is left of a person.
fn forgotten(user: &User) -> User {
    User {
        user_name: String::new(),
        external_id: None,
        document: Object::new(),
        password_hash: None,
        start_date: None,
        deletion_date: None,
        warned_for: None,
        ..user.clone()
    }
}
