//! From settings to a running application: key, database, migrations, tenant `default`.

use super::failure::Failure;
use crate::{
    app::{self, App, tenants},
    config::{Secret, Settings, SystemClock, SystemRng},
    store::{Store, Tuning},
    telemetry,
};
use std::sync::Arc;

/// The application for a command that does one thing; only warnings are logged unless the settings say otherwise.
pub async fn for_command(settings: &Settings) -> Result<App, Failure> {
    start_logging(settings, "warn")?;
    open(settings).await
}

/// Starts logging with the settings' filter, or this one.
pub fn start_logging(settings: &Settings, filter: &str) -> Result<(), Failure> {
    let filter = settings.log.as_deref().unwrap_or(filter);
    telemetry::start(filter, settings.log_format).map_err(Failure::failed)
}

/// As [`start_logging`], with traces where they are configured.
pub fn start_telemetry(settings: &Settings, filter: &str) -> Result<telemetry::Traces, Failure> {
    let filter = settings.log.as_deref().unwrap_or(filter);
    let endpoint = settings.otlp_url.as_ref().map(Secret::reveal);
    telemetry::start_with_traces(filter, settings.log_format, endpoint).map_err(Failure::failed)
}

/// The application on its migrated database with tenant `default`.
pub async fn open(settings: &Settings) -> Result<App, Failure> {
    let key = settings.secret_key()?;
    let tuning = Tuning { connections: settings.database_connections, ..Tuning::default() };
    let store = Store::open_tuned(settings.database.url(), &tuning).await?;
    store.migrate().await?;
    let clock = Arc::new(SystemClock::with_offset(settings.clock_offset));
    let own = app::Settings { public_url: settings.public_url.clone() };
    let app = App::new(store, clock, Arc::new(SystemRng), &key, own);
    tenants::ensure_default(&app).await?;
    Ok(app)
}
