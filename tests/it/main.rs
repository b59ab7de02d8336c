//! The service from the inside, on both engines. Folders mirror the rooms and, over HTTP, the URLs.

#[macro_use]
mod support;

mod store;
