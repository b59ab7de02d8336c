//! A mail becomes an Internet message (RFC 5322, MIME): headers from parsed values, text and HTML side by side.

use super::{ComposeError, Mail};
use crate::domain::mailbox::is_address;
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use std::time::SystemTime;

/// Puts the message together.
///
/// # Errors
/// When an address is no plain mailbox or the Message-ID is none.
pub(super) fn build(mail: &Mail) -> Result<Message, ComposeError> {
    if !is_message_id(&mail.message_id) {
        return Err(ComposeError::MessageId);
    }
    let from = address(&mail.from.address).ok_or(ComposeError::Sender)?;
    let to = address(&mail.to).ok_or(ComposeError::Recipient)?;
    let mut builder = Message::builder()
        .message_id(Some(mail.message_id.clone()))
        .date(SystemTime::from(mail.date))
        .from(Mailbox::new(mail.from.name.clone(), from))
        .to(Mailbox::new(mail.to_name.clone(), to))
        .subject(mail.subject.clone())
        // RFC 3834: no vacation notice answers, and neither does Exchange.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("Content-Language", &mail.language));
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(Mailbox::new(None, address(reply_to).ok_or(ComposeError::Sender)?));
    }
    let parts = MultiPart::alternative()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone()))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(mail.html.clone()));
    builder.multipart(parts).map_err(ComposeError::Message)
}

/// Whether the text is `<left@right>` of harmless characters.
pub(super) fn is_message_id(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let is_atom =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+=:[]".contains(&b));
    text.len() <= 250
        && inner.and_then(|inner| inner.split_once('@')).is_some_and(|(left, right)| is_atom(left) && is_atom(right))
}

/// The address for header and envelope, its domain in punycode, so that only letters before the `@` need SMTPUTF8.
fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.split_once('@').filter(|_| is_address(text))?;
    if domain.is_ascii() {
        return Address::new(local, domain).ok();
    }
    let url = reqwest::Url::parse(&format!("http://{domain}/")).ok()?;
    Address::new(local, url.host_str()?).ok()
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests;
