//! `/scim/v2` from outside.

mod bulk;
mod groups;
mod search;
