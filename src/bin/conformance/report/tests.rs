//! Reports of a run that never took place.

use super::*;
use crate::{
    model::Level,
    outcome::{Exchange, Failure},
    run::Results,
    suite::Suite,
};

fn outcome(id: &str, end: End) -> Outcome {
    Outcome {
        topic: "patch".to_owned(),
        id: format!("patch/{id}"),
        rules: vec!["P-3.5.2-10".to_owned()],
        level: Level::M,
        description: "What <it> says.".to_owned(),
        end,
        unsure: Vec::new(),
        requests: 2,
        seconds: 0.5,
    }
}

fn results() -> Results {
    let sent = Exchange {
        method: "PATCH".to_owned(),
        path: "/Users/1".to_owned(),
        headers: vec![("If-Match".to_owned(), "W/\"1\"".to_owned())],
        body: Some("{\"a\":1}".to_owned()),
        status: Some(500),
        answer_headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        answer: "<oops>".to_owned(),
    };
    let problems = vec!["status: got 500, expected 200".to_owned()];
    let failure = Failure { step: "replace".to_owned(), sent: Some(sent), problems };
    Results {
        outcomes: vec![
            outcome("a", End::Passed),
            outcome("b", End::Failed(vec![failure])),
            outcome("c", End::Skipped("no sort".to_owned())),
        ],
        left: vec!["/Users/9 (DELETE answered 500)".to_owned()],
    }
}

fn heading() -> Heading {
    Heading { base: "http://x/v2".to_owned(), profile: "interop", seconds: 1.25 }
}

#[test]
fn the_terminal_shows_what_was_sent_what_came_and_which_rule_it_breaks() {
    let rules = Suite::load(None).unwrap().rules;
    let text = text(&heading(), &rules, &results());
    for part in [
        "FAILED patch/b",
        "sent     PATCH /Users/1",
        "If-Match: W/\"1\"",
        "{\"a\":1}",
        "came     500",
        "<oops>",
        "wrong    status: got 500, expected 200",
        "P-3.5.2-10 (RFC 7644 section 3.5.2",
        "1  no sort",
        "/Users/9 (DELETE answered 500)",
        "3 cases: 1 passed, 1 failed, 1 skipped; 6 requests in 1.2 s",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn programs_read_the_same_as_json() {
    let rules = Suite::load(None).unwrap().rules;
    let report: serde_json::Value = serde_json::from_str(&json(&heading(), &rules, &results())).unwrap();
    assert_eq!(report["failed"], 1);
    assert_eq!(report["cases"][1]["failures"][0]["came"]["status"], 500);
    assert_eq!(report["cases"][2]["reason"], "no sort");
}

#[test]
fn build_servers_read_the_same_as_xml() {
    let rules = Suite::load(None).unwrap().rules;
    let xml = junit(&heading(), &rules, &results());
    assert!(xml.contains("<testsuites name=\"http://x/v2\" tests=\"3\" failures=\"1\" skipped=\"1\" time=\"1.250\">"));
    assert!(xml.contains("<skipped message=\"no sort\"/>"));
    assert!(xml.contains("What &lt;it&gt; says."));
    assert!(!xml.contains("<oops>"));
}

#[test]
fn the_table_has_a_row_for_each_rule() {
    let suite = Suite::load(None).unwrap();
    assert_eq!(table(&suite).lines().count(), suite.rules.iter().count() + 2);
}
