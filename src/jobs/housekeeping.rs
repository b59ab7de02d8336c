//! Removes what nobody needs any more: sessions past their end, requests too old for the log.

use crate::app::{self, App};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_hours(1);

pub(super) async fn run(app: App, stop: CancellationToken) {
    super::every(PAUSE, stop, "housekeeping", || tidy(&app)).await;
}

async fn tidy(app: &App) -> Result<(), app::Error> {
    app::sign_in::forget_expired(app).await?;
    app::requests::forget_old(app).await
}
