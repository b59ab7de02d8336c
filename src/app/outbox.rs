//! The outbox from the worker's side: claim, prepare, record.

use super::{
    App, Error, about, budget, digest,
    effects::{self, Writer},
    invitations,
    keyring::Purpose,
    leavers, passwords, reminders, restraint,
    scene::Scene,
};
use crate::{
    domain::{
        NotificationId, TenantId,
        about::About,
        branding::Branding,
        calendar,
        event::{self, Event},
        invitation::{self, Invitation},
        mailbox,
        notification::{Aim, Clearance, Code, MailSwitch, Notification, Status, Variant},
        onboarding, sending,
        user::{State, User},
    },
    store::{self, Conn},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::sync::Arc;

/// The first pause after a delay, in milliseconds; it doubles up to [`MAX_PAUSE_MS`].
const FIRST_PAUSE_MS: i64 = 10_000;
const MAX_PAUSE_MS: i64 = 30 * 60 * 1_000;
/// How long a set-password link of a created-mail lives.
const PASSWORD_LINK: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a link that somebody asked for lives.
const RESET_LINK: SignedDuration = SignedDuration::from_hours(24);
/// After how long a mail that no other rule ends is given up.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A mail that is to leave now: everything the letter needs, read at this moment.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The outbox row.
    pub notification: Notification,
    /// `<…@host>`, the same at every attempt.
    pub message_id: String,
    /// The address it goes to.
    pub to: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// What the person signs in with.
    pub login: String,
    /// BCP 47 tag of a language we have.
    pub language: String,
    /// The tenant's name, the brand of what people see.
    pub tenant_name: String,
    /// How the tenant's mails present themselves.
    pub branding: Branding,
    /// The zone that dates are told in.
    pub time_zone: TimeZone,
    /// The link of the invitation or the set-password page; the sign-in page otherwise.
    pub link: String,
    /// What the mail names.
    pub about: About,
    /// When the link dies.
    pub expires_at: Option<Timestamp>,
    /// E7 only.
    pub password: Option<String>,
    /// E13 only.
    pub deletion_date: Option<Date>,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The relay's final 250, with its words and the subject that went out.
    Accepted {
        /// The relay's words.
        reply: String,
        /// The subject that went out.
        subject: String,
    },
    /// 4xx, timeout or connection failure: worth another attempt.
    Delayed {
        /// The relay's words.
        reply: String,
    },
    /// 5xx, or no such mail can be made.
    Refused {
        /// The relay's words.
        reply: String,
    },
}

/// A name no other worker has.
#[must_use]
pub fn worker_name(app: &App) -> String {
    NotificationId::generate(&*app.clock, &*app.rng).to_string()
}

/// When the next mail may be due, so that the worker knows how long to sleep.
///
/// # Errors
/// The store's.
pub async fn next_due(app: &App) -> Result<Option<Timestamp>, Error> {
    let mut reader = app.store.read().await?;
    Ok(store::notifications::next_due(&mut reader).await?)
}

/// Claims up to `limit` due mails for this worker; those beyond their tenant's budget are held instead.
///
/// # Errors
/// The store's.
pub async fn claim(app: &App, worker: &str, lease: SignedDuration, limit: i64) -> Result<Vec<Notification>, Error> {
    loop {
        let now = app.clock.now();
        let until = now.checked_add(lease).unwrap_or(now);
        let name = worker.to_owned();
        let admission = app
            .store
            .write(move |tx| {
                let worker = name.clone();
                Box::pin(async move {
                    let claimed = store::notifications::claim(tx, &worker, now, until, limit).await?;
                    budget::admit(tx, claimed, now).await
                })
            })
            .await?;
        let is_done = admission.over.is_empty() || !admission.granted.is_empty();
        for (tenant, mails) in admission.over {
            budget::hold(app, worker, tenant, mails, now).await?;
        }
        // Held mails are due no more; others may be.
        if is_done {
            return Ok(admission.granted);
        }
    }
}

/// Gives what this worker still holds back to the queue.
///
/// # Errors
/// The store's.
pub async fn release(app: &App, worker: &str) -> Result<(), Error> {
    let (worker, now) = (worker.to_owned(), app.clock.now());
    app.store
        .write(move |tx| {
            let worker = worker.clone();
            Box::pin(
                async move { store::notifications::release(tx, &worker, now).await.map(drop).map_err(Error::from) },
            )
        })
        .await
}

/// Checks the state again and gathers the letter; `None` when the mail is pointless now (recorded, with the reason).
///
/// # Errors
/// The store's; `Sealed` when the secret key changed.
pub async fn prepare(app: &App, notification: Notification) -> Result<Option<Letter>, Error> {
    let mut reader = app.store.read().await?;
    let user = store::users::find(&mut reader, notification.tenant, notification.user).await?;
    let Some(user) = user else { return end(app, notification, Verdict::Cancel("the person is unknown")).await };
    let Some(scene) = Scene::of(app, &mut reader, &user, "mail worker", "clock").await? else { return Ok(None) };
    let invitation = match notification.invitation {
        Some(id) => store::invitations::find(&mut reader, notification.tenant, id).await?,
        None => None,
    };
    let mut verdict = judge(&notification, &user, invitation.as_ref(), &scene);
    if verdict == Verdict::Send {
        verdict = restraint::judge(&mut reader, &notification, &user, scene.now).await?;
    }
    if verdict != Verdict::Send {
        drop(reader);
        return end(app, notification, verdict).await;
    }
    let about = about::read(&mut reader, &notification, invitation.as_ref(), scene.now).await?;
    drop(reader);
    if matches!(notification.code, Code::E11 | Code::E12) && about.group.is_none() && about.session.is_none() {
        return end(app, notification, Verdict::Cancel("what it is about is gone")).await;
    }
    let about = About { entry: scene.entry(&notification, &user), ..about };
    let letter = letter(app, notification, &user, invitation.as_ref(), &scene)?;
    Ok(Some(Letter { about, ..letter }))
}

/// A mail as it would leave now, for looking at: without an address it has no letter, and where a link or a password would stand there is a
/// word for it.
///
/// # Errors
/// The store's.
pub(super) async fn preview(app: &App, tenant: TenantId, id: NotificationId) -> Result<Option<Letter>, Error> {
    let mut reader = app.store.read().await?;
    let Some(mail) = store::notifications::find(&mut reader, tenant, id).await? else { return Ok(None) };
    let Some(user) = store::users::find(&mut reader, tenant, mail.user).await? else { return Ok(None) };
    let Some(scene) = Scene::of(app, &mut reader, &user, "mail worker", "clock").await? else { return Ok(None) };
    let invitation = match mail.invitation {
        Some(id) => store::invitations::find(&mut reader, tenant, id).await?,
        None => None,
    };
    let about = about::read(&mut reader, &mail, invitation.as_ref(), scene.now).await?;
    let about = About { entry: scene.entry(&mail, &user), ..about };
    drop(reader);
    let password = mail.sealed.as_ref().map(|_| "(generated-password)".to_owned());
    let letter = letter(app, Notification { sealed: None, ..mail }, &user, invitation.as_ref(), &scene)?;
    let base = &app.settings.public_url;
    let link = match letter.link.strip_prefix(base.as_str()) {
        Some(path) if path.starts_with("/i/") => format!("{base}/i/made-when-the-mail-leaves"),
        Some(path) if path.starts_with("/set-password/") => format!("{base}/set-password/made-when-the-mail-leaves"),
        _ => letter.link,
    };
    Ok(Some(Letter { link, about, password, ..letter }).filter(|letter| !letter.to.is_empty()))
}

/// What a second look says about a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Send,
    /// It would be wrong to send it now.
    Cancel(&'static str),
    /// It would be right, but it is silenced.
    Omit(&'static str),
    /// It would be right, but it can't arrive: a created person goes on waiting.
    Undeliverable(&'static str),
    /// An administrator's switch keeps it back.
    Hold,
    /// The person's start date is being processed right now.
    Later,
    /// It waited for too long.
    GiveUp,
}

fn judge(mail: &Notification, user: &User, invitation: Option<&Invitation>, scene: &Scene) -> Verdict {
    if matches!(user.state, State::Suspended | State::Deleted) && mail.code != Code::E14 {
        return Verdict::Cancel("the person is suspended or deleted");
    }
    // What a person asked for, and what tells administrators of held mails, heeds no switch for notifications.
    let is_report = (mail.code, mail.variant) == (Code::E9, Variant::Plain);
    let heeds_switches = !is_report && !sending::UNBUDGETED.contains(&mail.code);
    if heeds_switches && let Some(reason) = onboarding::silence(user, mail.code, &scene.circumstances(None)) {
        return Verdict::Omit(reason);
    }
    if heeds_switches && mail.clearance != Clearance::Released && scene.mail_switch() == MailSwitch::Hold {
        return Verdict::Hold;
    }
    if mail.tried_at.unwrap_or(mail.created_at).checked_add(PATIENCE).is_ok_and(|end| end < scene.now)
        && mail.attempts > 1
        && mail.aim() != Aim::Invitation
    {
        return Verdict::GiveUp;
    }
    match mail.aim() {
        Aim::Invitation => judge_invitation(mail, invitation, scene.now),
        Aim::Creation if user.start_at.is_some() => Verdict::Later,
        Aim::Creation if user.state != State::Staged => Verdict::Cancel("the account is active already"),
        Aim::Creation if mail.cause != user.episode.to_string() => Verdict::Cancel("superseded"),
        Aim::Information if mail.code == Code::E14 => leavers::judge(mail, user),
        Aim::Information if mail.code == Code::E4 => reminders::judge(mail, user, invitation, scene.now),
        Aim::Information
            if mail.code == Code::E13
                && user.deletion_date.map(|date| date.to_string()) != Some(mail.cause.clone()) =>
        {
            Verdict::Cancel("the deletion date moved")
        }
        Aim::Creation | Aim::Information => Verdict::Send,
    }
}

pub(super) fn judge_invitation(mail: &Notification, invitation: Option<&Invitation>, now: Timestamp) -> Verdict {
    let Some(invitation) = invitation else { return Verdict::Cancel("the invitation is gone") };
    if mail.cause != cause_of(invitation) {
        Verdict::Cancel("superseded by a new link")
    } else if invitation.status != invitation::Status::Pending {
        Verdict::Cancel("the invitation is not pending any more")
    } else if invitation.expires_at <= now {
        Verdict::Cancel("the invitation expired")
    } else {
        Verdict::Send
    }
}

pub(super) fn cause_of(invitation: &Invitation) -> String {
    format!("{}/{}", invitation.id, invitation.generation)
}

fn letter(
    app: &App,
    mail: Notification,
    user: &User,
    invitation: Option<&Invitation>,
    scene: &Scene,
) -> Result<Letter, Error> {
    let base = &app.settings.public_url;
    let (link, expires_at) = match (mail.code, invitation) {
        (_, Some(invitation)) if mail.aim() == Aim::Invitation || mail.code == Code::E4 => {
            let token = app.keys.sign_link(Purpose::InvitationLink, &invitations::link_of(invitation));
            (format!("{base}/i/{token}"), Some(invitation.expires_at))
        }
        // Who signs in with the company's account is led there, whatever was decided when the mail was made.
        _ if scene.company_of(user).is_some() => (scene.sign_in_page(user), None),
        (code, _) if code == Code::E8 || mail.variant == Variant::Link => {
            password_link(app, user, &mail, &scene.tenant.time_zone, PASSWORD_LINK)
        }
        (Code::Reset, _) => password_link(app, user, &mail, &scene.tenant.time_zone, RESET_LINK),
        _ => (scene.sign_in_page(user), None),
    };
    let password = match &mail.sealed {
        Some(sealed) => Some(app.keys.open(&mail.id.to_string(), sealed)?),
        None => None,
    };
    let (first_name, last_name) = mailbox::name_of(&user.document);
    Ok(Letter {
        message_id: message_id(app, mail.id),
        to: address_of(&mail, user).unwrap_or_default(),
        first_name,
        last_name,
        login: user.user_name.clone(),
        language: scene.language_of(user),
        tenant_name: scene.tenant.name.clone(),
        branding: scene.tenant.branding.clone(),
        time_zone: scene.tenant.time_zone.clone(),
        link,
        expires_at,
        password,
        deletion_date: user.deletion_date.filter(|_| mail.code == Code::E13),
        about: About::default(),
        notification: mail,
    })
}

/// Where a mail goes: to the person's address of now; what concerns the old one goes there.
pub(super) fn address_of(mail: &Notification, user: &User) -> Option<String> {
    match mail.code {
        Code::AddressChanged => mail.to.clone(),
        _ => mailbox::address_of(&user.document, &user.user_name),
    }
}

/// The link's end hangs on the mail and the start date, not on the attempt: a mail that leaves twice carries the same link.
fn password_link(
    app: &App,
    user: &User,
    mail: &Notification,
    zone: &TimeZone,
    life: SignedDuration,
) -> (String, Option<Timestamp>) {
    let begins = user.start_date.and_then(|date| calendar::begin_of(date, zone)).unwrap_or(mail.created_at);
    let from = begins.max(mail.created_at);
    let expires_at = from.checked_add(life).unwrap_or(from);
    (format!("{}/set-password/{}", app.settings.public_url, passwords::token(app, user, expires_at)), Some(expires_at))
}

/// `<…@host>` of a mail, the same at every attempt.
#[must_use]
pub fn message_id(app: &App, id: NotificationId) -> String {
    format!("<{id}@{}>", host_of(&app.settings.public_url))
}

fn host_of(public_url: &str) -> &str {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or("localhost")
}

/// Records a mail that does not leave now.
async fn end(app: &App, mail: Notification, verdict: Verdict) -> Result<Option<Letter>, Error> {
    let now = app.clock.now();
    let mut ended = mail;
    match verdict {
        Verdict::Send => return Ok(None),
        Verdict::Cancel(reason) => close(&mut ended, Status::Cancelled, reason),
        Verdict::Omit(reason) | Verdict::Undeliverable(reason) => close(&mut ended, Status::Omitted, reason),
        Verdict::GiveUp => {
            let reason = format!(
                "given up after {} attempts: {}",
                ended.attempts,
                ended.reason.as_deref().unwrap_or("no reply")
            );
            close(&mut ended, Status::Failed, &reason);
        }
        Verdict::Hold => {
            ended.status = Status::Held;
            ended.reason = Some("held for the tenant or the connection".to_owned());
        }
        Verdict::Later => {
            ended.status = Status::Queued;
            ended.due_at = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
        }
    }
    let shared = Arc::new((app.clone(), ended, verdict));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write_end(&shared.0, tx, &shared.1, shared.2).await })
        })
        .await?;
    Ok(None)
}

fn close(mail: &mut Notification, status: Status, reason: &str) {
    mail.status = status;
    mail.reason = Some(reason.to_owned());
    mail.sealed = None;
}

/// A created-mail that turns out to be silenced does not keep the person waiting; one that can't arrive or is held says why they wait.
async fn write_end(app: &App, tx: &mut Conn, mail: &Notification, verdict: Verdict) -> Result<(), Error> {
    let before = store::users::lock(tx, mail.tenant, mail.user).await?;
    store::notifications::update(tx, mail).await?;
    set_delivery(tx, mail, None).await?;
    if verdict == Verdict::GiveUp {
        tell_failure(tx, mail, app.clock.now()).await?;
    }
    let Some(before) = before.filter(|before| activates(mail, before)) else { return Ok(()) };
    match verdict {
        Verdict::Omit(_) => {
            let Some(scene) = Scene::of(app, tx, &before, "mail worker", "clock").await? else { return Ok(()) };
            let decision = onboarding::activate(&before, scene.now);
            effects::update(tx, &scene, &before, decision, Writer::Server).await?;
        }
        Verdict::Undeliverable(reason) => {
            say_why(tx, &before, format!("the notification was omitted: {reason}")).await?;
        }
        Verdict::Hold => {
            say_why(tx, &before, "the notification is held for the tenant or the connection".to_owned()).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn say_why(tx: &mut Conn, before: &User, reason: String) -> Result<(), Error> {
    let noted = User { state_reason: Some(reason), ..before.clone() };
    Ok(store::users::update(tx, before, &noted).await?)
}

/// Records how the attempt ended; acceptance of a created-mail makes the staged person active and billed in the same transaction.
///
/// # Errors
/// The store's.
pub async fn record(app: &App, letter: &Letter, outcome: Outcome) -> Result<(), Error> {
    let shared = Arc::new((app.clone(), letter.notification.clone(), outcome, letter.to.clone()));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write_record(&shared.0, tx, &shared.1, &shared.2, &shared.3).await })
        })
        .await
}

async fn write_record(app: &App, tx: &mut Conn, sent: &Notification, outcome: &Outcome, to: &str) -> Result<(), Error> {
    let now = calendar::to_millis(app.clock.now());
    let Some(before) = store::users::lock(tx, sent.tenant, sent.user).await? else { return Ok(()) };
    let Some(mut mail) = store::notifications::lock(tx, sent.tenant, sent.id).await? else { return Ok(()) };
    mail.to = Some(to.to_owned());
    match outcome {
        // Two workers had it, and the other one was quicker.
        Outcome::Accepted { .. } if mail.status == Status::Sent => return Ok(()),
        Outcome::Accepted { reply, subject } => {
            mail.status = Status::Sent;
            mail.reason = Some(reply.clone());
            mail.subject = Some(subject.clone());
            mail.sent_at = Some(now);
            mail.sealed = None;
        }
        // Cancelled while it was on its way out: it did not leave, and it won't.
        Outcome::Delayed { .. } | Outcome::Refused { .. } if mail.status != Status::Sending => return Ok(()),
        Outcome::Delayed { reply } => {
            mail.status = Status::Delayed;
            mail.reason = Some(reply.clone());
            mail.due_at = now.checked_add(pause(app, mail.attempts)).unwrap_or(now);
        }
        Outcome::Refused { reply } => close(&mut mail, Status::Failed, reply),
    }
    store::notifications::update(tx, &mail).await?;
    set_delivery(tx, &mail, Some(now)).await?;
    let Some(scene) = Scene::of(app, tx, &before, "mail worker", "clock").await? else { return Ok(()) };
    settle(tx, &scene, &before, &mail).await
}

/// What a mail's fate means for its person.
async fn settle(tx: &mut Conn, scene: &Scene, before: &User, mail: &Notification) -> Result<(), Error> {
    match mail.status {
        Status::Sent if activates(mail, before) => {
            let decision = onboarding::activate(before, scene.now);
            effects::update(tx, scene, before, decision, Writer::Server).await?;
        }
        Status::Failed | Status::Delayed => {
            if mail.status == Status::Failed {
                tell_failure(tx, mail, scene.now).await?;
            }
            if activates(mail, before) {
                let word = if mail.status == Status::Failed { "refused" } else { "delayed" };
                let reply: String = mail.reason.as_deref().unwrap_or_default().chars().take(300).collect();
                say_why(tx, before, format!("the notification was {word}: {reply}")).await?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether this mail is the one the staged person waits for.
fn activates(mail: &Notification, user: &User) -> bool {
    mail.aim() == Aim::Creation
        && user.state == State::Staged
        && user.start_at.is_none()
        && mail.cause == user.episode.to_string()
}

/// Whoever follows the feed and the administrators learn that a mail will not arrive.
async fn tell_failure(tx: &mut Conn, mail: &Notification, now: Timestamp) -> Result<(), Error> {
    store::events::append(tx, mail.tenant, now, &[Event::of_mail(event::Kind::MailFailed, mail)]).await?;
    digest::note(tx, mail.tenant, now).await
}

/// Keeps the invitation's delivery state beside its mail's.
async fn set_delivery(tx: &mut Conn, mail: &Notification, attempted_at: Option<Timestamp>) -> Result<(), Error> {
    let Some(id) = mail.invitation else { return Ok(()) };
    let Some(mut invitation) = store::invitations::lock(tx, mail.tenant, id).await? else { return Ok(()) };
    if mail.cause != cause_of(&invitation) {
        return Ok(());
    }
    mail.status.as_str().clone_into(&mut invitation.delivery);
    if mail.status == Status::Sent {
        invitation.sent_at = attempted_at;
        invitation.sent_count += 1;
        reminders::arm(tx, &invitation).await?;
    }
    store::invitations::update(tx, &invitation).await?;
    if let (Status::Sent, Aim::Invitation, Some(at)) = (mail.status, mail.aim(), attempted_at) {
        let event = Event::of_invitation(event::Kind::InvitationSent, &invitation, None, "clock");
        store::events::append(tx, mail.tenant, at, &[event]).await?;
    }
    Ok(())
}

/// How long to wait after the given attempt: doubling, with a fifth of jitter.
fn pause(app: &App, attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 20)).unwrap_or(0);
    let full = FIRST_PAUSE_MS.saturating_mul(1_i64 << doublings).min(MAX_PAUSE_MS);
    let mut byte = [0];
    app.rng.fill(&mut byte);
    let [chance] = byte;
    let jitter = full / 5 * i64::from(chance) / 255;
    SignedDuration::from_millis(full - full / 10 + jitter)
}
