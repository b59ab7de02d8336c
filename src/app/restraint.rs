//! The last look before a mail leaves: addresses that bounced, and how often one person is written to (domain 2.4, rules 3 and 6).

use super::{
    Error,
    outbox::{self, Verdict},
};
use crate::{
    domain::{
        TenantId, UserId,
        notification::{Aim, Notification},
        sending,
        user::User,
    },
    store::{self, Conn},
};
use jiff::Timestamp;

/// Whether anything of the person's or the address's history keeps the mail back.
///
/// # Errors
/// The store's.
pub(super) async fn judge(conn: &mut Conn, mail: &Notification, user: &User, now: Timestamp) -> Result<Verdict, Error> {
    if let Some(address) = outbox::address_of(mail, user)
        && store::suppressed::contains(conn, mail.tenant, &address).await?
    {
        return Ok(Verdict::Undeliverable("bounced address"));
    }
    if !sending::is_restrained(mail) {
        return Ok(Verdict::Send);
    }
    let others = store::notifications::of_user(conn, mail.tenant, mail.user).await?;
    Ok(match sending::restraint(mail, &others, now) {
        Some(reason) if mail.aim() == Aim::Creation => Verdict::Undeliverable(reason),
        Some(reason) => Verdict::Omit(reason),
        None => Verdict::Send,
    })
}

/// Refuses to send an invitation again by hand when its person was mailed a link within the last minutes.
///
/// # Errors
/// `TooOften`.
pub async fn check_resend(conn: &mut Conn, tenant: TenantId, user: UserId, now: Timestamp) -> Result<(), Error> {
    let mails = store::notifications::of_user(conn, tenant, user).await?;
    let last = mails.iter().filter(|mail| mail.aim() == Aim::Invitation).map(|mail| mail.created_at).max();
    let free_at = last.and_then(|last| last.checked_add(sending::RESEND_PAUSE).ok());
    match free_at.map(|free_at| free_at.duration_since(now)) {
        Some(wait) if wait.is_positive() => Err(Error::TooOften {
            message: "this invitation was sent within the last 5 minutes; wait a little, the mail may be on its way"
                .to_owned(),
            retry_after_seconds: wait.as_secs().unsigned_abs().saturating_add(u64::from(wait.subsec_nanos() > 0)),
        }),
        _ => Ok(()),
    }
}
