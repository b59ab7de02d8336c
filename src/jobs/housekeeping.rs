//! Removes what nobody needs any more: sessions past their end, idempotency keys past their day, walks that nobody goes on with, imports,
//! events and logged requests of long ago, and what is known of people who were deleted long ago.

use crate::app::{self, App, Error, desk::importing};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_hours(1);

pub(super) async fn run(app: App, stop: CancellationToken) {
    super::every(PAUSE, stop, "housekeeping", || tidy(&app)).await;
}

async fn tidy(app: &App) -> Result<(), Error> {
    app::sign_in::forget_expired(app).await?;
    app::idempotency::forget_expired(app).await?;
    app::search::forget_paused(app).await?;
    app::webhooks::forget_delivered(app).await?;
    app::requests::forget_old(app).await?;
    importing::forget_old(app).await?;
    app::deletions::forget(app).await.map(drop)
}
