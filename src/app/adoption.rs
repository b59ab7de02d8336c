//! Adoption: a connection takes over a person whom none manages, within limits (domain 2.5).

use super::{Error, protection};
use crate::{
    domain::{
        tenant::{Adoption, Tenant},
        user::User,
    },
    store::Conn,
};
use serde_json::Value;

/// Why a connection may not take this person over by a request after which userName and emails are these; none when it may.
///
/// # Errors
/// The store's.
pub(super) async fn obstacle(
    conn: &mut Conn,
    tenant: &Tenant,
    before: &User,
    user_name: &str,
    emails: Option<&Value>,
) -> Result<Option<&'static str>, Error> {
    if tenant.adoption == Adoption::Off {
        return Ok(Some("adoption is switched off for this tenant"));
    }
    if before.is_owner || protection::is_administrator(conn, before).await? {
        return Ok(Some("the user is an administrator"));
    }
    if before.user_name != user_name || before.document.get("emails") != emails {
        return Ok(Some("the request changes userName or emails"));
    }
    Ok(None)
}
