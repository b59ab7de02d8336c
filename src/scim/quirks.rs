//! What identity providers send beside the RFC: one variant a deviation, and the small function that undoes it.
//!
//! The engine calls these functions where a value's type or a name is decided and knows no client by name.

use super::schema::Attribute;
use serde_json::{Number, Value};

/// A deviation this server takes without complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quirk {
    /// Booleans as words, `"True"`, `"false"` (Entra). See [`boolean_word`].
    BooleanWord,
    /// A number where text is due, `"postalCode": 12345` (Okta's entitlement sample). See [`number_as_text`].
    NumberForText,
    /// Text where a number is due: constants and expressions are always text (Entra). See [`text_as_number`].
    TextForNumber,
    /// `""` for "no value" where no text can be meant (HR systems, Okta). See [`is_no_value`].
    EmptyText,
    /// One element without its array, `"emails": {…}` (old templates of `OneLogin`). See [`elements`].
    LoneElement,
    /// An array of one for a single value, `"value": [true]`, `manager: [{…}]` (Entra's how-to). See [`single`].
    ArrayOfOne,
    /// The bare `value` for a complex value, `"manager": "26118915"` (Entra). See [`is_bare_value`].
    BareValue,
    /// `{"value": ""}` for "no manager" (Entra's validator). See [`is_empty_reference`].
    EmptyReference,
    /// `manager` without its URN (Entra's reference check, older templates). See [`unqualified_enterprise`].
    UnqualifiedManager,
    /// `;` between labels in one text, since no client can map arrays of custom attributes (Entra). See [`split_list`].
    ListInText,
    /// `Add`, `Replace`, `Remove` (Entra). See [`operation_word`].
    CapitalisedOperation,
    /// `x[filter].sub` with no such element makes the element (Entra; decision 2). The PATCH engine's, by the rule of the decision.
    CreatedElement,
    /// `remove` with path `members` and a value array removes those alone (Entra, `JumpCloud`; decision 3).
    RemovalByValue,
    /// Keys of a pathless value that are paths: `name.givenName`, `urn:…:User:department` (Entra with its flag).
    PathAsKey,
    /// A role as a JSON object in text (Entra's `AppRoleAssignmentsComplex`): stored and returned as sent (decision 21), so nothing to undo.
    RoleInText,
    /// `"$ref": null` in members (Entra): null is absence, so nothing to undo.
    NullReference,
}

/// [`Quirk::BooleanWord`]: the boolean a word stands for, in any case.
#[must_use]
pub fn boolean_word(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// [`Quirk::NumberForText`]: the text of a number, unless digits were already lost when it was read.
#[must_use]
pub fn number_as_text(number: &Number) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    let exact = !number.is_f64() || number.as_f64().is_some_and(|n| n.abs() < EXACT);
    exact.then(|| number.to_string())
}

/// [`Quirk::TextForNumber`]: the number a text spells in JSON's own way.
#[must_use]
pub fn text_as_number(text: &str) -> Option<Number> {
    serde_json::from_str(text).ok()
}

/// [`Quirk::EmptyText`]: whether the value is `""`, which no number, date or choice can be.
#[must_use]
pub fn is_no_value(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty)
}

/// [`Quirk::LoneElement`]: the elements of a multi-valued attribute.
#[must_use]
pub fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        lone => std::slice::from_ref(lone),
    }
}

/// [`Quirk::ArrayOfOne`]: the value of a single-valued attribute; `None` when the array holds several.
#[must_use]
pub fn single(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(items) => match items.as_slice() {
            [] => Some(&Value::Null),
            [one] if !one.is_array() => Some(one),
            _ => None,
        },
        other => Some(other),
    }
}

/// [`Quirk::BareValue`]: whether this can be the `value` of a complex value written without its object: text, and a number for a single
/// value such as the manager.
#[must_use]
pub fn is_bare_value(value: &Value, attribute: &Attribute) -> bool {
    value.is_string() || (value.is_number() && !attribute.multi_valued)
}

/// [`Quirk::EmptyReference`]: whether a single complex value says nothing but an empty `value`.
#[must_use]
pub fn is_empty_reference(value: &serde_json::Map<String, Value>) -> bool {
    value.len() == 1 && value.get("value").is_some_and(is_no_value)
}

/// [`Quirk::UnqualifiedManager`]: the enterprise attribute an unqualified name means (decision 6).
#[must_use]
pub fn unqualified_enterprise(name: &str) -> Option<&'static str> {
    name.eq_ignore_ascii_case("manager").then_some("manager")
}

/// [`Quirk::ListInText`]: the pieces of a list written as one text; empty ones do not count.
#[must_use]
pub fn split_list(text: &str) -> Vec<Value> {
    text.split(';').map(str::trim).filter(|piece| !piece.is_empty()).map(Value::from).collect()
}

/// [`Quirk::CapitalisedOperation`]: the PATCH operation a word means; `None` for unknown ones.
#[must_use]
pub fn operation_word(word: &str) -> Option<&'static str> {
    ["add", "remove", "replace"].into_iter().find(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn boolean_words_have_any_case_and_no_others_exist() {
        for (word, expected) in [
            ("True", Some(true)),
            ("FALSE", Some(false)),
            ("true", Some(true)),
            ("1", None),
            ("", None),
            (" true", None),
        ] {
            assert_eq!(boolean_word(word), expected, "{word}");
        }
    }

    #[test]
    fn numbers_become_text_only_without_loss() {
        let text = |value: Value| value.as_number().and_then(number_as_text);
        assert_eq!(text(json!(12345)).as_deref(), Some("12345"));
        assert_eq!(text(json!(-1)).as_deref(), Some("-1"));
        assert_eq!(text(json!(u64::MAX)).as_deref(), Some("18446744073709551615"));
        assert_eq!(text(json!(1.5)).as_deref(), Some("1.5"));
        assert_eq!(text(json!(1.0e22)), None);
    }

    #[test]
    fn an_array_of_one_is_its_element() {
        assert_eq!(single(&json!([true])), Some(&json!(true)));
        assert_eq!(single(&json!([])), Some(&Value::Null));
        assert_eq!(single(&json!([1, 2])), None);
        assert_eq!(single(&json!([[1]])), None);
        assert_eq!(single(&json!("x")), Some(&json!("x")));
    }

    #[test]
    fn lists_in_text_are_split_at_semicolons() {
        assert_eq!(split_list(" Cohort 7; Paris ;;"), [json!("Cohort 7"), json!("Paris")]);
        assert!(split_list(" ; ").is_empty());
    }
}
