//! `/api/v1/events`: the ordered feed.

use super::{
    answer::{self, Answered},
    query::Parameters,
};
use crate::app::{
    App,
    desk::Actor,
    feed::{self, Entry},
};
use axum::extract::State;
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let after = parameters.place("after")?.unwrap_or(0);
    let limit = parameters.limit_to(feed::MAX_PAGE)?;
    parameters.end()?;
    let page = feed::read(&app, &actor, after, limit).await?;
    answer::ok(&json!({ "items": page.items.iter().map(event).collect::<Vec<_>>(), "next": page.next }))
}

fn event(event: &Entry) -> Value {
    json!({
        "seq": event.seq,
        "type": event.kind,
        "at": event.at,
        "userId": event.user.map(|id| id.to_string()),
        "groupId": event.group.map(|id| id.to_string()),
        "data": event.data,
    })
}
