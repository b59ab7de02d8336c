//! `/api/v1` over HTTP.

mod authorization;
mod events;
mod imports;
mod invitations;
mod people;
mod platform;
