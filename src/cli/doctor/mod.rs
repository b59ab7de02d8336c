//! `usher doctor`: looks at everything an operator is responsible for, and says for each fault what to do. Changes nothing.

mod clock;
mod database;
mod mail;
mod report;
mod self_check;
mod server;
mod settings;
mod work;

use super::{arguments::Doctor, failure::Failure, opening, print};
use crate::{
    app::{self, App, health},
    config::{Database, SecretKey, Settings, SystemClock, SystemRng},
    store::Store,
};
use report::Report;
use std::sync::Arc;

/// Examines and prints.
pub async fn run(options: Doctor) -> Result<(), Failure> {
    let mut report = Report::default();
    match Settings::load() {
        Ok(settings) => {
            opening::start_logging(&settings, "error")?;
            examine(&settings, &options, &mut report).await;
        }
        Err(error) => report.problem(
            "settings",
            error.to_string(),
            "correct it; `usher config` shows every setting with its source",
        ),
    }
    if options.json {
        print::line(format_args!("{}", report.json()))?;
    } else {
        print::line(format_args!("{}", report.text()))?;
    }
    match report.problems() {
        0 => Ok(()),
        1 => Err(Failure::failed("1 problem found; above is what to do about it")),
        count => Err(Failure::failed(format!("{count} problems found; above is what to do about each"))),
    }
}

async fn examine(settings: &Settings, options: &Doctor, report: &mut Report) {
    settings::check(settings, report);
    if let Some(app) = open(settings, report).await {
        match health::examine(&app).await {
            Ok(seen) => {
                database::check(&seen, report);
                clock::check(settings, &seen, report);
                work::check(&seen, report);
            }
            Err(error) => report.problem(
                "database",
                failure(error),
                "see the log of the server, and that nothing else uses the database",
            ),
        }
        app.store.close().await;
    }
    database::check_place(settings, report);
    mail::check(settings, report).await;
    server::check(settings, options.token.as_deref(), report).await;
    self_check::check(report).await;
}

/// The application on the database as it is; what hinders that is reported.
async fn open(settings: &Settings, report: &mut Report) -> Option<App> {
    if let Database::Sqlite { path, .. } = &settings.database
        && !path.exists()
    {
        report.notice(
            "database",
            format!("{} does not exist yet", path.display()),
            "`usher serve` makes it; or check USHER_DATABASE_URL",
        );
        return None;
    }
    // A key is not made here.
    let key = match &settings.secret_key {
        SecretKey::Beside { key, .. } if !key.exists() => None,
        _ => settings.secret_key().ok(),
    }?;
    let store = match Store::open(settings.database.url()).await {
        Ok(store) => store,
        Err(error) => {
            report.problem(
                "database",
                failure(error),
                "check USHER_DATABASE_URL, that the server runs and lets this machine in, and the file's owner",
            );
            return None;
        }
    };
    if let Err(error) = store.check().await {
        report.problem(
            "database",
            format!("it is not at this program's schema: {}", failure(error)),
            "run `usher migrate`, or the version of usher that this database belongs to",
        );
        store.close().await;
        return None;
    }
    let clock = Arc::new(SystemClock::with_offset(settings.clock_offset));
    let own = app::Settings { public_url: settings.public_url.clone() };
    Some(App::new(store, clock, Arc::new(SystemRng), &key, own))
}

/// A failure in one line.
fn failure(error: impl Into<Failure>) -> String {
    error.into().to_string()
}
