//! `invitedFrom` of a push: the group or session must be there, and after the person is in it changes nothing any more.

use super::{Caller, wish};
use crate::{
    app::Error,
    domain::{
        TenantId,
        invitation::Kind,
        program_session::ProgramSession,
        user::{State, User},
    },
    scim::{Object, schema},
    store::{self, Conn},
};
use serde_json::Value;

const NAME: &str = "invitedFrom";

/// The session that a document invites to, if it does.
///
/// # Errors
/// 400 `invalidValue` when the group or session it names is not there.
pub async fn resolve(
    tx: &mut Conn,
    caller: &Caller,
    tenant: TenantId,
    document: &Object,
) -> Result<Option<ProgramSession>, Error> {
    match Kind::of(document) {
        Kind::Platform => Ok(None),
        Kind::Group(text) => {
            let group = match text.parse() {
                Ok(id) => store::groups::find(tx, tenant, id).await?,
                Err(_) => None,
            };
            let group = group.filter(|group| group.connection.is_none_or(|owner| owner == caller.connection.id));
            group
                .map(|_| None)
                .ok_or_else(|| wish::bad(NAME, &format!("names the group \"{text}\", which does not exist")))
        }
        Kind::Session(text) => {
            let session = match text.parse() {
                Ok(id) => store::program_sessions::find(tx, tenant, id).await?,
                Err(_) => None,
            };
            let missing = || wish::bad(NAME, &format!("names the session \"{text}\", which does not exist"));
            session.map(Some).ok_or_else(missing)
        }
    }
}

/// It is readWrite until the invitation is accepted; from then on it stays as it was.
pub fn keep_after_acceptance(before: &User, document: &mut Object) {
    if before.state == State::Active {
        give_up(document, &before.document);
    }
}

/// Puts back what was stored.
pub fn give_up(document: &mut Object, before: &Object) {
    let stored = before.get(schema::USHER).and_then(|own| own.get(NAME)).cloned();
    let Some(Value::Object(own)) = document.get_mut(schema::USHER) else { return };
    own.shift_remove(NAME);
    if let Some(stored) = stored {
        own.insert(NAME.to_owned(), stored);
    }
}
