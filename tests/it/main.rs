//! The service from the inside, on both engines. Folders mirror the rooms and, over HTTP, the URLs.

#[macro_use]
mod support;

mod billing;
mod events;
mod mails;
mod onboarding;
mod pages;
mod scim;
mod statements;
mod store;
