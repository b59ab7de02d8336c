//! Deletions by date: two looks before one happens, a brake on too many, and what administrators say about a run that it stopped.

mod forgetting;
mod run;

pub use forgetting::run_due as forget;
pub(super) use run::run_due;

use super::{App, Error, notifications::Clerk};
use crate::{
    domain::{
        TenantId,
        parked::{Decision, Parked},
        user::User,
    },
    store::{self, Conn, audit},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::{Mutex, PoisonError};

/// How far two looks lie apart at least.
const APART: SignedDuration = SignedDuration::from_secs(2);
/// How many people of a parked run are shown.
const SHOWN: i64 = 100;

/// What this process saw of the time: a clock that jumps must not delete or expire anything, so what is due must have been due at an
/// earlier look as well, a while ago by a clock that never jumps.
#[derive(Debug, Default)]
pub struct Looks(Mutex<Option<Look>>);

#[derive(Debug, Clone, Copy)]
struct Look {
    at: Timestamp,
    elapsed: SignedDuration,
    /// Up to here, what is due was due twice.
    confirmed: Option<Timestamp>,
}

impl Looks {
    /// Takes a look; answers up to which instant what is due has been due at two looks.
    pub(super) fn take(&self, now: Timestamp, elapsed: SignedDuration) -> Option<Timestamp> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *last {
            None => *last = Some(Look { at: now, elapsed, confirmed: None }),
            Some(look) if elapsed.saturating_sub(look.elapsed) >= APART => {
                *last = Some(Look { at: now, elapsed, confirmed: Some(look.at.min(now)) });
            }
            Some(_) => {}
        }
        last.and_then(|look| look.confirmed).map(|confirmed| confirmed.min(now))
    }
}

/// A parked run with some of its people.
#[derive(Debug, Clone)]
pub struct Run {
    /// The run.
    pub parked: Parked,
    /// The first of its people who are still due.
    pub people: Vec<User>,
}

/// The run of the tenant that waits, if one does.
///
/// # Errors
/// The store's.
pub async fn parked(app: &App, tenant: TenantId) -> Result<Option<Run>, Error> {
    let mut reader = app.store.read().await?;
    let Some(parked) = store::parked::find(&mut reader, tenant).await? else { return Ok(None) };
    let ids = store::parked::people(&mut reader, tenant, parked.until, SHOWN).await?;
    let mut people = store::users::find_many(&mut reader, tenant, &ids).await?;
    people.sort_by_key(|user| (user.deletion_at, user.id));
    Ok(Some(Run { parked, people }))
}

/// Decides on the run that waits: the calendar then deletes its people, or calls their deletion off. Answers the run.
///
/// # Errors
/// `NotFound` when none waits; `Conflict` when it was decided on already.
pub async fn decide(app: &App, clerk: &Clerk, decision: Decision) -> Result<Parked, Error> {
    let (clerk, now) = (clerk.clone(), app.clock.now());
    app.store
        .write(move |tx| {
            let clerk = clerk.clone();
            Box::pin(async move { decide_in(tx, &clerk, decision, now).await })
        })
        .await
}

async fn decide_in(tx: &mut Conn, clerk: &Clerk, decision: Decision, now: Timestamp) -> Result<Parked, Error> {
    // The row that is held while a run is parked is held while it is decided on.
    store::mail_budget::lock(tx, clerk.tenant).await?;
    let parked = store::parked::find(tx, clerk.tenant).await?;
    let parked = parked.ok_or_else(|| Error::NotFound("no deletions are waiting for a decision".to_owned()))?;
    if let Some(earlier) = parked.decision {
        let done = match earlier {
            Decision::Release => "released",
            Decision::Discard => "discarded",
        };
        return Err(Error::Conflict(format!("these deletions were {done} already")));
    }
    let parked = Parked { decision: Some(decision), ..parked };
    store::parked::put(tx, clerk.tenant, &parked).await?;
    let entry = audit::Entry {
        actor: clerk.name.clone(),
        action: match decision {
            Decision::Release => "deletions.released",
            Decision::Discard => "deletions.discarded",
        },
        target: None,
        request_id: clerk.request_id.clone(),
        detail: json!({ "people": parked.people, "of": parked.of }),
    };
    audit::append(tx, clerk.tenant, now, &[entry]).await?;
    Ok(parked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn take(looks: &Looks, now: i64, elapsed: i64) -> Option<i64> {
        looks.take(at(now), SignedDuration::from_secs(elapsed)).map(|at| at.as_second() - 1_800_000_000)
    }

    #[test]
    fn what_is_due_must_be_due_twice() {
        let looks = Looks::default();
        assert_eq!(take(&looks, 0, 0), None);
        assert_eq!(take(&looks, 1, 1), None, "too close");
        assert_eq!(take(&looks, 2, 2), Some(0));
        assert_eq!(take(&looks, 3, 3), Some(0));
        assert_eq!(take(&looks, 4, 4), Some(2));
    }

    #[test]
    fn a_clock_that_jumps_and_comes_back_confirms_nothing() {
        let looks = Looks::default();
        take(&looks, 0, 0);
        assert_eq!(take(&looks, 1_000_000, 2), Some(0), "the jump is seen once");
        assert_eq!(take(&looks, 4, 4), Some(4), "back again");
        assert_eq!(take(&looks, 6, 6), Some(4));
    }
}
