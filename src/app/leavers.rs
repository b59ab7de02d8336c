//! Tells people that they were suspended, deleted or uninvited (E14), where the tenant wants that.

use super::{Error, outbox::Verdict, scene::Scene};
use crate::{
    domain::{
        event::{self, Event},
        notification::{Code, Notification, Status, Variant},
        onboarding,
        tenant::Switch,
        user::{State, User},
    },
    store::{self, Conn},
};

/// Puts the mail into the outbox that follows from what just happened to a person, after their other mails were dropped. People who never
/// heard of their account are told nothing.
///
/// # Errors
/// The store's.
pub(super) async fn tell(tx: &mut Conn, scene: &Scene, user: &User, events: &[Event]) -> Result<(), Error> {
    if scene.tenant.leaver_mails == Switch::Off {
        return Ok(());
    }
    let has = |kind| events.iter().any(|event| event.kind == kind);
    let variant =
        if has(event::Kind::UserDeleted) && matches!(user.deleted_from, Some(State::Active | State::Suspended)) {
            Variant::Deleted
        } else if has(event::Kind::UserSuspended) && user.earlier == Some(State::Active) {
            Variant::Suspended
        } else if has(event::Kind::InvitationCancelled) && was_invited(tx, user).await? {
            Variant::Cancelled
        } else {
            return Ok(());
        };
    let cause = format!("{}/{}", variant.as_str(), scene.now.as_millisecond());
    let mut mail = Notification { variant, ..scene.mail(user, Code::E14, cause) };
    if let Some(reason) = onboarding::silence(user, Code::E14, &scene.circumstances(None)) {
        mail.status = Status::Omitted;
        mail.reason = Some(reason.to_owned());
    }
    scene.post(tx, &mail).await
}

/// Whether a mail of the person's last invitation had left.
async fn was_invited(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    let Some(id) = user.invitation else { return Ok(false) };
    let invitation = store::invitations::find(conn, user.tenant, id).await?;
    Ok(invitation.is_some_and(|invitation| invitation.sent_count > 0))
}

/// What the second look says: the person may be back.
pub(super) fn judge(mail: &Notification, user: &User) -> Verdict {
    let is_true = match mail.variant {
        Variant::Suspended => user.state == State::Suspended,
        Variant::Deleted => user.state == State::Deleted,
        _ => user.state != State::Active,
    };
    if is_true { Verdict::Send } else { Verdict::Cancel("the person is back") }
}
