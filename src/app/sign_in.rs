//! Signing in and out; what a signed-in person sees.

use super::{App, Error};

/// A fresh session.
#[derive(Debug, Clone)]
pub enum SignedIn {
    /// The cookie's secret.
    Session { secret: String, language: String },
    /// Generated credentials: the password must be changed first, with this link token.
    MustChangePassword { link: String, language: String },
}

/// What `/me` shows.
#[derive(Debug, Clone)]
pub struct Me {
    pub tenant_name: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub user_name: String,
    pub language: String,
    /// Group name and role word.
    pub groups: Vec<(String, String)>,
    pub deletion_date: Option<jiff::civil::Date>,
    pub is_administrator: bool,
}

/// Signs in with userName or email; a staged person whose credential is valid becomes active and billed.
///
/// # Errors
/// `BadCredentials` for every reason alike; `Busy`.
pub async fn sign_in(_app: &App, _login: &str, _password: &str) -> Result<SignedIn, Error> {
    todo!()
}

/// The person of a session cookie, if it is alive.
pub async fn who(_app: &App, _secret: &str) -> Result<Option<Me>, Error> {
    todo!()
}

/// Ends a session.
pub async fn sign_out(_app: &App, _secret: &str) -> Result<(), Error> {
    todo!()
}
