//! Carries a decision of `domain::onboarding` out: the person's row, invitation, outbox, ledger, sessions, memberships and events, all in the
//! caller's transaction.

use super::{Error, address_change, consequences::Billing, groups::mapping, leavers, scene::Scene};
use crate::{
    domain::{
        InvitationId, calendar,
        connection::Extension,
        event::{self, Event},
        invitation::{self, CancelledBy, Invitation, Summary},
        notification::{Aim, Code, Notification, Status, Variant},
        onboarding::{self, Decision, Effect, Returning},
        user::User,
    },
    store::{self, Conn},
};
use jiff::{SignedDuration, Timestamp};

/// Whether a change by the server itself is a new version of the resource: only where our extension, which shows it, is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A client's write: always a new version.
    Client,
    /// The server's own.
    Server,
}

/// The mails that carry an invitation's link.
const INVITING: [Code; 6] = [Code::E1, Code::E2, Code::E3, Code::E4, Code::E5, Code::E10];
/// The mails of a person's path.
const ONBOARDING: [Code; 10] =
    [Code::E1, Code::E2, Code::E3, Code::E4, Code::E5, Code::E6, Code::E7, Code::E8, Code::E9, Code::E10];

/// What was written.
#[derive(Debug)]
pub struct Written {
    pub user: User,
    /// The person's last invitation, where it was written too.
    pub invitation: Option<Summary>,
}

/// Writes a new person and what follows.
///
/// # Errors
/// The store's; `Conflict::UserName` when the name is taken.
pub async fn insert(tx: &mut Conn, scene: &Scene, decision: Decision) -> Result<Written, Error> {
    Work::of_newcomer(tx, scene, decision).await?.finish(tx).await
}

/// As [`insert`] for several, the events of all of them written together.
///
/// # Errors
/// As for [`insert`].
pub async fn insert_all(tx: &mut Conn, scene: &Scene, decisions: &[Decision]) -> Result<Vec<Written>, Error> {
    let mut newcomers = Vec::with_capacity(decisions.len());
    for decision in decisions {
        newcomers.push(Work::of_newcomer(tx, scene, decision.clone()).await?);
    }
    let events: Vec<&Event> = newcomers.iter().flat_map(|work| &work.events).collect();
    store::events::append(tx, scene.tenant.id, scene.now, &events).await?;
    let mut written = Vec::with_capacity(newcomers.len());
    for work in newcomers {
        written.push(work.tell(tx).await?);
    }
    Ok(written)
}

/// Writes a changed person and what follows; nothing at all when nothing changed.
///
/// # Errors
/// The store's; `Conflict::UserName` when a new name is taken.
pub async fn update(
    tx: &mut Conn,
    scene: &Scene,
    before: &User,
    decision: Decision,
    writer: Writer,
) -> Result<Written, Error> {
    if decision.effects.is_empty() && decision.user == *before {
        return Ok(Written { user: decision.user, invitation: None });
    }
    if decision.effects.iter().any(|effect| matches!(effect, Effect::DropMails(_))) {
        tx.foresee_farewell(before.tenant, before.id).await?;
    }
    let mut work = Work::new(scene, Some(before), decision.user);
    for effect in &decision.effects {
        work.carry_out(tx, effect).await?;
    }
    let shown = scene.connection.as_ref().is_none_or(|connection| connection.extension == Extension::On);
    if writer == Writer::Client || shown {
        advance(&mut work.user, scene.now);
    }
    store::users::update(tx, before, &work.user).await?;
    address_change::tell(tx, scene, before, &work.user).await?;
    work.finish(tx).await
}

/// A new version, modified now and at least one millisecond after the last one.
fn advance(user: &mut User, now: Timestamp) {
    user.version += 1;
    let next = user.modified_at.checked_add(SignedDuration::from_millis(1)).unwrap_or(user.modified_at);
    user.modified_at = calendar::to_millis(now).max(next);
}

struct Work<'a> {
    scene: &'a Scene,
    before: Option<&'a User>,
    user: User,
    invitation: Option<Summary>,
    events: Vec<Event>,
}

impl<'a> Work<'a> {
    fn new(scene: &'a Scene, before: Option<&'a User>, user: User) -> Self {
        Self { scene, before, user, invitation: None, events: Vec::new() }
    }

    /// A new person, written but for the events.
    async fn of_newcomer(tx: &mut Conn, scene: &'a Scene, decision: Decision) -> Result<Self, Error> {
        let mut work = Self::new(scene, None, decision.user);
        for effect in &decision.effects {
            work.carry_out(tx, effect).await?;
        }
        store::users::insert(tx, &work.user).await?;
        Ok(work)
    }

    async fn carry_out(&mut self, tx: &mut Conn, effect: &Effect) -> Result<(), Error> {
        let (tenant, user, now) = (self.user.tenant, self.user.id, self.scene.now);
        match effect {
            Effect::Invite => self.invite(tx).await?,
            Effect::SendInvitation => self.send_invitation(tx).await?,
            Effect::ReissueInvitation => self.reissue_invitation(tx).await?,
            Effect::RenewInvitation => self.renew_invitation(tx).await?,
            Effect::ExpireInvitation => self.end_invitation(tx, invitation::Status::Expired, None).await?,
            Effect::SupersedeInvitation => self.end_invitation(tx, invitation::Status::Superseded, None).await?,
            Effect::CancelInvitation(by) => self.end_invitation(tx, invitation::Status::Cancelled, Some(*by)).await?,
            Effect::AcceptInvitation => self.end_invitation(tx, invitation::Status::Accepted, None).await?,
            Effect::MailInvitation(kind) => self.mail_invitation_again(tx, kind).await?,
            Effect::NotifyUnlessWaiting(_) if self.waits(tx, None).await? => {}
            Effect::Notify(code) | Effect::NotifyUnlessWaiting(code) => self.notify(tx, *code).await?,
            Effect::Omit(code, reason) => self.omit(tx, *code, reason).await?,
            Effect::DropMails(reason) => {
                let dropped = store::notifications::cancel_open(tx, tenant, user, None, reason).await?;
                self.scene.notes.dropped_mails(dropped, reason);
            }
            Effect::DropOnboardingMails(reason) => {
                let dropped = store::notifications::cancel_open(tx, tenant, user, Some(&ONBOARDING), reason).await?;
                self.scene.notes.dropped_mails(dropped, reason);
            }
            Effect::Reschedule => self.reschedule(tx).await?,
            Effect::OpenBilling => self.open_billing(tx, now).await?,
            Effect::OpenBillingSince(at) => self.open_billing(tx, *at).await?,
            Effect::CloseBilling(at) => {
                store::billing::close(tx, tenant, user, *at).await?;
                self.scene.notes.billing(Billing::Ends(*at));
            }
            Effect::EndSessions => {
                store::sessions::delete_of_user(tx, tenant, user).await?;
            }
            Effect::EndMemberships => {
                // Nobody makes them a member any more: the person is held, and the mappings from here on.
                store::mappings::lock(tx, tenant).await?;
                store::groups::lock_of_member(tx, tenant, user).await?;
                store::former::keep(tx, tenant, user).await?;
                let groups = store::memberships::remove_user(tx, tenant, user).await?;
                store::groups::touch(tx, tenant, &groups, now).await?;
            }
            Effect::RestoreMemberships(returning) => self.restore_memberships(tx, *returning).await?,
            Effect::Record(kind) => self.record(*kind),
        }
        Ok(())
    }

    async fn open_billing(&self, tx: &mut Conn, at: Timestamp) -> Result<(), Error> {
        store::billing::open(tx, self.user.tenant, self.user.id, at).await?;
        self.scene.notes.billing(Billing::Begins(at));
        Ok(())
    }

    async fn finish(self, tx: &mut Conn) -> Result<Written, Error> {
        store::events::append(tx, self.user.tenant, self.scene.now, &self.events).await?;
        self.tell(tx).await
    }

    /// Tells whoever waits for it what has happened.
    async fn tell(self, tx: &mut Conn) -> Result<Written, Error> {
        self.scene.notes.events(self.events.iter().map(|event| event.kind));
        leavers::tell(tx, self.scene, &self.user, &self.events).await?;
        Ok(Written { user: self.user, invitation: self.invitation })
    }

    fn record(&mut self, kind: event::Kind) {
        self.events.push(Event::of_user(kind, &self.user, self.before, self.scene.source));
    }

    fn record_invitation(&mut self, kind: event::Kind, invitation: &Invitation, cause: Option<&str>) {
        self.events.push(Event::of_invitation(kind, invitation, cause, self.scene.source));
    }

    async fn restore_memberships(&mut self, tx: &mut Conn, returning: Returning) -> Result<(), Error> {
        let (tenant, user, now) = (self.user.tenant, self.user.id, self.scene.now);
        let pushed_by = match returning {
            Returning::Everything => None,
            Returning::Pushed => self.user.connection,
        };
        let rows = store::former::give_back(tx, tenant, user, pushed_by, now).await?;
        let mut groups: Vec<_> = rows.iter().map(|row| row.group).collect();
        groups.sort_unstable();
        groups.dedup();
        store::groups::touch(tx, tenant, &groups, now).await?;
        self.events.extend(Event::of_memberships(&rows, &[]));
        mapping::follow_person(tx, tenant, user, now).await
    }

    async fn invite(&mut self, tx: &mut Conn) -> Result<(), Error> {
        let app = &self.scene.app;
        let (now, begins) = (calendar::to_millis(self.scene.now), self.user.start_at);
        let send_at = begins.unwrap_or(now);
        let mut invitation = Invitation {
            tenant: self.user.tenant,
            id: InvitationId::generate(&*app.clock, &*app.rng),
            user: self.user.id,
            kind: invitation::Kind::of(&self.user.document),
            inviter: self.scene.actor.clone(),
            language: self.scene.language_of(&self.user),
            status: if begins.is_some() { invitation::Status::Scheduled } else { invitation::Status::Pending },
            generation: 1,
            created_at: now,
            send_at,
            sent_at: None,
            sent_count: 0,
            expires_at: self.expiry(send_at),
            accepted_at: None,
            cancelled_at: None,
            cancelled_by: None,
            delivery: "scheduled".to_owned(),
            source: self.scene.source.to_owned(),
        };
        self.user.invitation = Some(invitation.id);
        if begins.is_none() {
            invitation.delivery = self.mail_first(tx, &invitation).await?;
        }
        store::invitations::insert(tx, &invitation).await?;
        self.invitation = Some(invitation.summary());
        Ok(())
    }

    fn expiry(&self, from: Timestamp) -> Timestamp {
        from.checked_add(self.scene.tenant.invitation_ttl).unwrap_or(from)
    }

    async fn send_invitation(&mut self, tx: &mut Conn) -> Result<(), Error> {
        let Some(mut invitation) = store::invitations::find_live(tx, self.user.tenant, self.user.id).await? else {
            return Ok(());
        };
        let now = calendar::to_millis(self.scene.now);
        invitation.status = invitation::Status::Pending;
        invitation.send_at = now;
        invitation.expires_at = self.expiry(now);
        invitation.delivery = self.mail_first(tx, &invitation).await?;
        self.rewrite_invitation(tx, &invitation).await
    }

    async fn reissue_invitation(&mut self, tx: &mut Conn) -> Result<(), Error> {
        let live = store::invitations::find_live(tx, self.user.tenant, self.user.id).await?;
        match live.filter(|live| live.status == invitation::Status::Pending) {
            Some(invitation) => {
                let told = (invitation.kind.code(), Variant::Plain);
                self.mail_new_link(tx, invitation, told, Some("addressChanged")).await
            }
            None => Ok(()),
        }
    }

    async fn renew_invitation(&mut self, tx: &mut Conn) -> Result<(), Error> {
        let Some(id) = self.user.invitation else { return Ok(()) };
        let last = store::invitations::lock(tx, self.user.tenant, id).await?;
        match last.filter(|last| matches!(last.status, invitation::Status::Pending | invitation::Status::Expired)) {
            Some(invitation) => {
                let told = (Code::E5, invitation.kind.variant());
                self.mail_new_link(tx, invitation, told, None).await
            }
            None => Ok(()),
        }
    }

    async fn mail_new_link(
        &mut self,
        tx: &mut Conn,
        mut invitation: Invitation,
        told: (Code, Variant),
        cause: Option<&str>,
    ) -> Result<(), Error> {
        store::notifications::cancel_open(
            tx,
            self.user.tenant,
            self.user.id,
            Some(&INVITING),
            "superseded by a new link",
        )
        .await?;
        invitation.generation += 1;
        invitation.status = invitation::Status::Pending;
        invitation.expires_at = self.expiry(calendar::to_millis(self.scene.now));
        invitation.language = self.scene.language_of(&self.user);
        invitation.delivery = self.mail_invitation(tx, &invitation, &invitation.kind, told).await?;
        self.record_invitation(event::Kind::InvitationResent, &invitation, cause);
        self.rewrite_invitation(tx, &invitation).await
    }

    async fn end_invitation(
        &mut self,
        tx: &mut Conn,
        status: invitation::Status,
        by: Option<CancelledBy>,
    ) -> Result<(), Error> {
        let Some(mut invitation) = store::invitations::find_live(tx, self.user.tenant, self.user.id).await? else {
            return Ok(());
        };
        let now = Some(calendar::to_millis(self.scene.now));
        invitation.status = status;
        match status {
            invitation::Status::Accepted => invitation.accepted_at = now,
            invitation::Status::Cancelled => {
                invitation.cancelled_at = now;
                invitation.cancelled_by = by;
                let cause = by.map(CancelledBy::as_str);
                self.record_invitation(event::Kind::InvitationCancelled, &invitation, cause);
            }
            invitation::Status::Superseded => {
                self.record_invitation(event::Kind::InvitationSuperseded, &invitation, None);
            }
            invitation::Status::Expired => self.record_invitation(event::Kind::InvitationExpired, &invitation, None),
            invitation::Status::Scheduled | invitation::Status::Pending => {}
        }
        self.rewrite_invitation(tx, &invitation).await
    }

    async fn rewrite_invitation(&mut self, tx: &mut Conn, invitation: &Invitation) -> Result<(), Error> {
        store::invitations::update(tx, invitation).await?;
        self.invitation = Some(invitation.summary());
        Ok(())
    }

    async fn mail_first(&mut self, tx: &mut Conn, invitation: &Invitation) -> Result<String, Error> {
        let told = self.scene.wording.of_invitation(&invitation.kind);
        self.mail_invitation(tx, invitation, &invitation.kind, told).await
    }

    /// Says the same link again from another place; who heard of that kind of place already is told nothing.
    async fn mail_invitation_again(&mut self, tx: &mut Conn, kind: &invitation::Kind) -> Result<(), Error> {
        let live = store::invitations::find_live(tx, self.user.tenant, self.user.id).await?;
        let Some(mut invitation) = live.filter(|live| live.status == invitation::Status::Pending) else {
            return Ok(());
        };
        let mails = store::notifications::of_user(tx, self.user.tenant, self.user.id).await?;
        let told = |mail: &Notification| kind.was_told_by(mail.code, mail.variant);
        if mails.iter().any(|mail| mail.invitation == Some(invitation.id) && told(mail)) {
            return Ok(());
        }
        invitation.delivery = self.mail_invitation(tx, &invitation, kind, (kind.code(), Variant::Plain)).await?;
        self.rewrite_invitation(tx, &invitation).await
    }

    /// Puts a mail with the invitation's link into the outbox; answers the delivery state it then has.
    async fn mail_invitation(
        &mut self,
        tx: &mut Conn,
        invitation: &Invitation,
        kind: &invitation::Kind,
        (code, variant): (Code, Variant),
    ) -> Result<String, Error> {
        let cause = format!("{}/{}", invitation.id, invitation.generation);
        let mut mail = self.mail(code, cause);
        mail.variant = variant;
        mail.target = kind.target().to_owned();
        mail.invitation = Some(invitation.id);
        mail.due_at = calendar::to_millis(self.scene.now);
        if let Some(reason) = onboarding::silence(&self.user, code, &self.scene.circumstances(None)) {
            mail.status = Status::Omitted;
            mail.reason = Some(reason.to_owned());
        }
        self.scene.post(tx, &mail).await?;
        Ok(mail.status.as_str().to_owned())
    }

    async fn notify(&mut self, tx: &mut Conn, code: Code) -> Result<(), Error> {
        let mut mail = self.mail(code, self.user.episode.to_string());
        if mail.status == Status::Held && self.user.start_at.is_none() {
            self.user.state_reason = Some("the notification is held for the tenant or the connection".to_owned());
        }
        let mut told = code;
        if code == Code::E7 {
            // Generated credentials whose mail waits since the person was added stay as they are; where there is none, a link goes out.
            match &self.scene.generated {
                Some(password) => {
                    let id = mail.id.to_string();
                    mail.sealed = Some(self.scene.app.keys.seal(&*self.scene.app.rng, &id, password)?);
                }
                None if self.waits(tx, Some(code)).await? => return Ok(()),
                None => told = Code::E8,
            }
        }
        (mail.code, mail.variant) = self.scene.wording.of_creation(told);
        self.scene.post(tx, &mail).await
    }

    /// Whether a created-mail of this time on the path has not left yet; with a code, one of its words.
    async fn waits(&self, tx: &mut Conn, code: Option<Code>) -> Result<bool, Error> {
        let cause = self.user.episode.to_string();
        let is_meant = |mail: &Notification| {
            let is_of_code = code.is_none_or(|code| {
                mail.code == code || (mail.code, mail.variant) == self.scene.wording.of_creation(code)
            });
            mail.aim() == Aim::Creation && mail.cause == cause && mail.status.is_open() && is_of_code
        };
        let mails = store::notifications::of_user(tx, self.user.tenant, self.user.id).await?;
        Ok(mails.iter().any(is_meant))
    }

    async fn omit(&mut self, tx: &mut Conn, code: Code, reason: &str) -> Result<(), Error> {
        let mut mail = self.mail(code, self.user.episode.to_string());
        mail.status = Status::Omitted;
        mail.reason = Some(reason.to_owned());
        self.scene.post(tx, &mail).await
    }

    async fn reschedule(&mut self, tx: &mut Conn) -> Result<(), Error> {
        let begins = self.user.start_at.unwrap_or(calendar::to_millis(self.scene.now));
        if let Some(mut invitation) = store::invitations::find_live(tx, self.user.tenant, self.user.id).await? {
            invitation.send_at = begins;
            invitation.expires_at = self.expiry(begins);
            self.rewrite_invitation(tx, &invitation).await?;
        }
        for mut mail in store::notifications::of_user(tx, self.user.tenant, self.user.id).await? {
            if mail.status.is_open() && mail.aim() == Aim::Creation {
                mail.due_at = begins;
                store::notifications::update(tx, &mail).await?;
            }
        }
        Ok(())
    }

    /// A mail of the person's path, due when the start date begins.
    fn mail(&self, code: Code, cause: String) -> Notification {
        let mail = self.scene.mail(&self.user, code, cause);
        Notification { due_at: self.user.start_at.unwrap_or(mail.due_at), ..mail }
    }
}
