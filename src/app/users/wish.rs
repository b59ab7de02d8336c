//! From a canonical document to a wish: `active`, `password` and our own extension are taken out of it and understood.

use super::Caller;
use crate::{
    app::{Error, limits},
    domain::{
        calendar,
        onboarding::{Credentials, Wish},
        tenant::{ScimPassword, Tenant},
        user::{Mode, User},
    },
    scim::{
        self, Object,
        schema::{
            self,
            own::{self, OwnDate},
        },
    },
};
use jiff::civil::Date;
use serde_json::Value;

/// A document understood. The credentials are still to be hashed, the roles still to be looked up.
#[derive(Debug, Clone)]
pub struct Reading {
    pub wish: Wish,
    /// A pushed password, where the tenant accepts them.
    pub password: Option<String>,
    /// Whether credentials are to be generated.
    pub generate: bool,
    /// Extension attributes that were bad and dropped, so that a leaver is not kept by them.
    pub dropped: Vec<String>,
}

/// The document a PUT or PATCH works on: as stored, with `active` where it is shown.
#[must_use]
pub fn basis(user: &User, caller: &Caller) -> Object {
    let mut document = user.document.clone();
    // A tombstone's `active` counts only when a client writes it.
    if user.shows_active && user.is_live() {
        document.insert("active".to_owned(), Value::Bool(user.is_switched_on()));
    }
    if !caller.registry.shows_own() {
        document.shift_remove(schema::USHER);
    }
    document
}

/// Understands a document that passed validation. `before` is the person a PUT or PATCH changes.
///
/// # Errors
/// 400 `invalidValue` naming the attribute of our extension.
pub fn read(mut document: Object, before: Option<&User>, caller: &Caller, tenant: &Tenant) -> Result<Reading, Error> {
    let active = document.shift_remove("active").and_then(|value| value.as_bool());
    let password = take_string(&mut document, "password");
    if !caller.registry.shows_own() {
        keep_own(&mut document, before);
    }
    keep_only_value_of_manager(&mut document);
    limits::check_user(&document)?;
    let leaves = before.is_some() && active == Some(false);
    let dropped = match before {
        Some(before) if leaves => own::drop_bad(&mut document, &before.document),
        _ => Vec::new(),
    };
    let attributes = own::read(&document)?;
    let deletion_date = attributes.deletion_date.map(|date| write_back(&mut document, "deletionDate", date, tenant));
    let start_date = attributes.start_date.map(|date| write_back(&mut document, "startDate", date, tenant));
    if caller.group.is_some()
        && deletion_date.is_some()
        && before.is_none_or(|before| before.deletion_date != deletion_date)
    {
        return Err(bad("deletionDate", "a token that is bound to a group may not set a deletion date"));
    }
    let mode = attributes.mode.map(|mode| match mode {
        own::Mode::Invite => Mode::Invite,
        own::Mode::Create => Mode::Create,
    });
    let suppress_notifications = attributes.suppress_notifications.unwrap_or(false);
    let generate = attributes.generate_credentials.unwrap_or(false);
    if generate {
        check_generation(password.is_some(), mode, suppress_notifications)?;
    }
    if attributes.generate_credentials.is_some() {
        remove_own(&mut document, "generateCredentials");
    }
    let password = password.filter(|_| tenant.scim_password == ScimPassword::Accept);
    let wish = Wish {
        user_name: string(&document, "userName"),
        external_id: document.get("externalId").and_then(Value::as_str).map(str::to_owned),
        active: if before.is_none() { Some(active.unwrap_or(true)) } else { active },
        shows_active: before.is_none()
            || active.is_some()
            || before.is_some_and(|before| before.shows_active && !before.is_live()),
        mode,
        start_date,
        deletion_date,
        suppress_notifications,
        credentials: Credentials::Unsaid,
        document,
    };
    Ok(Reading { wish, password, generate, dropped })
}

/// `$ref` is the server's to fill, from the manager's id; a client that sends nothing else means that id.
fn keep_only_value_of_manager(document: &mut Object) {
    let Some(Value::Object(enterprise)) = document.get_mut(schema::ENTERPRISE) else { return };
    let Some(Value::Object(manager)) = enterprise.get_mut("manager") else { return };
    let Some(reference) = take_string(manager, "$ref") else { return };
    let id = reference.rsplit('/').next().filter(|id| !id.is_empty());
    if let (None, Some(id)) = (manager.get("value"), id) {
        manager.insert("value".to_owned(), Value::from(id));
    }
}

fn check_generation(password: bool, mode: Option<Mode>, suppressed: bool) -> Result<(), Error> {
    if password {
        return Err(bad("generateCredentials", "does not go together with a password; send one of the two"));
    }
    if mode == Some(Mode::Invite) {
        return Err(bad(
            "generateCredentials",
            "needs provisioningMode \"create\"; an invited person chooses a password in the form",
        ));
    }
    if suppressed {
        return Err(bad("generateCredentials", "needs its mail; suppressNotifications must not be true"));
    }
    Ok(())
}

/// The day a date of our extension means in the tenant's zone; the document holds it as `YYYY-MM-DD` from then on.
fn write_back(document: &mut Object, name: &str, date: OwnDate, tenant: &Tenant) -> Date {
    let day = match date {
        OwnDate::Day(day) => day,
        OwnDate::Moment(instant) => calendar::today(instant, &tenant.time_zone),
    };
    if let Some(Value::Object(own)) = document.get_mut(schema::USHER) {
        own.insert(name.to_owned(), Value::String(day.to_string()));
    }
    day
}

/// A connection that does not know our extension leaves it as it is.
fn keep_own(document: &mut Object, before: Option<&User>) {
    if let Some(own) = before.and_then(|before| before.document.get(schema::USHER)) {
        document.insert(schema::USHER.to_owned(), own.clone());
    }
}

fn remove_own(document: &mut Object, name: &str) {
    let Some(Value::Object(own)) = document.get_mut(schema::USHER) else { return };
    own.shift_remove(name);
    if own.is_empty() {
        document.shift_remove(schema::USHER);
    }
}

fn take_string(document: &mut Object, name: &str) -> Option<String> {
    match document.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn string(document: &Object, name: &str) -> String {
    document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// 400 `invalidValue` naming an attribute of our extension.
pub fn bad(name: &str, what: &str) -> Error {
    Error::Scim(scim::Error::invalid_value(format!("{}:{name} {what}", schema::USHER)))
}
