//! The end of an import: written once, told to who sent the file, and forgotten after a while.

use super::{SOURCE, audit_name};
use crate::{
    app::{App, Error, scene::Scene},
    domain::{
        calendar, mailbox,
        notification::{Clearance, Code, Notification, Status},
        onboarding,
        user::State,
    },
    store::{
        self, Conn, audit,
        imports::{Import, Stage},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;

/// How long results are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// After how long a file that did not arrive whole is given up.
const ABANDONED: SignedDuration = SignedDuration::from_hours(24);
/// How many old imports are removed at a time.
const FORGOTTEN: i64 = 20;

/// Ends the import and tells its sender, once.
pub(super) async fn finish(app: &App, import: &Import) -> Result<(), Error> {
    let shared = Arc::new((app.clone(), import.clone()));
    let written = app.store.write(move |tx| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { write_end(&shared.0, tx, &shared.1).await })
    });
    written.await?;
    app.outbox.notify_one();
    Ok(())
}

async fn write_end(app: &App, tx: &mut Conn, import: &Import) -> Result<(), Error> {
    let now = calendar::to_millis(app.clock.now());
    if !store::imports::finish(tx, import.tenant, import.id, now).await? || import.is_dry_run {
        return Ok(());
    }
    let tally = store::imports::tally(tx, import.tenant, import.id).await?;
    let entry = audit::Entry {
        actor: audit_name(import),
        action: "import.finished",
        target: Some(import.id.to_string()),
        request_id: import.request_id.clone(),
        detail: json!({
            "rows": tally.rows(),
            "created": tally.created,
            "updated": tally.updated,
            "unchanged": tally.unchanged,
            "rejected": tally.rejected,
        }),
    };
    audit::append(tx, import.tenant, now, &[entry]).await?;
    tell(app, tx, import).await
}

/// The report to who sent the file (E9).
async fn tell(app: &App, tx: &mut Conn, import: &Import) -> Result<(), Error> {
    let Some(user) = import.user else { return Ok(()) };
    let Some(user) = store::users::find(tx, import.tenant, user).await? else { return Ok(()) };
    if user.state != State::Active || mailbox::address_of(&user.document, &user.user_name).is_none() {
        return Ok(());
    }
    let Some(scene) = Scene::of(app, tx, &user, &import.actor, SOURCE).await? else { return Ok(()) };
    let id = import.id.to_string();
    let mut mail = Notification { target: id.clone(), ..scene.mail(&user, Code::E9, id) };
    if let Some(reason) = onboarding::silence(&user, Code::E9, &scene.circumstances(None)) {
        (mail.status, mail.reason) = (Status::Omitted, Some(reason.to_owned()));
    }
    // The mails of the import itself use the budget up; what tells of them must not wait behind them.
    if mail.status == Status::Queued {
        mail.clearance = Clearance::Released;
    }
    store::notifications::insert(tx, &mail).await?;
    Ok(())
}

/// Removes old imports with what became of their rows, and files that never arrived whole; answers how many went.
///
/// # Errors
/// The store's.
pub async fn forget_old(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    let before = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    let (kept, abandoned) = (before(KEPT), before(ABANDONED));
    let forgotten = app.store.write(move |tx| {
        Box::pin(async move {
            let old = store::imports::forget(tx, kept, Stage::Done, FORGOTTEN).await?;
            let lost = store::imports::forget(tx, abandoned, Stage::Receiving, FORGOTTEN).await?;
            Ok::<_, Error>(old + lost)
        })
    });
    forgotten.await
}
