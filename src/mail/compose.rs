//! A letter becomes a mail.

use super::{Letter, Mail};

/// Why a letter can't become a mail; names no person.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    #[error("the recipient's address is not a mailbox")]
    Recipient,
}

/// Writes the mail of a letter in the letter's language.
///
/// # Errors
/// [`ComposeError`] when a needed value is missing or wrong; such a letter will never become a mail.
pub fn compose(_letter: &Letter) -> Result<Mail, ComposeError> {
    todo!()
}
