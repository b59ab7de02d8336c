//! Shows every request of a known caller to the request log, with its answer and what it came to.
//!
//! The body is the one the handler read: its bytes are handed on, not read twice. Costs a read that succeeds no copy of anything.

use super::authentication::Caller;
use crate::{
    app::{
        App,
        consequences::Consequences,
        requests::{self, Details, Glance, Kept, Operation, Refusal},
    },
    http::{observe::RequestId, urlencoded},
};
use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, Uri, header},
    middleware::Next,
    response::Response,
};
use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::time::Instant;

/// What is kept of the headers: enough to tell clients apart and to send the request again.
const HEADERS: [HeaderName; 5] =
    [header::USER_AGENT, header::CONTENT_TYPE, header::ACCEPT, header::IF_MATCH, header::IF_NONE_MATCH];

/// Where the handler leaves the body it read.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadBody(Arc<Mutex<Vec<u8>>>);

impl ReadBody {
    /// Leaves a body.
    pub fn leave(&self, body: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body;
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What an answer carries, unseen by the client, for the log and for simulations.
#[derive(Debug, Clone)]
pub(super) enum Told {
    /// What a write came to.
    Consequences(Arc<Consequences>),
    /// Why it was refused.
    Refusal(Refusal),
    /// What a bulk request's operations came to.
    Operations(Arc<Vec<Operation>>),
}

/// Goes around every route, inside authentication.
pub(super) async fn record(app: &App, caller: &Caller, mut request: Request, next: Next) -> Response {
    let (at, started) = (app.clock.now(), Instant::now());
    let body = ReadBody::default();
    request.extensions_mut().insert(body.clone());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let request_id = request.extensions().get::<RequestId>().cloned();
    let headers = HEADERS.map(|name| request.headers().get(name).cloned());
    let mut response = next.run(request).await;
    let glance = Glance {
        principal: &caller.principal,
        method: method.as_str(),
        route: route.as_ref().map_or("", MatchedPath::as_str),
        status: response.status().as_u16(),
        at,
        duration: started.elapsed(),
    };
    let told = response.extensions_mut().remove::<Told>();
    let kept = requests::record(app, &glance, || Details {
        headers: HEADERS
            .iter()
            .zip(&headers)
            .filter_map(|(name, value)| Some((known(name), value.as_ref()?.to_str().ok()?.to_owned())))
            .collect(),
        body: body.take(),
        request_id: request_id.map(|id| id.0),
        ..details(&uri, told)
    });
    if kept == Kept::Dropped {
        metrics::counter!("usher_request_log_dropped_total").increment(1);
    }
    response
}

fn details(uri: &Uri, told: Option<Told>) -> Details {
    let path = uri.path();
    // Behind the nesting the path begins with the version.
    let path = path.strip_prefix("/v2").unwrap_or(path).to_owned();
    let query = uri.query().unwrap_or_default().to_owned();
    // What can't be decoded is taken for the worst.
    let decoded_query = urlencoded::decode(&query).map_or_else(|| "secret".to_owned(), Cow::into_owned);
    let mut details = Details { path, query, decoded_query, ..Details::default() };
    match told {
        Some(Told::Consequences(consequences)) => details.consequences = Arc::unwrap_or_clone(consequences),
        Some(Told::Refusal(refusal)) => details.refusal = Some(refusal),
        Some(Told::Operations(operations)) => details.operations = Arc::unwrap_or_clone(operations),
        None => {}
    }
    details
}

fn known(name: &HeaderName) -> &'static str {
    match *name {
        header::USER_AGENT => "user-agent",
        header::CONTENT_TYPE => "content-type",
        header::ACCEPT => "accept",
        header::IF_MATCH => "if-match",
        _ => "if-none-match",
    }
}
