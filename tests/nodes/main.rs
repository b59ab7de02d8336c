//! The service as an operator runs it: real processes on real PostgreSQL servers that are stopped, replaced and killed.
//!
//! Each test has servers of its own, since it stops them. Nothing sleeps for a purpose: conditions are asked for until they hold.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets what it does not expect has failed"
)]

mod client;
mod failover;
mod kills;
mod node;
mod outage;
#[path = "../it/support/programs.rs"]
mod programs;
mod relay;
mod server;

use std::{future::Future, time::Duration};

/// How long a condition may take to come true on a machine with much else to do.
const DEADLINE: Duration = Duration::from_mins(1);

/// Asks until the answer is there.
async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, asking).await.unwrap_or_else(|_| panic!("{what} never came true"))
}

fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}
