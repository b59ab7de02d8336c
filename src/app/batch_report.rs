//! Tells whoever sent a batch of people what became of its rows (E9).

use super::{App, Error, effects::Scene};
use crate::{
    domain::{
        UserId,
        batch::Report,
        notification::{Clearance, Code, MailSwitch, Notification, Status},
        tenant::Tenant,
    },
    store::{self, Conn},
};
use std::sync::atomic::Ordering;

/// Puts the report into the outbox, in the transaction that ends the batch; a second one of the same batch makes no second mail. It is the
/// answer to what the sender did, so a tenant that holds mails does not hold it; one that makes none gets none.
///
/// # Errors
/// The store's.
pub async fn tell(
    app: &App,
    tx: &mut Conn,
    tenant: &Tenant,
    sender: UserId,
    batch: &str,
    report: &Report,
) -> Result<(), Error> {
    let Some(user) = store::users::find(tx, tenant.id, sender).await? else { return Ok(()) };
    let Some(scene) = Scene::of(app, tx, &user, "mail worker", "csv").await? else { return Ok(()) };
    let mut mail = Notification {
        target: report.to_string(),
        status: Status::Queued,
        clearance: Clearance::Released,
        reason: None,
        ..scene.mail(&user, Code::E9, format!("batch/{batch}"))
    };
    if scene.mail_switch() == MailSwitch::Off {
        mail.status = Status::Omitted;
        mail.reason = Some("notifications are switched off for the tenant or the connection".to_owned());
    }
    store::notifications::insert(tx, &mail).await?;
    scene.queued.store(true, Ordering::Relaxed);
    scene.wake_worker();
    Ok(())
}
