//! The transitions of domain table 2.1, one function each.

use super::{Circumstances, Credentials, Decision, Effect, Returning, Wish};
use crate::{
    domain::{
        ConnectionId, UserId,
        about::Entry,
        calendar, event,
        invitation::CancelledBy,
        mailbox,
        notification::{Code, MailSwitch},
        user::{Former, FormerLink, Mode, State, User},
    },
    scim::{Object, schema},
};
use jiff::Timestamp;

/// What the state of somebody says whose invitation an administrator cancelled.
const CANCELLED: &str = "the invitation was cancelled; still assigned in your identity provider";

/// Adds a person: `blank` has ids, tenant, connection and times; everything else comes from the wish.
#[must_use]
pub fn provision(blank: User, wish: Wish, around: &Circumstances<'_>) -> Decision {
    let mut next = Decision { user: blank, effects: Vec::new() };
    let active = wish.active.unwrap_or(true);
    next.user.mode = wish.mode.unwrap_or(around.default_mode);
    let credentials = take_wish(&mut next.user, wish, around);
    if is_past(&next.user, around) {
        end_by_date(&mut next, around.now);
    } else if active {
        onboard(&mut next, &credentials, around);
    } else {
        next.user.state = State::Suspended;
        next.user.state_reason = Some("added as inactive".to_owned());
        next.effects.push(Effect::Record(event::Kind::UserSuspended));
    }
    next
}

/// Adds a person who comes from another platform: in at once, without a mail, and billed since then.
#[must_use]
pub fn migrate(blank: User, wish: Wish, around: &Circumstances<'_>, since: Timestamp) -> Decision {
    let mut next = Decision { user: blank, effects: vec![Effect::Record(event::Kind::UserCreated)] };
    next.user.mode = Mode::Create;
    let credentials = take_wish(&mut next.user, wish, around);
    next.user.episode += 1;
    next.effects
        .push(Effect::Omit(code_for(&next.user, &credentials, around), "the person was active before the import"));
    begin_active(&mut next, since);
    for effect in &mut next.effects {
        if *effect == Effect::OpenBilling {
            *effect = Effect::OpenBillingSince(since);
        }
    }
    next
}

/// Applies a PUT or PATCH to a person.
#[must_use]
pub fn rewrite(before: &User, wish: Wish, around: &Circumstances<'_>) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    let active = wish.active;
    let mode = wish.mode;
    let credentials = take_wish(&mut next.user, wish, around);
    if matches!(credentials, Credentials::Known(_)) && next.user.password_hash != before.password_hash {
        next.effects.push(Effect::EndSessions);
    }
    if before.state == State::Deleted {
        revive(&mut next, before, active, mode, &credentials, around);
    } else if is_past(&next.user, around) && next.user.deletion_date != before.deletion_date {
        if active == Some(false) && next.user.is_switched_on() {
            // Who is brought back later was switched off as well.
            suspend(&mut next, around.now);
            next.effects.clear();
            next.user.billable_since = before.billable_since;
        }
        end_by_date(&mut next, around.now);
    } else {
        follow_date(&mut next.user, before, around);
        switch(&mut next, active, mode, &credentials, around);
        follow(&mut next, before, mode, &credentials, around);
    }
    tell_of_changes(next, before)
}

/// A date that had come before is the calendar's business, where an administrator may have called it off; another date ends that.
fn follow_date(user: &mut User, before: &User, around: &Circumstances<'_>) {
    if user.deletion_date == before.deletion_date {
        if is_past(user, around) {
            user.deletion_at = before.deletion_at;
        }
    } else if before.deletion_date.is_some() && before.deletion_at.is_none() && user.state == State::Active {
        user.state_reason = None;
    }
}

/// The start date has come: the waiting person goes on their path.
#[must_use]
pub fn start(before: &User, around: &Circumstances<'_>) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    next.user.start_at = None;
    match before.mode {
        Mode::Invite => {
            next.user.state = State::Invited;
            next.user.state_reason = None;
            next.effects.extend([Effect::SendInvitation, Effect::Record(event::Kind::UserInvited)]);
        }
        Mode::Create => {
            let credentials =
                if before.must_change_password { Code::E7 } else { code_for(before, &Credentials::Unsaid, around) };
            enter(&mut next, credentials, around);
            for effect in &mut next.effects {
                if let Effect::Notify(code) = effect {
                    *effect = Effect::NotifyUnlessWaiting(*code);
                }
            }
        }
    }
    next
}

/// The person is in: by the form, the relay's acceptance, a valid sign-in or an administrator's hand. Active and billed begin together.
#[must_use]
pub fn activate(before: &User, now: Timestamp) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    if before.state == State::Invited {
        next.effects.push(Effect::AcceptInvitation);
    }
    next.effects.push(Effect::DropOnboardingMails("the account is active already"));
    begin_active(&mut next, now);
    next
}

/// An administrator cancels the invitation: who is managed by a connection stays, without a way in; a local person is gone.
#[must_use]
pub fn cancel_invitation(before: &User, now: Timestamp) -> Decision {
    let cancel = Effect::CancelInvitation(CancelledBy::Administrator);
    if before.connection.is_none() && before.state == State::Invited {
        let mut next = delete(before, now);
        next.effects.insert(0, cancel);
        return next;
    }
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    next.user.state_reason = Some(CANCELLED.to_owned());
    next.effects.extend([cancel, Effect::DropOnboardingMails("the invitation was cancelled")]);
    next
}

/// The deletion date has come: everything ends at the beginning of that day, however late it is noticed.
#[must_use]
pub fn delete_by_date(before: &User, now: Timestamp) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    end_by_date(&mut next, before.deletion_at.map_or(now, |begins| begins.min(now)));
    next
}

/// An administrator calls a deletion date off that had come: it stays to be seen, and nothing follows from it any more.
#[must_use]
pub fn call_off_deletion(before: &User) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    next.user.deletion_at = None;
    if let (None, Some(date)) = (&before.state_reason, before.deletion_date) {
        next.user.state_reason = Some(format!("the deletion of {date} was called off by an administrator"));
    }
    next.effects.push(Effect::Record(event::Kind::UserUpdated));
    next
}

/// DELETE: unreadable from now on, the userName is free.
#[must_use]
pub fn delete(before: &User, now: Timestamp) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    if before.state != State::Deleted {
        end(&mut next, now);
    }
    next.user.is_visible = false;
    next.user.is_listed = false;
    next
}

/// Whatever else followed, a person who changed is told of at least once.
fn tell_of_changes(mut next: Decision, before: &User) -> Decision {
    let is_told = |effect: &Effect| matches!(effect, Effect::Record(kind) if kind.is_of_user());
    if next.user != *before && !next.effects.iter().any(is_told) {
        next.effects.push(Effect::Record(event::Kind::UserUpdated));
    }
    next
}

/// Coming back is one transition, whatever state it leads to, and told as such.
fn tell_as(next: &mut Decision, kind: event::Kind) {
    next.effects.retain(|effect| !matches!(effect, Effect::Record(kind) if kind.is_of_user()));
    next.effects.push(Effect::Record(kind));
}

/// A person sets a password: nobody else is signed in any more.
#[must_use]
pub fn set_password(before: &User, hash: &str, now: Timestamp) -> Decision {
    let mut next = match before.state {
        State::Staged => activate(before, now),
        _ => Decision { user: before.clone(), effects: Vec::new() },
    };
    next.effects.push(Effect::EndSessions);
    next.user.password_hash = Some(hash.to_owned());
    next.user.must_change_password = false;
    next.user.password_generation += 1;
    tell_of_changes(next, before)
}

/// Moves what the wish says into the person, without any transition yet; hands the credentials back.
fn take_wish(user: &mut User, wish: Wish, around: &Circumstances<'_>) -> Credentials {
    user.document = wish.document;
    user.user_name = wish.user_name;
    user.external_id = wish.external_id;
    user.shows_active = wish.shows_active;
    user.suppress_notifications = wish.suppress_notifications;
    user.start_date = wish.start_date;
    if user.deletion_date != wish.deletion_date {
        user.deletion_date = wish.deletion_date;
        user.warned_for = None;
    }
    user.deletion_at = user.deletion_date.and_then(|date| calendar::begin_of(date, around.zone));
    match &wish.credentials {
        Credentials::Unsaid => {}
        Credentials::Known(hash) => {
            user.password_hash = Some(hash.clone());
            user.must_change_password = false;
        }
        Credentials::Generated(hash) => {
            user.password_hash = Some(hash.clone());
            user.must_change_password = true;
        }
    }
    wish.credentials
}

/// Whether the deletion date is today or past.
fn is_past(user: &User, around: &Circumstances<'_>) -> bool {
    user.deletion_date.is_some_and(|date| date <= calendar::today(around.now, around.zone))
}

/// Puts the person on their path, now or from their start date on.
fn onboard(next: &mut Decision, credentials: &Credentials, around: &Circumstances<'_>) {
    next.user.episode += 1;
    next.user.earlier = None;
    let today = calendar::today(around.now, around.zone);
    let waits =
        next.user.start_date.filter(|date| *date > today).and_then(|date| calendar::begin_of(date, around.zone));
    next.user.start_at = waits;
    if waits.is_some() {
        next.user.state = State::Staged;
        next.user.state_reason = Some("waits for the start date".to_owned());
        let code = code_for(&next.user, credentials, around);
        match next.user.mode {
            Mode::Invite => next.effects.push(Effect::Invite),
            Mode::Create if silence(&next.user, code, around).is_none() => next.effects.push(Effect::Notify(code)),
            Mode::Create => {}
        }
        next.effects.push(Effect::Record(event::Kind::UserStaged));
        return;
    }
    match next.user.mode {
        Mode::Invite => {
            next.user.state = State::Invited;
            next.user.state_reason = None;
            next.effects.extend([Effect::Invite, Effect::Record(event::Kind::UserInvited)]);
        }
        Mode::Create => {
            next.effects.push(Effect::Record(event::Kind::UserCreated));
            enter(next, code_for(&next.user, credentials, around), around);
        }
    }
}

/// Which created-mail fits what is known of the password.
fn code_for(user: &User, credentials: &Credentials, around: &Circumstances<'_>) -> Code {
    match credentials {
        Credentials::Generated(_) => Code::E7,
        Credentials::Known(_) => Code::E6,
        Credentials::Unsaid if user.password_hash.is_some() && !user.must_change_password => Code::E6,
        Credentials::Unsaid if user.password_hash.is_none() && around.entry == Entry::Company => Code::E6,
        Credentials::Unsaid => Code::E8,
    }
}

/// The create path: staged until the relay accepts the notification; active at once when there is none to send.
fn enter(next: &mut Decision, code: Code, around: &Circumstances<'_>) {
    if let Some(reason) = silence(&next.user, code, around) {
        next.effects.extend([Effect::DropOnboardingMails(reason), Effect::Omit(code, reason)]);
        begin_active(next, around.now);
        return;
    }
    next.user.state = State::Staged;
    next.user.state_reason = Some("waits until the notification is sent".to_owned());
    next.effects.push(Effect::Notify(code));
}

/// Why a mail to this person would not be sent at all, if so.
#[must_use]
pub fn silence(user: &User, code: Code, around: &Circumstances<'_>) -> Option<&'static str> {
    if user.suppress_notifications && code.is_suppressible() {
        Some("suppressed by suppressNotifications")
    } else if around.mail == MailSwitch::Off {
        Some("notifications are switched off for the tenant or the connection")
    } else if mailbox::address_of(&user.document, &user.user_name).is_none() {
        Some("the person has no mail address")
    } else {
        None
    }
}

fn begin_active(next: &mut Decision, now: Timestamp) {
    next.user.state = State::Active;
    next.user.state_reason = None;
    next.user.earlier = None;
    next.user.start_at = None;
    next.user.billable_since = Some(calendar::to_millis(now));
    next.effects.extend([Effect::OpenBilling, Effect::Record(event::Kind::UserActivated)]);
}

/// The administrative switch: suspend and reactivate.
fn switch(
    next: &mut Decision,
    active: Option<bool>,
    mode: Option<Mode>,
    credentials: &Credentials,
    around: &Circumstances<'_>,
) {
    match active {
        Some(false) if next.user.is_switched_on() => suspend(next, around.now),
        Some(true) if next.user.state == State::Suspended => reactivate(next, mode, credentials, around),
        _ => {}
    }
}

fn suspend(next: &mut Decision, now: Timestamp) {
    next.user.earlier = Some(next.user.state);
    next.user.state = State::Suspended;
    next.user.state_reason = None;
    next.user.start_at = None;
    close(next, CancelledBy::Suspension, "the person was suspended", now);
    next.effects.push(Effect::Record(event::Kind::UserSuspended));
}

/// What suspension and deletion share: nothing of the person stays usable.
fn close(next: &mut Decision, by: CancelledBy, reason: &'static str, at: Timestamp) {
    next.effects.extend([Effect::CancelInvitation(by), Effect::EndSessions, Effect::DropMails(reason)]);
    if let Some(since) = next.user.billable_since.take() {
        next.effects.push(Effect::CloseBilling(at.max(since)));
    }
}

fn reactivate(next: &mut Decision, mode: Option<Mode>, credentials: &Credentials, around: &Circumstances<'_>) {
    let earlier = next.user.earlier;
    if earlier != Some(State::Active) {
        next.user.mode = mode.unwrap_or(next.user.mode);
    }
    match earlier {
        Some(State::Active) => begin_active(next, around.now),
        // Neither the suspension nor a deletion before it ended the invitation (an administrator or time did): there is no new one by surprise.
        Some(State::Invited) if !around.cancelled_with_the_person && next.user.mode == Mode::Invite => {
            next.user.state = State::Invited;
            next.user.state_reason = around.cancelled_by_administrator.then(|| CANCELLED.to_owned());
            next.user.earlier = None;
        }
        _ => onboard(next, credentials, around),
    }
    tell_as(next, event::Kind::UserReactivated);
}

/// What else of the wish matters while the person is on the way in: another path, another start date, another address.
fn follow(
    next: &mut Decision,
    before: &User,
    mode: Option<Mode>,
    credentials: &Credentials,
    around: &Circumstances<'_>,
) {
    let on_the_way = matches!(next.user.state, State::Staged | State::Invited) && next.user.state == before.state;
    if !on_the_way {
        if next.user.state == State::Suspended
            && before.state == State::Suspended
            && next.user.earlier != Some(State::Active)
        {
            next.user.mode = mode.unwrap_or(next.user.mode);
        }
        return;
    }
    let wanted = mode.unwrap_or(next.user.mode);
    if wanted != next.user.mode {
        next.effects.push(Effect::SupersedeInvitation);
        next.effects.push(Effect::DropOnboardingMails("superseded by another path"));
        next.user.mode = wanted;
        onboard(next, credentials, around);
    } else if before.start_at.is_some() && before.start_date != next.user.start_date {
        reschedule(next, around);
    } else if before.start_at.is_none() && address(before) != address(&next.user) {
        readdress(next, around);
    } else if next.user.state == State::Staged
        && before.start_at.is_none()
        && !before.suppress_notifications
        && next.user.suppress_notifications
    {
        next.effects.push(Effect::DropOnboardingMails("suppressed by suppressNotifications"));
        begin_active(next, around.now);
    }
}

/// A waiting person's start date moved, to another day or to now.
fn reschedule(next: &mut Decision, around: &Circumstances<'_>) {
    let today = calendar::today(around.now, around.zone);
    let waits =
        next.user.start_date.filter(|date| *date > today).and_then(|date| calendar::begin_of(date, around.zone));
    next.user.start_at = waits;
    next.effects.push(Effect::Reschedule);
    if waits.is_none() {
        let begun = start(&next.user, around);
        next.user = begun.user;
        next.effects.extend(begun.effects);
    }
}

fn address(user: &User) -> Option<String> {
    mailbox::address_of(&user.document, &user.user_name)
}

fn readdress(next: &mut Decision, around: &Circumstances<'_>) {
    match next.user.state {
        State::Invited => next.effects.push(Effect::ReissueInvitation),
        State::Staged => {
            // A generated password was for the old address; the new one gets a set-password link.
            next.user.episode += 1;
            next.effects.push(Effect::DropOnboardingMails("the address changed"));
            enter(next, code_for(&next.user, &Credentials::Unsaid, around), around);
        }
        State::Active | State::Suspended | State::Deleted => {}
    }
}

fn end_by_date(next: &mut Decision, now: Timestamp) {
    end(next, now);
    next.user.state_reason = Some("the deletion date was reached".to_owned());
    let managed = next.user.connection.is_some();
    next.user.is_visible = managed;
    next.user.is_listed = managed;
}

/// What every deletion does.
fn end(next: &mut Decision, now: Timestamp) {
    next.user.deleted_from = Some(next.user.state);
    next.user.state = State::Deleted;
    next.user.state_reason = None;
    next.user.start_at = None;
    next.user.deletion_at = None;
    next.user.deleted_at = Some(calendar::to_millis(now));
    close(next, CancelledBy::Deletion, "the person was deleted", now);
    next.effects.extend([Effect::EndMemberships, Effect::Record(event::Kind::UserDeleted)]);
}

/// A person deleted by date whose connection moves or clears the date comes back by their path; `active:true` alone does not revive.
fn revive(
    next: &mut Decision,
    before: &User,
    active: Option<bool>,
    mode: Option<Mode>,
    credentials: &Credentials,
    around: &Circumstances<'_>,
) {
    let moved = next.user.deletion_date != before.deletion_date;
    if !moved || is_past(&next.user, around) {
        next.user.deletion_at = None;
        return;
    }
    next.user.mode = mode.unwrap_or(next.user.mode);
    rise(next, Returning::Pushed);
    if active.map_or(before.deleted_from == Some(State::Suspended), |on| !on) {
        next.user.state = State::Suspended;
        next.user.state_reason = None;
        next.user.earlier = before.earlier.or(before.deleted_from.filter(|state| *state != State::Suspended));
    } else {
        onboard(next, credentials, around);
    }
    tell_as(next, event::Kind::UserRestored);
}

/// An administrator brings a deleted person back: to the state they were deleted from, with what they belonged to. A deletion date that
/// has come is gone. Who was on the way in goes on their path anew, with one mail; who was active or suspended gets none.
#[must_use]
pub fn restore(before: &User, around: &Circumstances<'_>) -> Decision {
    let mut next = Decision { user: before.clone(), effects: Vec::new() };
    rise(&mut next, Returning::Everything);
    if is_past(&next.user, around) {
        next.user.deletion_date = None;
        forget_deletion_date(&mut next.user.document);
    }
    next.user.warned_for = None;
    next.user.deletion_at = next.user.deletion_date.and_then(|date| calendar::begin_of(date, around.zone));
    match before.deleted_from {
        Some(State::Active) => begin_active(&mut next, around.now),
        Some(State::Suspended) => {
            next.user.state = State::Suspended;
            next.user.state_reason = None;
        }
        // A local person went with their invitation, so both come back; a managed one had stayed without.
        Some(State::Invited) if around.cancelled_by_administrator && before.connection.is_some() => {
            next.user.state = State::Invited;
            next.user.state_reason = Some(CANCELLED.to_owned());
        }
        _ => onboard(&mut next, &Credentials::Unsaid, around),
    }
    next
}

/// What every return from deletion does.
fn rise(next: &mut Decision, returning: Returning) {
    next.user.deleted_at = None;
    next.user.deleted_from = None;
    next.user.is_visible = true;
    next.user.is_listed = true;
    next.effects.extend([Effect::RestoreMemberships(returning), Effect::Record(event::Kind::UserRestored)]);
}

fn forget_deletion_date(document: &mut Object) {
    let Some(serde_json::Value::Object(own)) = document.get_mut(schema::USHER) else { return };
    own.shift_remove("deletionDate");
    if own.is_empty() {
        document.shift_remove(schema::USHER);
    }
}

/// An administrator confirms that an earlier account was the same person's: `document` is the person's with what came back of it.
#[must_use]
pub fn confirm(before: &User, former: UserId, document: Object) -> Decision {
    let former = Some(Former { id: former, link: FormerLink::Confirmed });
    let user = User { document, former, ..before.clone() };
    Decision { user, effects: vec![Effect::Record(event::Kind::UserUpdated)] }
}

/// Another connection manages the person from now. An `externalId` is the old one's name for the person and goes with it; that of a person
/// whom nobody managed stays.
#[must_use]
pub fn transfer(before: &User, to: ConnectionId) -> Decision {
    let mut user = User { connection: Some(to), ..before.clone() };
    if before.connection.is_some_and(|from| from != to) {
        user.external_id = None;
        user.document.shift_remove("externalId");
    }
    Decision { user, effects: vec![Effect::Record(event::Kind::UserTransferred)] }
}
