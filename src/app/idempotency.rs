//! Requests that may come twice: a key is reserved before its request runs and keeps the answer afterwards, so that nothing happens twice.
//!
//! The answer is stored in a transaction of its own, after the effect. When the process dies between the two, the key stays reserved: a
//! repetition is refused with the advice to look, never run again.

use super::{App, Error, desk::Actor, keyring::Purpose};
use crate::store::{
    self, Conn,
    idempotency::{Key, Known},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How long a key is remembered.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// After this long nobody works on a request any more.
const LONGEST_WORK: SignedDuration = SignedDuration::from_mins(10);

/// A key that belongs to the request under way.
#[derive(Debug, Clone)]
pub struct Reservation {
    key: Key,
    at: Timestamp,
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to it, names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What a key means for the request that carries it.
#[derive(Debug)]
pub enum Standing {
    /// It is new: run the request.
    Fresh(Reservation),
    /// The same request was answered so.
    Answered(Answer),
    /// The same request is under way.
    UnderWay,
    /// The same request ended without its answer being kept.
    Lost,
    /// The key came with another request.
    OtherRequest,
}

/// Reserves a key for a request, unless it is known.
///
/// # Errors
/// The store's.
pub async fn reserve(app: &App, actor: &Actor, name: &str, request: &[u8]) -> Result<Standing, Error> {
    let key = Key { tenant: actor.tenant_id(), user: actor.user, name: name.to_owned() };
    let at = app.clock.now();
    let command = Arc::new((key, app.keys.digest(Purpose::Request, request), at));
    let shared = Arc::clone(&command);
    let known = app
        .store
        .write(move |tx| {
            let command = Arc::clone(&shared);
            Box::pin(async move { write(tx, &command.0, &command.1, command.2).await })
        })
        .await?;
    let (key, fingerprint, _) = &*command;
    Ok(match known {
        None => Standing::Fresh(Reservation { key: key.clone(), at }),
        Some(known) if known.fingerprint != *fingerprint => Standing::OtherRequest,
        Some(Known { status: Some(_), sealed: Some(sealed), .. }) => Standing::Answered(opened(app, key, &sealed)?),
        Some(known) if at.duration_since(known.created_at) > LONGEST_WORK => Standing::Lost,
        Some(_) => Standing::UnderWay,
    })
}

/// Inserts the key; answers what is known of it when it is taken.
async fn write(tx: &mut Conn, key: &Key, fingerprint: &str, at: Timestamp) -> Result<Option<Known>, Error> {
    if let Some(known) = store::idempotency::find(tx, key).await? {
        if at.duration_since(known.created_at) <= LIFE {
            return Ok(Some(known));
        }
        store::idempotency::delete(tx, key, known.created_at).await?;
    }
    if store::idempotency::insert(tx, key, fingerprint, at).await? {
        return Ok(None);
    }
    // Another node was quicker; its row is visible now that it has committed.
    Ok(store::idempotency::find(tx, key).await?)
}

/// Keeps the answer for repetitions.
///
/// # Errors
/// The store's.
pub async fn keep(app: &App, reservation: &Reservation, answer: &Answer) -> Result<(), Error> {
    let plain = serde_json::to_string(answer).map_err(|_| Error::Sealed)?;
    let sealed = app.keys.seal(&*app.rng, &context(&reservation.key), &plain)?;
    let command = Arc::new((reservation.clone(), i64::from(answer.status), sealed));
    app.store
        .write(move |tx| {
            let command = Arc::clone(&command);
            Box::pin(async move {
                let (Reservation { key, at }, status, sealed) = &*command;
                Ok(store::idempotency::update(tx, key, *at, *status, sealed).await?)
            })
        })
        .await
}

/// Gives the key back: the request changed nothing and may be sent again, corrected or not.
///
/// # Errors
/// The store's.
pub async fn release(app: &App, reservation: &Reservation) -> Result<(), Error> {
    let reservation = Arc::new(reservation.clone());
    app.store
        .write(move |tx| {
            let reservation = Arc::clone(&reservation);
            Box::pin(async move { Ok(store::idempotency::delete(tx, &reservation.key, reservation.at).await?) })
        })
        .await
}

/// Removes keys past their life.
///
/// # Errors
/// The store's.
pub async fn forget_expired(app: &App) -> Result<(), Error> {
    let before = app.clock.now().checked_sub(LIFE).unwrap_or(Timestamp::MIN);
    app.store
        .write(move |tx| {
            Box::pin(async move { store::idempotency::delete_before(tx, before).await.map(drop).map_err(Error::from) })
        })
        .await
}

fn opened(app: &App, key: &Key, sealed: &str) -> Result<Answer, Error> {
    let plain = app.keys.open(&context(key), sealed)?;
    serde_json::from_str(&plain).map_err(|_| Error::Sealed)
}

fn context(key: &Key) -> String {
    format!("answer {} {} {}", key.tenant, key.user, key.name)
}
