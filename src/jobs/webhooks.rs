//! The webhook worker: takes webhooks that something is due for, sends a round to each, records how it ended.

use crate::{
    app::{
        App, Error,
        webhooks::{self, Place, Round},
    },
    domain::webhook::Answer,
    webhook::{Courier, Parcel},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    task::{Id, JoinSet},
    time,
};
use tokio_util::sync::CancellationToken;

/// How soon new events are noticed.
const PAUSE: Duration = Duration::from_millis(500);
/// How many webhooks are served at once.
const AT_ONCE: usize = 8;

/// Everything a round needs.
#[derive(Clone)]
struct Office {
    app: App,
    courier: Arc<Courier>,
    worker: Arc<str>,
}

pub(super) async fn run(app: App, courier: Arc<Courier>, stop: CancellationToken) {
    let worker = webhooks::worker_name(&app).into();
    let office = Office { app, courier, worker };
    let mut serving = JoinSet::new();
    let mut served: HashMap<Id, Place> = HashMap::new();
    let mut ticks = time::interval(PAUSE);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = serving.join_next_with_id(), if !serving.is_empty() => {
                let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
                served.remove(&id);
                continue;
            }
            _ = ticks.tick() => {}
        }
        if serving.len() >= AT_ONCE {
            continue;
        }
        let due = webhooks::due(&office.app).await.unwrap_or_else(|error| {
            super::complain(&error, "webhooks can't be read; trying again");
            Vec::new()
        });
        for place in due {
            if serving.len() < AT_ONCE && !served.values().any(|other| *other == place) {
                let task = serving.spawn(serve(office.clone(), place, stop.clone()));
                served.insert(task.id(), place);
            }
        }
    }
    while serving.join_next().await.is_some() {}
}

/// Rounds, one after the other, until nothing is due.
async fn serve(office: Office, place: Place, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match round(&office, place).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                // The lease ends, and the events go again.
                let _entered = tracing::info_span!("webhook", webhook.id = %place.1).entered();
                super::complain(&error, "a webhook could not be served");
                return;
            }
        }
    }
}

/// One round; answers how many events it sent.
async fn round(office: &Office, place: Place) -> Result<usize, Error> {
    let Some(round) = webhooks::begin(&office.app, &office.worker, place).await? else { return Ok(0) };
    let answers = send(&office.courier, &round).await;
    for answer in &answers {
        let word = match answer {
            answer if answer.is_success() => "delivered",
            Answer::Status { .. } => "refused",
            Answer::None(_) => "unanswered",
        };
        metrics::counter!("usher_webhook_attempts_total", "outcome" => word).increment(1);
    }
    let arrived = answers.iter().filter(|answer| answer.is_success()).count();
    tracing::debug!(webhook.id = %place.1, tenant.id = %place.0, sent = answers.len(), arrived, "webhook round");
    let sent = answers.len();
    webhooks::record(&office.app, &office.worker, round, answers).await?;
    Ok(sent)
}

/// Sends all messages of a round at once; the answers are in their order.
async fn send(courier: &Arc<Courier>, round: &Round) -> Vec<Answer> {
    let mut attempts = JoinSet::new();
    for (place, message) in round.messages.iter().enumerate() {
        let parcel = Parcel {
            url: round.url.clone(),
            reach: round.reach,
            id: message.id.clone(),
            timestamp: message.timestamp,
            signature: message.signature.clone(),
            body: message.body.clone(),
        };
        let courier = Arc::clone(courier);
        attempts.spawn(async move { (place, courier.send(&parcel).await) });
    }
    let mut answers = vec![Answer::None("the attempt was broken off".to_owned()); round.messages.len()];
    while let Some(ended) = attempts.join_next().await {
        if let Ok((place, answer)) = ended
            && let Some(slot) = answers.get_mut(place)
        {
            *slot = answer;
        }
    }
    answers
}

/// Sends everything that is due now, and answers how many attempts that took: for tests and commands, which wait for nothing.
///
/// # Errors
/// The store's.
pub async fn push(app: &App, courier: &Arc<Courier>) -> Result<usize, Error> {
    let worker = webhooks::worker_name(app).into();
    let office = Office { app: app.clone(), courier: Arc::clone(courier), worker };
    let mut sent = 0;
    loop {
        let before = sent;
        for place in webhooks::due(app).await? {
            sent += round(&office, place).await?;
        }
        if sent == before {
            return Ok(sent);
        }
    }
}
