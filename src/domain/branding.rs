//! What a tenant's mails look like and who they come from: sender name, reply address, logo, colour.
//!
//! Each value is parsed when it is set, so that whoever writes a mail may rely on it; a stored value that does not parse is corrupt.

use super::{colour::Colour, mailbox, text::is_invisible, web};
use crate::scim::fold::is_printable;

/// Longest sender name, in characters.
const MAX_NAME: usize = 70;

/// How a tenant's mails present themselves; what is absent is as Usher has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branding {
    /// The name beside the sender's address; the tenant's name without it.
    pub sender_name: Option<SenderName>,
    /// Where answers go; nowhere without it.
    pub reply_to: Option<ReplyTo>,
    /// The picture above a mail; the tenant's name without it.
    pub logo: Option<Logo>,
    /// The colour of buttons and links.
    pub colour: Option<Colour>,
}

/// A value that can't be part of a branding: the sentence says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub(super) &'static str);

/// A name that stands beside the sender's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderName(String);

impl SenderName {
    /// Reads a name: visible, short, and nothing that could pass for another sender's address or a link.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        if !is_printable(text) || text.trim() != text || text.chars().count() > MAX_NAME {
            return Err(Unfit("it must have 1 to 70 printable characters and no space around them"));
        }
        if text.chars().any(|c| is_invisible(c) || matches!(c, '@' | '<' | '>' | '"')) || text.contains("://") {
            return Err(Unfit("it must be a plain name: no address, no link, no invisible characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address that answers go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTo(String);

impl ReplyTo {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Unfit`]; also for letters beyond ASCII before the `@`, which not every relay takes.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        if !mailbox::is_address(text) {
            return Err(Unfit("it must be one mail address like help@example.com"));
        }
        if !text.split('@').next().unwrap_or_default().is_ascii() {
            return Err(Unfit("it must have only ASCII letters before the @, or some relays refuse every mail"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo(String);

impl Logo {
    /// Reads an https address.
    ///
    /// # Errors
    /// [`Unfit`]; also for SVG, which most mail programs don't show.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let rest = text.strip_prefix("https://").ok_or(Unfit("it must begin with https://"))?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        if !web::is_plain(text) || host.contains('@') || !name.contains('.') {
            return Err(Unfit(
                "it must be a web address like https://www.example.com/logo.png, at most 500 characters",
            ));
        }
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        let kind = path.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase()).unwrap_or_default();
        if kind == "svg" || kind == "svgz" {
            return Err(Unfit("mail programs don't show SVG pictures; use PNG, JPEG or GIF"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the colour of buttons and links.
///
/// # Errors
/// [`Unfit`].
pub fn colour(text: &str) -> Result<Colour, Unfit> {
    Colour::parse(text).ok_or(Unfit("it must be # and six digits like #2450b5"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_name_can_pass_for_nobody_else() {
        for good in ["Example Academy", "Académie", "Learning, Inc.", "学校", "Dr. No (HR)"] {
            assert!(SenderName::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(71);
        for bad in [
            "",
            " ",
            " Academy",
            "A\r\nBcc: spy@example.com",
            "A\u{0}",
            "Bank <help@bank.example>",
            "help@bank.example",
            "https://bank.example",
            "Bank\u{202e}",
            "Ba\u{200b}nk",
            "A \"B\"",
            &long,
        ] {
            assert!(SenderName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn answers_go_to_one_plain_address() {
        assert!(ReplyTo::parse("help@example.com").is_ok() && ReplyTo::parse("help@b\u{fc}cher.example").is_ok());
        for bad in ["", "help", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "h\u{fc}lfe@example.com"]
        {
            assert!(ReplyTo::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_logo_is_a_picture_that_mail_programs_show() {
        for good in ["https://example.com/logo.png", "https://cdn.example.com:8443/a/b?v=2&w=3", "https://example.com"]
        {
            assert!(Logo::parse(good).is_ok(), "{good}");
        }
        let long = format!("https://example.com/{}", "x".repeat(500));
        for bad in [
            "",
            "http://example.com/logo.png",
            "javascript:alert(1)",
            "data:image/png;base64,xx",
            "https://",
            "https:///logo.png",
            "https://localhost/logo.png",
            "https://user:secret@example.com/logo.png",
            "https://example.com/a\" onerror=\"x",
            "https://example.com/{{7*7}}",
            "https://example.com/a b.png",
            "https://example.com/logo.SVG?x=1",
            &long,
        ] {
            assert!(Logo::parse(bad).is_err(), "{bad}");
        }
    }
}
