//! `/api/v1/notifications`: every mail and why it stands where it stands; addresses that get none.

use super::{
    answer::{self, Answered, Refusal},
    fields::Fields,
    path::Path,
    query::Parameters,
};
use crate::{
    app::{
        App, Error,
        desk::{Actor, Page},
        notifications::{self, Selection, Suppressed, Wanted},
        outbox,
    },
    domain::notification::{Code, Notification, Status},
    http::error::Problem,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};
use std::str::FromStr;

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    actor.check_platform()?;
    let word = "there is no such word; see the list in the documentation";
    let paging = parameters.paging(&app, &actor)?;
    let status =
        parameters.take("status").map(|text| Status::parse(&text).ok_or_else(|| Problem::invalid("status", word)));
    let code = parameters.take("code").map(|text| Code::parse(&text).ok_or_else(|| Problem::invalid("code", word)));
    let wanted = Wanted {
        user: parameters.take("userId").map(|text| parsed("userId", &text)).transpose()?,
        status: status.transpose()?,
        code: code.transpose()?,
        before: paging.cursor.as_deref().map(|text| parsed("cursor", text)).transpose()?,
    };
    parameters.end()?;
    let page = notifications::list(&app, actor.tenant_id(), &wanted, paging.limit).await?;
    let page = Page { items: page.items, next: page.next.map(|id| id.to_string()) };
    paging.answer(&page, |mail| notification(&app, mail))
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    actor.check_platform()?;
    let mail = notifications::find(&app, actor.tenant_id(), known(&id)?).await?;
    answer::ok(&notification(&app, &mail))
}

pub(super) async fn release(State(app): State<App>, actor: Actor, fields: Fields) -> Answered {
    actor.check_platform()?;
    let count = notifications::release(&app, &actor.clerk(), &selection(fields)?).await?;
    answer::ok(&json!({ "released": count }))
}

pub(super) async fn discard(State(app): State<App>, actor: Actor, fields: Fields) -> Answered {
    actor.check_platform()?;
    let count = notifications::discard(&app, &actor.clerk(), &selection(fields)?).await?;
    answer::ok(&json!({ "discarded": count }))
}

pub(super) async fn retry(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    actor.check_platform()?;
    let mail = notifications::retry(&app, &actor.clerk(), known(&id)?).await?;
    answer::ok(&notification(&app, &mail))
}

pub(super) async fn bounced(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    actor.check_platform()?;
    let reason = fields.text("reason")?.unwrap_or_else(|| "the mail came back".to_owned());
    fields.end()?;
    let mail = notifications::bounced(&app, &actor.clerk(), known(&id)?, &reason).await?;
    answer::ok(&notification(&app, &mail))
}

pub(super) async fn suppressed(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    actor.check_platform()?;
    let paging = parameters.paging(&app, &actor)?;
    parameters.end()?;
    let page = notifications::suppressed(&app, actor.tenant_id(), paging.cursor.as_deref(), paging.limit).await?;
    let row = |row: &Suppressed| json!({ "address": row.address, "reason": row.reason, "since": row.since });
    paging.answer(&page, row)
}

pub(super) async fn clear(State(app): State<App>, actor: Actor, Path(address): Path<String>) -> Answered {
    actor.check_platform()?;
    notifications::clear(&app, &actor.clerk(), &address).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// All held mails, those of a code, or these.
fn selection(mut fields: Fields) -> Result<Selection, Refusal> {
    let (ids, code) = (fields.texts("ids")?, fields.text("code")?);
    fields.end()?;
    match (ids, code) {
        (Some(_), Some(_)) => Err(Problem::invalid("code", "give either ids or a code").into()),
        (Some(ids), None) => {
            let ids = ids.iter().map(|id| parsed("ids", id)).collect::<Result<_, _>>()?;
            Ok(Selection::Ids(ids))
        }
        (None, Some(code)) => match Code::parse(&code) {
            Some(code) => Ok(Selection::Code(code)),
            None => Err(Problem::invalid("code", "there is no such kind of mail").into()),
        },
        (None, None) => Ok(Selection::All),
    }
}

fn parsed<T: FromStr>(field: &'static str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::invalid(field, "it is no id; take it from the lists of this API"))
}

fn known<T: FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::NotFound("there is no such notification".to_owned()))
}

fn notification(app: &App, mail: &Notification) -> Value {
    json!({
        "id": mail.id.to_string(),
        "code": mail.code.as_str(),
        "variant": Some(mail.variant.as_str()).filter(|word| !word.is_empty()),
        "userId": mail.user.to_string(),
        "invitationId": mail.invitation.map(|id| id.to_string()),
        "to": mail.to,
        "language": mail.language,
        "subject": mail.subject,
        "status": mail.status.as_str(),
        "reason": mail.reason,
        "attempts": mail.attempts,
        "createdAt": mail.created_at,
        "dueAt": mail.due_at,
        "sentAt": mail.sent_at,
        "messageId": outbox::message_id(app, mail.id),
    })
}
