//! The service from the inside, on both engines. Folders mirror the rooms and, over HTTP, the URLs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    clippy::assigning_clones,
    clippy::cloned_ref_to_slice_refs,
    reason = "a test that meets what it does not expect has failed, and copies cost it nothing"
)]

#[macro_use]
mod support;

mod api;
mod backup;
mod billing;
mod drafts;
mod events;
mod mails;
mod nodes;
mod oauth;
mod onboarding;
mod pages;
mod partitions;
mod plans;
mod scim;
mod seeding;
mod seeds;
mod statements;
mod store;
mod webhooks;
