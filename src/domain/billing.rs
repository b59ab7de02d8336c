//! Billing intervals (domain 2.6): one ledger row per time somebody was active.

use super::{TenantId, UserId};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// One interval of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it lasts.
    pub ended_at: Option<Timestamp>,
}

/// The totals of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// How many people were billed for any part of it.
    pub users: u64,
    /// How many days they were billed for together; a day begun counts.
    pub days: u64,
}

/// Totals by month of the intervals, as far as they lie in the days of `period` (both included) and before `now`.
pub fn months<'a>(
    intervals: impl Iterator<Item = &'a Interval>,
    period: (Date, Date),
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<Month> {
    let mut days: BTreeMap<Date, BTreeMap<UserId, BTreeSet<Date>>> = BTreeMap::new();
    for interval in intervals {
        let first = interval.started_at.to_zoned(zone.clone()).date().max(period.0);
        let end = interval.ended_at.map_or(now, |ended| ended.min(now));
        let last = end.to_zoned(zone.clone()).date().min(period.1);
        let billed = first.series(1.day()).take_while(|day| *day <= last);
        for day in billed {
            days.entry(day.first_of_month()).or_default().entry(interval.user).or_default().insert(day);
        }
    }
    let month = |(first, people): (Date, BTreeMap<UserId, BTreeSet<Date>>)| Month {
        first,
        users: people.len() as u64,
        days: people.values().map(|days| days.len() as u64).sum(),
    };
    days.into_iter().map(month).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn interval(user: u8, from: &str, to: Option<&str>) -> Interval {
        Interval {
            tenant: TenantId::from_bytes([1; 16]),
            user: UserId::from_bytes([user; 16]),
            started_at: from.parse().unwrap(),
            ended_at: to.map(|to| to.parse().unwrap()),
        }
    }

    #[test]
    fn months_count_people_and_begun_days() {
        let now = "2027-04-02T12:00:00Z".parse().unwrap();
        let intervals = [
            interval(1, "2027-03-30T09:00:00Z", None),
            interval(2, "2027-03-01T09:00:00Z", Some("2027-03-01T10:00:00Z")),
            interval(2, "2027-03-01T11:00:00Z", Some("2027-03-02T10:00:00Z")),
        ];
        let found = months(intervals.iter(), (date(2027, 3, 1), date(2027, 4, 30)), &TimeZone::UTC, now);
        let expected = [
            Month { first: date(2027, 3, 1), users: 2, days: 4 },
            Month { first: date(2027, 4, 1), users: 1, days: 2 },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_period_cuts_what_lies_outside() {
        let now = "2027-04-02T12:00:00Z".parse().unwrap();
        let intervals = [interval(1, "2027-01-01T00:00:00Z", None)];
        let found = months(intervals.iter(), (date(2027, 2, 10), date(2027, 2, 11)), &TimeZone::UTC, now);
        assert_eq!(found, [Month { first: date(2027, 2, 1), users: 1, days: 2 }]);
    }
}
