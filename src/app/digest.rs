//! What administrators are told of mails and people that need their eye (E15): at once when mails begin to be held, else at most once a day.

use super::{App, Error, scene::Scene};
use crate::{
    domain::{
        TenantId,
        digest::{Digest, Since},
        notification::{Clearance, Code, Notification, Status},
        tenant::{Switch, Tenant},
        user::State,
    },
    store::{self, Conn, mail_budget},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// How long news is collected before it is told.
const COLLECTION: SignedDuration = SignedDuration::from_hours(1);
/// How long administrators are left alone after a digest.
const PAUSE: SignedDuration = SignedDuration::from_hours(24);
/// How many tenants are taken up at a time.
const BATCH: i64 = 50;

/// Notes that something happened that administrators will want to know; the next digest tells them.
///
/// # Errors
/// The store's.
pub(super) async fn note(tx: &mut Conn, tenant: TenantId, now: Timestamp) -> Result<(), Error> {
    Ok(mail_budget::note_news(tx, tenant, now).await?)
}

/// Sends the digests that are due; answers how many tenants were told. To be called now and then.
///
/// # Errors
/// The store's.
pub async fn run_due(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    let begun = now.checked_sub(COLLECTION).unwrap_or(now);
    let told = now.checked_sub(PAUSE).unwrap_or(now);
    let mut reader = app.store.read().await?;
    let tenants = mail_budget::due_for_digest(&mut reader, begun, told, BATCH).await?;
    drop(reader);
    let mut count = 0;
    for tenant in tenants {
        let context = app.clone();
        count += app
            .store
            .write(move |tx| {
                let app = context.clone();
                Box::pin(async move { run_one(&app, tx, tenant, begun, told).await })
            })
            .await?;
    }
    if count > 0 {
        app.outbox.notify_one();
    }
    Ok(count)
}

async fn run_one(app: &App, tx: &mut Conn, tenant: TenantId, begun: Timestamp, told: Timestamp) -> Result<u64, Error> {
    let state = mail_budget::lock(tx, tenant).await?;
    let is_due = state.news_at.is_some_and(|at| at <= begun) && state.told_at.is_none_or(|at| at <= told);
    match store::tenants::find(tx, tenant).await? {
        Some(tenant) if is_due => {
            tell(app, tx, &tenant, state).await?;
            Ok(1)
        }
        _ => Ok(0),
    }
}

/// Puts a digest for every administrator into the outbox, beginning where the last one ended; `state` is the tenant's, held by the transaction.
///
/// # Errors
/// The store's.
pub(super) async fn tell(app: &App, tx: &mut Conn, tenant: &Tenant, state: mail_budget::State) -> Result<(), Error> {
    let now = app.clock.now();
    let since = Since { told_at: now, audit: state.told_audit, event: state.told_event };
    let ends = mail_budget::ends(tx, tenant.id).await?;
    let state =
        mail_budget::State { news_at: None, told_at: Some(now), told_audit: ends.0, told_event: ends.1, ..state };
    mail_budget::update(tx, tenant.id, &state).await?;
    if tenant.digest == Switch::Off {
        return Ok(());
    }
    let scene = Scene { now, ..Scene::new(app, Arc::new(tenant.clone()), None, "mail worker", "clock") };
    for administrator in store::users::administrators(tx, tenant.id).await? {
        let mail = scene.mail(&administrator, Code::E15, since.to_string());
        if administrator.state != State::Active || mail.to.is_none() {
            continue;
        }
        // Neither switch nor budget holds the mail that tells of held ones.
        let mail = Notification { status: Status::Queued, clearance: Clearance::Released, reason: None, ..mail };
        store::notifications::insert(tx, &mail).await?;
    }
    Ok(())
}

/// What the digest of this cause has to tell now.
///
/// # Errors
/// The store's.
pub(super) async fn read(conn: &mut Conn, mail: &Notification) -> Result<Option<Digest>, Error> {
    let Some(since) = Since::parse(&mail.cause).filter(|_| mail.code == Code::E15) else { return Ok(None) };
    let tallies = mail_budget::tallies(conn, mail.tenant, since.audit, since.event).await?;
    let held = mail_budget::count_held(conn, mail.tenant).await?;
    let parked = store::parked::find(conn, mail.tenant).await?.filter(|run| run.decision.is_none());
    Ok(Some(Digest::of(held, parked.map_or(0, |run| run.people), &tallies)))
}
