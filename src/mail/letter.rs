//! What goes into a mail and what comes out, as plain values.

use crate::domain::{
    about::About,
    branding::Branding,
    mailbox::is_address,
    notification::{Code, Variant},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::fmt;

/// Who mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The address of the From header and the envelope.
    pub address: String,
    /// The name beside it, where the tenant has none.
    pub name: Option<String>,
}

/// `USHER_MAIL_FROM` is no sender.
#[derive(Debug, thiserror::Error)]
#[error("USHER_MAIL_FROM must be an address like no-reply@example.com, or Name <no-reply@example.com>")]
pub struct SenderError;

impl Sender {
    /// Reads `address` or `Name <address>`.
    ///
    /// # Errors
    /// [`SenderError`] when there is no plain address in it.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
            None => ("", text),
        };
        if !is_address(address) || name.contains(['<', '>', '"', '@']) || name.chars().any(char::is_control) {
            return Err(SenderError);
        }
        Ok(Self { address: address.to_owned(), name: Some(name.to_owned()).filter(|name| !name.is_empty()) })
    }
}

/// A mail that is to be written: everything it says.
#[derive(Clone)]
pub struct Letter {
    /// What it is about.
    pub code: Code,
    /// Its wording.
    pub variant: Variant,
    /// What the wording names.
    pub about: About,
    /// `<...@host>`, the same at every attempt.
    pub message_id: String,
    /// Who it comes from.
    pub from: Sender,
    /// How it presents itself.
    pub branding: Branding,
    /// The one address it goes to.
    pub to: String,
    /// The person's name as somebody pushed it; may be empty or hostile.
    pub to_name: String,
    /// What the person signs in with.
    pub login: String,
    /// BCP 47 tag.
    pub language: String,
    /// The tenant's name, which is the brand of the mail.
    pub tenant_name: String,
    /// The invitation, the set-password page or the sign-in page; E13 may go without.
    pub link: Option<String>,
    /// When the link dies.
    pub expires_at: Option<Timestamp>,
    /// The zone dates are told in.
    pub time_zone: TimeZone,
    /// E7 only.
    pub password: Option<String>,
    /// E13 only.
    pub deletion_date: Option<Date>,
    /// The Date header.
    pub date: Timestamp,
}

/// A mail as it leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// `<...@host>`.
    pub message_id: String,
    /// What it is about.
    pub code: Code,
    /// The sender with the name that is shown.
    pub from: Sender,
    /// Where answers go, if anywhere.
    pub reply_to: Option<String>,
    /// The one address it goes to.
    pub to: String,
    /// The name beside the recipient's address, already cleaned.
    pub to_name: Option<String>,
    /// The tag of the language it is written in.
    pub language: String,
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The Date header.
    pub date: Timestamp,
}

/// Shows neither the link nor the password, which are secrets, nor who it is for.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("code", &self.code).field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Shows neither the parts, which hold secrets, nor who it is for.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("code", &self.code).field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let sender = |text| Sender::parse(text).ok().map(|sender| (sender.address, sender.name.unwrap_or_default()));
        let is = |address: &str, name: &str| Some((address.to_owned(), name.to_owned()));
        assert_eq!(sender("no-reply@example.com"), is("no-reply@example.com", ""));
        assert_eq!(sender(" Learning <no-reply@example.com> "), is("no-reply@example.com", "Learning"));
        assert_eq!(sender("\"Learning, Inc.\" <no-reply@example.com>"), is("no-reply@example.com", "Learning, Inc."));
        for bad in ["", "Learning", "a@b.example, c@d.example", "A <a@b.example> <c@d.example>", "A\nB <a@b.example>"] {
            assert_eq!(sender(bad), None, "{bad:?}");
        }
    }
}
