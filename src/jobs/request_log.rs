//! Writes what the request log has taken in: twice a second, or at once when much waits.

use crate::app::{
    App,
    requests::{self, Extent},
};
use std::time::Duration;
use tokio::time;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn run(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.requests.filled() => {}
            () = time::sleep(PAUSE) => {}
        }
        flush(&app, Extent::Due).await;
    }
}

/// Writes what waits; a failure is logged, and what it concerned is lost to the request log.
pub async fn flush(app: &App, extent: Extent) {
    if let Err(error) = requests::flush(app, extent).await {
        super::complain(&error, "requests could not be written into the request log");
    }
}
