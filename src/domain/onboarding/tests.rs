//! The rows of the state table, one by one.

use super::*;
use crate::domain::{ConnectionId, TenantId, UserId, event::Kind, invitation::CancelledBy, user::State};
use serde_json::{Value, json};

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn blank() -> User {
    let connection = Some(ConnectionId::from_bytes([3; 16]));
    User::new(TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]), connection, now())
}

fn document(mail: &str) -> Object {
    let Value::Object(document) = json!({ "userName": "ann@example.com", "emails": [{ "value": mail }] }) else {
        unreachable!()
    };
    document
}

fn wish() -> Wish {
    Wish {
        document: document("ann@example.com"),
        user_name: "ann@example.com".to_owned(),
        external_id: None,
        active: None,
        shows_active: true,
        mode: None,
        start_date: None,
        deletion_date: None,
        suppress_notifications: false,
        credentials: Credentials::Unsaid,
    }
}

fn around(zone: &TimeZone) -> Circumstances<'_> {
    Circumstances {
        now: now(),
        zone,
        default_mode: Mode::Invite,
        entry: Entry::Form,
        mail: MailSwitch::On,
        cancelled_by_administrator: false,
        cancelled_with_the_person: false,
    }
}

fn added(wish: Wish) -> Decision {
    provision(blank(), wish, &around(&TimeZone::UTC))
}

fn rewritten(before: &User, wish: Wish) -> Decision {
    rewrite(before, wish, &around(&TimeZone::UTC))
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn has(decision: &Decision, effect: &Effect) -> bool {
    decision.effects.contains(effect)
}

fn created() -> Wish {
    Wish { mode: Some(Mode::Create), ..wish() }
}

fn active_user() -> User {
    activate(&added(created()).user, now()).user
}

#[test]
fn an_invited_person_is_not_billed() {
    let decision = added(wish());
    assert_eq!(decision.user.state, State::Invited);
    assert_eq!(decision.effects, [Effect::Invite, Effect::Record(Kind::UserInvited)]);
    assert_eq!(decision.user.billable_since, None);
}

#[test]
fn a_created_person_waits_for_the_relay() {
    let decision = added(created());
    assert_eq!(decision.user.state, State::Staged);
    assert_eq!(decision.effects, [Effect::Record(Kind::UserCreated), Effect::Notify(Code::E8)]);
    let decision = activate(&decision.user, now());
    assert_eq!(decision.user.state, State::Active);
    assert_eq!(decision.user.billable_since, Some(now()));
    assert!(has(&decision, &Effect::OpenBilling));
}

#[test]
fn the_created_mail_fits_the_credentials() {
    for (credentials, code) in [
        (Credentials::Unsaid, Code::E8),
        (Credentials::Known("hash".to_owned()), Code::E6),
        (Credentials::Generated("hash".to_owned()), Code::E7),
    ] {
        let decision = added(Wish { credentials, ..created() });
        assert!(has(&decision, &Effect::Notify(code)), "{code:?}");
        assert_eq!(decision.user.must_change_password, code == Code::E7);
    }
}

#[test]
fn without_a_mail_to_send_a_created_person_is_active_at_once() {
    let suppressed = Wish { suppress_notifications: true, ..created() };
    let nowhere = Wish { document: Object::new(), user_name: "ann".to_owned(), ..created() };
    for wish in [suppressed, nowhere] {
        let decision = added(wish);
        assert_eq!(decision.user.state, State::Active);
        assert!(decision.effects.iter().any(|effect| matches!(effect, Effect::Omit(Code::E8, _))));
        assert!(has(&decision, &Effect::OpenBilling));
    }
}

#[test]
fn an_inactive_push_mails_nobody_until_it_is_switched_on() {
    let decision = added(Wish { active: Some(false), ..wish() });
    assert_eq!(decision.user.state, State::Suspended);
    assert_eq!(decision.effects, [Effect::Record(Kind::UserSuspended)]);
    let decision = rewritten(&decision.user, Wish { active: Some(true), ..wish() });
    assert_eq!(decision.user.state, State::Invited);
    assert!(has(&decision, &Effect::Invite));
}

#[test]
fn a_start_date_keeps_both_paths_waiting() {
    let invited = added(Wish { start_date: date("2026-12-01"), ..wish() });
    assert_eq!(invited.user.state, State::Staged);
    assert_eq!(invited.user.start_at, Some("2026-12-01T00:00:00Z".parse().unwrap()));
    assert!(has(&invited, &Effect::Invite));
    let started = start(&invited.user, &around(&TimeZone::UTC));
    assert_eq!(started.user.state, State::Invited);
    assert!(has(&started, &Effect::SendInvitation));

    let staged = added(Wish { start_date: date("2026-12-01"), ..created() });
    assert_eq!(staged.user.state, State::Staged);
    let started = start(&staged.user, &around(&TimeZone::UTC));
    assert_eq!((started.user.state, started.user.start_at), (State::Staged, None));
    assert!(has(&started, &Effect::NotifyUnlessWaiting(Code::E8)));
}

#[test]
fn a_moved_start_date_moves_the_wait() {
    let before = added(Wish { start_date: date("2026-12-01"), ..wish() }).user;
    let later = rewritten(&before, Wish { start_date: date("2027-01-01"), ..wish() });
    assert_eq!(later.user.start_at, Some("2027-01-01T00:00:00Z".parse().unwrap()));
    assert!(has(&later, &Effect::Reschedule) && !has(&later, &Effect::Invite));
    let cleared = rewritten(&before, wish());
    assert_eq!(cleared.user.state, State::Invited);
    assert!(has(&cleared, &Effect::SendInvitation));
}

#[test]
fn the_same_again_changes_nothing() {
    for start in [wish(), created(), Wish { deletion_date: date("2027-01-01"), ..wish() }] {
        let before = added(start.clone()).user;
        let again = rewritten(&before, Wish { active: Some(true), ..start });
        assert_eq!(again, Decision { user: before, effects: vec![] });
    }
}

#[test]
fn another_path_supersedes_the_first() {
    let invited = added(wish()).user;
    let decision = rewritten(&invited, created());
    assert_eq!(decision.user.state, State::Staged);
    assert!(has(&decision, &Effect::SupersedeInvitation) && has(&decision, &Effect::Notify(Code::E8)));

    let staged = added(created()).user;
    let decision = rewritten(&staged, Wish { mode: Some(Mode::Invite), ..wish() });
    assert_eq!(decision.user.state, State::Invited);
    assert!(
        has(&decision, &Effect::DropOnboardingMails("superseded by another path")) && has(&decision, &Effect::Invite)
    );
}

#[test]
fn after_activation_the_mode_has_no_effect() {
    let before = active_user();
    let decision = rewritten(&before, Wish { mode: Some(Mode::Invite), ..wish() });
    assert_eq!(decision, Decision { user: before, effects: vec![] });
}

#[test]
fn suspension_ends_everything_and_reactivation_brings_it_back() {
    let before = active_user();
    let suspended = rewritten(&before, Wish { active: Some(false), ..created() });
    assert_eq!(suspended.user.state, State::Suspended);
    for effect in [Effect::CancelInvitation(CancelledBy::Suspension), Effect::EndSessions, Effect::CloseBilling(now())]
    {
        assert!(has(&suspended, &effect), "{effect:?}");
    }
    let back = rewritten(&suspended.user, Wish { active: Some(true), ..created() });
    assert_eq!(back.user.state, State::Active);
    assert!(has(&back, &Effect::OpenBilling));
    assert!(!back.effects.iter().any(|effect| matches!(effect, Effect::Notify(_) | Effect::Invite)));
}

#[test]
fn only_an_invitation_that_the_suspension_ended_is_issued_anew() {
    let suspended = rewritten(&added(wish()).user, Wish { active: Some(false), ..wish() }).user;
    let on = Wish { active: Some(true), ..wish() };
    let zone = TimeZone::UTC;
    let by_suspension = Circumstances { cancelled_with_the_person: true, ..around(&zone) };
    assert!(has(&rewrite(&suspended, on.clone(), &by_suspension), &Effect::Invite));
    let by_administrator = Circumstances { cancelled_by_administrator: true, ..around(&zone) };
    let decision = rewrite(&suspended, on, &by_administrator);
    assert_eq!(decision.user.state, State::Invited);
    assert!(!has(&decision, &Effect::Invite));
}

#[test]
fn people_suspended_while_staged_are_notified_anew() {
    let suspended = rewritten(&added(created()).user, Wish { active: Some(false), ..created() }).user;
    let back = rewritten(&suspended, Wish { active: Some(true), ..created() });
    assert_eq!(back.user.state, State::Staged);
    assert!(has(&back, &Effect::Notify(Code::E8)));
    assert_eq!(back.user.episode, 2);
}

#[test]
fn a_deletion_date_of_today_or_past_means_now() {
    for day in ["2026-11-22", "2020-01-01"] {
        let decision = added(Wish { deletion_date: date(day), ..created() });
        assert_eq!(decision.user.state, State::Deleted);
        assert!(decision.user.is_visible && decision.user.is_listed);
        assert!(
            !decision
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::Notify(_) | Effect::Invite | Effect::OpenBilling))
        );
    }
    let decision = rewritten(&active_user(), Wish { deletion_date: date("2026-11-01"), ..created() });
    assert_eq!(decision.user.state, State::Deleted);
    assert!(has(&decision, &Effect::CloseBilling(now())) && has(&decision, &Effect::EndMemberships));
}

#[test]
fn a_date_that_is_noticed_late_ends_billing_at_its_midnight() {
    let long_active = User { billable_since: Some("2026-10-01T00:00:00Z".parse().unwrap()), ..active_user() };
    let before = User { deletion_at: Some("2026-11-20T23:00:00Z".parse().unwrap()), ..long_active };
    let decision = delete_by_date(&before, now());
    assert!(has(&decision, &Effect::CloseBilling("2026-11-20T23:00:00Z".parse().unwrap())));
    assert_eq!(decision.user.deleted_at, before.deletion_at);
}

#[test]
fn only_a_moved_date_revives() {
    let deleted =
        delete_by_date(&rewritten(&active_user(), Wish { deletion_date: date("2026-12-01"), ..created() }).user, now())
            .user;
    let same = Wish { active: Some(true), deletion_date: date("2026-12-01"), ..created() };
    assert_eq!(rewritten(&deleted, same).user.state, State::Deleted);
    let back = rewritten(&deleted, created());
    assert_eq!(back.user.state, State::Staged);
    assert_eq!(back.user.id, deleted.id);
    assert_eq!(back.effects.iter().filter(|effect| matches!(effect, Effect::Notify(_))).count(), 1);
}

#[test]
fn local_people_vanish_with_their_date_and_delete_hides_everybody() {
    let local = User { connection: None, ..active_user() };
    assert!(!delete_by_date(&local, now()).user.is_visible);
    let decision = delete(&active_user(), now());
    assert!(!decision.user.is_visible && !decision.user.is_listed);
    let tombstone = delete_by_date(&active_user(), now()).user;
    assert_eq!(delete(&tombstone, now()).effects, []);
}

#[test]
fn a_new_address_moves_what_is_still_open() {
    let moved = Wish { document: document("new@example.com"), ..wish() };
    assert!(has(&rewritten(&added(wish()).user, moved.clone()), &Effect::ReissueInvitation));
    let staged = rewritten(&added(created()).user, Wish { mode: Some(Mode::Create), ..moved.clone() });
    assert!(has(&staged, &Effect::Notify(Code::E8)));
    assert_eq!(staged.user.episode, 2);
    let active = rewritten(&active_user(), Wish { mode: Some(Mode::Create), ..moved });
    assert_eq!(active.effects, [Effect::Record(Kind::UserUpdated)]);
}

#[test]
fn a_moved_deletion_date_is_warned_of_again() {
    let before =
        User { warned_for: date("2026-12-01"), ..added(Wish { deletion_date: date("2026-12-01"), ..wish() }).user };
    let moved = rewritten(&before, Wish { deletion_date: date("2026-12-02"), ..wish() });
    assert_eq!(moved.user.warned_for, None);
    let same = rewritten(&before, Wish { deletion_date: date("2026-12-01"), ..wish() });
    assert_eq!(same.user.warned_for, date("2026-12-01"));
}
