//! The people's pages.

mod forgot;
mod headers;
mod inbox;
mod invitation;
mod login;
mod set_password;
