//! `usher mail`.

use super::{arguments::Mail, failure::Failure, opening, preview, print};
use crate::{
    app::{
        App,
        notifications::{self, Clerk, Selection},
        pauses::{self, Outgoing},
        tenants,
    },
    config::{Settings, SystemClock, SystemRng},
    domain::{Clock, NotificationId, mailbox, notification::Status},
    mail::{self, Outcome, Smtp},
};

pub async fn run(settings: Settings, command: Mail) -> Result<(), Failure> {
    if let Mail::Test { address } = &command {
        opening::start_logging(&settings, "warn")?;
        return test(&settings, address.trim()).await;
    }
    let app = opening::for_command(&settings).await?;
    let outcome = on_data(&app, &settings, command).await;
    app.store.close().await;
    outcome
}

async fn on_data(app: &App, settings: &Settings, command: Mail) -> Result<(), Failure> {
    match command {
        Mail::Test { .. } => Ok(()),
        Mail::Preview { folder, language, place } => {
            preview::write(app, settings, &folder, language.as_deref(), &place.tenant).await
        }
        Mail::Pause { reason } => {
            pauses::pause(app, Outgoing::Mail, &reason).await?;
            print::line(format_args!("mail is paused; `usher mail resume` lets it leave again"))
        }
        Mail::Resume => {
            let was_paused = pauses::resume(app, Outgoing::Mail).await?;
            let held = "mail leaves again; held mails wait for `usher mail release`";
            print::line(format_args!("{}", if was_paused { held } else { "mail was not paused" }))
        }
        Mail::Status => status(app).await,
        Mail::Release(place) => {
            let clerk = clerk(app, &place.tenant).await?;
            let count = notifications::release(app, &clerk, &Selection::All).await?;
            print::line(format_args!("released: {count}"))
        }
        Mail::Discard(place) => {
            let clerk = clerk(app, &place.tenant).await?;
            let count = notifications::discard(app, &clerk, &Selection::All).await?;
            print::line(format_args!("discarded: {count}"))
        }
    }
}

async fn clerk(app: &App, tenant: &str) -> Result<Clerk, Failure> {
    let tenant = tenants::find(app, tenant).await?.id;
    Ok(Clerk { tenant, name: tenants::OPERATOR.to_owned(), request_id: None })
}

async fn status(app: &App) -> Result<(), Failure> {
    match pauses::find(app, Outgoing::Mail).await? {
        Some(pause) => print::line(format_args!("mail is paused since {}: {}", pause.since, pause.reason))?,
        None => print::line(format_args!("mail is not paused"))?,
    }
    let mut rows = vec![["tenant", "queued", "sending", "delayed", "held", "failed"].map(str::to_owned).to_vec()];
    for (tenant, counts) in notifications::standing(app).await? {
        let count = |status: Status| counts.get(status.as_str()).copied().unwrap_or(0).to_string();
        let cells = [Status::Queued, Status::Sending, Status::Delayed, Status::Held, Status::Failed].map(count);
        rows.push(std::iter::once(tenant).chain(cells).collect());
    }
    print::table(&rows)
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
