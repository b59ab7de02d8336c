//! The clock: links, tokens, deletion dates and billing depend on it.

use super::report::Report;
use crate::{app::health::Examination, config::Settings};
use jiff::SignedDuration;

const AREA: &str = "clock";
/// Clocks that differ by more are wrong.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(30);

pub fn check(settings: &Settings, seen: &Examination, report: &mut Report) {
    let now = seen.reading.at;
    let remedy = "let the machine follow a time server (chrony, systemd-timesyncd)";
    if !settings.clock_offset.is_zero() {
        report.notice(
            AREA,
            format!("USHER_CLOCK_OFFSET shifts it by {:#}", settings.clock_offset),
            "remove the setting outside of tests",
        );
        return;
    }
    if let Some(server) = seen.server_time {
        let apart = now.duration_since(server).abs();
        if apart > TOLERANCE {
            report.problem(AREA, format!("it is {apart:#} apart from the database server's"), remedy);
            return;
        }
    }
    match seen.last_written {
        Some(written) if written.duration_since(now) > TOLERANCE => {
            report.problem(
                AREA,
                format!("it says {now}, but the database holds what was written at {written}"),
                remedy,
            );
        }
        _ => report.fine(AREA, format!("it says {now}")),
    }
}
