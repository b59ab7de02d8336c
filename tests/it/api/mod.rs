//! `/api/v1` over HTTP.

mod authorization;
mod invitations;
mod people;
mod platform;
mod requests;
mod simulations;
