//! Invitations: opening the link, filling the form.

use super::{App, Error};

/// What the form shows before it is filled.
#[derive(Debug, Clone)]
pub struct Form {
    pub tenant_name: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
}

/// What the person typed.
#[derive(Debug, Clone)]
pub struct Answers {
    pub first_name: String,
    pub last_name: String,
    pub password: String,
}

/// Reads the link; changes nothing. Unknown, used, expired and cancelled links are all `NotFound`.
pub async fn open(_app: &App, _token: &str) -> Result<Form, Error> {
    todo!()
}

/// Accepts the invitation: names and password are set, the person becomes active and billed, and is signed in. Answers the session's secret.
///
/// # Errors
/// `NotFound` for a dead link, `Invalid` naming `firstName`, `lastName` or `password` (the message is a text key of `domain::text`), `Busy`.
pub async fn accept(_app: &App, _token: &str, _answers: Answers) -> Result<super::sign_in::SignedIn, Error> {
    todo!()
}
