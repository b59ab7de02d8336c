//! The service from the inside, on both engines. Folders mirror the rooms and, over HTTP, the URLs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

#[macro_use]
mod support;

mod store;
