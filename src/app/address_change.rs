//! Tells the old address that an account's mails go elsewhere from now on.

use super::{Error, scene::Scene};
use crate::{
    domain::{
        mailbox,
        notification::{Code, MailSwitch, Notification, Status},
        user::{State, User},
    },
    scim::fold::fold,
    store::{self, Conn},
};

/// Puts the mail into the outbox where the address of somebody changed who had heard of the account.
///
/// # Errors
/// The store's.
pub(super) async fn tell(tx: &mut Conn, scene: &Scene, before: &User, user: &User) -> Result<(), Error> {
    let old = mailbox::address_of(&before.document, &before.user_name);
    let new = mailbox::address_of(&user.document, &user.user_name);
    let (Some(old), true) = (old.clone(), old.as_deref().map(fold) != new.as_deref().map(fold)) else { return Ok(()) };
    if !matches!(user.state, State::Active | State::Invited) || !knows(tx, before).await? {
        return Ok(());
    }
    let cause = format!("{}/{}", user.id, user.version);
    let mut mail = Notification { to: Some(old), ..scene.mail(user, Code::AddressChanged, cause) };
    if scene.mail_switch() == MailSwitch::Off {
        mail.status = Status::Omitted;
        mail.reason = Some("notifications are switched off for the tenant or the connection".to_owned());
    }
    scene.post(tx, &mail).await
}

/// Whether any mail had reached the person, or they have signed in: who never heard of the account is told nothing.
async fn knows(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    if user.state == State::Active && user.mode == crate::domain::user::Mode::Invite {
        return Ok(true);
    }
    let mails = store::notifications::of_user(conn, user.tenant, user.id).await?;
    Ok(mails.iter().any(|mail| mail.status == Status::Sent))
}
