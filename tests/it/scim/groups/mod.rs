//! `/scim/v2/Groups`.

mod members;
mod resources;
