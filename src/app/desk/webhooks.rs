//! Webhooks as administrators handle them: register, look, rotate the secret, replay, resume, delete.

use super::{Actor, MAX_PAGE, Page, id, invalid, one_more, record};
use crate::{
    app::{App, Error, feed},
    domain::{
        WebhookId, calendar, event,
        webhook::{Progress, Reach, Secret, Status, Target, Webhook},
    },
    store::{self, Conn, events::Entry, webhook_deliveries::Sought},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::{net::IpAddr, sync::Arc, time::Duration};

pub use crate::domain::webhook::Delivery;

/// How many webhooks a tenant has at most.
const MAX_WEBHOOKS: usize = 20;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 200;
/// How long an old secret signs beside the new one when nobody says.
const OVERLAP_HOURS: i64 = 24;
/// The longest it may do so.
const MAX_OVERLAP_HOURS: i64 = 7 * 24;
/// How long a registration waits for a name to be looked up; what is unknown then is checked when events are sent.
const LOOKUP: Duration = Duration::from_secs(2);

/// What a new webhook is to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Where events go.
    pub url: String,
    /// The kinds it wants; all where none is named.
    pub types: Option<Vec<String>>,
    /// What administrators call it.
    pub description: Option<String>,
    /// Whether it may be at a private or loopback address, and plain http.
    pub allow_private: bool,
}

/// A webhook with its secret, which is shown this once.
#[derive(Debug)]
pub struct Revealed {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret, `whsec_…`.
    pub secret: String,
}

/// Where a replay begins.
#[derive(Debug, Clone)]
pub enum Start {
    /// After the event at this place.
    After(i64),
    /// At the first event of this instant or later.
    Since(String),
}

/// A delivery and the event it delivers.
#[derive(Debug, Clone)]
pub struct Shown {
    /// How far it is.
    pub delivery: Delivery,
    /// The event.
    pub event: Option<Entry>,
}

/// A tenant's webhooks, newest first, below `cursor` (an id).
///
/// # Errors
/// `Forbidden`, `Invalid` naming the cursor.
pub async fn list(app: &App, actor: &Actor, cursor: Option<&str>, limit: usize) -> Result<Page<Webhook>, Error> {
    actor.check_platform()?;
    let before: Option<WebhookId> = cursor.map(|text| id("cursor", text)).transpose()?;
    let mut reader = app.store.read().await?;
    let mut found = store::webhooks::list(&mut reader, actor.tenant.id).await?;
    found.retain(|webhook| before.is_none_or(|before| webhook.id < before));
    Ok(Page::cut(found, limit.clamp(1, MAX_PAGE), |webhook| webhook.id.to_string()))
}

/// One webhook.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn find(app: &App, actor: &Actor, text: &str) -> Result<Webhook, Error> {
    actor.check_platform()?;
    let mut reader = app.store.read().await?;
    store::webhooks::find(&mut reader, actor.tenant.id, known(text)?).await?.ok_or_else(unknown)
}

/// Registers a webhook; it gets what happens from now on.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a field; `Conflict` when there are too many.
pub async fn create(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Revealed, Error> {
    actor.check_platform()?;
    let reach = if wanted.allow_private { Reach::Private } else { Reach::Public };
    let target = Target::parse(&wanted.url, reach).map_err(|why| invalid("url", why))?;
    look_up(&target, reach).await?;
    let webhook_id = WebhookId::generate(&*app.clock, &*app.rng);
    let secret = Secret::generate(&*app.rng).reveal();
    let webhook = Webhook {
        tenant: actor.tenant.id,
        id: webhook_id,
        url: target.as_str().to_owned(),
        description: description(wanted.description.as_deref())?,
        types: types(wanted.types.as_deref())?,
        reach,
        status: Status::Active,
        status_reason: None,
        secret: app.keys.seal(&*app.rng, &webhook_id.to_string(), &secret)?,
        old_secret: None,
        last_seq: 0,
        failing_since: None,
        succeeded_at: None,
        created_at: calendar::to_millis(app.clock.now()),
    };
    feed::number_all(app, actor.tenant.id).await?;
    let shared = Arc::new((actor.clone(), webhook));
    let written = app.store.write(move |tx| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { insert(tx, &shared.0, &shared.1).await })
    });
    Ok(Revealed { webhook: written.await?, secret })
}

async fn insert(tx: &mut Conn, actor: &Actor, webhook: &Webhook) -> Result<Webhook, Error> {
    if store::webhooks::list(tx, webhook.tenant).await?.len() >= MAX_WEBHOOKS {
        return Err(Error::Conflict(format!("there are {MAX_WEBHOOKS} webhooks already; delete one first")));
    }
    let last_seq = store::events::last_seq(tx, webhook.tenant).await?;
    let webhook = Webhook { last_seq, ..webhook.clone() };
    store::webhooks::insert(tx, &webhook).await?;
    let detail = json!({ "host": Target::parse(&webhook.url, webhook.reach).map(|target| target.host()).ok(), "allowPrivate": webhook.reach == Reach::Private });
    record(tx, actor, webhook.created_at, "webhook.created", webhook.id.to_string(), detail).await?;
    Ok(webhook)
}

/// Refuses a name that leads to a forbidden address now. One that leads nowhere yet is taken: every attempt looks again.
async fn look_up(target: &Target, reach: Reach) -> Result<(), Error> {
    let name = (target.host(), target.port());
    let Ok(Ok(found)) = tokio::time::timeout(LOOKUP, tokio::net::lookup_host(name)).await else { return Ok(()) };
    let addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    target.check(reach, &addresses).map_err(|why| invalid("url", why))
}

fn description(text: Option<&str>) -> Result<Option<String>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > MAX_DESCRIPTION || !crate::scim::fold::is_printable(text) {
        return Err(invalid("description", format!("it has at most {MAX_DESCRIPTION} printable characters")));
    }
    Ok(Some(text.to_owned()))
}

fn types(words: Option<&[String]>) -> Result<Vec<event::Kind>, Error> {
    let mut types = Vec::new();
    for word in words.unwrap_or_default() {
        let kind = event::Kind::parse(word.trim()).ok_or_else(|| {
            let shown: String = word.chars().take(64).collect();
            let known: Vec<_> = event::Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            invalid("types", format!("there are no events of the type \"{shown}\"; use some of {}", known.join(", ")))
        })?;
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    Ok(types)
}

/// Deletes a webhook with what was on its way to it.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn delete(app: &App, actor: &Actor, text: &str) -> Result<(), Error> {
    act(app, actor, text, Verb::Delete).await.map(drop)
}

/// Gives a webhook a new secret; for some hours (24 when nobody says) the old one signs too.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid` naming `overlapHours`.
pub async fn rotate(app: &App, actor: &Actor, text: &str, overlap_hours: Option<i64>) -> Result<Revealed, Error> {
    actor.check_platform()?;
    let hours = overlap_hours.unwrap_or(OVERLAP_HOURS);
    if !(0..=MAX_OVERLAP_HOURS).contains(&hours) {
        return Err(invalid("overlapHours", format!("it must be a number of hours from 0 to {MAX_OVERLAP_HOURS}")));
    }
    let secret = Secret::generate(&*app.rng).reveal();
    let sealed = app.keys.seal(&*app.rng, &known(text)?.to_string(), &secret)?;
    let webhook = act(app, actor, text, Verb::Rotate { sealed, overlap: SignedDuration::from_hours(hours) }).await?;
    Ok(Revealed { webhook, secret })
}

/// Sends again what happened from some point on, in order; what is on its way from there on is part of it.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid` naming `since`.
pub async fn replay(app: &App, actor: &Actor, text: &str, start: &Start) -> Result<Webhook, Error> {
    actor.check_platform()?;
    feed::number_all(app, actor.tenant.id).await?;
    let after = match start {
        Start::After(seq) => *seq,
        Start::Since(since) => {
            let message = "it must be an instant as in 2027-03-10T09:00:00Z";
            let since: Timestamp = since.trim().parse().map_err(|_| invalid("since", message))?;
            let mut reader = app.store.read().await?;
            store::events::last_before(&mut reader, actor.tenant.id, since).await?
        }
    };
    act(app, actor, text, Verb::Replay { after }).await
}

/// Serves a suspended or disabled webhook again, from where it stopped.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Conflict` when it is active.
pub async fn resume(app: &App, actor: &Actor, text: &str) -> Result<Webhook, Error> {
    act(app, actor, text, Verb::Resume).await
}

enum Verb {
    Delete,
    Rotate { sealed: String, overlap: SignedDuration },
    Replay { after: i64 },
    Resume,
}

async fn act(app: &App, actor: &Actor, text: &str, verb: Verb) -> Result<Webhook, Error> {
    actor.check_platform()?;
    let webhook = known(text)?;
    let shared = Arc::new((actor.clone(), verb, calendar::to_millis(app.clock.now())));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write(tx, &shared.0, webhook, &shared.1, shared.2).await })
        })
        .await
}

async fn write(tx: &mut Conn, actor: &Actor, id: WebhookId, verb: &Verb, now: Timestamp) -> Result<Webhook, Error> {
    let tenant = actor.tenant.id;
    let mut webhook = store::webhooks::lock(tx, tenant, id).await?.ok_or_else(unknown)?;
    let (action, detail): (_, Value) = match verb {
        Verb::Delete => {
            store::webhooks::delete(tx, tenant, id).await?;
            ("webhook.deleted", json!({}))
        }
        Verb::Rotate { sealed, overlap } => {
            let old = std::mem::replace(&mut webhook.secret, sealed.clone());
            let until = now.checked_add(*overlap).unwrap_or(now);
            webhook.old_secret = (until > now).then_some((old, until));
            ("webhook.secret_rotated", json!({ "oldSecretUntil": until }))
        }
        Verb::Replay { after } => {
            webhook.last_seq = webhook.last_seq.min(*after);
            store::webhook_deliveries::forget_after(tx, tenant, id, webhook.last_seq).await?;
            ("webhook.replayed", json!({ "after": webhook.last_seq }))
        }
        Verb::Resume if webhook.status == Status::Active => {
            return Err(Error::Conflict("this webhook is active".to_owned()));
        }
        Verb::Resume => {
            webhook.status = Status::Active;
            webhook.status_reason = None;
            webhook.failing_since = None;
            store::webhook_deliveries::hurry(tx, tenant, id, now).await?;
            store::webhook_deliveries::forgive(tx, tenant, id).await?;
            ("webhook.resumed", json!({}))
        }
    };
    store::webhooks::update(tx, &webhook).await?;
    record(tx, actor, now, action, id.to_string(), detail).await?;
    Ok(webhook)
}

/// What is on its way to a webhook and what arrived these days, newest first; `status` is `waiting`, `delivered` or `failing` (tried, and not
/// arrived).
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid` naming a parameter.
pub async fn deliveries(
    app: &App,
    actor: &Actor,
    text: &str,
    status: Option<&str>,
    before: Option<i64>,
    limit: usize,
) -> Result<Page<Shown>, Error> {
    let webhook = find(app, actor, text).await?;
    let is_failing = status == Some("failing");
    let progress = status
        .filter(|_| !is_failing)
        .map(|word| Progress::parse(word).ok_or_else(|| invalid("status", "use waiting, delivered or failing")));
    let sought = Sought { progress: progress.transpose()?, is_failing, before, limit: one_more(limit) };
    let mut reader = app.store.read().await?;
    let found = store::webhook_deliveries::page(&mut reader, webhook.tenant, webhook.id, &sought).await?;
    let page = Page::cut(found, limit, |delivery| delivery.seq.to_string());
    let places: Vec<i64> = page.items.iter().map(|delivery| delivery.seq).collect();
    let events = store::events::at_places(&mut reader, webhook.tenant, &places).await?;
    let shown =
        |delivery: Delivery| Shown { event: events.iter().find(|event| event.seq == delivery.seq).cloned(), delivery };
    Ok(Page { items: page.items.into_iter().map(shown).collect(), next: page.next })
}

fn known(text: &str) -> Result<WebhookId, Error> {
    id("id", text).map_err(|_| unknown())
}

fn unknown() -> Error {
    Error::NotFound("there is no such webhook".to_owned())
}
