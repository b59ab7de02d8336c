//! `xsd:dateTime` as RFC 7643 section 2.3.5 uses it: date and time, fractions of any length, an offset or none (then UTC).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Reads a dateTime; `None` when the text is none.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let (date_time, rest) = text.split_at_checked(19)?;
    if date_time.as_bytes().get(10) != Some(&b'T') || !date_time.is_ascii() {
        return None;
    }
    let digits = rest.strip_prefix('.').map(|r| r.len() - r.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let (fraction, zone) = match digits {
        None => ("", rest),
        Some(0) => return None,
        Some(digits) => rest.split_at_checked(digits + 1)?,
    };
    // jiff knows nanoseconds; what is finer is cut.
    let fraction = fraction.get(..10).unwrap_or(fraction);
    let local: DateTime = format!("{date_time}{fraction}").parse().ok()?;
    offset(zone)?.to_timestamp(local).ok()
}

/// Writes a time as the server always does: UTC, milliseconds.
#[must_use]
pub fn format(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `Z`, `+hh:mm` up to 14 hours as xsd has it, or nothing.
fn offset(zone: &str) -> Option<Offset> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let number = |text: &str| {
        (text.len() == 2).then(|| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i32>().ok()))
    };
    let (hours, minutes) = (number(hours)???, number(minutes)???);
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn date_times_become_utc_milliseconds() {
        let cases = [
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22T10:00:00", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22T10:00:00.1239Z", "2026-11-22T10:00:00.123Z"),
            ("0001-01-03T00:00:00.0000000Z", "0001-01-03T00:00:00.000Z"),
            ("2026-11-22T10:00:00.123456789012345Z", "2026-11-22T10:00:00.123Z"),
            ("2026-11-22T06:00:00+02:00", "2026-11-22T04:00:00.000Z"),
            ("2026-11-22T23:30:00-14:00", "2026-11-23T13:30:00.000Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).map(format).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_date_times() {
        for text in [
            "",
            "x",
            "2026-11-22",
            "2026-11-22 10:00:00Z",
            "2026-11-22T10:00Z",
            "2026-02-30T10:00:00Z",
            "2026-11-22T25:00:00Z",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00+0200",
            "2026-11-22T10:00:00+2:00",
            "2026-11-22T10:00:00+14:01",
            "2026-11-22T10:00:00+01:60",
            "2026-11-22T10:00:00[Europe/Paris]",
            "2026-11-22T10:00:0éZ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn formatting_is_stable(text in "[12][0-9]{3}-[01][0-9]-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,12})?(Z|[+-]0[0-9]:[0-5][0-9])?") {
            if let Some(time) = parse(&text) {
                let written = format(time);
                prop_assert_eq!(parse(&written).map(format), Some(written));
            }
        }
    }
}
