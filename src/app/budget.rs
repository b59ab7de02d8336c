//! The mail budget of a tenant's hour (domain 2.4, rule 5). It is asked when a worker claims a mail, so that requests pay nothing for it and
//! several processes agree; what is beyond it is held, many at a time, and its people are told why they wait.

use super::{App, Error, digest};
use crate::{
    domain::{
        InvitationId, NotificationId, TenantId, UserId,
        notification::{Aim, Clearance, Notification, Status},
        sending,
        tenant::Tenant,
    },
    store::{
        self, Conn,
        held::{Changed, Fate},
    },
};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeMap, sync::Arc};

/// So many mails are held, released or discarded in one transaction.
pub(super) const CHUNK: i64 = 500;
/// Two processes that begin to hold within this time tell the administrators once.
const ONE_EPISODE: SignedDuration = SignedDuration::from_mins(10);

/// Claimed mails after the budget was asked.
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// These go.
    pub granted: Vec<Notification>,
    /// These are beyond it.
    pub over: BTreeMap<TenantId, Vec<(NotificationId, UserId)>>,
}

/// Asks the budget for claimed mails, in the transaction of the claim. A mail is counted once, however often it is tried.
///
/// # Errors
/// The store's.
pub(super) async fn admit(tx: &mut Conn, claimed: Vec<Notification>, now: Timestamp) -> Result<Admission, Error> {
    let mut admission = Admission::default();
    let mut asking: BTreeMap<TenantId, Vec<Notification>> = BTreeMap::new();
    for mail in claimed {
        if mail.clearance == Clearance::Open && !sending::UNBUDGETED.contains(&mail.code) {
            asking.entry(mail.tenant).or_default().push(mail);
        } else {
            admission.granted.push(mail);
        }
    }
    for (tenant, mut mails) in asking {
        // Beside `mail_states` this transaction waits for nothing, and every one takes tenants in the same order.
        store::mail_budget::lock(tx, tenant).await?;
        let budget = store::tenants::find(tx, tenant).await?.map_or(0, |tenant| tenant.mail_budget_per_hour);
        let spent = store::mail_budget::spent(tx, tenant, sending::forgotten_slot(now)).await?;
        let room = sending::room(budget, spent).min(mails.len());
        let over = mails.split_off(room);
        if !over.is_empty() {
            admission.over.insert(tenant, over.iter().map(|mail| (mail.id, mail.user)).collect());
        }
        if !mails.is_empty() {
            let ids: Vec<_> = mails.iter().map(|mail| mail.id).collect();
            store::mail_budget::spend(
                tx,
                tenant,
                sending::slot_of(now),
                ids.len() as u64,
                sending::forgotten_slot(now),
            )
            .await?;
            store::mail_budget::count(tx, tenant, &ids).await?;
            admission.granted.extend(mails);
        }
    }
    Ok(admission)
}

/// Holds what the worker claimed beyond the budget, and everything else of the tenant that would be claimed next.
///
/// # Errors
/// The store's; what is not held yet is when its lease ends.
pub(super) async fn hold(
    app: &App,
    worker: &str,
    tenant: TenantId,
    over: Vec<(NotificationId, UserId)>,
    now: Timestamp,
) -> Result<(), Error> {
    let mut command = Arc::new(Hold { app: app.clone(), worker: worker.to_owned(), tenant, over, now });
    loop {
        let shared = Arc::clone(&command);
        let goes_on = app
            .store
            .write(move |tx| {
                let command = Arc::clone(&shared);
                Box::pin(async move { command.run(tx).await })
            })
            .await?;
        if !goes_on {
            return Ok(());
        }
        let worker = worker.to_owned();
        command = Arc::new(Hold { app: app.clone(), worker, tenant, over: Vec::new(), now });
    }
}

struct Hold {
    app: App,
    worker: String,
    tenant: TenantId,
    over: Vec<(NotificationId, UserId)>,
    now: Timestamp,
}

impl Hold {
    /// One chunk; answers whether there may be more.
    async fn run(&self, tx: &mut Conn) -> Result<bool, Error> {
        let Some(tenant) = store::tenants::find(tx, self.tenant).await? else { return Ok(false) };
        let next = store::held::unpassed(tx, self.tenant, self.now, &sending::UNBUDGETED, CHUNK).await?;
        let goes_on = i64::try_from(next.len()).is_ok_and(|found| found == CHUNK);
        let mails: Vec<_> = self.over.iter().copied().chain(next).collect();
        lock_people(tx, self.tenant, &mails).await?;
        let was_holding = store::held::exists(tx, self.tenant).await?;
        let reason = format!("the mail budget of {} an hour is used up", tenant.mail_budget_per_hour);
        let fate = Fate { status: Status::Held, clearance: Clearance::Open, reason: Some(&reason), at: self.now };
        let ids: Vec<_> = mails.iter().map(|(id, _)| *id).collect();
        let changed = store::held::settle(tx, self.tenant, &ids, Some(&self.worker), fate).await?;
        let waits = format!("the notification is held: {reason}; an administrator can release it");
        tell_people(tx, self.tenant, &changed, Status::Held, &waits, self.now).await?;
        if !changed.is_empty() {
            self.tell_administrators(tx, &tenant, was_holding).await?;
        }
        Ok(goes_on)
    }

    /// Once for each time that mails begin to be held.
    async fn tell_administrators(&self, tx: &mut Conn, tenant: &Tenant, was_holding: bool) -> Result<(), Error> {
        let mut state = store::mail_budget::lock(tx, tenant.id).await?;
        let is_begun = state
            .holding_since
            .is_some_and(|since| was_holding || since.checked_add(ONE_EPISODE).is_ok_and(|end| end > self.now));
        if is_begun {
            return Ok(());
        }
        state.holding_since = Some(self.now);
        store::mail_budget::update(tx, tenant.id, &state).await?;
        digest::tell(&self.app, tx, tenant, state).await
    }
}

/// Holds the rows of these mails' people.
pub(super) async fn lock_people(
    tx: &mut Conn,
    tenant: TenantId,
    mails: &[(NotificationId, UserId)],
) -> Result<(), Error> {
    let people: Vec<UserId> = mails.iter().map(|(_, user)| *user).collect();
    Ok(store::held::lock_people(tx, tenant, &people).await?)
}

/// Writes what became of mails beside the people and invitations they belong to.
pub(super) async fn tell_people(
    tx: &mut Conn,
    tenant: TenantId,
    changed: &[Changed],
    status: Status,
    state_reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let aimed = |aim| changed.iter().filter(move |mail| Aim::of(mail.code, mail.variant) == aim);
    let invitations: Vec<InvitationId> = aimed(Aim::Invitation).filter_map(|mail| mail.invitation).collect();
    store::held::set_delivery(tx, tenant, &invitations, status.as_str()).await?;
    let created: Vec<UserId> = aimed(Aim::Creation).map(|mail| mail.user).collect();
    Ok(store::held::set_state_reason(tx, tenant, &created, state_reason, now).await?)
}
