//! One-time set-password links (E8, forgotten passwords, generated credentials that must be changed).

use super::{App, Error};

/// What the set-password page shows.
#[derive(Debug, Clone)]
pub struct Form {
    pub tenant_name: String,
    pub email: String,
    pub language: String,
}

/// Reads the link; changes nothing.
pub async fn open(_app: &App, _token: &str) -> Result<Form, Error> {
    todo!()
}

/// Sets the password and signs the person in; the link is dead afterwards.
pub async fn set(_app: &App, _token: &str, _password: String) -> Result<super::sign_in::SignedIn, Error> {
    todo!()
}
