//! One run: parks what is too much, deletes who is due, and carries out what administrators decided.

use crate::{
    app::{
        App, Error, digest,
        effects::{self, Writer},
        protection,
        scene::Scene,
    },
    domain::{
        TenantId, UserId,
        digest::PARKED,
        onboarding::{self, Decision},
        parked::{self, Parked},
        user::User,
    },
    store::{self, Conn, audit},
};
use jiff::Timestamp;
use serde_json::json;

/// How many people are taken up at a time.
const BATCH: i64 = 200;

/// Deletes who is due at `until`, as far as the brake lets it; answers how many people changed.
///
/// # Errors
/// The store's; what was done before it stays done.
pub async fn run_due(app: &App, until: Timestamp) -> Result<u64, Error> {
    let mut reader = app.store.read().await?;
    let tenants = store::parked::tenants_due(&mut reader, until).await?;
    let waits = store::parked::exist(&mut reader).await?;
    drop(reader);
    if tenants.is_empty() && !waits {
        return Ok(0);
    }
    for (tenant, due) in tenants {
        if due > crate::domain::brake::FLOOR {
            park(app, tenant, until).await?;
        }
    }
    let mut reader = app.store.read().await?;
    let mut people = store::parked::free(&mut reader, until, BATCH).await?;
    people.extend(store::parked::decided(&mut reader, BATCH).await?);
    drop(reader);
    let mut changed = 0;
    for (tenant, user) in people {
        changed += each(app, tenant, user, until).await?;
    }
    if waits {
        app.store
            .write(|tx| Box::pin(async move { store::parked::forget_finished(tx).await.map_err(Error::from) }))
            .await?;
    }
    Ok(changed)
}

/// Stops a tenant's run where it is too large, and tells the administrators.
async fn park(app: &App, tenant: TenantId, until: Timestamp) -> Result<(), Error> {
    let context = app.clone();
    let is_parked = app
        .store
        .write(move |tx| {
            let app = context.clone();
            Box::pin(async move { park_in(&app, tx, tenant, until).await })
        })
        .await?;
    if is_parked {
        tracing::warn!(tenant.id = %tenant, "a run of deletions was parked: it would have deleted too large a share of the tenant's people");
        app.outbox.notify_one();
    }
    Ok(())
}

async fn park_in(app: &App, tx: &mut Conn, id: TenantId, until: Timestamp) -> Result<bool, Error> {
    // Held until the commit: another node that looks now finds what this one did.
    let state = store::mail_budget::lock(tx, id).await?;
    let Some(tenant) = store::tenants::find(tx, id).await? else { return Ok(false) };
    let before = store::parked::find(tx, id).await?;
    if before.as_ref().is_some_and(|run| run.decision.is_some()) {
        return Ok(false);
    }
    let due = store::parked::count_due(tx, id, before.as_ref().map(|run| run.until), until).await?;
    let live = store::parked::count_live(tx, id).await?;
    if !tenant.deletion_brake.stops(due, live) {
        return Ok(false);
    }
    let people = store::parked::count_due(tx, id, None, until).await?;
    let parked = Parked { until, parked_at: app.clock.now(), people, of: live, decision: None };
    store::parked::put(tx, id, &parked).await?;
    let entry = audit::Entry {
        actor: "calendar".to_owned(),
        action: PARKED,
        target: None,
        request_id: None,
        detail: json!({ "people": people, "of": live, "until": until.to_string() }),
    };
    audit::append(tx, id, parked.parked_at, &[entry]).await?;
    digest::tell(app, tx, &tenant, state).await?;
    Ok(true)
}

/// One person, in a transaction of its own that looks again: another node may have been quicker.
async fn each(app: &App, tenant: TenantId, user: UserId, until: Timestamp) -> Result<u64, Error> {
    let context = app.clone();
    let (changed, scene) = app
        .store
        .write(move |tx| {
            let app = context.clone();
            Box::pin(async move { act(&app, tx, tenant, user, until).await })
        })
        .await?;
    if let Some(scene) = scene {
        scene.wake_worker();
    }
    Ok(changed)
}

async fn act(
    app: &App,
    tx: &mut Conn,
    tenant: TenantId,
    user: UserId,
    until: Timestamp,
) -> Result<(u64, Option<Scene>), Error> {
    store::groups::lock_of_member(tx, tenant, user).await?;
    let Some(before) = store::users::lock(tx, tenant, user).await? else { return Ok((0, None)) };
    let Some(due) = before.deletion_at.filter(|at| before.is_live() && *at <= until) else { return Ok((0, None)) };
    let Some(scene) = Scene::of(app, tx, &before, "calendar", "clock").await? else { return Ok((0, None)) };
    let run = store::parked::find(tx, tenant).await?;
    let decision = match run.filter(|run| run.covers(due)).map(|run| run.decision) {
        Some(None) => return Ok((0, None)),
        Some(Some(parked::Decision::Discard)) => onboarding::call_off_deletion(&before),
        _ => return delete(tx, scene, before).await,
    };
    effects::update(tx, &scene, &before, decision, Writer::Server).await?;
    Ok((1, Some(scene)))
}

async fn delete(tx: &mut Conn, scene: Scene, before: User) -> Result<(u64, Option<Scene>), Error> {
    if protection::protects(tx, &before).await? {
        // The date stays visible; only its execution is called off.
        let spared = User { deletion_at: None, ..before.clone() };
        store::users::update(tx, &before, &spared).await?;
        tracing::warn!(user.id = %before.id, "the deletion date of the owner or the last administrator was not executed");
        return Ok((1, Some(scene)));
    }
    let decision: Decision = onboarding::delete_by_date(&before, scene.now);
    effects::update(tx, &scene, &before, decision, Writer::Server).await?;
    Ok((1, Some(scene)))
}
