//! `usher mail`.

use super::{arguments::Mail, failure::Failure, opening, print};
use crate::{
    config::{Settings, SystemClock, SystemRng},
    domain::{Clock, NotificationId, mailbox},
    mail::{self, Outcome},
};

pub async fn run(settings: Settings, command: Mail) -> Result<(), Failure> {
    let Mail::Test { address } = command;
    opening::start_logging(&settings, "warn")?;
    test(&settings, address.trim()).await
}

async fn test(settings: &Settings, address: &str) -> Result<(), Failure> {
    if !mailbox::is_address(address) {
        return Err(Failure::usage(format!("\"{address}\" is no mail address; write one like ada@example.com")));
    }
    let Some(url) = &settings.smtp_url else {
        return Err(Failure::failed(format!(
            "USHER_SMTP_URL is not set, so mails don't leave: `usher serve` keeps them in the local inbox at {}/inbox; \
             set it to something like smtp://user:password@relay.example.com:587?tls=required",
            settings.public_url
        )));
    };
    let smtp = mail::Smtp::from_url(url.reveal()).map_err(|error| Failure::failed(error.to_string()))?;
    let clock = SystemClock::with_offset(settings.clock_offset);
    let id = NotificationId::generate(&clock, &SystemRng);
    let host = settings.mail_from.address.rsplit('@').next().unwrap_or("localhost");
    let trial = mail::trial(&settings.mail_from, address, format!("<{id}@{host}>"), clock.now());
    let outcome = smtp.send(&trial).await;
    smtp.close().await;
    match outcome {
        Outcome::Accepted { reply } => print::line(format_args!("the relay took the mail: {reply}")),
        Outcome::Delayed { reply } => Err(Failure::failed(format!(
            "the mail did not leave: {reply}; check USHER_SMTP_URL, or try again later if the relay says so"
        ))),
        Outcome::Refused { reply } => Err(Failure::failed(format!(
            "the relay refused the mail: {reply}; check the address, and that the relay lets {} send",
            settings.mail_from.address
        ))),
    }
}
