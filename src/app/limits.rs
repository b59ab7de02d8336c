//! How long the values are that an index holds: PostgreSQL refuses longer ones, so both engines do.

use super::Error;
use crate::scim::{self, Object, fold, schema};
use serde_json::Value;

/// The longest key of an index, in bytes of its folded form.
const MAX_KEY: usize = 2_000;

/// Checks the indexed attributes of a person's document. A displayName may be of any length: the index leaves long ones out.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn check_user(document: &Object) -> Result<(), Error> {
    for name in ["userName", "externalId"] {
        within(name, document.get(name))?;
    }
    for email in document.get("emails").and_then(Value::as_array).into_iter().flatten() {
        within("emails.value", email.get("value"))?;
        within("emails.type", email.get("type"))?;
    }
    let manager = document.get(schema::ENTERPRISE).and_then(|extension| extension.get("manager"));
    within("manager.value", manager.and_then(|manager| manager.get("value")))
}

/// Checks the indexed attributes of a group's document.
///
/// # Errors
/// 400 `invalidValue` naming the attribute.
pub fn check_group(document: &Object) -> Result<(), Error> {
    within("displayName", document.get("displayName"))?;
    within("externalId", document.get("externalId"))
}

fn within(name: &str, value: Option<&Value>) -> Result<(), Error> {
    let is_long = value.and_then(Value::as_str).is_some_and(|text| fold::fold(text).len() > MAX_KEY);
    if is_long {
        return Err(scim::Error::invalid_value(format!("{name} is too long: at most {MAX_KEY} bytes are kept")).into());
    }
    Ok(())
}
