//! `usher seed`, in builds with the feature `seed` only.

use super::{arguments::Seed, failure::Failure, print};
use crate::app::{App, seeding};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// A line is printed after so many people.
const STEP: u64 = 100_000;

pub async fn run(app: &App, command: Seed) -> Result<(), Failure> {
    let Seed { people, first, groups, connection, place } = command;
    let caller = seeding::caller(app, &place.tenant, &connection).await?;
    let began = Instant::now();
    if people > 0 {
        let done = Arc::new(AtomicU64::new(0));
        let told = move |batch: u64| {
            let before = done.fetch_add(batch, Ordering::Relaxed);
            if (before + batch) / STEP > before / STEP {
                eprintln!("{} of {people} people", before + batch);
            }
        };
        let last = first.saturating_add(people - 1);
        seeding::people(app, &caller, first..=last, told).await?;
    }
    print::line(format_args!("{people} people in {:.1} s", began.elapsed().as_secs_f64()))?;
    for size in groups {
        let began = Instant::now();
        let members = seeding::group(app, &caller, size).await?;
        print::line(format_args!("a group of {members} in {:.1} s", began.elapsed().as_secs_f64()))?;
    }
    Ok(())
}
