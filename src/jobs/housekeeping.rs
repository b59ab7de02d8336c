//! Removes what nobody needs any more: sessions past their end, idempotency keys past their day.

use crate::app::{self, App};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_hours(1);

pub(super) async fn run(app: App, stop: CancellationToken) {
    super::every(PAUSE, stop, "housekeeping", || async {
        app::sign_in::forget_expired(&app).await?;
        app::idempotency::forget_expired(&app).await
    })
    .await;
}
