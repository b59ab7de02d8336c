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
    app::App,
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

/// Does something again and again, a pause apart, until told to stop. A failure is logged and tried again after the next pause.
async fn every<F, E>(pause: Duration, stop: CancellationToken, what: &'static str, mut work: impl FnMut() -> F)
where
    F: Future<Output = Result<(), E>>,
    E: std::error::Error,
{
    let mut ticks = time::interval(pause);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let started = time::Instant::now();
        let outcome = work().await;
        let word = if outcome.is_ok() { "done" } else { "failed" };
        metrics::counter!("usher_job_runs_total", "job" => what, "outcome" => word).increment(1);
        metrics::histogram!("usher_job_duration_seconds", "job" => what).record(started.elapsed());
        if let Err(error) = outcome {
            tracing::error!(error = %Chain(&error), job = what, "a job failed; it will try again");
        }
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
