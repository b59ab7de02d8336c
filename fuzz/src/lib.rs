//! The pure SCIM room of the server, compiled a second time with a fuzzer's instrumentation and without the server around it.

#[path = "../../src/scim/mod.rs"]
pub mod scim;
pub mod targets;
