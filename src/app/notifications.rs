//! What administrators do with mails: find them, release or discard held ones, send a failed one again, and note that one came back.

use super::{App, Error, budget, desk, digest};
use crate::{
    domain::{
        NotificationId, TenantId, UserId, calendar,
        event::{self, Event},
        notification::{Aim, Clearance, Code, Notification, Status},
        user::{State, User},
    },
    store::{
        self, Conn,
        audit::{self, Entry},
        held::Fate,
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

pub use crate::store::{held::Selection, notifications::Wanted, suppressed::Suppressed};

/// How many mails a page has at most.
pub const MAX_PAGE: usize = 200;
/// The longest reason that is kept of a bounce, in characters.
const MAX_REASON: usize = 300;

/// Who acts on a tenant's mails, for the audit trail.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// The tenant whose mails these are.
    pub tenant: TenantId,
    /// A person's or a token's name.
    pub name: String,
    /// The request it came with.
    pub request_id: Option<String>,
}

/// One page of mails, newest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// The mails.
    pub items: Vec<Notification>,
    /// Where the next page begins; none on the last one.
    pub next: Option<NotificationId>,
}

/// A tenant's mails that match, newest first, `limit` of them (at most [`MAX_PAGE`]).
///
/// # Errors
/// The store's.
pub async fn list(app: &App, tenant: TenantId, wanted: &Wanted, limit: usize) -> Result<Page, Error> {
    let limit = limit.clamp(1, MAX_PAGE);
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut reader = app.store.read().await?;
    let mut items = store::notifications::page(&mut reader, tenant, wanted, one_more).await?;
    let goes_on = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| goes_on).map(|mail| mail.id);
    Ok(Page { items, next })
}

/// How many mails of each tenant stand in which status, by the tenant's slug; those that are over and done with are left out.
///
/// # Errors
/// The store's.
pub async fn standing(app: &App) -> Result<Vec<(String, BTreeMap<String, u64>)>, Error> {
    let mut reader = app.store.read().await?;
    let counts = store::notifications::standing(&mut reader).await?;
    let tenants = store::tenants::list(&mut reader).await?;
    let of = |tenant: TenantId| {
        let own = counts.iter().filter(|(of, _, _)| *of == tenant);
        own.map(|(_, status, count)| (status.clone(), *count)).collect()
    };
    Ok(tenants.into_iter().map(|tenant| (tenant.slug, of(tenant.id))).collect())
}

/// One mail.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, tenant: TenantId, id: NotificationId) -> Result<Notification, Error> {
    let mut reader = app.store.read().await?;
    store::notifications::find(&mut reader, tenant, id).await?.ok_or_else(unknown)
}

/// Lets held mails go: they leave without being held again. Answers how many.
///
/// # Errors
/// The store's; mails released before it stay released, and the rest can be released again.
pub async fn release(app: &App, clerk: &Clerk, selection: &Selection) -> Result<u64, Error> {
    let count = dispose(app, clerk, selection, Disposal::Release).await?;
    app.outbox.notify_one();
    Ok(count)
}

/// Drops held mails: they are recorded as omitted, and created people go on waiting with the reason. Answers how many.
///
/// # Errors
/// The store's; mails discarded before it stay discarded, and the rest can be discarded again.
pub async fn discard(app: &App, clerk: &Clerk, selection: &Selection) -> Result<u64, Error> {
    dispose(app, clerk, selection, Disposal::Discard).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disposal {
    Release,
    Discard,
}

async fn dispose(app: &App, clerk: &Clerk, selection: &Selection, disposal: Disposal) -> Result<u64, Error> {
    let command = Arc::new(Disposing {
        clerk: clerk.clone(),
        selection: selection.clone(),
        disposal,
        now: calendar::to_millis(app.clock.now()),
    });
    let mut count = 0;
    loop {
        let shared = Arc::clone(&command);
        let (found, changed) = app
            .store
            .write(move |tx| {
                let command = Arc::clone(&shared);
                Box::pin(async move { command.run(tx).await })
            })
            .await?;
        count += changed;
        if found < budget::CHUNK {
            return Ok(count);
        }
    }
}

struct Disposing {
    clerk: Clerk,
    selection: Selection,
    disposal: Disposal,
    now: Timestamp,
}

impl Disposing {
    /// One chunk: how many held mails there were, and how many of them were changed.
    async fn run(&self, tx: &mut Conn) -> Result<(i64, u64), Error> {
        let tenant = self.clerk.tenant;
        let mails = store::held::held(tx, tenant, &self.selection, budget::CHUNK).await?;
        let found = i64::try_from(mails.len()).unwrap_or(i64::MAX);
        budget::lock_people(tx, tenant, &mails).await?;
        let ids: Vec<_> = mails.iter().map(|(id, _)| *id).collect();
        let discarded = format!("discarded by {}", self.clerk.name);
        let (fate, action, waits) = match self.disposal {
            Disposal::Release => (
                Fate { status: Status::Queued, clearance: Clearance::Released, reason: None, at: self.now },
                "notifications.released",
                "waits until the notification is sent".to_owned(),
            ),
            Disposal::Discard => (
                Fate { status: Status::Omitted, clearance: Clearance::Open, reason: Some(&discarded), at: self.now },
                "notifications.discarded",
                format!("the notification was {discarded}"),
            ),
        };
        let changed = store::held::settle(tx, tenant, &ids, None, fate).await?;
        budget::tell_people(tx, tenant, &changed, fate.status, &waits, self.now).await?;
        if !changed.is_empty() {
            let detail = json!({ "count": changed.len() });
            record(tx, &self.clerk, self.now, action, None, detail).await?;
        }
        if !store::held::exists(tx, tenant).await? {
            let mut state = store::mail_budget::lock(tx, tenant).await?;
            state.holding_since = None;
            store::mail_budget::update(tx, tenant, &state).await?;
        }
        Ok((found, changed.len() as u64))
    }
}

/// Sends a mail that failed again.
///
/// # Errors
/// `NotFound`; `Conflict` when it did not fail, its generated password is gone, or its address is suppressed.
pub async fn retry(app: &App, clerk: &Clerk, id: NotificationId) -> Result<Notification, Error> {
    let shared = Arc::new((clerk.clone(), calendar::to_millis(app.clock.now())));
    let mail = app
        .store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write_retry(tx, &shared.0, id, shared.1).await })
        })
        .await?;
    app.outbox.notify_one();
    Ok(mail)
}

async fn write_retry(tx: &mut Conn, clerk: &Clerk, id: NotificationId, now: Timestamp) -> Result<Notification, Error> {
    let (user, mut mail) = lock(tx, clerk.tenant, id).await?;
    if mail.status != Status::Failed {
        return Err(Error::Conflict(format!("this mail did not fail; it is {}", mail.status.as_str())));
    }
    if mail.code == Code::E7 {
        let message =
            "the generated password of this mail is gone; let the person ask for a new link on the sign-in page";
        return Err(Error::Conflict(message.to_owned()));
    }
    if let Some(address) = &mail.to
        && store::suppressed::contains(tx, clerk.tenant, address).await?
    {
        return Err(Error::Conflict("the address of this mail bounced; clear the address first".to_owned()));
    }
    mail.status = Status::Queued;
    mail.reason = None;
    mail.due_at = now;
    store::notifications::restart(tx, &mail).await?;
    set_delivery(tx, &mail, Status::Queued.as_str()).await?;
    if mail.aim() == Aim::Creation && user.state == State::Staged && user.start_at.is_none() {
        let waits = "waits until the notification is sent";
        store::held::set_state_reason(tx, clerk.tenant, &[user.id], waits, now).await?;
    }
    record(tx, clerk, now, "notification.retried", Some(id), json!({ "code": mail.code.as_str() })).await?;
    Ok(mail)
}

/// Notes that a mail the relay had accepted came back: it failed, its address gets no mail until it is cleared, administrators are told.
/// What the mail had brought about (an active account) stays. Told twice, it is noted once.
///
/// # Errors
/// `NotFound`; `Conflict` when the mail never left.
pub async fn bounced(app: &App, clerk: &Clerk, id: NotificationId, reason: &str) -> Result<Notification, Error> {
    let spoken = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason: String = spoken.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect();
    let reason = if reason.is_empty() { "no reason given".to_owned() } else { reason };
    let shared = Arc::new((clerk.clone(), calendar::to_millis(app.clock.now()), reason));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write_bounce(tx, &shared.0, id, shared.1, &shared.2).await })
        })
        .await
}

async fn write_bounce(
    tx: &mut Conn,
    clerk: &Clerk,
    id: NotificationId,
    now: Timestamp,
    reason: &str,
) -> Result<Notification, Error> {
    let (user, mut mail) = lock(tx, clerk.tenant, id).await?;
    if mail.status == Status::Failed {
        return Ok(mail);
    }
    let (Status::Sent, Some(address)) = (mail.status, mail.to.clone()) else {
        let message = format!("only a mail that was sent can bounce; this one is {}", mail.status.as_str());
        return Err(Error::Conflict(message));
    };
    mail.status = Status::Failed;
    mail.reason = Some(format!("bounced: {reason}"));
    store::notifications::update(tx, &mail).await?;
    set_delivery(tx, &mail, "bounced").await?;
    let suppressed = Suppressed { address, reason: reason.to_owned(), since: now };
    store::suppressed::insert(tx, clerk.tenant, &suppressed).await?;
    if mail.aim() != Aim::Information && user.is_switched_on() {
        let noted = User { state_reason: Some(format!("the notification bounced: {reason}")), ..user.clone() };
        store::users::update(tx, &user, &noted).await?;
    }
    store::events::append(tx, clerk.tenant, now, &[Event::of_mail(event::Kind::MailBounced, &mail)]).await?;
    record(tx, clerk, now, "notification.bounced", Some(id), json!({ "code": mail.code.as_str() })).await?;
    digest::note(tx, clerk.tenant, now).await?;
    Ok(mail)
}

/// The addresses that get no mail, newest first.
///
/// # Errors
/// `Invalid` naming a parameter.
pub async fn suppressed(
    app: &App,
    tenant: TenantId,
    cursor: Option<&str>,
    limit: usize,
) -> Result<desk::Page<Suppressed>, Error> {
    let wrong = || Error::Invalid { field: "cursor", message: "it names no place in this list".to_owned() };
    let after = cursor.map(|text| {
        let (since, address) = text.split_once(' ').ok_or_else(wrong)?;
        Ok::<_, Error>((since.parse::<Timestamp>().map_err(|_| wrong())?, address))
    });
    let mut reader = app.store.read().await?;
    let rows = store::suppressed::page(&mut reader, tenant, after.transpose()?, desk::one_more(limit)).await?;
    Ok(desk::Page::cut(rows, limit, |row| format!("{} {}", row.since, row.address)))
}

/// Lets mail go to an address again.
///
/// # Errors
/// `NotFound` when the address was not suppressed.
pub async fn clear(app: &App, clerk: &Clerk, address: &str) -> Result<(), Error> {
    let shared = Arc::new((clerk.clone(), calendar::to_millis(app.clock.now()), address.trim().to_owned()));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                let (clerk, now, address) = &*shared;
                if !store::suppressed::remove(tx, clerk.tenant, address).await? {
                    return Err(Error::NotFound("mail to this address is not suppressed".to_owned()));
                }
                let detail = json!({ "before": { "address": address }, "after": {} });
                record(tx, clerk, *now, "address.cleared", None, detail).await
            })
        })
        .await
}

/// The mail and its person, people first: the order of locks in every transaction.
async fn lock(tx: &mut Conn, tenant: TenantId, id: NotificationId) -> Result<(User, Notification), Error> {
    let user: UserId = store::notifications::find(tx, tenant, id).await?.ok_or_else(unknown)?.user;
    let user = store::users::lock(tx, tenant, user).await?.ok_or_else(unknown)?;
    let mail = store::notifications::lock(tx, tenant, id).await?.ok_or_else(unknown)?;
    Ok((user, mail))
}

async fn set_delivery(tx: &mut Conn, mail: &Notification, delivery: &str) -> Result<(), Error> {
    let invitation = mail.invitation.filter(|_| mail.aim() == Aim::Invitation);
    let invitations: Vec<_> = invitation.into_iter().collect();
    Ok(store::held::set_delivery(tx, mail.tenant, &invitations, delivery).await?)
}

async fn record(
    tx: &mut Conn,
    clerk: &Clerk,
    now: Timestamp,
    action: &'static str,
    target: Option<NotificationId>,
    detail: Value,
) -> Result<(), Error> {
    let entry = Entry {
        actor: clerk.name.clone(),
        action,
        target: target.map(|id| id.to_string()),
        request_id: clerk.request_id.clone(),
        detail,
    };
    Ok(audit::append(tx, clerk.tenant, now, &[entry]).await?)
}

fn unknown() -> Error {
    Error::NotFound("there is no such notification".to_owned())
}
