//! When an event that did not arrive is tried again, and when a webhook is given a rest.

use jiff::SignedDuration;

/// The first pause; each further failure of the same event doubles it, up to [`LONGEST`].
const FIRST: SignedDuration = SignedDuration::from_secs(2);
/// The longest pause.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(10);
/// The longest pause a receiver may ask for.
const LONGEST_ASKED: SignedDuration = SignedDuration::from_hours(6);
/// After so long without a success a webhook is suspended. Nothing is lost: it goes on where it stopped.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// A receiver that answers again after so long a silence gets at once what waits.
pub const OUTAGE: SignedDuration = SignedDuration::from_mins(1);

/// How long to wait after so many failures in a row: doubling, with up to a fifth more or less by `chance` (0 to 255), and never shorter than the
/// receiver asked.
#[must_use]
pub fn pause(failures: i64, chance: u8, asked: Option<SignedDuration>) -> SignedDuration {
    let doublings = u32::try_from(failures.saturating_sub(1).clamp(0, 16)).unwrap_or(0);
    let full = FIRST.checked_mul(1_i32 << doublings).unwrap_or(LONGEST).min(LONGEST).as_millis();
    let full = i64::try_from(full).unwrap_or(i64::MAX);
    let jittered = full - full / 5 + full / 5 * 2 * i64::from(chance) / 255;
    let asked = asked.unwrap_or(SignedDuration::ZERO).clamp(SignedDuration::ZERO, LONGEST_ASKED);
    SignedDuration::from_millis(jittered).max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let seconds = |failures| pause(failures, 127, None).as_secs_f64().round();
        assert_eq!([1, 2, 3, 4, 9].map(seconds), [2.0, 4.0, 8.0, 16.0, 512.0]);
        assert_eq!([10, 100, i64::MAX].map(seconds), [599.0, 599.0, 599.0]);
        assert_eq!([0, -1].map(seconds), [2.0, 2.0]);
    }

    #[test]
    fn chance_spreads_them() {
        assert_eq!(pause(1, 0, None), SignedDuration::from_millis(1_600));
        assert_eq!(pause(1, 255, None), SignedDuration::from_millis(2_400));
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_within_bounds() {
        let asked = |seconds| pause(1, 127, Some(SignedDuration::from_secs(seconds)));
        assert_eq!(asked(120), SignedDuration::from_secs(120));
        assert_eq!(asked(0), pause(1, 127, None));
        assert_eq!(asked(i64::MAX), LONGEST_ASKED);
        assert_eq!(asked(-5), pause(1, 127, None));
    }
}
