//! `usher serve`.

use super::{failure::Failure, opening, print, running};
use crate::config::Settings;
use tokio::net::TcpListener;

/// What is logged where nobody says otherwise: not what PostgreSQL tells each connection while it stops.
const LOGGED: &str = "info,sqlx::postgres::notice=off";

/// Serves until told to stop.
pub async fn run(settings: Settings) -> Result<(), Failure> {
    let traces = opening::start_telemetry(&settings, LOGGED)?;
    // Before anything is made: a second server on the same port should touch nothing.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        Failure::failed(format!(
            "{} can't be listened on: {error}; set USHER_LISTEN to a free address",
            settings.listen
        ))
    })?;
    let address = listener.local_addr().map_err(|error| Failure::failed(format!("the address is unknown: {error}")))?;
    // From here on a signal ends the server in order, also while it still migrates.
    let stop = tokio::spawn(running::told_to_stop());
    let app = opening::open(&settings).await?;
    let running = running::start(&app, &settings, listener)?;
    print::line(format_args!("listening on http://{address}"))?;
    let told = stop.await.map_err(|error| Failure::failed(format!("signals can't be received: {error}")))?;
    tracing::info!("stopping: requests and mails under way finish first");
    running.stop().await;
    // What waits for a collector must not hold up the runtime.
    let _ = tokio::task::spawn_blocking(|| traces.finish()).await;
    told
}
