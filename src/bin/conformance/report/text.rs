//! The report on the terminal.

use super::{Counts, Heading};
use crate::{
    outcome::{End, Exchange, Failure, Outcome},
    rules::Rules,
    run::Results,
};
use std::{collections::BTreeMap, fmt::Write};

/// One case on one line, for `--verbose`.
pub fn line(outcome: &Outcome) -> String {
    let (word, note) = match &outcome.end {
        End::Passed => ("ok     ", String::new()),
        End::Failed(failures) => {
            ("FAILED ", failures.first().map(|failure| failure.problems.join("; ")).unwrap_or_default())
        }
        End::Skipped(why) => ("skipped", why.clone()),
    };
    let note = if note.is_empty() { note } else { format!(": {note}") };
    format!("{word} {}{note}", outcome.id)
}

/// The whole report.
pub fn text(heading: &Heading, rules: &Rules, results: &Results) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}, profile {}\n", heading.base, heading.profile);
    topics(&mut text, &results.outcomes);
    for outcome in &results.outcomes {
        if let End::Failed(failures) = &outcome.end {
            failed(&mut text, rules, outcome, failures);
        }
    }
    doubts(&mut text, &results.outcomes);
    skips(&mut text, &results.outcomes);
    if !results.left.is_empty() {
        let _ = writeln!(text, "\nLeft on the server, for DELETE did not work:\n  {}", results.left.join("\n  "));
    }
    let counts = Counts::of(&results.outcomes);
    let _ = writeln!(
        text,
        "\n{} cases: {} passed, {} failed, {} skipped; {} requests in {:.1} s",
        counts.all(),
        counts.passed,
        counts.failed,
        counts.skipped,
        counts.requests,
        heading.seconds
    );
    text
}

fn topics(text: &mut String, outcomes: &[Outcome]) {
    let mut names: Vec<&str> = outcomes.iter().map(|outcome| outcome.topic.as_str()).collect();
    names.dedup();
    for name in names {
        let counts = Counts::of(outcomes.iter().filter(|outcome| outcome.topic == name));
        let _ = write!(text, "  {name:<20} {:>4} passed", counts.passed);
        for (count, word) in [(counts.failed, "FAILED"), (counts.skipped, "skipped"), (counts.unsure, "unsure")] {
            if count > 0 {
                let _ = write!(text, ", {count} {word}");
            }
        }
        text.push('\n');
    }
}

fn failed(text: &mut String, rules: &Rules, outcome: &Outcome, failures: &[Failure]) {
    let _ = writeln!(text, "\nFAILED {}\n  {}", outcome.id, outcome.description);
    for id in &outcome.rules {
        if let Some(rule) = rules.get(id) {
            let _ = writeln!(text, "  rule     {id} ({}, {}): {}", rule.place(), rule.level.word(), rule.says);
        }
    }
    for failure in failures {
        let _ = writeln!(text, "  step     {}", failure.step);
        if let Some(exchange) = &failure.sent {
            shown(text, exchange);
        }
        for problem in &failure.problems {
            let _ = writeln!(text, "  wrong    {problem}");
        }
    }
}

fn shown(text: &mut String, exchange: &Exchange) {
    let _ = writeln!(text, "  sent     {} {}", exchange.method, exchange.path);
    for (name, value) in exchange.headers.iter().filter(|(name, _)| !is_usual(name)) {
        let _ = writeln!(text, "           {name}: {value}");
    }
    if let Some(body) = &exchange.body {
        let _ = writeln!(text, "           {body}");
    }
    let Some(status) = exchange.status else { return };
    let _ = writeln!(text, "  came     {status}");
    for (name, value) in &exchange.answer_headers {
        let _ = writeln!(text, "           {name}: {value}");
    }
    if !exchange.answer.is_empty() {
        let _ = writeln!(text, "           {}", exchange.answer);
    }
}

fn is_usual(name: &str) -> bool {
    ["accept", "content-type", "user-agent", "accept-charset"].contains(&name.to_lowercase().as_str())
}

fn doubts(text: &mut String, outcomes: &[Outcome]) {
    for outcome in outcomes.iter().filter(|outcome| !outcome.unsure.is_empty()) {
        for failure in &outcome.unsure {
            let _ = writeln!(text, "\nunsure {}, {}: {}", outcome.id, failure.step, failure.problems.join("; "));
        }
    }
}

fn skips(text: &mut String, outcomes: &[Outcome]) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        if let End::Skipped(why) = &outcome.end {
            *reasons.entry(why).or_default() += 1;
        }
    }
    if !reasons.is_empty() {
        text.push_str("\nSkipped:\n");
    }
    for (why, count) in reasons {
        let _ = writeln!(text, "  {count:>4}  {why}");
    }
}
