//! Checking and evaluating, over rendered resources.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::scim::ScimType;

fn user() -> Object {
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "id": "2819C223-7f76",
        "externalId": "Ext-701",
        "userName": "Bjensen@Example.com",
        "displayName": "Stra\u{df}e 100%_a\\b",
        "nickName": "",
        "active": true,
        "name": {"familyName": "\u{c9}tienne", "givenName": "Barbara"},
        "emails": [
            {"value": "bj@work.example.com", "type": "work", "primary": true},
            {"value": "bj@home.example.com", "type": "home"},
            {"value": "bj@none.example.com"}
        ],
        "roles": [{"value": "Admin", "primary": false}],
        "groups": [{"value": "g1", "display": "Tour"}],
        "photos": [{"value": "https://example.com/a.png"}],
        "meta": {
            "resourceType": "User",
            "created": "2026-05-13T04:42:34.000Z",
            "lastModified": "2026-05-13T04:42:34.123Z",
            "version": "W/\"v1\"",
            "location": "https://example.com/Users/2819C223-7f76"
        },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Sales", "manager": {"value": "26118915", "displayName": "Jo"}
        },
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User": {
            "state": "invited", "labels": ["Cohort 7", "fr"], "deletionDate": "2027-06-30",
            "invitation": {"status": "pending", "sentCount": 10}
        }
    });
    user.as_object().unwrap().clone()
}

fn group() -> Object {
    let members: Vec<_> = ["u1", "u2"].iter().map(|id| json!({"value": id, "display": "x"})).collect();
    json!({"id": "g1", "displayName": "R&D \"Ops\" \\1", "members": members}).as_object().unwrap().clone()
}

fn matches(text: &str, kind: Kind, resource: &Object) -> bool {
    let registry = Registry::builtin();
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let checked = filter.check(&registry, kind).unwrap_or_else(|error| panic!("{text}: {error}"));
    checked.matches(&registry, resource)
}

#[test]
fn users_that_match() {
    let user = user();
    for text in [
        "userName eq \"BJENSEN@example.COM\"",
        "USERNAME EQ \"\u{ff22}jensen@example.com\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"bj\"",
        "urn:ietf:params:scim:schemas:core:2.0:user.USERNAME sw \"bj\"",
        "userName co \"\"",
        "nickName co \"\"",
        "nickName eq \"\"",
        "userName ew \".COM\"",
        "userName sw \"bjensen@example.com\"",
        "displayName eq \"STRASSE 100%_A\\\\B\"",
        "displayName co \"%_\"",
        "name.familyName eq \"e\u{301}TIENNE\"",
        "name pr",
        "id eq \"2819C223-7f76\" and manager eq \"26118915\"",
        "externalId eq \"Ext-701\"",
        "externalId ne \"ext-701\"",
        "active eq true",
        "active eq \"True\"",
        "active eq TRUE",
        "active ne \"false\"",
        "emails eq \"bj@home.example.com\"",
        "emails co \"@HOME\"",
        "emails[type eq \"work\"].value eq \"bj@work.example.com\"",
        "emails[type eq \"work\" and value co \"@\"]",
        "emails.type eq \"work\" and emails.value co \"@home\"",
        "emails.type ne \"work\"",
        "emails[not (type pr)]",
        "emails[type ne \"work\" and value sw \"bj@none\"]",
        "emails[primary eq \"true\"].type eq \"work\"",
        "emails[type eq null]",
        "roles[primary eq \"False\"].value eq \"admin\"",
        "groups eq \"g1\"",
        "groups.display eq \"tour\"",
        "photos co \"example.com\"",
        "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName eq \"jo\"",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager eq \"26118915\"",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"sales\"",
        "manager[value eq \"26118915\"]",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:labels eq \"COHORT 7\"",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:labels[value sw \"coh\"]",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:invitation.sentCount gt 9",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:invitation.sentCount lt 1.05e1",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:deletionDate le \"2027-06-30\"",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:state eq \"Invited\"",
        "meta.created eq \"2026-05-13T06:42:34+02:00\"",
        "meta.created eq \"2026-05-13T04:42:34\"",
        "meta.lastmodified gt \"2026-05-13T04:42:34.1229999Z\"",
        "ActiVe eq true and (meta.lastModified ge \"0001-01-03T00:00:00.0000000Z\" and meta.lastModified le \"2027-01-01T00:00:00Z\")",
        "meta.resourceType eq \"User\"",
        "meta.version eq \"W/\\\"v1\\\"\"",
        "title ne \"x\"",
        "title eq null",
        "not (title pr)",
        "not (title eq \"x\")",
        "nickName eq null",
        "userName ne null",
        "userName gt \"ann\" and userName lt \"carl\"",
        "title pr or nickName pr or userName pr and active eq true",
        "userName ne \"\\u0000\"",
    ] {
        assert!(matches(text, Kind::User, &user), "{text}");
    }
}

#[test]
fn users_that_do_not_match() {
    let user = user();
    for text in [
        "userName eq \"bjensen\"",
        "userName sw \"bjensen@example.com.\"",
        "id eq \"2819c223-7F76\"",
        "externalId eq \"ext-701\"",
        "meta.resourceType eq \"user\"",
        "active eq false",
        "active ne true",
        "title eq \"\"",
        "title co \"\"",
        "title gt \"\"",
        "title pr",
        "nickName pr",
        "emails.type eq \"other\"",
        "not (emails.type eq \"work\")",
        "emails[type eq \"work\" and value co \"@home\"]",
        "emails[type eq \"work\"].value eq \"bj@home.example.com\"",
        "addresses[not (type eq \"work\")]",
        "phoneNumbers pr",
        "displayName co \"%a\"",
        "userName eq \"bj_nsen@example.com\"",
        "urn:ietf:params:scim:schemas:extension:usher:2.0:User:invitation.sentCount gt 10",
        "meta.created gt \"2026-05-13T04:42:34Z\"",
        "manager eq \"x\"",
        "userName eq \"\\u0000\"",
        "userName co \"b\\u0000\"",
        "userName eq null",
    ] {
        assert!(!matches(text, Kind::User, &user), "{text}");
    }
}

#[test]
fn groups() {
    let group = group();
    for text in [
        "displayName eq \"r&d \\\"OPS\\\" \\\\1\"",
        "id eq \"g1\" and members eq \"u2\"",
        "members[value eq \"u1\"]",
        "members.value eq \"u1\" and members.value eq \"u2\"",
        "not (members eq \"u3\")",
        "members pr",
    ] {
        assert!(matches(text, Kind::Group, &group), "{text}");
    }
    for text in
        ["members eq \"u3\"", "members[value eq \"u1\" and value eq \"u2\"]", "externalId pr", "members eq \"U1\""]
    {
        assert!(!matches(text, Kind::Group, &group), "{text}");
    }
}

#[test]
fn refused_by_the_schema() {
    let registry = Registry::builtin();
    for (text, name) in [
        ("nosuch pr", "nosuch"),
        ("name.nosuch eq \"x\"", "name.nosuch"),
        ("urn:example:2.0:User:x pr", "urn:example:2.0:User:x"),
        ("displayName pr and members pr", "members"),
        ("emails[nosuch eq \"x\"]", "nosuch"),
        ("emails[emails.type eq \"x\"]", "emails.type"),
        ("emails.value[type pr]", "emails.value"),
        ("userName[value pr]", "userName"),
        ("name eq \"x\"", "name"),
        ("addresses eq \"x\"", "addresses"),
        ("name gt \"x\"", "name"),
        ("userName eq 5", "userName"),
        ("userName eq true", "userName"),
        ("active eq 1", "active"),
        ("active eq \"yes\"", "active"),
        ("active gt true", "active"),
        ("active co \"tru\"", "active"),
        ("userName co 5", "userName"),
        ("userName co null", "userName"),
        ("userName gt null", "userName"),
        ("meta.created gt \"x\"", "meta.created"),
        ("meta.created gt \"2026-05-13\"", "meta.created"),
        ("meta.created gt \"2026-05-13T04:42:34 02:00\"", "%2B"),
        ("meta.created co \"2026\"", "meta.created"),
        ("meta.created gt 5", "meta.created"),
        ("photos gt \"a\"", "photos.value"),
        ("x509Certificates gt \"a\"", "x509Certificates.value"),
        ("x509Certificates co \"a\"", "x509Certificates.value"),
        ("urn:ietf:params:scim:schemas:extension:usher:2.0:User:invitation.sentCount eq \"5\"", "sentCount"),
        ("password eq \"x\"", "password"),
        ("password pr", "password"),
        ("password eq null", "password"),
        ("not (password sw \"a\")", "password"),
        ("urn:ietf:params:scim:schemas:extension:usher:2.0:User:generateCredentials eq true", "generateCredentials"),
    ] {
        let error = Filter::parse(text).unwrap().check(&registry, Kind::User).expect_err(text);
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidFilter)), "{text}");
        assert!(error.detail.contains(name), "{text}: {}", error.detail);
    }
    let error = Filter::parse("userName pr").unwrap().check(&registry, Kind::Group).expect_err("a user's attribute");
    assert!(error.detail.contains("Group"));
}

#[test]
fn filters_identity_providers_send() {
    let badge = json!({
        "id": "urn:ietf:params:scim:schemas:extension:acme:2.0:User", "name": "Acme", "description": "x",
        "attributes": [{"name": "badgeId", "type": "string", "multiValued": false, "description": "x"}]
    });
    let registry = Registry::with_extensions(&[(badge, Kind::User)]).unwrap();
    for (kind, text) in [
        (Kind::User, "USERNAME  EQ  \"john+tag.1@example.com\""),
        (Kind::User, "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"john+tag.1@example.com\""),
        (Kind::User, "urn:ietf:params:scim:schemas:extension:acme:2.0:User:badgeId eq \"B3-1\""),
        (Kind::User, "emails[type eq \"work\"].value eq \"00aa00aa@example.com\""),
        (Kind::User, "userName eq \"ali_partner#EXT#@example.com\""),
        (Kind::User, "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-1\""),
        (Kind::User, "id eq \"u1\" and manager eq \"u3\""),
        (Kind::User, "emails eq \"a@example.com\""),
        (Kind::User, "meta.lastModified ge \"0001-01-03T00:00:00.0000000Z\""),
        (Kind::User, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager eq \"x\""),
        (Kind::Group, "id eq \"g1\" and members eq \"u1\""),
        (Kind::Group, "externalId eq \"x\""),
        (Kind::Group, "displayName eq \"Back\\\\slash\""),
        (Kind::Group, "displayName eq \"O'Malley's\""),
        (Kind::Group, "displayName eq \"R&D + Ops #1 100%\""),
        (Kind::Group, "displayName eq \"Te\\\"st\\\"\""),
        (Kind::Group, "displayName eq \"a and b or not (c)\""),
        (Kind::Group, "displayName eq \"semi;colon,comma/slash?\""),
        (Kind::Group, "displayName eq \"\u{dc}n\u{ef}c\u{f6}d\u{e9} \u{65e5}\u{672c} \u{1f389}\""),
    ] {
        let checked = Filter::parse(text).and_then(|filter| filter.check(&registry, kind));
        assert!(checked.is_ok(), "{text}: {checked:?}");
    }
}

#[test]
fn names_what_it_looks_at() {
    let registry = Registry::builtin();
    let text = "emails[type eq \"work\"].value eq \"x\" or not (userName pr and userName sw \"a\") or emails.type pr";
    let checked = Filter::parse(text).unwrap().check(&registry, Kind::User).unwrap();
    let names: Vec<String> = checked.attributes().into_iter().map(|attr| registry.path_of(attr)).collect();
    assert_eq!(names, ["emails.type", "emails.value", "userName"]);
}

/// Filters of a few attributes and values, so that matches are frequent.
fn term() -> BoxedStrategy<String> {
    let name =
        prop::sample::select(vec!["userName", "title", "emails.type", "emails.value", "name.givenName", "nickName"]);
    let op = prop::sample::select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
    let value = prop::sample::select(vec!["a", "B", "ab", "work", "\u{c9}", "e\u{301}", ""]);
    let compare = (name.clone(), op, value).prop_map(|(name, op, value)| format!("{name} {op} \"{value}\""));
    let inside = "(type eq \"work\"|value co \"a\"|type pr|not \\(value pr\\))";
    prop_oneof![
        compare,
        name.prop_map(|name| format!("{name} pr")),
        inside.prop_map(|inside| format!("emails[{inside}]")),
        any::<bool>().prop_map(|value| format!("active ne {value}")),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    term()
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or ({b})")),
                inner.prop_map(|a| format!("not ({a})")),
            ]
        })
        .boxed()
}

fn resource() -> impl Strategy<Value = Object> {
    let word = || prop::sample::select(vec!["a", "A", "ab", "b", "work", "\u{e9}", "E\u{301}x", ""]);
    let email = (prop::option::of(word()), prop::option::of(word()))
        .prop_map(|(value, ty)| json!({"value": value, "type": ty}));
    let emails = prop::collection::vec(email, 0..3);
    (word(), prop::option::of(word()), emails, prop::option::of(any::<bool>()), word()).prop_map(
        |(user_name, title, emails, active, given)| {
            let resource = json!({
                "userName": user_name, "title": title, "emails": emails, "active": active, "name": {"givenName": given}
            });
            resource.as_object().unwrap().clone()
        },
    )
}

proptest! {
    #[test]
    fn de_morgan(a in text(), b in text(), resource in resource()) {
        let is = |text: String| matches(&text, Kind::User, &resource);
        prop_assert_eq!(is(format!("not (({a}) and ({b}))")), is(format!("not ({a}) or not ({b})")));
        prop_assert_eq!(is(format!("not (({a}) or ({b}))")), is(format!("not ({a}) and not ({b})")));
        prop_assert_eq!(is(format!("not (not ({a}))")), is(a));
    }

    #[test]
    fn ne_is_true_without_a_value_and_eq_is_not(op in "(eq|co|sw|ew|gt|ge|lt|le)", value in "[a-z]{0,2}") {
        let absent = Object::new();
        let user_name = format!("userName {op} \"{value}\"");
        let email = format!("emails.value {op} \"{value}\"");
        let different = format!("emails.value ne \"{value}\"");
        prop_assert!(!matches(&user_name, Kind::User, &absent));
        prop_assert!(!matches(&email, Kind::User, &absent));
        prop_assert!(matches(&different, Kind::User, &absent));
    }

    #[test]
    fn folded_comparison_agrees_with_folding_first(value in "\\PC{0,6}", operand in "\\PC{0,3}") {
        let resource = json!({"userName": value}).as_object().unwrap().clone();
        let (folded, key) = (crate::scim::fold::fold(&value), crate::scim::fold::fold(&operand));
        let is = |op: &str| {
            matches(&format!("userName {op} {}", serde_json::to_string(&operand).unwrap()), Kind::User, &resource)
        };
        prop_assert_eq!(is("eq"), folded == key);
        prop_assert_eq!(is("co"), folded.contains(&key));
        prop_assert_eq!(is("sw"), folded.starts_with(&key));
        prop_assert_eq!(is("ew"), folded.ends_with(&key));
        prop_assert_eq!(is("lt"), folded < key);
        prop_assert_eq!(is("ge"), folded >= key);
    }
}
