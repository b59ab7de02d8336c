//! `/api/v1/sessions`: program sessions.

use super::{
    answer::{self, Answered},
    fields::Fields,
    path::Path,
    query::Parameters,
};
use crate::{
    app::{
        App,
        desk::{
            Actor,
            training::{self, Wanted},
        },
    },
    domain::program_session::ProgramSession,
};
use axum::{extract::State, http::StatusCode};
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let (group, paging) = (parameters.take("groupId"), parameters.paging(&app, &actor)?);
    parameters.end()?;
    let found = training::list(&app, &actor, group.as_deref(), paging.cursor.as_deref(), paging.limit).await?;
    paging.answer(&found, session)
}

pub(super) async fn create(State(app): State<App>, actor: Actor, mut fields: Fields) -> Answered {
    let wanted = Wanted {
        title: fields.needed("title")?,
        group: fields.needed("groupId")?,
        start_date: fields.text("startDate")?,
        instructors: fields.texts("instructorIds")?.unwrap_or_default(),
    };
    fields.end()?;
    Ok(answer::json_of(StatusCode::CREATED, &session(&training::create(&app, &actor, &wanted).await?)))
}

pub(super) async fn register(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    let user = fields.needed("userId")?;
    fields.end()?;
    let is_new = training::register_person(&app, &actor, &id, &user).await?;
    answer::ok(&json!({ "sessionId": id, "userId": user, "status": if is_new { "registered" } else { "unchanged" } }))
}

fn session(session: &ProgramSession) -> Value {
    json!({
        "id": session.id.to_string(),
        "title": session.title,
        "groupId": session.group.to_string(),
        "startDate": session.start_date.map(|date| date.to_string()),
        "instructorIds": session.instructors.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
