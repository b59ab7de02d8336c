//! The table of rules and the cases that hold a server to them, as `conformance/README.md` has it.

use crate::suite::Suite;
use std::fmt::Write;

/// Markdown: a row for each rule.
pub fn table(suite: &Suite) -> String {
    let mut text = String::from("| Rule | Level | Where | Says | Cases |\n|---|---|---|---|---|\n");
    for rule in suite.rules.iter() {
        let cases: Vec<String> = suite
            .cases()
            .filter(|(_, case)| case.rules.contains(&rule.id))
            .map(|(_, case)| format!("`{}`", case.id))
            .collect();
        let mut seen = cases.join(" ");
        if let Some(elsewhere) = &rule.elsewhere {
            let not = if seen.is_empty() { "Not to be seen from outside: " } else { ". In part not to be seen: " };
            seen.push_str(not);
            seen.push_str(elsewhere);
        }
        let says = rule.says.replace('|', "\\|");
        let _ = writeln!(text, "| {} | {} | {} | {says} | {seen} |", rule.id, rule.level.letter(), rule.place());
    }
    text
}
