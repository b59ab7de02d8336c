//! The report as JSON.

use super::{Counts, Heading};
use crate::{
    outcome::{End, Exchange, Failure, Outcome},
    rules::Rules,
    run::Results,
};
use serde_json::{Map, Value, json};

/// The whole report.
pub fn json(heading: &Heading, rules: &Rules, results: &Results) -> String {
    let counts = Counts::of(&results.outcomes);
    let report = json!({
        "server": heading.base,
        "profile": heading.profile,
        "seconds": heading.seconds,
        "passed": counts.passed,
        "failed": counts.failed,
        "skipped": counts.skipped,
        "unsure": counts.unsure,
        "requests": counts.requests,
        "left": results.left,
        "cases": results.outcomes.iter().map(|outcome| case(outcome, rules)).collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

fn case(outcome: &Outcome, rules: &Rules) -> Value {
    let (word, failures, reason) = match &outcome.end {
        End::Passed => ("passed", Vec::new(), None),
        End::Failed(failures) => ("failed", failures.iter().map(failure).collect(), None),
        End::Skipped(why) => ("skipped", Vec::new(), Some(why)),
    };
    let says = |id: &String| json!({"id": id, "says": rules.get(id).map(|rule| rule.says.as_str())});
    json!({
        "id": outcome.id,
        "topic": outcome.topic,
        "level": outcome.level.letter().to_string(),
        "rules": outcome.rules.iter().map(says).collect::<Vec<_>>(),
        "description": outcome.description,
        "outcome": word,
        "reason": reason,
        "failures": failures,
        "unsure": outcome.unsure.iter().map(failure).collect::<Vec<_>>(),
        "seconds": outcome.seconds,
    })
}

fn failure(failure: &Failure) -> Value {
    json!({
        "step": failure.step,
        "sent": failure.sent.as_ref().map(sent),
        "came": failure.sent.as_ref().map(came),
        "problems": failure.problems,
    })
}

fn sent(exchange: &Exchange) -> Value {
    json!({
        "method": exchange.method,
        "path": exchange.path,
        "headers": fields(&exchange.headers),
        "body": exchange.body,
    })
}

fn came(exchange: &Exchange) -> Value {
    json!({"status": exchange.status, "headers": fields(&exchange.answer_headers), "body": exchange.answer})
}

fn fields(headers: &[(String, String)]) -> Map<String, Value> {
    headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}
