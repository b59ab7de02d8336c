//! Sign-in names: who holds one, and who held it before.

use super::Error;
use crate::{
    domain::{TenantId, UserId, user::User},
    store::{self, Conn},
};

/// What is known of a name.
#[derive(Debug)]
pub enum Name {
    /// Nobody has had it.
    New,
    /// A live person has it.
    Held(Box<User>),
    /// A person who was deleted had it.
    Left(Box<User>),
}

/// Makes a folded name free where only a tombstone holds it, which then leaves the lists; `own` is who asks for it.
///
/// # Errors
/// The store's.
pub async fn free(tx: &mut Conn, tenant: TenantId, key: &str, own: Option<UserId>) -> Result<Name, Error> {
    let holder = store::users::find_by_any_user_name(tx, tenant, key).await?;
    let Some(mut holder) = holder.filter(|holder| Some(holder.id) != own) else { return Ok(Name::New) };
    if holder.is_live() {
        return Ok(Name::Held(Box::new(holder)));
    }
    if holder.is_listed {
        let unlisted = User { is_listed: false, ..holder.clone() };
        store::users::update(tx, &holder, &unlisted).await?;
        holder = unlisted;
    }
    Ok(Name::Left(Box::new(holder)))
}
