//! `usher simulate`: a recorded sync as it would go, with nothing done.

mod recording;
mod report;

use super::{arguments::Simulate, failure::Failure};
use crate::{
    app::{App, simulations},
    domain::calendar,
    http::simulation,
};
use std::{collections::BTreeMap, fs, time::Duration};

/// For so long nothing else is written; a server that waits for its turn waits twice as long.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest recording that is read, in bytes.
const MAX_FILE: u64 = 16 * 1024 * 1024;

pub async fn run(app: &App, options: Simulate) -> Result<(), Failure> {
    let shown = options.file.display();
    let cannot = |error| Failure::failed(format!("{shown} can't be read: {error}"));
    if fs::metadata(&options.file).map_err(cannot)?.len() > MAX_FILE {
        return Err(Failure::failed(format!("{shown} is larger than {MAX_FILE} bytes; simulate a part of it")));
    }
    let text = fs::read_to_string(&options.file).map_err(cannot)?;
    let requests = recording::read(&text).map_err(|why| Failure::failed(format!("{shown} is no recording: {why}")))?;
    let tenant = simulations::tenant(app, &options.place.tenant).await?;
    let now = app.clock.now();
    let tomorrow = calendar::today(now, &tenant.time_zone).tomorrow().map(|date| date.to_string()).unwrap_or_default();
    let variables = recording::variables(&*app.rng, &app.settings.public_url, now, &tomorrow);
    let script = simulation::Script {
        connection: options.connection,
        requests,
        variables: variables.into_iter().collect::<BTreeMap<_, _>>(),
        patience: PATIENCE,
    };
    let played = simulation::play(app, &tenant, script).await?;
    report::print(&played)
}
