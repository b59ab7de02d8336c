//! Start dates, deletion dates, warnings and expiries, once a second.

use crate::app::{self, App};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn run(app: App, stop: CancellationToken) {
    super::every(PAUSE, stop, "calendar", || async { app::calendar::run_due(&app).await.map(drop) }).await;
}
