//! Trying the way mails leave: what was agreed with the relay, and a mail that says nothing about anybody's account but goes the way of
//! every other mail.

use super::{Mail, Sender, Tls};
use crate::domain::notification::Code;
use jiff::Timestamp;
use std::fmt;

const SUBJECT: &str = "Usher can send mail";
const WORDS: &str = "This is a test mail. If you read it, Usher's settings for mail work.";
const NEXT: &str = "Look at its headers (\"show original\") to see whether SPF, DKIM and DMARC passed; \
docs/mail-delivery.md says what to do where one did not.";

/// A connection to a relay: what both sides agreed on. Shown as lines for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Host and port as configured.
    pub relay: String,
    /// What the relay calls itself.
    pub name: String,
    /// The protection that was asked for.
    pub tls: Tls,
    /// Whether the connection is encrypted.
    pub is_encrypted: bool,
    /// Who we signed in as, if anybody.
    pub user: Option<String>,
    /// Whether addresses with letters beyond ASCII before the `@` can be written to.
    pub takes_utf8: bool,
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encryption = match (self.is_encrypted, self.tls) {
            (true, Tls::Implicit) => "TLS from the start; the certificate is valid for this host",
            (true, _) => "STARTTLS; the certificate is valid for this host",
            (false, Tls::Off) => "none, as USHER_SMTP_URL says (?tls=off)",
            (false, _) => "none: the relay offers no STARTTLS (?tls=required would refuse it)",
        };
        let user =
            self.user.as_ref().map_or("no; USHER_SMTP_URL holds no user".to_owned(), |user| format!("as {user}"));
        let utf8 = if self.takes_utf8 {
            "offered: addresses with letters beyond ASCII before the @ can be written to"
        } else {
            "not offered: a mail to an address with letters beyond ASCII before the @ fails at once and says so"
        };
        writeln!(f, "relay       {} (calls itself {})", self.relay, self.name)?;
        writeln!(f, "encryption  {encryption}")?;
        writeln!(f, "signed in   {user}")?;
        write!(f, "SMTPUTF8    {utf8}")
    }
}

/// The test mail to an address.
#[must_use]
pub fn trial(from: &Sender, to: &str, message_id: String, date: Timestamp) -> Mail {
    let next = NEXT.replace('"', "&quot;");
    Mail {
        message_id,
        code: Code::E15,
        from: from.clone(),
        reply_to: None,
        to: to.to_owned(),
        to_name: None,
        language: "en".to_owned(),
        subject: SUBJECT.to_owned(),
        text: format!("{WORDS}\n\n{NEXT}\n"),
        html: format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{SUBJECT}</title></head>\n\
             <body style=\"margin:24px;font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5\">\
             <p>{WORDS}</p><p>{next}</p></body></html>\n"
        ),
        date,
    }
}
