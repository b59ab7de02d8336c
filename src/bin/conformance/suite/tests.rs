//! What the data itself must be.

use super::*;

/// The files as they are, for a compiled copy may be older.
fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/conformance"))
}

fn suite() -> Suite {
    Suite::load(Some(folder())).unwrap()
}

#[test]
fn there_are_at_least_three_hundred_cases() {
    let suite = suite();
    let cases = suite.cases().filter(|(_, case)| case.recording.is_none()).count();
    assert!(cases >= 300, "{cases} cases");
}

#[test]
fn every_rule_that_binds_has_a_case_or_a_reason_why_not() {
    let suite = suite();
    let covered: BTreeSet<_> = suite.cases().flat_map(|(_, case)| case.rules.iter().map(String::as_str)).collect();
    let missing: Vec<_> = suite
        .rules
        .iter()
        .filter(|rule| rule.elsewhere.is_none() && !covered.contains(rule.id.as_str()))
        .map(|rule| rule.id.as_str())
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn no_two_cases_of_a_topic_say_the_same() {
    let mut seen = BTreeSet::new();
    for (topic, case) in suite().cases() {
        assert!(seen.insert((topic.name.clone(), case.description.clone())), "{}", case.id);
    }
}

#[test]
fn only_example_people_are_named() {
    for (name, text) in read(folder()).unwrap() {
        for (at, _) in text.match_indices('@') {
            let after: String = text[at + 1..].chars().take(8).collect();
            let is_address = after.starts_with(char::is_alphanumeric);
            assert!(!is_address || after.eq_ignore_ascii_case("example."), "{name}: @{after}");
        }
    }
}

#[test]
fn a_table_becomes_a_case_for_each_row() {
    let file = serde_json::json!({
        "topic": "t", "description": "",
        "tables": [{
            "id": "f", "rules": ["P-3.4.2.2-6"], "needs": ["filter"], "defaults": {"status": 200},
            "steps": [{"send": "GET /Users", "query": {"filter": "${filter} ${run}"}, "expect": {"status": "${status}"}}],
            "rows": [
                {"id": "a", "says": "A.", "filter": "x pr"},
                {"id": "b", "says": "B.", "filter": "y pr", "status": 400, "level": "D", "needs": ["sort"]}
            ]
        }]
    });
    let topic = topic(serde_json::from_value(file).unwrap(), &suite().rules).unwrap();
    let [a, b] = topic.cases.as_slice() else { panic!("two cases") };
    assert_eq!((a.id.as_str(), b.id.as_str()), ("t/f-a", "t/f-b"));
    assert_eq!(a.steps[0].query["filter"], "x pr ${run}");
    assert!(b.steps[0].expect.status.admits(400) && !a.steps[0].expect.status.admits(400));
    assert_eq!((b.level, b.needs.as_slice()), (Level::D, ["filter".to_owned(), "sort".to_owned()].as_slice()));
}

#[test]
fn a_trace_that_goes_on_stands_behind_the_one_before() {
    let suite = suite();
    let ids: Vec<_> = suite.cases().map(|(_, case)| case.id.as_str()).collect();
    let place = |id: &str| ids.iter().position(|other| *other == id).unwrap();
    assert_eq!(place("trace/entra-leaver"), place("trace/entra-onboarding") + 1);
}

#[test]
fn what_is_built_in_can_be_read() {
    assert!(Suite::load(None).unwrap().cases().count() > 300);
}
