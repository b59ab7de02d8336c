//! What happens without a request: the mail worker, the webhook worker, the calendar, long imports, access changes of other processes,
//! gauges, housekeeping. One file per job.
//!
//! Every job is safe to run twice and on several nodes at once. Never knows SQL.

mod access;
mod calendar;
mod figures;
mod housekeeping;
mod imports;
mod inbox;
mod mails;
mod preview;
mod request_log;
mod webhooks;

pub use imports::drain_imports;
pub use inbox::local_inbox;
pub use mails::drain;
pub use preview::typesetter;
pub use request_log::flush as flush_request_log;
pub use webhooks::push;

use crate::{
    app::{App, Error},
    mail::{Mailer, Sender},
    webhook::Courier,
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{task::JoinSet, time};
use tokio_util::sync::CancellationToken;

/// The jobs at work.
#[derive(Debug)]
pub struct Handle {
    tasks: JoinSet<()>,
}

impl Handle {
    /// Waits until every job has ended, after the token was cancelled: mails under way finish, leases are given back.
    pub async fn finished(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(error = %error, "a job ended badly");
            }
        }
    }
}

/// Starts all jobs; they end when `stop` is cancelled.
#[must_use]
pub fn start(app: &App, mailer: Mailer, sender: Sender, stop: CancellationToken) -> Handle {
    let mut tasks = JoinSet::new();
    tasks.spawn(mails::run(app.clone(), mailer, sender, stop.clone()));
    tasks.spawn(calendar::run(app.clone(), stop.clone()));
    tasks.spawn(access::run(app.clone(), stop.clone()));
    tasks.spawn(imports::run(app.clone(), stop.clone()));
    tasks.spawn(webhooks::run(app.clone(), Arc::new(Courier::default()), stop.clone()));
    tasks.spawn(figures::run(app.clone(), stop.clone()));
    tasks.spawn(request_log::run(app.clone(), stop.clone()));
    tasks.spawn(housekeeping::run(app.clone(), stop));
    Handle { tasks }
}

/// The first pause of a job that found the database away; it doubles, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Does something again and again, a pause apart, until told to stop. A failure is logged and tried again after the next pause; while the
/// database is away, pauses of their own grow, and nothing is logged, since the store has said it.
async fn every<F>(pause: Duration, stop: CancellationToken, what: &'static str, mut work: impl FnMut() -> F)
where
    F: Future<Output = Result<(), Error>>,
{
    let (mut wait, mut outages) = (Duration::ZERO, 0);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = time::sleep(wait) => {}
        }
        let started = time::Instant::now();
        let outcome = work().await;
        let word = if outcome.is_ok() { "done" } else { "failed" };
        metrics::counter!("usher_job_runs_total", "job" => what, "outcome" => word).increment(1);
        metrics::histogram!("usher_job_duration_seconds", "job" => what).record(started.elapsed());
        match outcome {
            Err(Error::Away(_)) => {
                wait = patience(pause, outages);
                outages += 1;
            }
            outcome => {
                (wait, outages) = (pause, 0);
                if let Err(error) = outcome {
                    tracing::error!(error = %Chain(&error), job = what, "a job failed; it will try again");
                }
            }
        }
    }
}

/// How long a job waits that found the database away so many times before. One that looks more often than the first pause goes on to: a
/// look costs nothing meanwhile, and what it looks for must not be late afterwards.
fn patience(pause: Duration, outages: u32) -> Duration {
    if pause < FIRST_PAUSE { pause } else { FIRST_PAUSE.saturating_mul(1 << outages.min(8)).min(LONGEST_PAUSE) }
}

/// Logs a failure, unless it is that the database is away, which the store has said.
fn complain(error: &Error, what: &'static str) {
    if matches!(error, Error::Away(_)) {
        tracing::debug!(error = %Chain(error), "{what}");
    } else {
        tracing::error!(error = %Chain(error), "{what}");
    }
}

/// An error with its sources, in one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_while_the_database_is_away_but_not_those_of_quick_looks() {
        let second = Duration::from_secs(1);
        assert_eq!(
            [0, 1, 2, 3, 60].map(|outages| patience(second, outages)),
            [500, 1_000, 2_000, 4_000, 5_000].map(Duration::from_millis)
        );
        assert_eq!(patience(Duration::from_hours(1), 9), LONGEST_PAUSE);
        assert_eq!(patience(Duration::from_millis(400), 9), Duration::from_millis(400));
    }
}
