//! Lists: of one endpoint or of all resource types, by GET or by POST to `.search` (RFC 7644 sections 3.4.2 and 3.4.3).

use super::{
    answer::{self, Answered},
    call::Call,
    document::Document,
    query::Query,
};
use crate::{
    app::{App, search},
    scim::Kind,
};
use axum::extract::State;

/// What a query of the root covers, in the order of the answer.
const ALL: [Kind; 2] = [Kind::User, Kind::Group];

pub(super) async fn users(State(app): State<App>, call: Call) -> Answered {
    list(&app, &call, &call.query, &[Kind::User]).await
}

pub(super) async fn groups(State(app): State<App>, call: Call) -> Answered {
    list(&app, &call, &call.query, &[Kind::Group]).await
}

pub(super) async fn root(State(app): State<App>, call: Call) -> Answered {
    list(&app, &call, &call.query, &ALL).await
}

pub(super) async fn post_users(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    list(&app, &call, &Query::of_search_request(&body)?, &[Kind::User]).await
}

pub(super) async fn post_groups(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    list(&app, &call, &Query::of_search_request(&body)?, &[Kind::Group]).await
}

pub(super) async fn post_root(State(app): State<App>, call: Call, Document(body): Document) -> Answered {
    list(&app, &call, &Query::of_search_request(&body)?, &ALL).await
}

async fn list(app: &App, call: &Call, query: &Query, kinds: &[Kind]) -> Answered {
    let query = query.list(&call.registry, kinds)?;
    let page = search::search(app, &call.principal, &query).await?;
    Ok(answer::list(call, page))
}
