//! `/scim/v2`.

mod authorization;
mod bulk;
mod catalogue;
mod conditional;
mod discovery;
mod errors;
mod groups;
mod isolation;
mod lists;
mod nested_groups;
mod search;
mod unique;
mod users;
mod walks;
