//! The calendar: start dates, deletion dates and their warnings, invitations that expire. Catches up after downtime; safe on several nodes.

use super::{
    App, Error, deletions, digest,
    effects::{self, Writer},
    reminders,
    scene::Scene,
};
use crate::{
    domain::{
        InvitationId, TenantId, UserId, invitation,
        notification::{Code, Status},
        onboarding::{self, Decision, Effect},
        user::{State, User},
    },
    store::{self, Conn},
};
use jiff::SignedDuration;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How long before its date a deletion is warned of.
const WARNING: SignedDuration = SignedDuration::from_hours(24);
/// How many people or invitations are taken up at a time.
const BATCH: i64 = 200;

/// Does everything that is due now; answers how many people or invitations changed. To be called about once a second: what takes something
/// away happens once two calls a few seconds apart have found it due.
///
/// # Errors
/// The store's; what was done before it stays done.
pub async fn run_due(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    let confirmed = app.looks.take(now, app.clock.elapsed());
    let warned_until = now.checked_add(WARNING).unwrap_or(now);
    let mut reader = app.store.read().await?;
    let warnings = store::users::due_for_warning(&mut reader, now, warned_until, BATCH).await?;
    let starts = store::users::due_for_start(&mut reader, now, BATCH).await?;
    let expiries = match confirmed {
        Some(until) => store::invitations::due_for_expiry(&mut reader, until, BATCH).await?,
        None => Vec::new(),
    };
    drop(reader);
    let mut changed = match confirmed {
        Some(until) => deletions::run_due(app, until).await?,
        None => 0,
    };
    for (tenant, user) in warnings {
        changed += each(app, tenant, Due::Warning(user)).await?;
    }
    for (tenant, user) in starts {
        changed += each(app, tenant, Due::Start(user)).await?;
    }
    for (tenant, invitation) in expiries {
        changed += each(app, tenant, Due::Expiry(invitation)).await?;
    }
    changed += reminders::run_due(app).await?;
    changed += digest::run_due(app).await?;
    Ok(changed)
}

#[derive(Debug, Clone, Copy)]
enum Due {
    Warning(UserId),
    Start(UserId),
    Expiry(InvitationId),
}

/// One person or invitation, in a transaction of its own that looks again: another node may have been quicker.
async fn each(app: &App, tenant: TenantId, due: Due) -> Result<u64, Error> {
    let context = app.clone();
    let queued = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&queued);
    let changed = app
        .store
        .write(move |tx| {
            let (app, queued) = (context.clone(), Arc::clone(&flag));
            Box::pin(async move { act(&app, tx, tenant, due, queued).await })
        })
        .await?;
    if queued.load(Ordering::Relaxed) {
        app.outbox.notify_one();
    }
    Ok(changed)
}

async fn act(app: &App, tx: &mut Conn, tenant: TenantId, due: Due, queued: Arc<AtomicBool>) -> Result<u64, Error> {
    let user = match due {
        Due::Warning(user) | Due::Start(user) => user,
        Due::Expiry(invitation) => match store::invitations::find(tx, tenant, invitation).await? {
            Some(invitation) => invitation.user,
            None => return Ok(0),
        },
    };
    let Some(before) = store::users::lock(tx, tenant, user).await? else { return Ok(0) };
    let Some(mut scene) = Scene::of(app, tx, &before, "calendar", "clock").await? else { return Ok(0) };
    scene.queued = queued;
    match due {
        Due::Warning(_) => warn(tx, &scene, &before).await,
        Due::Start(_) => start(tx, &scene, &before).await,
        Due::Expiry(invitation) => expire(tx, &scene, &before, invitation).await,
    }
}

/// Puts the warning into the outbox, once for each date; nothing that an identity provider sees changes.
async fn warn(tx: &mut Conn, scene: &Scene, before: &User) -> Result<u64, Error> {
    let Some(date) = before.deletion_date.filter(|_| before.is_live() && before.deletion_at.is_some()) else {
        return Ok(0);
    };
    if before.warned_for == Some(date) {
        return Ok(0);
    }
    let warned = User { warned_for: Some(date), ..before.clone() };
    store::users::update(tx, before, &warned).await?;
    if before.state == State::Suspended {
        return Ok(1);
    }
    let mut mail = scene.mail(before, Code::E13, date.to_string());
    if let Some(reason) = onboarding::silence(before, Code::E13, &scene.circumstances(None)) {
        mail.status = Status::Omitted;
        mail.reason = Some(reason.to_owned());
    }
    store::notifications::insert(tx, &mail).await?;
    scene.queued.store(true, Ordering::Relaxed);
    Ok(1)
}

async fn start(tx: &mut Conn, scene: &Scene, before: &User) -> Result<u64, Error> {
    if before.state != State::Staged || before.start_at.is_none_or(|at| at > scene.now) {
        return Ok(0);
    }
    let decision = onboarding::start(before, &scene.circumstances(None));
    effects::update(tx, scene, before, decision, Writer::Server).await?;
    Ok(1)
}

async fn expire(tx: &mut Conn, scene: &Scene, before: &User, id: InvitationId) -> Result<u64, Error> {
    let invitation = store::invitations::lock(tx, before.tenant, id).await?;
    let is_due = |invitation: &invitation::Invitation| {
        invitation.status == invitation::Status::Pending && invitation.expires_at <= scene.now
    };
    if !invitation.as_ref().is_some_and(is_due) {
        return Ok(0);
    }
    let effects = vec![Effect::ExpireInvitation, Effect::DropOnboardingMails("the invitation expired")];
    effects::update(tx, scene, before, Decision { user: before.clone(), effects }, Writer::Server).await?;
    Ok(1)
}
