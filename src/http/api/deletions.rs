//! `/api/v1/parked-deletions`: deletions by date that stopped because they were too many at once.

use super::{
    answer::{self, Answered},
    fields::Fields,
};
use crate::{
    app::{
        App,
        deletions::{self, Run},
        desk::Actor,
    },
    domain::{parked::Decision, user::User},
};
use axum::extract::State;
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor) -> Answered {
    actor.check_platform()?;
    let runs = deletions::parked(&app, actor.tenant_id()).await?;
    answer::whole(&runs.into_iter().collect::<Vec<_>>(), run)
}

pub(super) async fn release(State(app): State<App>, actor: Actor, fields: Fields) -> Answered {
    decide(&app, &actor, fields, Decision::Release).await
}

pub(super) async fn discard(State(app): State<App>, actor: Actor, fields: Fields) -> Answered {
    decide(&app, &actor, fields, Decision::Discard).await
}

async fn decide(app: &App, actor: &Actor, fields: Fields, decision: Decision) -> Answered {
    actor.check_platform()?;
    fields.end()?;
    let parked = deletions::decide(app, &actor.clerk(), decision).await?;
    answer::ok(&json!({ "decision": decision.as_str(), "people": parked.people }))
}

fn run(run: &Run) -> Value {
    let person = |user: &User| {
        json!({
            "userId": user.id.to_string(),
            "userName": user.user_name,
            "deletionDate": user.deletion_date.map(|date| date.to_string()),
        })
    };
    json!({
        "parkedAt": run.parked.parked_at,
        "people": run.parked.people,
        "of": run.parked.of,
        "decision": run.parked.decision.map(Decision::as_str),
        "users": run.people.iter().map(person).collect::<Vec<_>>(),
    })
}
