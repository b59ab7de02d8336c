//! `Idempotency-Key` on POST: a repetition gets the first answer, and nothing happens twice.

use super::{answer::Refusal, fields, imports};
use crate::{
    app::{
        App,
        desk::Actor,
        idempotency::{self, Answer, Reservation, Standing},
    },
    domain::batch,
    http::{
        body::{self, Unread},
        error::Problem,
        media_type,
    },
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

/// The header.
const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key.
const MAX_KEY: usize = 255;
/// What of an answer's headers is part of it; the rest is made anew.
const KEPT: [HeaderName; 4] =
    [header::CONTENT_TYPE, header::LOCATION, header::CONTENT_DISPOSITION, header::CACHE_CONTROL];

/// The layer around every authenticated route.
pub(super) async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Actor>().cloned();
    match (key(request.headers()), actor) {
        (Ok(Some(key)), Some(actor)) if request.method() == Method::POST => {
            once(app, actor, key, request, next).await.unwrap_or_else(|problem| Refusal::from(problem).into_response())
        }
        (Err(problem), _) if request.method() == Method::POST => Refusal::from(problem).into_response(),
        _ => next.run(request).await,
    }
}

/// The key a request carries; a string of structured fields may keep its quotes.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_key = (1..=MAX_KEY).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && values.next().is_none();
    if is_key {
        return Ok(Some(text.to_owned()));
    }
    let message = format!("give one key of 1 to {MAX_KEY} ASCII characters without spaces, for example a random UUID");
    Err(Problem::invalid("Idempotency-Key", &message))
}

async fn once(app: App, actor: Actor, key: String, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = read(&parts.headers, body).await.map_err(fields::unread)?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let uri = parts.uri.to_string();
    let fingerprint = [uri.as_bytes(), content_type, &bytes].join(&b'\n');
    let reservation = match idempotency::reserve(&app, &actor, &key, &fingerprint).await? {
        Standing::Fresh(reservation) => reservation,
        Standing::Answered(answer) => return Ok(replayed(answer)),
        other => return Err(refusal(&other)),
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    // In a task of its own: when the client hangs up, the request still runs to its end and its answer is kept.
    let work = async move {
        let response = next.run(request).await;
        settle(&app, &reservation, response).await
    };
    tokio::spawn(work.in_current_span()).await.map_err(|_| Problem::internal())
}

/// The body, within the bounds of the route it goes to.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Unread> {
    if media_type::of(headers).is_some_and(|given| given.essence == "text/csv") {
        return body::read_within(body, batch::MAX_BYTES, imports::DEADLINE).await;
    }
    body::read(body, fields::MAX_BYTES).await
}

fn refusal(standing: &Standing) -> Problem {
    let conflict = |detail: &str| Problem::new(StatusCode::CONFLICT, detail);
    match standing {
        Standing::OtherRequest => {
            Problem::invalid("Idempotency-Key", "this key came with another request; take a new one")
        }
        Standing::UnderWay => {
            let detail = "A request with this Idempotency-Key is under way; repeat it shortly for its answer.";
            Problem { retry_after: Some(1), ..conflict(detail) }
        }
        _ => conflict(
            "A request with this Idempotency-Key ended without an answer. Look whether it took effect; to try again, take a new key.",
        ),
    }
}

/// Keeps what took effect or may have; gives the key back where nothing happened.
async fn settle(app: &App, reservation: &Reservation, response: Response) -> Response {
    let status = response.status();
    if status.is_client_error() || status == StatusCode::SERVICE_UNAVAILABLE {
        if let Err(error) = idempotency::release(app, reservation).await {
            tracing::warn!(%error, "an idempotency key could not be given back");
        }
        return response;
    }
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let headers = KEPT.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let answer = Answer {
        status: status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    if let Err(error) = idempotency::keep(app, reservation, &answer).await {
        tracing::warn!(%error, "an answer could not be kept for its idempotency key");
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn replayed(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_be_quoted_and_is_bounded() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(KEY, HeaderValue::from_str(value).expect("a value"));
            }
            key(&headers).map_err(|problem| problem.field.unwrap_or_default())
        };
        let wrong = || Err("Idempotency-Key".to_owned());
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["a-1"]), Ok(Some("a-1".to_owned())));
        assert_eq!(of(&["\"a-1\""]), Ok(Some("a-1".to_owned())));
        assert_eq!(of(&["a", "b"]), wrong());
        for value in ["", "\"\"", "a b", &"x".repeat(256)] {
            assert_eq!(of(&[value]), wrong(), "{value}");
        }
    }
}
