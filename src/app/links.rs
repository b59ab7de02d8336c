//! Asking for a new link: goes only to the address on file and looks the same for everyone.

use super::{App, Error};

/// Sends an invited person a fresh invitation link and everybody else with an account a set-password link; for an unknown address,
/// too soon or suspended: nothing, with the same answer.
pub async fn request(_app: &App, _email: &str) -> Result<(), Error> {
    todo!()
}
