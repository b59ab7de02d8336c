//! `/api/v1` over HTTP.

mod authorization;
mod connections;
mod description;
mod idempotency;
mod invitations;
mod paging;
mod people;
mod platform;
mod rights;
