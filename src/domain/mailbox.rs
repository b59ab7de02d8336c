//! Where a person's mail goes and what they are called, read from their SCIM document.
//!
//! An address is one plain mailbox: no list, no display name, no quoting tricks (security.md B9). Letters beyond ASCII are allowed.

use crate::scim::Object;
use email_address::EmailAddress;
use serde_json::Value;

/// Longest address of RFC 5321: a path of 256 octets with its brackets.
const MAX_ADDRESS: usize = 254;

/// The address mail goes to: the primary email, else the first, else the userName when it is an address. Values that are no
/// address are passed over.
#[must_use]
pub fn address_of(document: &Object, user_name: &str) -> Option<String> {
    let emails: Vec<&Value> = document.get("emails").and_then(Value::as_array).into_iter().flatten().collect();
    let primary = emails.iter().filter(|email| email.get("primary").and_then(Value::as_bool) == Some(true));
    primary
        .chain(emails.iter())
        .filter_map(|email| email.get("value").and_then(Value::as_str))
        .map(str::trim)
        .find(|value| is_address(value))
        .or_else(|| Some(user_name.trim()).filter(|name| is_address(name) && !is_guest_name(name)))
        .map(str::to_owned)
}

/// Whether the text is one plain mailbox that a mail can be addressed to.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= MAX_ADDRESS
        && local.len() <= 64
        && !text.chars().any(is_trick)
        && EmailAddress::is_valid_local_part(local)
        && is_domain(domain)
}

/// First and last name; empty where the document has none.
#[must_use]
pub fn name_of(document: &Object) -> (String, String) {
    (name_part(document, "givenName"), name_part(document, "familyName"))
}

/// What to call the person in a letter: first and last name, else the formatted name, else the display name.
#[must_use]
pub fn greeting_name(document: &Object) -> Option<String> {
    let (first, last) = name_of(document);
    let full = format!("{first} {last}").trim().to_owned();
    let display = document.get("displayName").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    [full, name_part(document, "formatted"), display].into_iter().find(|name| !name.is_empty())
}

fn name_part(document: &Object, part: &str) -> String {
    let value = document.get("name").and_then(|name| name.get(part)).and_then(Value::as_str);
    value.unwrap_or_default().trim().to_owned()
}

/// A host name with a dot, or `localhost`; no address literal. Letters beyond ASCII stand for their punycode.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || !letter.is_ascii())
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return domain.eq_ignore_ascii_case("localhost") };
    domain.split('.').all(label) && !top.bytes().all(|byte| byte.is_ascii_digit())
}

/// Characters that some mail system reads as more than a letter: lists, brackets, quotes, comments, routes, white space, controls.
fn is_trick(character: char) -> bool {
    matches!(character, ',' | ';' | ':' | '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\\' | '\u{fffd}')
        || character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{200c}' | '\u{200d}')
        || super::text::is_invisible(character)
}

/// Entra's made-up names of guests look like addresses and reach nobody.
fn is_guest_name(user_name: &str) -> bool {
    user_name.to_ascii_lowercase().contains("#ext#@")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(value: &Value) -> Object {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_plain_mailbox_is_an_address() {
        for good in [
            "ada@example.com",
            "ada.lovelace+school@mail.example.com",
            "o'hara@example.com",
            "ada_b=c#d@example.com",
            "\u{fc}nal@example.com",
            "ada@b\u{fc}cher.example",
            "\u{7528}\u{6237}@\u{4f8b}\u{5b50}.example",
            "ada@xn--bcher-kva.example",
            "root@localhost",
        ] {
            assert!(is_address(good), "{good}");
        }
    }

    #[test]
    fn anything_cleverer_is_not() {
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@@example.com",
            "ada@b@example.com",
            "a@example.com,b@example.com",
            "a@example.com;b@example.com",
            "<ada@example.com>",
            "Ada <ada@example.com>",
            "\"ada\"@example.com",
            "\"x\r\n\"@example.com",
            "ada\r\nBcc: b@example.com@example.com",
            "ada @example.com",
            " ada@example.com",
            "ada@example.com ",
            "ada@exa mple.com",
            "ada@[127.0.0.1]",
            "ada(comment)@example.com",
            "ada@example.com?cc=b",
            "ada@192.0.2.1",
            "ada@exam_ple.com",
            "ada@example..com",
            ".ada@example.com",
            "ada.@example.com",
            "ada@-example.com",
            "ada\u{0}@example.com",
            "ada\u{202e}@example.com",
            "ada\u{200b}@example.com",
            "ada\u{2028}@example.com",
            "ada\u{a0}@example.com",
            "@relay:ada@example.com",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
        assert!(!is_address(&format!("{}@example.com", "a".repeat(65))));
        assert!(!is_address(&format!("a@{}.example.com", "b.".repeat(130))));
    }

    #[test]
    fn mail_goes_to_the_primary_then_the_first_then_the_user_name() {
        let two = json!({"emails": [{"value": "a@example.com"}, {"value": "b@example.com", "primary": true}]});
        let none_primary =
            json!({"emails": [{"value": "a@example.com", "primary": false}, {"value": "b@example.com"}]});
        let bad_primary =
            json!({"emails": [{"value": "x@a.org,y@b.org", "primary": true}, {"value": "b@example.com"}]});
        let odd = json!({"emails": [{"type": "work"}, {"value": 7}, "a@example.com", {"value": ""}]});
        let table = [
            (two, "u@example.com", Some("b@example.com")),
            (none_primary, "u@example.com", Some("a@example.com")),
            (bad_primary, "u@example.com", Some("b@example.com")),
            (odd, "u@example.com", Some("u@example.com")),
            (json!({}), "u@example.com", Some("u@example.com")),
            (json!({"emails": "a@example.com"}), "ada", None),
            (json!({}), "ada_example.org#EXT#@corp.onmicrosoft.com", None),
        ];
        for (value, user_name, expected) in table {
            assert_eq!(address_of(&document(&value), user_name).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_person_is_called_by_the_best_name_there_is() {
        let table = [
            (
                json!({"name": {"givenName": " Ada ", "familyName": "Lovelace"}, "displayName": "AL"}),
                Some("Ada Lovelace"),
            ),
            (json!({"name": {"familyName": "Lovelace"}}), Some("Lovelace")),
            (json!({"name": {"formatted": "Countess Ada"}, "displayName": "AL"}), Some("Countess Ada")),
            (json!({"displayName": "AL"}), Some("AL")),
            (json!({"name": "Ada", "displayName": "  "}), None),
        ];
        for (value, expected) in table {
            assert_eq!(greeting_name(&document(&value)).as_deref(), expected, "{value}");
        }
        let (first, last) = name_of(&document(&json!({"name": {"givenName": "Ada", "familyName": "Lovelace"}})));
        assert_eq!((first.as_str(), last.as_str()), ("Ada", "Lovelace"));
    }

    proptest::proptest! {
        #[test]
        fn an_address_survives_as_one_header_value(text in "\\PC{0,20}@\\PC{0,20}") {
            if is_address(&text) {
                proptest::prop_assert_eq!(text.matches('@').count(), 1);
                proptest::prop_assert!(!text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c)));
            }
        }
    }
}
