//! Our parser beside that of the crate `scim_v2`: both take a text and mean the same by it, or both refuse it, but for the
//! differences in the two tables here.

use proptest::prelude::*;
use scim_v2::filter as theirs;

use super::grammar::any_filter;
use super::*;

type Row = (&'static str, &'static str, fn(&str) -> bool);

/// What we take and they don't: why, an example, and how to tell from a text whose strings were emptied.
const OURS_ALONE: [Row; 6] = [
    ("a comparison behind brackets (decision 11)", "emails[type eq \"work\"].value eq \"x\"", |bare| {
        bare.contains("].")
    }),
    ("$ref, which the ABNF forgets", "members.$ref pr", |bare| bare.contains('$')),
    ("not without a space (erratum 7319)", "not(a pr)", |bare| bare.to_lowercase().contains("not(")),
    ("literals in any case (decision 4)", "active eq True", |bare| {
        words(bare).any(|word| is_literal(&word.to_lowercase()) && !is_literal(word))
    }),
    ("attributes that are called like a literal", "null pr", |bare| words(bare).any(is_literal)),
    ("a dot for the colon behind a URN (decision 11)", "urn:example:2.0:User.manager.value pr", |bare| {
        words(bare).any(|word| word.rsplit(':').next().is_some_and(|local| local.matches('.').count() > 1))
    }),
];

/// What they take and we don't.
const THEIRS_ALONE: [Row; 5] = [
    ("white space that is no space", "a\tpr", |bare| bare.contains(|c: char| c.is_whitespace() && c != ' ')),
    ("a space before a bracket", "emails [type pr]", |bare| bare.contains(" [")),
    ("a URN with nothing behind its scheme", "urn::a pr", |bare| bare.contains("::")),
    ("a value path into an attribute called not", "not[a pr]", |bare| bare.to_lowercase().contains("not[")),
    ("more than 20 levels", "((((((((((((((((((((( a pr )))))))))))))))))))))", |bare| {
        bare.matches(['(', '[']).count() > 20
    }),
];

fn is_literal(word: &str) -> bool {
    ["true", "false", "null"].contains(&word)
}

fn words(bare: &str) -> impl Iterator<Item = &str> {
    bare.split([' ', '(', ')', '[', ']'])
}

/// The text with nothing in its strings.
fn emptied(text: &str) -> String {
    let mut bare = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        let ends = c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
        if ends || !in_string {
            bare.push(c);
        }
        in_string ^= ends;
    }
    bare
}

/// What is wrong with how the two read a text, if anything.
fn disagreement(text: &str) -> Option<String> {
    let ours = Filter::parse(text);
    let other = text.parse::<theirs::Filter>();
    let known = |table: &[Row]| table.iter().any(|(_, _, applies)| applies(&emptied(text)));
    match (ours, other) {
        (Ok(ours), Ok(other)) => {
            let (ours, other) = (flat(ours), flat(translated(&other)));
            (ours != other).then(|| format!("{text}: we read {ours}, they read {other}"))
        }
        (Ok(_), Err(error)) => (!known(&OURS_ALONE)).then(|| format!("{text}: they refuse it: {error}")),
        (Err(error), Ok(_)) => (!known(&THEIRS_ALONE)).then(|| format!("{text}: we refuse it: {error}")),
        (Err(_), Err(_)) => None,
    }
}

/// Chains within chains of the same word joined, because they do so while parsing.
fn flat(filter: Filter<AttrPath>) -> Filter<AttrPath> {
    match filter {
        Filter::And(all) => Filter::And(all.into_iter().map(flat).flat_map(conjuncts).collect()),
        Filter::Or(all) => Filter::Or(all.into_iter().map(flat).flat_map(disjuncts).collect()),
        Filter::Not(inner) => Filter::Not(Box::new(flat(*inner))),
        Filter::ValuePath(path, inner) => Filter::ValuePath(path, Box::new(flat(*inner))),
        other => other,
    }
}

fn conjuncts(filter: Filter<AttrPath>) -> Vec<Filter<AttrPath>> {
    if let Filter::And(all) = filter { all } else { vec![filter] }
}

fn disjuncts(filter: Filter<AttrPath>) -> Vec<Filter<AttrPath>> {
    if let Filter::Or(all) = filter { all } else { vec![filter] }
}

fn translated(filter: &theirs::Filter) -> Filter<AttrPath> {
    match filter {
        theirs::Filter::Attr(term) => translated_term(term),
        theirs::Filter::ValuePath(path) => {
            Filter::ValuePath(translated_path(&path.attr), Box::new(translated_values(&path.filter)))
        }
        theirs::Filter::Not(inner) => Filter::Not(Box::new(translated(inner))),
        theirs::Filter::And(all) => Filter::And(all.as_slice().iter().map(translated).collect()),
        theirs::Filter::Or(all) => Filter::Or(all.as_slice().iter().map(translated).collect()),
    }
}

fn translated_values(filter: &theirs::ValFilter) -> Filter<AttrPath> {
    match filter {
        theirs::ValFilter::Attr(term) => translated_term(term),
        theirs::ValFilter::Not(inner) => Filter::Not(Box::new(translated_values(inner))),
        theirs::ValFilter::And(all) => Filter::And(all.as_slice().iter().map(translated_values).collect()),
        theirs::ValFilter::Or(all) => Filter::Or(all.as_slice().iter().map(translated_values).collect()),
    }
}

fn translated_term(term: &theirs::AttrExp) -> Filter<AttrPath> {
    match term {
        theirs::AttrExp::Present(path) => Filter::Present(translated_path(path)),
        theirs::AttrExp::Comparison(path, op, value) => {
            let op = match op {
                theirs::CompareOp::Eq => Op::Eq,
                theirs::CompareOp::Ne => Op::Ne,
                theirs::CompareOp::Co => Op::Co,
                theirs::CompareOp::Sw => Op::Sw,
                theirs::CompareOp::Ew => Op::Ew,
                theirs::CompareOp::Gt => Op::Gt,
                theirs::CompareOp::Lt => Op::Lt,
                theirs::CompareOp::Ge => Op::Ge,
                theirs::CompareOp::Le => Op::Le,
            };
            let literal = match value {
                theirs::CompValue::False => Literal::Bool(false),
                theirs::CompValue::True => Literal::Bool(true),
                theirs::CompValue::Null => Literal::Null,
                theirs::CompValue::Number(number) => Literal::Number(number.clone()),
                theirs::CompValue::Str(text) => Literal::String(text.clone()),
            };
            Filter::Compare(translated_path(path), op, literal)
        }
    }
}

fn translated_path(path: &theirs::AttrPath) -> AttrPath {
    AttrPath { urn: path.uri.clone(), attribute: path.name.clone(), sub: path.sub_attr.clone() }
}

#[test]
fn every_difference_is_still_one() {
    for (why, example, applies) in OURS_ALONE {
        assert!(Filter::parse(example).is_ok() && example.parse::<theirs::Filter>().is_err(), "{why}");
        assert!(applies(&emptied(example)), "{why}");
    }
    for (why, example, applies) in THEIRS_ALONE {
        assert!(Filter::parse(example).is_err() && example.parse::<theirs::Filter>().is_ok(), "{why}");
        assert!(applies(&emptied(example)), "{why}");
    }
}

/// A filter's text with some characters left out, doubled, exchanged or put in.
fn mutated() -> impl Strategy<Value = String> {
    let letter = prop::sample::select("aeq \"\\()[].:-10$nort\u{e9}".chars().collect::<Vec<_>>());
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, letter), 0..4);
    (any_filter(), edits).prop_map(|(filter, edits)| {
        let mut text: Vec<char> = filter.to_string().chars().collect();
        for (place, edit, letter) in edits {
            let length = text.len();
            let at = place.index(length);
            match edit {
                0 if length > 1 => drop(text.remove(at)),
                1 => text.insert(at, text[at]),
                2 => text.swap(at, (at + 1) % length),
                _ => text.insert(at, letter),
            }
        }
        text.into_iter().collect()
    })
}

/// Words of filters in any order, most of them with spaces between.
fn jumbled() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "a",
        "userName",
        "name.x",
        "urn:x:2.0:A:b",
        "urn:x:A:b.c",
        "x:y",
        "eq",
        "ne",
        "PR",
        "pr",
        "co",
        "and",
        "And",
        "or",
        "not",
        "(",
        ")",
        "(",
        ")",
        "[",
        "]",
        "\"x\"",
        "\"\\u0041\"",
        "\"",
        "5",
        "-1.5e3",
        "01",
        "true",
        "null",
        "e[b pr]",
        "a eq 1",
        "a pr",
        ".",
    ]);
    let gap = prop::sample::select(vec![" ", " ", " ", " ", "  ", ""]);
    prop::collection::vec((word, gap), 1..12)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

proptest! {
    #[test]
    fn both_parsers_agree_on_filters_with_slips(text in mutated()) {
        prop_assert_eq!(disagreement(&text), None);
    }

    #[test]
    fn both_parsers_agree_on_jumbled_words(text in jumbled()) {
        prop_assert_eq!(disagreement(&text), None);
    }
}
