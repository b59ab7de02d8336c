//! `/api/v1` over HTTP.

mod authorization;
mod imports;
mod invitations;
mod people;
mod platform;
