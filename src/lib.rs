//! Usher: a SCIM 2.0 provisioning connector. `ARCHITECTURE.md` draws the rooms; each room's `mod.rs` says what it never does.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod scim;
pub mod store;
pub mod telemetry;
pub mod webhook;
