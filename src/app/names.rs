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
    loop {
        let holder = store::users::find_by_any_user_name(tx, tenant, key).await?;
        let Some(holder) = holder.filter(|holder| Some(holder.id) != own) else { return Ok(Name::New) };
        if holder.is_live() {
            return Ok(Name::Held(Box::new(holder)));
        }
        if !holder.is_listed {
            return Ok(Name::Left(Box::new(holder)));
        }
        // Another transaction may be writing this row. Once it is held it changes no more, and whoever looks again sees what came of it.
        if store::users::hold(tx, &holder).await? {
            let unlisted = User { is_listed: false, ..holder.clone() };
            store::users::update(tx, &holder, &unlisted).await?;
            return Ok(Name::Left(Box::new(unlisted)));
        }
    }
}
