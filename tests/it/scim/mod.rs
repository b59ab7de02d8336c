//! `/scim/v2` from outside.

mod bulk;
mod conditions;
mod groups;
mod search;
