//! `/api/v1/parked-deletions`: deletions by date that stopped because they were too many at once.

use super::{
    answer::{self, Answered},
    query::Parameters,
};
use crate::{
    app::{
        App,
        deletions::{self, Run},
        desk::{Actor, Page},
    },
    domain::{parked::Decision, user::User},
};
use axum::extract::State;
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    actor.check_platform()?;
    let paging = parameters.paging(&app, &actor)?;
    parameters.end()?;
    let run_that_waits = deletions::parked(&app, actor.tenant_id()).await?;
    paging.answer(&Page { items: run_that_waits.into_iter().collect(), next: None }, run)
}

pub(super) async fn release(State(app): State<App>, actor: Actor) -> Answered {
    decide(&app, &actor, Decision::Release).await
}

pub(super) async fn discard(State(app): State<App>, actor: Actor) -> Answered {
    decide(&app, &actor, Decision::Discard).await
}

async fn decide(app: &App, actor: &Actor, decision: Decision) -> Answered {
    actor.check_platform()?;
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
