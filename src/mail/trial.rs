//! The mail that shows that the relay and its settings work. It goes the way of every other mail, but says nothing about anybody's account.

use super::{Mail, Sender};
use crate::domain::notification::Code;
use jiff::Timestamp;

const SUBJECT: &str = "Usher can send mail";
const WORDS: &str = "This is a test mail. If you read it, Usher's settings for mail work. \
Look at its headers to see whether SPF, DKIM and DMARC passed.";

/// The test mail to an address.
#[must_use]
pub fn trial(from: &Sender, to: &str, message_id: String, date: Timestamp) -> Mail {
    Mail {
        message_id,
        code: Code::E15,
        from: from.clone(),
        reply_to: None,
        to: to.to_owned(),
        to_name: None,
        language: "en".to_owned(),
        subject: SUBJECT.to_owned(),
        text: format!("{WORDS}\n"),
        html: format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{SUBJECT}</title></head>\
             <body style=\"font-family:sans-serif\"><p>{WORDS}</p></body></html>\n"
        ),
        date,
    }
}
