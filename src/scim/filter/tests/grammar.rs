//! Parsing and printing, without a schema.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::scim::ScimType;

/// The fully parenthesised form of what a text means.
fn shape(text: &str) -> String {
    fn show(filter: &Filter<AttrPath>) -> String {
        let join = |all: &[Filter<AttrPath>], word| all.iter().map(show).collect::<Vec<_>>().join(word);
        match filter {
            Filter::And(all) => format!("({})", join(all, " & ")),
            Filter::Or(all) => format!("({})", join(all, " | ")),
            Filter::Not(inner) => format!("!{}", show(inner)),
            Filter::ValuePath(attr, inner) => format!("{attr}[{}]", show(inner)),
            other => other.to_string(),
        }
    }
    show(&Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

#[test]
fn precedence() {
    for (text, expected) in [
        ("a pr", "a pr"),
        ("a pr or b pr and c pr", "(a pr | (b pr & c pr))"),
        ("a pr and b pr or c pr", "((a pr & b pr) | c pr)"),
        ("(a pr or b pr) and c pr", "((a pr | b pr) & c pr)"),
        ("not (a pr) and b pr", "(!a pr & b pr)"),
        ("not(a pr)", "!a pr"),
        ("NOT   ( a pr or b pr )", "!(a pr | b pr)"),
        ("not (not (a pr))", "!!a pr"),
        ("((a pr))", "a pr"),
        ("a pr AND b pr Or c pr", "((a pr & b pr) | c pr)"),
        ("e[a pr and (b pr or c pr)] and d pr", "(e[(a pr & (b pr | c pr))] & d pr)"),
        ("e[not (a pr)]", "e[!a pr]"),
        ("e[ a pr ]", "e[a pr]"),
        ("nothing pr", "nothing pr"),
        ("not.x pr", "not.x pr"),
        ("a eq \"x and y or not (z)\"", "a eq \"x and y or not (z)\""),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn comparisons() {
    let compare = |attribute: &str, op, literal| {
        Filter::Compare(AttrPath { urn: None, attribute: attribute.into(), sub: None }, op, literal)
    };
    let text = |text: &str| Literal::String(text.to_owned());
    let number = |text: &str| Literal::Number(text.parse().unwrap());
    for (written, expected) in [
        ("userName Eq \"john\"", compare("userName", Op::Eq, text("john"))),
        ("  userName   eq   \"john\"  ", compare("userName", Op::Eq, text("john"))),
        ("a ne \"O\\\"Neil\\\\\"", compare("a", Op::Ne, text("O\"Neil\\"))),
        ("a co \"\\u00e9\\ud83c\\udf89\\n\"", compare("a", Op::Co, text("\u{e9}\u{1f389}\n"))),
        ("a SW \"\"", compare("a", Op::Sw, text(""))),
        ("a ew \"\u{65e5}\u{672c}\"", compare("a", Op::Ew, text("\u{65e5}\u{672c}"))),
        ("a gt 10", compare("a", Op::Gt, number("10"))),
        ("a ge -1.5E+3", compare("a", Op::Ge, number("-1500.0"))),
        ("a lt 1e2", compare("a", Op::Lt, number("100.0"))),
        ("a le 0", compare("a", Op::Le, number("0"))),
        ("a eq true", compare("a", Op::Eq, Literal::Bool(true))),
        ("a eq False", compare("a", Op::Eq, Literal::Bool(false))),
        ("a eq null", compare("a", Op::Eq, Literal::Null)),
        ("$ref eq \"x\"", compare("$ref", Op::Eq, text("x"))),
    ] {
        assert_eq!(Filter::parse(written), Ok(expected), "{written}");
    }
}

#[test]
fn names() {
    for (text, expected) in [
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"x\"",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"x\"",
        ),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager.value pr",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value pr",
        ),
        ("emails[type eq \"work\"].value eq \"x\"", "emails[(type eq \"work\" & value eq \"x\")]"),
        (
            "emails[type eq \"work\" and primary eq true].value pr or a pr",
            "(emails[(type eq \"work\" & primary eq true & value pr)] | a pr)",
        ),
        (
            "emails[type eq \"work\" or type eq \"home\"].value ne \"x\"",
            "emails[((type eq \"work\" | type eq \"home\") & value ne \"x\")]",
        ),
        ("members.$ref pr", "members.$ref pr"),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn refused_with_position_and_remedy() {
    for (text, position, remedy) in [
        ("", 1, "userName eq"),
        ("   ", 4, "userName eq"),
        ("userName", 9, "operator"),
        ("userName eq", 12, "value"),
        ("userName eq ", 13, "double quotes"),
        ("userName eq bob", 13, "double quotes"),
        ("userName sw J", 13, "double quotes"),
        ("userName eq 'bob'", 13, "double quotes"),
        ("userName eq 01", 13, "double quotes"),
        ("userName eq .5", 13, "double quotes"),
        ("userName eq 5x", 13, "double quotes"),
        ("userName eq\"bob\"", 12, "space"),
        ("userName eq \"bob", 13, "missing"),
        ("userName eq \"bob\\\"", 13, "missing"),
        ("userName eq \"\\x\"", 13, "JSON string"),
        ("userName eq \"\\ud800\"", 13, "JSON string"),
        ("userName eq \"a\"b", 16, "space"),
        ("userName eq \"\u{e9}\u{e9}\" x", 18, "end of the filter"),
        ("userName like \"x\"", 10, "eq, ne"),
        ("userName == \"x\"", 10, "eq, ne"),
        ("userName prx", 10, "eq, ne"),
        ("userName pr\"x\"", 12, "nothing may follow"),
        ("userName pr and", 13, "end of the filter"),
        ("userName pr and ", 17, "attribute name"),
        ("userName pr, a pr", 12, "nothing may follow"),
        ("and a pr", 5, "eq, ne"),
        ("not a pr", 1, "parentheses"),
        ("(a pr", 6, "closing )"),
        ("a pr)", 5, "opened"),
        ("a pr]", 5, "opened"),
        ("()", 2, "attribute name"),
        ("(a pr]", 6, "closing )"),
        ("e[a pr", 7, "closing ]"),
        ("e[]", 3, "attribute name"),
        ("e[a[b pr]]", 4, "brackets"),
        ("e[(a[b pr])]", 5, "brackets"),
        ("e[a pr].", 9, "attribute name"),
        ("e[a pr].b", 10, "operator"),
        ("e [a pr]", 3, "eq, ne"),
        ("a.b.c pr", 6, "dot"),
        ("x:y pr", 1, "URN"),
        ("1a pr", 1, "letter"),
        ("a\tpr", 2, "space"),
    ] {
        let error = Filter::parse(text).expect_err(text);
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{text}");
        assert!(error.detail.contains(&format!("character {position}:")), "{text}: {}", error.detail);
        assert!(error.detail.contains(remedy), "{text}: {}", error.detail);
    }
}

#[test]
fn limits() {
    let nested = |open: &str, depth: usize| format!("{}a pr{}", open.repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested("(", 20)).is_ok());
    assert!(Filter::parse(&nested("not (", 20)).is_ok());
    assert!(Filter::parse(&nested("(", 19).replace("a pr", "e[a pr]")).is_ok());
    assert!(Filter::parse(&nested("(", 20).replace("a pr", "e[a pr]")).is_err());
    assert!(Filter::parse(&vec!["a pr"; 200].join(" and ")).is_ok());
    let quoted = format!("a eq \"{}\"", "x".repeat(16 * 1024 - 7));
    assert_eq!(quoted.len(), 16 * 1024);
    assert!(Filter::parse(&quoted).is_ok());

    let mut slowest = Duration::ZERO;
    for (text, word) in [
        (nested("(", 21), "20 levels"),
        (nested("not (", 21), "20 levels"),
        ("(".repeat(10_000), "20 levels"),
        ("not(".repeat(4_000), "20 levels"),
        ("a pr or (".repeat(1_700), "20 levels"),
        (vec!["a pr"; 201].join(" and "), "200 comparisons"),
        (vec!["a pr"; 201].join(" or "), "200 comparisons"),
        (format!("e[{}]", vec!["a pr"; 201].join(" or ")), "200 comparisons"),
        (format!("{quoted} "), "16384 bytes"),
        ("(".repeat(1_000_000), "16384 bytes"),
        (format!("a eq \"{}\"", "\\\"".repeat(500_000)), "16384 bytes"),
    ] {
        let start = Instant::now();
        let error = Filter::parse(&text).expect_err(&text);
        slowest = slowest.max(start.elapsed());
        assert!(error.detail.contains(word), "{}", error.detail);
    }
    assert!(slowest < Duration::from_millis(100), "{slowest:?}");
}

fn path() -> impl Strategy<Value = AttrPath> {
    let name = "[a-zA-Z][a-zA-Z0-9_-]{0,6}".prop_filter("the word not", |name| !name.eq_ignore_ascii_case("not"));
    (prop::option::of("urn:[a-z]{1,4}:[0-9]\\.[0-9]:[A-Z][a-z]{0,3}"), name, prop::option::of("\\$?[a-z]{1,5}"))
        .prop_map(|(urn, attribute, sub)| AttrPath { urn, attribute, sub })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        any::<f64>().prop_filter_map("a finite number", serde_json::Number::from_f64).prop_map(Literal::Number),
        any::<String>().prop_map(Literal::String),
    ]
}

fn operator() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![Op::Eq, Op::Ne, Op::Co, Op::Sw, Op::Ew, Op::Gt, Op::Ge, Op::Lt, Op::Le])
}

fn tree(leaf: BoxedStrategy<Filter<AttrPath>>) -> BoxedStrategy<Filter<AttrPath>> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
    .boxed()
}

pub(super) fn any_filter() -> impl Strategy<Value = Filter<AttrPath>> {
    let term = prop_oneof![
        path().prop_map(Filter::Present),
        (path(), operator(), literal()).prop_map(|(path, op, literal)| Filter::Compare(path, op, literal)),
    ]
    .boxed();
    let value_path = (path(), tree(term.clone())).prop_map(|(path, inner)| Filter::ValuePath(path, Box::new(inner)));
    tree(prop_oneof![3 => term, 1 => value_path].boxed())
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(filter in any_filter()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= 16 * 1024);
        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn filter_like_text_never_panics(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "a", "eq", "pr", "and", "or", "not", "(", ")", "[", "]", " ", " ", ".", "\"", "\\", "x", "1", "-", "e", "true", "\u{e9}",
                "urn:x:", "$ref", "null", "\u{0}",
            ]),
            0..24,
        ),
    ) {
        let text = words.concat();
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }
}
