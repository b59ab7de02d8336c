//! What waits: mails, deletions, tokens that end.

use super::report::Report;
use crate::app::health::{Examination, TOKEN_HORIZON};
use jiff::SignedDuration;

/// A mail that is due for longer than this should have left.
const LATE: SignedDuration = SignedDuration::from_mins(5);

pub fn check(seen: &Examination, report: &mut Report) {
    check_queue(seen, report);
    check_deletions(seen, report);
    check_tokens(seen, report);
}

fn check_queue(seen: &Examination, report: &mut Report) {
    if let Some(pause) = &seen.pause {
        report.notice(
            "mail",
            format!("mail is paused for the whole installation since {}: {}", pause.since, pause.reason),
            "`usher mail resume` lets it leave again",
        );
    }
    for (tenant, counts) in &seen.mails {
        let count = |status: &str| counts.get(status).copied().unwrap_or(0);
        if count("held") > 0 {
            report.notice(
                "mail",
                format!("{} mails of tenant {tenant} are held", count("held")),
                format!("`usher mail release --tenant {tenant}` sends them, `usher mail discard --tenant {tenant}` drops them"),
            );
        }
        if count("failed") > 0 {
            report.notice(
                "mail",
                format!("{} mails of tenant {tenant} failed for good", count("failed")),
                "GET /api/v1/notifications?status=failed lists them with the relay's reply; correct the address, then retry",
            );
        }
    }
    let late = seen.reading.figures.mail_due_since.is_some_and(|due| seen.reading.at.duration_since(due) > LATE);
    if seen.stuck > 0 || late {
        report.problem(
            "mail",
            "mails are due and nobody sends them",
            "see that `usher serve` runs on this database, and its log",
        );
    }
}

fn check_deletions(seen: &Examination, report: &mut Report) {
    for (tenant, count) in &seen.overdue_deletions {
        report.problem(
            "calendar",
            format!("{count} people of tenant {tenant} are past their deletion date and still there"),
            "see that `usher serve` runs; a run that would delete an unusual share of a tenant parks itself until an administrator confirms it",
        );
    }
}

fn check_tokens(seen: &Examination, report: &mut Report) {
    if seen.tokens.is_empty() {
        report.notice(
            "tokens",
            "there is no usable token, so no identity provider can push",
            "usher token create --name okta --connection okta",
        );
    }
    for (tenant, name, end) in &seen.tokens {
        if end.duration_since(seen.reading.at) < TOKEN_HORIZON {
            report.notice(
                "tokens",
                format!("the token {name} of tenant {tenant} ends at {end}"),
                format!("usher token rotate {name} --tenant {tenant}, and give the new one to whoever uses it"),
            );
        }
    }
}
