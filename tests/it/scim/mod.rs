//! `/scim/v2`.

mod authorization;
mod conditional;
mod discovery;
mod errors;
mod groups;
mod isolation;
mod lists;
mod users;
