//! `usher mail`.

use super::{arguments::Mail, failure::Failure, opening, preview, print};
use crate::{
    config::{Settings, SystemClock, SystemRng},
    domain::{Clock, NotificationId, mailbox},
    mail::{self, Outcome, Smtp},
};

pub async fn run(settings: Settings, command: Mail) -> Result<(), Failure> {
    match command {
        Mail::Test { address } => {
            opening::start_logging(&settings, "warn")?;
            test(&settings, address.trim()).await
        }
        Mail::Preview { folder, language, place } => {
            let app = opening::for_command(&settings).await?;
            preview::write(&app, &settings, &folder, language.as_deref(), &place.tenant).await
        }
    }
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
    let smtp = Smtp::from_url(url.reveal()).map_err(|error| Failure::failed(error.to_string()))?;
    let connection = smtp.connect().await.map_err(|why| {
        Failure::failed(format!(
            "the relay can't be used: {why}; check USHER_SMTP_URL, or try again later if the relay says so"
        ))
    })?;
    print::line(format_args!("{connection}"))?;
    let sent = send(settings, &smtp, address).await;
    smtp.close().await;
    sent
}

async fn send(settings: &Settings, smtp: &Smtp, address: &str) -> Result<(), Failure> {
    let clock = SystemClock::with_offset(settings.clock_offset);
    let id = NotificationId::generate(&clock, &SystemRng);
    let from = &settings.mail_from.address;
    let host = from.rsplit('@').next().unwrap_or("localhost");
    let message_id = format!("<{id}@{host}>");
    print::line(format_args!("mail        from {from} to {address}, Message-ID {message_id}"))?;
    match smtp.send(&mail::trial(&settings.mail_from, address, message_id, clock.now())).await {
        Outcome::Accepted { reply } => {
            print::line(format_args!("accepted    {reply}"))?;
            print::line(format_args!(
                "Now look whether it arrived, and in its headers whether SPF, DKIM and DMARC passed (docs/mail-delivery.md)."
            ))
        }
        Outcome::Delayed { reply } => Err(Failure::failed(format!(
            "the mail did not leave now: {reply}; a mail of Usher's would be tried again by itself"
        ))),
        Outcome::Refused { reply } => Err(Failure::failed(format!(
            "the relay refused the mail for good: {reply}; check the address, and that the relay lets {from} send"
        ))),
    }
}
