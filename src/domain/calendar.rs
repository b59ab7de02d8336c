//! Calendar dates in a tenant's time zone, and the instants they begin.

use jiff::{Timestamp, civil::Date, fmt::temporal::DateTimePrinter, tz::TimeZone};

/// The instant a date begins in a time zone: 00:00, or the first moment after it where a clock change skips midnight.
/// `None` only at the far ends of the calendar.
#[must_use]
pub fn begin_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// The date it is now in a time zone.
#[must_use]
pub fn today(now: Timestamp, zone: &TimeZone) -> Date {
    now.to_zoned(zone.clone()).date()
}

/// An instant cut to milliseconds, the precision of everything that is stored and shown.
#[must_use]
pub fn to_millis(instant: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(instant.as_millisecond()).unwrap_or(instant)
}

/// `2026-11-22T10:00:00.000Z`.
#[must_use]
pub fn render(instant: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    PRINTER.timestamp_to_string(&instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn a_day_begins_at_midnight_there_or_right_after_a_skipped_one() {
        for (date, name, expected) in [
            ("2027-03-28", "Europe/Paris", "2027-03-27T23:00:00Z"),
            ("2027-10-31", "Europe/Paris", "2027-10-30T22:00:00Z"),
            ("2027-01-01", "Pacific/Apia", "2026-12-31T11:00:00Z"),
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        ] {
            let expected: Timestamp = expected.parse().unwrap();
            assert_eq!(begin_of(date.parse().unwrap(), &zone(name)), Some(expected), "{date} {name}");
        }
    }

    #[test]
    fn instants_are_shown_in_milliseconds() {
        let instant: Timestamp = "2026-11-22T10:00:00.123999Z".parse().unwrap();
        assert_eq!(render(to_millis(instant)), "2026-11-22T10:00:00.123Z");
        assert_eq!(render("2026-11-22T10:00:00Z".parse().unwrap()), "2026-11-22T10:00:00.000Z");
    }
}
