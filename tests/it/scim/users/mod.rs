//! `/scim/v2/Users`.

mod create;
mod delete;
mod patch;
mod read;
mod replace;
