//! `/api/v1/audit`: who did what to whom.

use super::{answer::Answered, query::Parameters};
use crate::app::{
    App,
    desk::{
        Actor,
        audit::{self, Filter, Noted},
    },
};
use axum::extract::State;
use serde_json::{Map, Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let paging = parameters.paging(&app, &actor)?;
    let filter = Filter {
        actor: parameters.take("actor"),
        target: parameters.take("target"),
        action: parameters.take("action"),
        from: parameters.take("from"),
        to: parameters.take("to"),
        cursor: paging.cursor.clone(),
        limit: paging.limit,
    };
    parameters.end()?;
    paging.answer(&audit::list(&app, &actor, &filter).await?, shown)
}

fn shown(noted: &Noted) -> Value {
    let row = &noted.row;
    let mut detail = row.detail.as_object().cloned().unwrap_or_else(Map::new);
    let mut taken = |name: &str| detail.remove(name).filter(Value::is_object);
    let (before, after) = (taken("before"), taken("after"));
    json!({
        "id": row.seq.to_string(),
        "at": row.at,
        "actor": row.actor,
        "actorName": noted.actor_name,
        "action": row.action,
        "target": row.target,
        "requestId": row.request_id,
        "before": before,
        "after": after,
        "detail": detail,
    })
}
