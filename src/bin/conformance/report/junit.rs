//! The report as `JUnit` XML, as build servers read it.

use super::{Counts, Heading};
use crate::{
    outcome::{End, Failure, Outcome},
    rules::Rules,
    run::Results,
};
use std::fmt::Write;

/// The whole report; a suite for each topic.
pub fn junit(heading: &Heading, rules: &Rules, results: &Results) -> String {
    let counts = Counts::of(&results.outcomes);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
        escaped(&heading.base),
        counts.all(),
        counts.failed,
        counts.skipped,
        heading.seconds
    );
    let mut names: Vec<&str> = results.outcomes.iter().map(|outcome| outcome.topic.as_str()).collect();
    names.dedup();
    for name in names {
        let outcomes: Vec<&Outcome> = results.outcomes.iter().filter(|outcome| outcome.topic == name).collect();
        let counts = Counts::of(outcomes.iter().copied());
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
            escaped(name),
            counts.all(),
            counts.failed,
            counts.skipped
        );
        for outcome in outcomes {
            case(&mut xml, outcome, rules);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn case(xml: &mut String, outcome: &Outcome, rules: &Rules) {
    let _ = write!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&outcome.topic),
        escaped(&outcome.id),
        outcome.seconds
    );
    match &outcome.end {
        End::Passed => xml.push_str("/>\n"),
        End::Skipped(why) => {
            let _ = writeln!(xml, "><skipped message=\"{}\"/></testcase>", escaped(why));
        }
        End::Failed(failures) => {
            let message = failures.iter().flat_map(|failure| &failure.problems).next().cloned().unwrap_or_default();
            let _ = writeln!(
                xml,
                "><failure message=\"{}\">{}</failure></testcase>",
                escaped(&message),
                escaped(&details(outcome, failures, rules))
            );
        }
    }
}

fn details(outcome: &Outcome, failures: &[Failure], rules: &Rules) -> String {
    let mut text = format!("{}\n", outcome.description);
    for rule in outcome.rules.iter().filter_map(|id| rules.get(id)) {
        let _ = writeln!(text, "rule {} ({}, {}): {}", rule.id, rule.place(), rule.level.word(), rule.says);
    }
    for failure in failures {
        let _ = writeln!(text, "step {}", failure.step);
        if let Some(exchange) = &failure.sent {
            let body = exchange.body.as_deref().unwrap_or_default();
            let _ = writeln!(text, "sent {} {} {body}", exchange.method, exchange.path);
            let _ = writeln!(text, "came {} {}", exchange.status.unwrap_or_default(), exchange.answer);
        }
        let _ = writeln!(text, "wrong {}", failure.problems.join("; "));
    }
    text
}

/// XML 1.0 has no place for most control characters, not even escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
