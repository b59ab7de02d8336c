//! The mail worker: claims due mails under a lease, makes one attempt each, records how it ended.

use crate::{
    app::{
        App, Error,
        outbox::{self, Letter, Outcome},
    },
    domain::notification::Notification,
    mail::{self, Mail, Mailer, Sender},
};
use jiff::{SignedDuration, Timestamp};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How long a claimed mail belongs to its worker.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How many mails are on their way at once.
const AT_ONCE: usize = 8;
/// The longest sleep: due mails of other processes and leases that ran out are noticed at the latest then.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Everything one attempt needs.
struct Post {
    app: App,
    mailer: Mailer,
    sender: Sender,
}

pub(super) async fn run(app: App, mailer: Mailer, sender: Sender, stop: CancellationToken) {
    let worker = crate::app::outbox::worker_name(&app);
    let post = Arc::new(Post { app, mailer, sender });
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut attempts = JoinSet::new();
    while !stop.is_cancelled() {
        let claimed = claim(&post, &worker, &places).await;
        if claimed.is_empty() {
            let woken = post.app.outbox.notified();
            tokio::select! {
                () = stop.cancelled() => break,
                () = woken => {}
                () = time::sleep(LONGEST_SLEEP) => {}
            }
        }
        for (mail, place) in claimed {
            let post = Arc::clone(&post);
            attempts.spawn(async move {
                attempt(&post, mail).await;
                drop(place);
            });
        }
        while attempts.try_join_next().is_some() {}
    }
    while attempts.join_next().await.is_some() {}
    if let Err(error) = outbox::release(&post.app, &worker).await {
        super::complain(&error, "leases could not be given back; they end by themselves");
    }
    post.mailer.close().await;
}

/// Claims as many due mails as there are free places; none when nothing is due.
async fn claim(post: &Post, worker: &str, places: &Arc<Semaphore>) -> Vec<(Notification, OwnedSemaphorePermit)> {
    let Ok(first) = Arc::clone(places).acquire_owned().await else { return Vec::new() };
    let mut free = vec![first];
    while let Ok(place) = Arc::clone(places).try_acquire_owned() {
        free.push(place);
    }
    let limit = i64::try_from(free.len()).unwrap_or(1);
    match claim_due(post, worker, limit).await {
        Ok(mails) => mails.into_iter().zip(free).collect(),
        Err(error) => {
            super::complain(&error, "mails can't be claimed; trying again");
            Vec::new()
        }
    }
}

/// A claim is a write, so it is made only when something is due.
async fn claim_due(post: &Post, worker: &str, limit: i64) -> Result<Vec<Notification>, Error> {
    let due = outbox::next_due(&post.app).await?;
    if due.is_none_or(|due| due > post.app.clock.now()) {
        return Ok(Vec::new());
    }
    outbox::claim(&post.app, worker, LEASE, limit).await
}

async fn attempt(post: &Post, mail: Notification) {
    let id = mail.id;
    let span = tracing::info_span!("mail", notification.id = %id, tenant.id = %mail.tenant, code = mail.code.as_str());
    if let Err(error) = send(post, mail).instrument(span).await {
        // The lease ends, and another attempt follows.
        let _entered = tracing::info_span!("mail", notification.id = %id).entered();
        super::complain(&error, "a mail could not be handled");
    }
}

async fn send(post: &Post, mail: Notification) -> Result<(), Error> {
    let Some(letter) = outbox::prepare(&post.app, mail).await? else { return Ok(()) };
    let outcome = deliver(post, &letter).await;
    let word = match &outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Delayed { .. } => "delayed",
        Outcome::Refused { .. } => "refused",
    };
    metrics::counter!("usher_mail_attempts_total", "outcome" => word).increment(1);
    tracing::info!(notification.id = %letter.notification.id, code = letter.notification.code.as_str(), outcome = word, "mail attempt");
    outbox::record(&post.app, &letter, outcome).await
}

async fn deliver(post: &Post, letter: &Letter) -> Outcome {
    let composed = match compose(letter, &post.sender, post.app.clock.now()) {
        Ok(composed) => composed,
        Err(error) => return Outcome::Refused { reply: error.to_string() },
    };
    match post.mailer.send(&composed).await {
        mail::Outcome::Accepted { reply } => Outcome::Accepted { reply, subject: composed.subject },
        mail::Outcome::Delayed { reply } => Outcome::Delayed { reply },
        mail::Outcome::Refused { reply } => Outcome::Refused { reply },
    }
}

/// The mail of a letter.
pub(super) fn compose(letter: &Letter, sender: &Sender, now: Timestamp) -> Result<Mail, mail::ComposeError> {
    mail::compose(&mail::Letter {
        code: letter.notification.code,
        variant: letter.notification.variant,
        about: letter.about.clone(),
        message_id: letter.message_id.clone(),
        from: sender.clone(),
        to: letter.to.clone(),
        to_name: format!("{} {}", letter.first_name, letter.last_name).trim().to_owned(),
        login: letter.login.clone(),
        language: letter.language.clone(),
        tenant_name: letter.tenant_name.clone(),
        branding: letter.branding.clone(),
        link: Some(letter.link.clone()),
        expires_at: letter.expires_at,
        time_zone: letter.time_zone.clone(),
        password: letter.password.clone(),
        deletion_date: letter.deletion_date,
        date: now,
    })
}

/// Handles every mail that is due now, one after the other, and answers how many there were: for tests and commands, which wait for
/// nothing.
///
/// # Errors
/// The store's.
pub async fn drain(app: &App, mailer: &Mailer, sender: &Sender) -> Result<usize, Error> {
    let post = Post { app: app.clone(), mailer: mailer.clone(), sender: sender.clone() };
    let worker = outbox::worker_name(app);
    let mut handled = 0;
    loop {
        let mails = claim_due(&post, &worker, 100).await?;
        if mails.is_empty() {
            return Ok(handled);
        }
        for mail in mails {
            send(&post, mail).await?;
            handled += 1;
        }
    }
}
