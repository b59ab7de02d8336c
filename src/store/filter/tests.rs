//! Which filters restrict rows, and which need no evaluation. That they are right is tested on both engines.

use super::{Plan, Scope, plan};
use crate::domain::ConnectionId;
use crate::scim::{Kind, Registry, filter::Filter};

fn planned(text: &str) -> Plan {
    let registry = Registry::builtin();
    let filter = Filter::parse(text).unwrap().check(&registry, Kind::User).unwrap();
    plan(&filter, &registry, Kind::User, Scope { connection: Some(ConnectionId::from_bytes([1; 16])) })
}

#[test]
fn the_probes_of_identity_providers_are_exact() {
    for text in [
        r#"userName eq "ada@example.com""#,
        r#"externalId eq "00u1""#,
        r#"id eq "x" and manager eq "y""#,
        r#"emails[type eq "work"].value eq "ada@example.com""#,
        r#"emails eq "ada@example.com""#,
        r#"displayName eq "Ada" or active eq false"#,
        r#"meta.lastModified gt "2026-11-22T10:00:00Z""#,
        r#"not (userName sw "a")"#,
        "externalId pr",
    ] {
        let plan = planned(text);
        assert!(plan.exact && !plan.predicate.is_everything(), "{text}");
    }
}

#[test]
fn a_conjunction_keeps_what_can_be_restricted() {
    let plan = planned(r#"userName eq "ada" and title eq "x""#);
    assert!(!plan.exact && !plan.predicate.is_everything());
}

#[test]
fn what_is_unknown_spreads_through_or_and_not() {
    for text in [
        r#"title eq "x""#,
        r#"userName co "x""#,
        r#"userName eq "ada" or title eq "x""#,
        r#"not (userName eq "ada" and title eq "x")"#,
        r#"emails ne "ada@example.com""#,
        r#"emails[type eq "work"]"#,
        r#"emails[value eq "x" and primary eq true]"#,
    ] {
        let plan = planned(text);
        assert!(!plan.exact && plan.predicate.is_everything(), "{text}");
    }
}

#[test]
fn only_what_an_index_finds_is_selective() {
    for (text, expected) in [
        (r#"userName eq "ada@example.com""#, true),
        (r#"externalId eq "00u1""#, true),
        (r#"emails[type eq "work"].value eq "ada@example.com""#, true),
        (r#"active eq true and externalId eq "00u1""#, true),
        (r#"externalId eq "00u1" or displayName eq "Ada""#, true),
        (r#"externalId eq "00u1" or active eq true"#, false),
        (r#"not (externalId eq "00u1")"#, false),
        (r#"externalId ne "00u1""#, false),
        ("active eq true", false),
        (r#"urn:ietf:params:scim:schemas:extension:usher:2.0:User:state eq "active""#, false),
    ] {
        assert_eq!(planned(text).predicate.is_selective(), expected, "{text}");
    }
}

#[test]
fn membership_restricts_without_deciding() {
    let plan = planned(r#"groups.value eq "x""#);
    assert!(!plan.exact && !plan.predicate.is_everything());
}

#[test]
fn prefixes_end_before_the_next_text() {
    for (prefix, end) in
        [("a", Some("b")), ("a\u{10ffff}", Some("b")), ("\u{d7ff}", Some("\u{e000}")), ("\u{10ffff}", None), ("", None)]
    {
        assert_eq!(super::columns::successor(prefix).as_deref(), end, "{prefix:?}");
    }
}
