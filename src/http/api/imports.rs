//! `/api/v1/imports`: people from a CSV file.

use super::{
    answer::{self, Answered, Refusal},
    fields,
    path::Path,
    query::Parameters,
};
use crate::{
    app::{
        App, Error,
        desk::{
            Actor,
            importing::{self, Intent, Sender, View},
        },
    },
    domain::batch::{self, Outcome},
    http::{
        body::{self, Unread},
        error::Problem,
        media_type,
    },
};
use axum::{
    extract::{FromRequest, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a file may take to arrive.
pub(super) const DEADLINE: Duration = Duration::from_mins(5);

pub(super) async fn create(State(app): State<App>, mut parameters: Parameters, file: File) -> Answered {
    let intent = match parameters.take("dryRun").as_deref() {
        None | Some("false") => Intent::TakeIn,
        Some("true") => Intent::DryRun,
        Some(_) => return Err(Problem::invalid("dryRun", "it must be true or false").into()),
    };
    parameters.end()?;
    let view = importing::take_in(&app, &file.sender, file.bytes, intent).await?;
    Ok(answer_of(&app, &view))
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&shown(&importing::find(&app, &actor, &id).await?))
}

pub(super) async fn report(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    let file = importing::report(&app, &actor, &id).await?;
    let mut response = answer::written(StatusCode::OK, "text/csv; charset=utf-8", file);
    let disposition = HeaderValue::from_static("attachment; filename=\"rejected.csv\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// 200 with the result, or 202 with where it will be.
fn answer_of(app: &App, view: &View) -> Response {
    if view.is_done() {
        return answer::json_of(StatusCode::OK, &shown(view));
    }
    answer::located(app, StatusCode::ACCEPTED, &format!("imports/{}", view.import.id), &shown(view))
}

fn shown(view: &View) -> Value {
    let (import, tally) = (&view.import, &view.tally);
    let mut body = json!({
        "id": import.id.to_string(),
        "status": if view.is_done() { "done" } else { "running" },
        "dryRun": import.is_dry_run,
        "rows": tally.rows(),
        "processed": tally.processed(),
        "created": tally.created,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "rejected": tally.rejected,
        "createdAt": import.created_at,
        "finishedAt": import.finished_at,
    });
    if let (true, Value::Object(body)) = (view.is_done(), &mut body) {
        let results = view.rows.iter().map(|row| result(&row.email, &row.outcome)).collect();
        body.insert("results".to_owned(), Value::Array(results));
    }
    body
}

fn result(email: &str, outcome: &Outcome) -> Value {
    json!({
        "line": outcome.line,
        "email": email,
        "status": outcome.status.as_str(),
        "column": outcome.column,
        "message": outcome.message,
    })
}

/// A file from somebody who may send one; of anybody else it is not even read.
pub(super) struct File {
    sender: Sender,
    bytes: Vec<u8>,
}

impl<S: Sync> FromRequest<S> for File {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let actor = request.extensions().get::<Actor>().ok_or(Error::Anonymous)?;
        let sender = Sender::of(actor)?;
        if media_type::of(request.headers()).is_none_or(|given| given.essence != "text/csv") {
            let detail = "The body must be the CSV file itself, with the Content-Type text/csv.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into());
        }
        let read = body::read_within(request.into_body(), batch::MAX_BYTES, DEADLINE).await;
        match read {
            Ok(bytes) => Ok(Self { sender, bytes }),
            Err(Unread::TooLarge) => {
                let detail = format!(
                    "The file is too large: at most {} MiB are read; split it.",
                    batch::MAX_BYTES / 1024 / 1024
                );
                Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into())
            }
            Err(why) => Err(fields::unread(why).into()),
        }
    }
}
