//! `/api/v1/webhooks`: events pushed.

use super::{
    answer::{self, Answered, Refusal},
    fields::Fields,
    path::Path,
    query::Parameters,
};
use crate::{
    app::{
        App,
        desk::{
            Actor,
            webhooks::{self, Revealed, Shown, Start, Wanted},
        },
    },
    domain::webhook::{Reach, Webhook},
    http::error::Problem,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let paging = parameters.paging(&app, &actor)?;
    parameters.end()?;
    paging.answer(&webhooks::list(&app, &actor, paging.cursor.as_deref(), paging.limit).await?, webhook)
}

pub(super) async fn create(State(app): State<App>, actor: Actor, mut fields: Fields) -> Answered {
    let wanted = Wanted {
        url: fields.needed("url")?,
        types: fields.texts("types")?,
        description: fields.text("description")?,
        allow_private: fields.flag("allowPrivate")?,
    };
    fields.end()?;
    let made = webhooks::create(&app, &actor, &wanted).await?;
    Ok(answer::located(&app, StatusCode::CREATED, &format!("webhooks/{}", made.webhook.id), &revealed(&made)))
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&webhook(&webhooks::find(&app, &actor, &id).await?))
}

pub(super) async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    webhooks::delete(&app, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn rotate(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    let overlap = fields.number("overlapHours")?;
    fields.end()?;
    answer::ok(&revealed(&webhooks::rotate(&app, &actor, &id, overlap).await?))
}

pub(super) async fn replay(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    let (after, since) = (fields.number("after")?, fields.text("since")?);
    fields.end()?;
    answer::ok(&webhook(&webhooks::replay(&app, &actor, &id, &start(after, since)?).await?))
}

fn start(after: Option<i64>, since: Option<String>) -> Result<Start, Refusal> {
    match (after, since) {
        (Some(after), None) if after >= 0 => Ok(Start::After(after)),
        (Some(_), None) => Err(Problem::invalid("after", "it must be an event's seq, or 0 for everything").into()),
        (None, Some(since)) => Ok(Start::Since(since)),
        _ => Err(Problem::invalid("after", "give either after (an event's seq) or since (an instant)").into()),
    }
}

pub(super) async fn resume(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&webhook(&webhooks::resume(&app, &actor, &id).await?))
}

pub(super) async fn deliveries(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut parameters: Parameters,
) -> Answered {
    let (status, paging) = (parameters.take("status"), parameters.paging(&app, &actor)?);
    parameters.end()?;
    let before = paging.cursor.as_deref().and_then(|seq| seq.parse().ok());
    paging.answer(&webhooks::deliveries(&app, &actor, &id, status.as_deref(), before, paging.limit).await?, delivery)
}

fn webhook(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id.to_string(),
        "url": webhook.url,
        "types": webhook.types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "description": webhook.description,
        "allowPrivate": webhook.reach == Reach::Private,
        "status": webhook.status.as_str(),
        "statusReason": webhook.status_reason,
        "lastSeq": webhook.last_seq,
        "lastSuccessAt": webhook.succeeded_at,
        "failingSince": webhook.failing_since,
        "oldSecretUntil": webhook.old_secret.as_ref().map(|(_, until)| *until),
        "createdAt": webhook.created_at,
    })
}

/// The only answers that show a secret.
fn revealed(revealed: &Revealed) -> Value {
    let mut shown = webhook(&revealed.webhook);
    if let Value::Object(shown) = &mut shown {
        shown.insert("secret".to_owned(), json!(revealed.secret));
    }
    shown
}

fn delivery(shown: &Shown) -> Value {
    let delivery = &shown.delivery;
    let is_waiting = delivery.progress == crate::domain::webhook::Progress::Waiting;
    json!({
        "seq": delivery.seq,
        "type": shown.event.as_ref().map(|event| event.kind.clone()),
        "userId": shown.event.as_ref().and_then(|event| event.user).map(|id| id.to_string()),
        "groupId": shown.event.as_ref().and_then(|event| event.group).map(|id| id.to_string()),
        "status": delivery.progress.as_str(),
        "attempts": delivery.attempts,
        "lastAttemptAt": delivery.tried_at,
        "nextAttemptAt": is_waiting.then_some(delivery.due_at),
        "answer": delivery.answer,
        "reason": delivery.reason,
    })
}
