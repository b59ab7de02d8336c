//! The table of metrics: what `/metrics` can show. `docs/operating.md` says the same, and a test compares.

use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// How a metric moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterKind {
    /// Only up, from 0 at the start of the process.
    Counter,
    /// Up and down.
    Gauge,
    /// Counted in buckets.
    Histogram,
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// Its name.
    pub name: &'static str,
    /// How it moves.
    pub kind: MeterKind,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

/// Every metric there is.
pub const METERS: [Meter; 20] = [
    counter("usher_http_requests_total", "HTTP requests by method, route template and status."),
    histogram("usher_http_request_duration_seconds", "Time to answer, by method and route template."),
    counter("usher_scim_errors_total", "SCIM errors by status and scimType; what identity providers stumble over."),
    counter("usher_mail_attempts_total", "Attempts to send a mail by outcome: accepted, delayed, refused."),
    counter("usher_webhook_attempts_total", "Attempts to push an event to a webhook by outcome."),
    counter("usher_request_log_dropped_total", "Requests that were too many for the request log and are not in it."),
    counter("usher_job_runs_total", "Runs of a job by outcome: done, failed. A job that stands still stops counting."),
    histogram("usher_job_duration_seconds", "Time of a job's run."),
    gauge("usher_mails", "Mails in the outbox by status: queued, delayed, sending, held."),
    gauge(
        "usher_mail_lag_seconds",
        "How long the mail that is due longest has been due; 0 when none is, or mail is paused.",
    ),
    gauge("usher_mail_paused", "1 while mail is paused for the whole installation."),
    gauge("usher_calendar_lag_seconds", "How long the start or deletion date that is due longest has been due."),
    gauge("usher_people", "People who are neither deleted nor replaced, all tenants."),
    gauge("usher_people_billed", "People with an open billing interval, all tenants."),
    gauge("usher_tokens_expiring", "Tokens that end within 30 days and are not revoked."),
    gauge("usher_database_connections", "Connections to the database by state: busy, idle."),
    counter(
        "usher_transactions_repeated_total",
        "Transactions that PostgreSQL broke off for the sake of others, or that found too late which rows to hold, and that were tried again.",
    ),
    counter(
        "usher_writes_ahead_total",
        "Writes that ran ahead of their turn on SQLite, by what that came to: answer, write, nothing.",
    ),
    gauge("usher_writes_waiting", "Writes that wait for SQLite's one writer."),
    gauge("usher_build_info", "1, with the version as a label."),
];

const fn counter(name: &'static str, meaning: &'static str) -> Meter {
    Meter { name, kind: MeterKind::Counter, meaning }
}

const fn gauge(name: &'static str, meaning: &'static str) -> Meter {
    Meter { name, kind: MeterKind::Gauge, meaning }
}

const fn histogram(name: &'static str, meaning: &'static str) -> Meter {
    Meter { name, kind: MeterKind::Histogram, meaning }
}

/// Bounds of the buckets of durations, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts collecting metrics, once for the process, and answers what renders them for `/metrics`.
pub fn metrics() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let seconds = Matcher::Suffix("_seconds".to_owned());
            let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BOUNDS).ok()?;
            let handle = builder.install_recorder().ok()?;
            describe();
            ::metrics::gauge!("usher_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
            Some(handle)
        })
        .clone()
}

fn describe() {
    for Meter { name, kind, meaning } in METERS {
        let unit = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        match kind {
            MeterKind::Counter => ::metrics::describe_counter!(name, unit, meaning),
            MeterKind::Gauge => ::metrics::describe_gauge!(name, unit, meaning),
            MeterKind::Histogram => ::metrics::describe_histogram!(name, unit, meaning),
        }
    }
}
