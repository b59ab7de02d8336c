//! People nobody may lock out over SCIM, by a date or by a group: the owner and the last platform administrator.
//!
//! Who is suspended administers nothing, and so does not count as one who is left.

use super::{App, Error, access::Principal, digest, trail};
use crate::{
    domain::{
        TenantId, UserId,
        digest::REFUSED,
        group::{MemberId, Membership},
        role::Role,
        user::{State, User},
    },
    store::{self, Conn, audit, memberships::Belonging},
};
use serde_json::json;
use std::collections::BTreeSet;

/// Whether this is the owner or the last platform administrator, as things stand.
///
/// # Errors
/// The store's.
pub async fn is_protected(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    Ok(user.is_owner || (is_administrator(conn, user).await? && is_last(conn, user).await?))
}

/// As [`is_protected`] for who is about to lose their access: of several administrators who leave at once, one transaction at a time looks.
///
/// # Errors
/// The store's.
pub async fn protects(tx: &mut Conn, user: &User) -> Result<bool, Error> {
    let belongings = store::memberships::of_members(tx, user.tenant, &[MemberId::User(user.id)]).await?;
    protects_member(tx, user, &belongings).await
}

/// As [`protects`], where the person's memberships are at hand.
///
/// # Errors
/// The store's.
pub async fn protects_member(tx: &mut Conn, user: &User, belongings: &[Belonging]) -> Result<bool, Error> {
    if user.is_owner {
        return Ok(true);
    }
    if !administer(belongings) {
        return Ok(false);
    }
    store::tenants::hold(tx, user.tenant).await?;
    is_last(tx, user).await
}

async fn is_last(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    Ok(store::users::count_other_administrators(conn, user.tenant, user.id).await? == 0)
}

/// Whether the person is an administrator of the platform.
///
/// # Errors
/// The store's.
pub async fn is_administrator(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    Ok(administer(&store::memberships::of_members(conn, user.tenant, &[MemberId::User(user.id)]).await?))
}

/// Whether one of these makes an administrator of the platform.
fn administer(belongings: &[Belonging]) -> bool {
    belongings.iter().any(|belonging| belonging.group_is_root && belonging.membership.role >= Role::Admin)
}

/// Refuses what took the platform's last administrators their role: rows that came and rows that went, already written.
///
/// The whole request is refused, not just the row kept. A row that stays without ground would make an administrator of somebody whom the
/// identity provider took out, for nobody to notice; a refusal shows in its log with the reason, changes nothing on either side, and the
/// same push goes through by itself once there is somebody else. It is also what suspending or deleting such a person answers. A leaver is not
/// kept by it: who leaves is switched off or deleted in a request of their own.
///
/// # Errors
/// `LastAdministrators` naming them; the store's.
pub async fn check_left(
    tx: &mut Conn,
    tenant: TenantId,
    came: &[Membership],
    went: &[Membership],
) -> Result<(), Error> {
    let went = administering(went);
    if went.is_empty() {
        return Ok(());
    }
    let Some(root) = store::groups::find_root(tx, tenant).await? else { return Ok(()) };
    let on_root = |rows: Vec<&Membership>| -> Vec<UserId> {
        let rows = rows.into_iter().filter(|row| row.group == root.id);
        rows.filter_map(|row| row.member.user()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let (came, went) = (on_root(administering(came)), on_root(went));
    if went.is_empty() {
        return Ok(());
    }
    // Who has just become an administrator must not be suspended by a transaction that does not know it yet.
    store::users::hold_free(tx, tenant, &came).await?;
    store::tenants::hold(tx, tenant).await?;
    let can_act = |user: &User| user.is_live() && user.state != State::Suspended;
    if store::users::administrators(tx, tenant).await?.iter().any(can_act) {
        return Ok(());
    }
    let last = store::users::find_many(tx, tenant, &went).await?;
    let last: Vec<UserId> = last.iter().filter(|user| can_act(user)).map(|user| user.id).collect();
    if last.is_empty() { Ok(()) } else { Err(Error::LastAdministrators(last)) }
}

fn administering(rows: &[Membership]) -> Vec<&Membership> {
    rows.iter().filter(|row| row.role >= Role::Admin).collect()
}

/// Ends the sessions of people whom a push may not lock out.
///
/// # Errors
/// The store's.
pub(super) async fn sign_out(app: &App, tenant: TenantId, people: &[UserId]) -> Result<(), Error> {
    let people = people.to_vec();
    app.store
        .write(move |tx| {
            let people = people.clone();
            Box::pin(async move {
                for user in people {
                    store::sessions::delete_of_user(tx, tenant, user).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Writes down that a push on these people was refused, and that administrators are to be told of it.
///
/// # Errors
/// The store's.
pub(super) async fn tell(app: &App, principal: &Principal, people: &[UserId], why: &str) -> Result<(), Error> {
    let (tenant, now) = (principal.tenant.id, app.clock.now());
    let entry = |user: &UserId| audit::Entry {
        actor: format!("token:{}", principal.token),
        action: REFUSED,
        target: Some(user.to_string()),
        request_id: trail::request_id(),
        detail: json!({ "why": why }),
    };
    let entries: Vec<_> = people.iter().map(entry).collect();
    app.store
        .write(move |tx| {
            let entries = entries.clone();
            Box::pin(async move {
                audit::append(tx, tenant, now, &entries).await?;
                digest::note(tx, tenant, now).await
            })
        })
        .await
}
