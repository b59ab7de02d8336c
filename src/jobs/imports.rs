//! Takes in the people of long CSV files, and of those whose process ended before they were through.

use crate::app::{
    App, Error,
    desk::importing::{self, Step},
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn run(app: App, stop: CancellationToken) {
    let owner = importing::owner(&app);
    super::every(PAUSE, stop.clone(), "imports", || work(&app, &owner, &stop)).await;
    if let Err(error) = importing::release(&app, &owner).await {
        super::complain(&error, "imports could not be given back; their leases end by themselves");
    }
}

/// Works on imports, one after the other, as long as there are any.
async fn work(app: &App, owner: &str, stop: &CancellationToken) -> Result<(), Error> {
    while let Some(import) = importing::claim(app, owner).await? {
        loop {
            if stop.is_cancelled() {
                return Ok(());
            }
            match importing::advance(app, owner, &import).await {
                Ok(Step::More) => {}
                Ok(Step::Done | Step::Lost) => break,
                // Its rows still wait: it is taken up again after a pause, here or elsewhere.
                Err(error) => return importing::release(app, owner).await.and(Err(error)),
            }
        }
    }
    Ok(())
}

/// Works on what waits until nothing does, and answers how many imports that were: for tests, which wait for nothing.
///
/// # Errors
/// The store's.
pub async fn drain_imports(app: &App) -> Result<usize, Error> {
    let owner = importing::owner(app);
    let mut count = 0;
    while let Some(import) = importing::claim(app, &owner).await? {
        while importing::advance(app, &owner, &import).await? == Step::More {}
        count += 1;
    }
    Ok(count)
}
