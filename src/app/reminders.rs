//! Reminders of invitations that nobody has taken up (E4): three and ten days after the invitation was sent, at most two, never after it ended.

use super::{
    App, Error,
    outbox::{self, Verdict},
    scene::Scene,
};
use crate::{
    domain::{
        InvitationId, TenantId,
        invitation::{self, Invitation},
        notification::{Code, Notification, Status},
        onboarding,
        user::{State, User},
    },
    store::{self, Conn},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How long after the sending each reminder goes.
const AFTER: [SignedDuration; 2] = [SignedDuration::from_hours(3 * 24), SignedDuration::from_hours(10 * 24)];
/// How many invitations are taken up at a time.
const BATCH: i64 = 200;

/// Sets the time of the next reminder after the invitation was sent (again).
///
/// # Errors
/// The store's.
pub(super) async fn arm(tx: &mut Conn, invitation: &Invitation) -> Result<(), Error> {
    let (_, made) = store::reminders::find(tx, invitation.tenant, invitation.id).await?;
    let next = invitation.sent_at.and_then(|sent_at| next_after(sent_at, made, sent_at));
    Ok(store::reminders::set(tx, invitation.tenant, invitation.id, next, made).await?)
}

/// The first time still ahead at which a reminder may go, after `made` of them.
fn next_after(sent_at: Timestamp, made: i64, now: Timestamp) -> Option<Timestamp> {
    let made = usize::try_from(made).unwrap_or(usize::MAX);
    AFTER.iter().skip(made).filter_map(|after| sent_at.checked_add(*after).ok()).find(|at| *at > now)
}

/// Puts the reminders that are due into the outbox; answers how many invitations were looked at. To be called about once a second.
///
/// # Errors
/// The store's; what was done before it stays done.
pub(super) async fn run_due(app: &App) -> Result<u64, Error> {
    let mut reader = app.store.read().await?;
    let due = store::reminders::due(&mut reader, app.clock.now(), BATCH).await?;
    drop(reader);
    let queued = Arc::new(AtomicBool::new(false));
    let mut count = 0;
    for (tenant, invitation) in due {
        let (context, flag) = (app.clone(), Arc::clone(&queued));
        count += app
            .store
            .write(move |tx| {
                let (app, queued) = (context.clone(), Arc::clone(&flag));
                Box::pin(async move { remind(&app, tx, tenant, invitation, queued).await })
            })
            .await?;
    }
    if queued.load(Ordering::Relaxed) {
        app.outbox.notify_one();
    }
    Ok(count)
}

async fn remind(
    app: &App,
    tx: &mut Conn,
    tenant: TenantId,
    id: InvitationId,
    queued: Arc<AtomicBool>,
) -> Result<u64, Error> {
    let Some(found) = store::invitations::find(tx, tenant, id).await? else { return Ok(0) };
    // People before invitations, in every transaction.
    let user = store::users::lock(tx, tenant, found.user).await?;
    let Some(invitation) = store::invitations::lock(tx, tenant, id).await? else { return Ok(0) };
    let (remind_at, made) = store::reminders::find(tx, tenant, id).await?;
    let now = app.clock.now();
    if remind_at.is_none_or(|at| at > now) {
        return Ok(0);
    }
    let Some(user) = user.filter(|user| is_waiting(user, &invitation, now)) else {
        store::reminders::set(tx, tenant, id, None, made).await?;
        return Ok(1);
    };
    let Some(scene) = Scene::of(app, tx, &user, "calendar", "clock").await? else { return Ok(0) };
    let mail = letter_of(&scene, &user, &invitation, made);
    store::notifications::insert(tx, &mail).await?;
    if mail.status == Status::Queued {
        queued.store(true, Ordering::Relaxed);
    }
    // After downtime the times that passed together make one reminder.
    let next = invitation.sent_at.and_then(|sent_at| next_after(sent_at, made + 1, now));
    store::reminders::set(tx, tenant, id, next, made + 1).await?;
    Ok(1)
}

fn letter_of(scene: &Scene, user: &User, invitation: &Invitation, made: i64) -> Notification {
    let cause = format!("{}/{}", outbox::cause_of(invitation), made + 1);
    let mut mail = scene.mail(user, Code::E4, cause);
    mail.invitation = Some(invitation.id);
    (mail.variant, mail.target) = (invitation.kind.variant(), invitation.kind.target().to_owned());
    if let Some(reason) = onboarding::silence(user, Code::E4, &scene.circumstances(None)) {
        mail.status = Status::Omitted;
        mail.reason = Some(reason.to_owned());
    }
    mail
}

fn is_waiting(user: &User, invitation: &Invitation, now: Timestamp) -> bool {
    user.state == State::Invited && invitation.status == invitation::Status::Pending && invitation.expires_at > now
}

/// What the second look says about a reminder: its link is the invitation's present one.
pub(super) fn judge(mail: &Notification, user: &User, invitation: Option<&Invitation>, now: Timestamp) -> Verdict {
    if user.state != State::Invited {
        return Verdict::Cancel("the invitation is not pending any more");
    }
    let of_link = mail.cause.rsplit_once('/').map(|(cause, _)| cause.to_owned()).unwrap_or_default();
    outbox::judge_invitation(&Notification { cause: of_link, ..mail.clone() }, invitation, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_go_on_the_third_and_the_tenth_day() {
        let sent: Timestamp = "2027-03-10T09:00:00Z".parse().unwrap();
        let day = |days: i64| sent.checked_add(SignedDuration::from_hours(days * 24)).unwrap();
        assert_eq!(next_after(sent, 0, sent), Some(day(3)));
        assert_eq!(next_after(sent, 1, day(3)), Some(day(10)));
        assert_eq!(next_after(sent, 2, day(10)), None);
        assert_eq!(next_after(sent, 1, day(11)), None, "noticed late");
    }
}
