//! Keeps the gauges of `/metrics` up to date, so that nobody who reads them makes the database work.

use crate::app::{
    self, App,
    health::{Load, Reading},
};
use jiff::Timestamp;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(20);
/// Statuses of mails that wait; one that has none is told as 0.
const WAITING: [&str; 4] = ["queued", "delayed", "sending", "held"];

pub(super) async fn run(app: App, stop: CancellationToken) {
    super::every(PAUSE, stop, "figures", || async {
        let reading = app::health::read(&app).await?;
        show(&reading);
        Ok::<_, app::Error>(())
    })
    .await;
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; what is counted here stays far below 2^52")]
fn show(reading: &Reading) {
    let Reading { at, figures, is_mail_paused, load } = reading;
    for status in WAITING {
        let count = figures.mails.iter().find(|(of, _)| of == status).map_or(0, |(_, count)| *count);
        metrics::gauge!("usher_mails", "status" => status).set(count as f64);
    }
    metrics::gauge!("usher_mail_lag_seconds").set(since(figures.mail_due_since, *at));
    metrics::gauge!("usher_mail_paused").set(f64::from(u8::from(*is_mail_paused)));
    metrics::gauge!("usher_calendar_lag_seconds").set(since(figures.calendar_due_since, *at));
    metrics::gauge!("usher_people").set(figures.people as f64);
    metrics::gauge!("usher_people_billed").set(figures.billed as f64);
    metrics::gauge!("usher_tokens_expiring").set(figures.tokens_expiring as f64);
    let Load { busy, idle, writes_waiting } = *load;
    metrics::gauge!("usher_database_connections", "state" => "busy").set(busy as f64);
    metrics::gauge!("usher_database_connections", "state" => "idle").set(idle as f64);
    metrics::gauge!("usher_writes_waiting").set(writes_waiting as f64);
}

fn since(due: Option<Timestamp>, now: Timestamp) -> f64 {
    due.map_or(0.0, |due| now.duration_since(due).as_secs_f64().max(0.0))
}
