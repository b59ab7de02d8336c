//! Notices within a second that another process changed a token, a setting or a schema.

use crate::app::{self, App};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_millis(400);

pub(super) async fn run(app: App, stop: CancellationToken) {
    super::every(PAUSE, stop, "access", || app::access::refresh(&app)).await;
}
