//! People nobody may lock out over SCIM or by a date: the owner and the last platform administrator.

use super::Error;
use crate::{
    domain::{group::MemberId, role::Role, user::User},
    store::{self, Conn},
};

/// Whether this is the owner or the last platform administrator.
///
/// # Errors
/// The store's.
pub async fn is_protected(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    if user.is_owner {
        return Ok(true);
    }
    Ok(is_administrator(conn, user).await?
        && store::users::count_other_administrators(conn, user.tenant, user.id).await? == 0)
}

/// Whether the person is an administrator of the platform.
///
/// # Errors
/// The store's.
pub async fn is_administrator(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    let belongings = store::memberships::of_members(conn, user.tenant, &[MemberId::User(user.id)]).await?;
    Ok(belongings.iter().any(|belonging| belonging.group_is_root && belonging.membership.role >= Role::Admin))
}
