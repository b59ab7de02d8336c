//! `/api/v1` over HTTP.

mod authorization;
mod connections;
mod description;
mod events;
mod idempotency;
mod imports;
mod invitations;
mod paging;
mod people;
mod platform;
mod requests;
mod rights;
mod simulations;
mod wrong_values;
