//! Webhooks from the worker's side: what is due, what is sent, how it ended.
//!
//! A webhook is served by one worker at a time, under a lease, in rounds: of each lane (a person, a group) the first event that waits, several lanes
//! at once. An event that does not arrive holds back the later ones of its own lane only. A worker that dies leaves its round unrecorded: the events
//! go again with the same ids.

use super::{App, Error, digest, feed, pauses::Outgoing};
use crate::{
    domain::{
        NotificationId, TenantId, WebhookId, calendar,
        digest::WEBHOOK_SUSPENDED,
        webhook::{Answer, Delivery, Progress, Secret, Status, Webhook, schedule},
    },
    store::{
        self, Conn,
        audit::{self, Entry},
        webhook_deliveries,
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

pub use crate::domain::webhook::Reach;

/// How long a webhook belongs to its worker; longer than any round takes.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How many events may be on their way to one webhook.
const WINDOW: i64 = 1_000;
/// How many events are sent to one webhook at once.
const AT_ONCE: i64 = 16;
/// How long it is shown that an event arrived.
const MEMORY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A webhook that there may be something for.
pub type Place = (TenantId, WebhookId);

/// Events that are to be sent now.
#[derive(Debug)]
pub struct Round {
    /// The webhook.
    pub place: Place,
    /// Where they go.
    pub url: String,
    /// Which addresses that may be at.
    pub reach: Reach,
    /// One message for each event.
    pub messages: Vec<Message>,
    deliveries: Vec<Delivery>,
}

/// One event, ready to be sent.
#[derive(Debug, Clone)]
pub struct Message {
    /// `webhook-id`: the same at every attempt, so that receivers know what they had.
    pub id: String,
    /// `webhook-timestamp`: of this attempt, in seconds.
    pub timestamp: i64,
    /// `webhook-signature`: one, or two while an old secret is still good.
    pub signature: String,
    /// The JSON.
    pub body: String,
}

/// A name no other worker has.
#[must_use]
pub fn worker_name(app: &App) -> String {
    NotificationId::generate(&*app.clock, &*app.rng).to_string()
}

/// Webhooks that there may be something for and that nobody serves; none while they are paused for the whole installation.
///
/// # Errors
/// The store's.
pub async fn due(app: &App) -> Result<Vec<Place>, Error> {
    let mut reader = app.store.read().await?;
    if store::pauses::find(&mut reader, Outgoing::Webhooks).await?.is_some() {
        return Ok(Vec::new());
    }
    Ok(store::webhooks::due(&mut reader, app.clock.now(), WINDOW).await?)
}

/// Takes the webhook and gathers what is to be sent to it now; `None` when there is nothing, or another worker was quicker.
///
/// # Errors
/// The store's.
pub async fn begin(app: &App, worker: &str, place: Place) -> Result<Option<Round>, Error> {
    let (context, name) = (app.clone(), worker.to_owned());
    app.store
        .write(move |tx| {
            let (app, worker) = (context.clone(), name.clone());
            Box::pin(async move { gather(&app, tx, &worker, place).await })
        })
        .await
}

async fn gather(app: &App, tx: &mut Conn, worker: &str, place: Place) -> Result<Option<Round>, Error> {
    let (tenant, id) = place;
    let now = calendar::to_millis(app.clock.now());
    let webhook = store::webhooks::lock(tx, tenant, id).await?;
    let Some(mut webhook) = webhook.filter(|webhook| webhook.status == Status::Active) else { return Ok(None) };
    if store::webhooks::is_leased(tx, tenant, id, worker, now).await? {
        return Ok(None);
    }
    let Ok(secret) = open(app, &webhook, &webhook.secret) else {
        let reason = "its secret can't be opened with the present secret key; rotate the secret, then resume";
        suspend(tx, &mut webhook, reason.to_owned(), now).await?;
        return Ok(None);
    };
    refill(tx, &mut webhook, now).await?;
    let deliveries = webhook_deliveries::due(tx, tenant, id, now, AT_ONCE).await?;
    if deliveries.is_empty() {
        return Ok(None);
    }
    let mut secrets = vec![secret];
    if let Some((old, until)) = &webhook.old_secret
        && *until > now
    {
        // One that can't be opened signs no more; receivers have the new one by now, or will.
        secrets.extend(open(app, &webhook, old).ok());
    }
    let until = now.checked_add(LEASE).unwrap_or(now);
    store::webhooks::lease(tx, tenant, id, worker, until).await?;
    let places: Vec<i64> = deliveries.iter().map(|delivery| delivery.seq).collect();
    let events = store::events::at_places(tx, tenant, &places).await?;
    let messages = events.iter().map(|event| message(tenant, event, &secrets, now)).collect();
    Ok(Some(Round { place, url: webhook.url, reach: webhook.reach, messages, deliveries }))
}

fn open(app: &App, webhook: &Webhook, sealed: &str) -> Result<Secret, Error> {
    let text = app.keys.open(&webhook.id.to_string(), sealed)?;
    Secret::parse(&text).ok_or(Error::Sealed)
}

/// Puts the next events on their way, as many as there is room for.
async fn refill(tx: &mut Conn, webhook: &mut Webhook, now: Timestamp) -> Result<(), Error> {
    let (tenant, id) = (webhook.tenant, webhook.id);
    let waiting = webhook_deliveries::count_waiting(tx, tenant, id).await?;
    let room = WINDOW.saturating_sub(i64::try_from(waiting).unwrap_or(WINDOW));
    if room <= 0 {
        return Ok(());
    }
    if store::events::are_waiting(tx, tenant).await? {
        feed::number_some(tx, tenant).await?;
    }
    let events = store::events::page(tx, tenant, webhook.last_seq, room).await?;
    let Some(last) = events.last() else { return Ok(()) };
    webhook.last_seq = last.seq;
    let wanted: Vec<_> =
        events.iter().filter(|event| webhook.wants(&event.kind)).map(|event| (event.seq, lane(event))).collect();
    webhook_deliveries::insert(tx, tenant, id, &wanted, now).await?;
    Ok(store::webhooks::update(tx, webhook).await?)
}

/// Whose order is kept: the person's, else the group's.
fn lane(event: &store::events::Entry) -> String {
    let user = event.user.map(|user| user.to_string());
    user.or_else(|| event.group.map(|group| group.to_string())).unwrap_or_default()
}

/// An event as it is sent: the ids and the facts of the feed's entry side by side.
fn message(tenant: TenantId, event: &store::events::Entry, secrets: &[Secret], now: Timestamp) -> Message {
    let id = format!("evt_{tenant}_{}", event.seq);
    let mut data = json!({
        "seq": event.seq,
        "userId": event.user.map(|id| id.to_string()),
        "groupId": event.group.map(|id| id.to_string()),
    });
    if let (Value::Object(data), Value::Object(facts)) = (&mut data, &event.data) {
        data.extend(facts.clone());
    }
    let body = json!({ "type": event.kind, "timestamp": event.at, "data": data }).to_string();
    let timestamp = now.as_second();
    let signatures: Vec<_> = secrets.iter().map(|secret| secret.sign(&id, timestamp, &body)).collect();
    Message { id, timestamp, signature: signatures.join(" "), body }
}

/// Records how a round ended, one answer for each message in their order, and gives the webhook back.
///
/// # Errors
/// The store's; the round is as if it had never been then, and its events go again.
pub async fn record(app: &App, worker: &str, round: Round, answers: Vec<Answer>) -> Result<(), Error> {
    let shared = Arc::new((app.clone(), worker.to_owned(), round, answers));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write_record(&shared.0, tx, &shared.1, &shared.2, &shared.3).await })
        })
        .await
}

async fn write_record(app: &App, tx: &mut Conn, worker: &str, round: &Round, answers: &[Answer]) -> Result<(), Error> {
    let (tenant, id) = round.place;
    let now = calendar::to_millis(app.clock.now());
    let Some(mut webhook) = store::webhooks::lock(tx, tenant, id).await? else { return Ok(()) };
    if !store::webhooks::release(tx, tenant, id, worker).await? {
        // It took too long, and another worker has the webhook now.
        return Ok(());
    }
    let mut oldest_failure = None;
    for (before, answer) in round.deliveries.iter().zip(answers) {
        let after = tried(app, before, answer, now);
        if after.progress == Progress::Waiting {
            oldest_failure = oldest_failure.min(after.first_tried_at).or(after.first_tried_at);
        }
        webhook_deliveries::update(tx, tenant, id, &after).await?;
    }
    if answers.iter().any(Answer::is_success) {
        let outage = webhook.failing_since.map(|since| now.duration_since(since));
        if outage.is_some_and(|outage| outage >= schedule::OUTAGE) {
            webhook_deliveries::hurry(tx, tenant, id, now).await?;
        }
        webhook.succeeded_at = Some(now);
        webhook.failing_since = None;
    } else {
        webhook.failing_since.get_or_insert(now);
    }
    if answers.iter().any(Answer::is_farewell) {
        webhook.status = Status::Disabled;
        webhook.status_reason = Some("the receiver answered 410 Gone".to_owned());
        store::webhooks::update(tx, &webhook).await?;
        return tell(tx, &webhook, now).await;
    }
    let begun = webhook.failing_since.into_iter().chain(oldest_failure).min();
    if begun.is_some_and(|begun| now.duration_since(begun) >= schedule::PATIENCE) {
        let last = answers.iter().rev().find_map(Answer::reason).unwrap_or_default();
        let reason =
            format!("events have not arrived for {} days; the last time {last}", schedule::PATIENCE.as_hours() / 24);
        return suspend(tx, &mut webhook, reason, now).await;
    }
    Ok(store::webhooks::update(tx, &webhook).await?)
}

/// A delivery after an attempt.
fn tried(app: &App, before: &Delivery, answer: &Answer, now: Timestamp) -> Delivery {
    let answered = match answer {
        Answer::Status { code, retry_after } => (Some(i64::from(*code)), *retry_after),
        Answer::None(_) => (None, None),
    };
    let mut after = Delivery {
        attempts: before.attempts + 1,
        first_tried_at: before.first_tried_at.or(Some(now)),
        tried_at: Some(now),
        answer: answered.0,
        reason: answer.reason(),
        ..before.clone()
    };
    if answer.is_success() {
        after.progress = Progress::Delivered;
        return after;
    }
    after.failures += 1;
    let mut chance = [0];
    app.rng.fill(&mut chance);
    let [chance] = chance;
    after.due_at = now.checked_add(schedule::pause(after.failures, chance, answered.1)).unwrap_or(now);
    after
}

async fn suspend(tx: &mut Conn, webhook: &mut Webhook, reason: String, now: Timestamp) -> Result<(), Error> {
    webhook.status = Status::Suspended;
    webhook.status_reason = Some(reason);
    store::webhooks::update(tx, webhook).await?;
    tell(tx, webhook, now).await
}

/// Administrators learn that events go nowhere.
async fn tell(tx: &mut Conn, webhook: &Webhook, now: Timestamp) -> Result<(), Error> {
    let entry = Entry {
        actor: "webhook worker".to_owned(),
        action: WEBHOOK_SUSPENDED,
        target: Some(webhook.id.to_string()),
        request_id: None,
        detail: json!({ "status": webhook.status.as_str(), "reason": webhook.status_reason }),
    };
    audit::append(tx, webhook.tenant, now, &[entry]).await?;
    tracing::warn!(webhook.id = %webhook.id, tenant.id = %webhook.tenant, status = webhook.status.as_str(), "a webhook gets no more events");
    digest::note(tx, webhook.tenant, now).await
}

/// Forgets what arrived long ago.
///
/// # Errors
/// The store's.
pub async fn forget_delivered(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let before = now.checked_sub(MEMORY).unwrap_or(now);
    app.store
        .write(move |tx| {
            Box::pin(
                async move { webhook_deliveries::forget_delivered(tx, before).await.map(drop).map_err(Error::from) },
            )
        })
        .await
}
