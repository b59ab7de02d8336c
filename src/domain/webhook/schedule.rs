//! When an event that did not arrive is tried again, and when a webhook is given a rest.

use jiff::SignedDuration;

/// The pauses in seconds after the first, second, … failure of an event; the last one goes on. They double, but for a while on the way: a receiver
/// that fails now and then, but answers, has every event within a minute or two.
const PAUSES: [i64; 13] = [1, 2, 4, 8, 15, 15, 15, 15, 30, 60, 120, 300, 600];
/// The longest pause a receiver may ask for.
const LONGEST_ASKED: SignedDuration = SignedDuration::from_hours(6);
/// After so long without a success a webhook is suspended. Nothing is lost: it goes on where it stopped.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// A receiver that answers again after so long a silence gets at once what waits.
pub const OUTAGE: SignedDuration = SignedDuration::from_mins(1);

/// How long to wait after so many failures in a row, up to a fifth more or less by `chance` (0 to 255), and never shorter than the receiver asked.
#[must_use]
pub fn pause(failures: i64, chance: u8, asked: Option<SignedDuration>) -> SignedDuration {
    let step = usize::try_from(failures.saturating_sub(1).max(0)).unwrap_or(usize::MAX);
    let seconds = PAUSES.get(step).or(PAUSES.last()).copied().unwrap_or_default();
    let jittered = seconds * 800 + seconds * 400 * i64::from(chance) / 255;
    let asked = asked.unwrap_or(SignedDuration::ZERO).clamp(SignedDuration::ZERO, LONGEST_ASKED);
    SignedDuration::from_millis(jittered).max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let seconds = |failures| (pause(failures, 127, None).as_millis() + 500) / 1_000;
        assert_eq!([1, 2, 3, 4, 5, 8, 9, 12].map(seconds), [1, 2, 4, 8, 15, 15, 30, 300]);
        assert_eq!([13, 100, i64::MAX].map(seconds), [600, 600, 600]);
        assert_eq!([0, -1].map(seconds), [1, 1]);
    }

    #[test]
    fn chance_spreads_them() {
        assert_eq!(pause(1, 0, None), SignedDuration::from_millis(800));
        assert_eq!(pause(1, 255, None), SignedDuration::from_millis(1_200));
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
