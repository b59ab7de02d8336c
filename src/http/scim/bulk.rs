//! `/Bulk` (RFC 7644 section 3.7).

use super::{
    answer::{self, Answered},
    call::Call,
    conditions,
    document::Payload,
    record::Told,
};
use crate::{
    app::{
        App,
        bulk::{self, Outcome},
        consequences::Consequences,
        requests::{Operation, Refusal},
    },
    http::error::Problem,
    scim::{
        self, Object,
        bulk::{Bulk, Item, response},
        messages,
    },
};
use axum::{extract::State, http::StatusCode};
use serde_json::Value;
use std::sync::Arc;

pub(super) async fn bulk(State(app): State<App>, call: Call, Payload(body): Payload) -> Answered {
    let bulk = Bulk::parse(&body)?;
    let outcomes = bulk::run(&app, &call.principal, &bulk, conditions::version).await?;
    let results = outcomes.into_iter().filter_map(|outcome| Some(result(bulk.items.get(outcome.index)?, outcome)));
    let (results, operations): (Vec<Value>, Vec<Operation>) = results.unzip();
    let mut answer = answer::json(StatusCode::OK, call.media_type, &response(&results));
    answer.extensions_mut().insert(Told::Operations(Arc::new(operations)));
    Ok(answer)
}

/// An operation's result: the status is a text, and a failure carries its Error message.
fn result(item: &Item, outcome: Outcome) -> (Value, Operation) {
    let mut result = Object::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result.insert(name.to_owned(), value);
        }
    };
    put("method", item.method.as_deref().map(|method| method.to_ascii_uppercase().into()));
    put("bulkId", item.bulk_id.as_deref().map(Into::into));
    put("location", outcome.location.map(Into::into));
    let index = outcome.index;
    let operation = match outcome.result {
        Ok(done) => {
            put("version", done.version.map(|version| format!("W/\"v{version}\"").into()));
            put("status", Some(done.status.to_string().into()));
            Operation { index, status: done.status, refusal: None, consequences: done.consequences }
        }
        Err(error) => {
            let problem = Problem::from(error);
            let status = problem.status.as_u16();
            let refusal = Some(Refusal { scim_type: problem.scim_type, detail: problem.detail.clone() });
            let error = scim::Error { status, scim_type: problem.scim_type, detail: problem.detail };
            put("status", Some(status.to_string().into()));
            put("response", Some(messages::error(&error)));
            Operation { index, status, refusal, consequences: Consequences::default() }
        }
    };
    (Value::Object(result), operation)
}
