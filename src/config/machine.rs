//! The machine's own clock and chance: the only place that asks the system for either.

use crate::domain::{Clock, Rng};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jiff::{SignedDuration, Timestamp};
use std::time::Instant;

/// The machine's time, shifted where a test asks for it.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    offset: SignedDuration,
    started: Instant,
}

impl SystemClock {
    /// A clock that runs this far ahead of (or behind) the machine's.
    #[must_use]
    pub fn with_offset(offset: SignedDuration) -> Self {
        Self { offset, started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's time")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        let shifted = now.checked_add(self.offset).unwrap_or(now);
        // The store keeps microseconds; a finer instant would not equal itself once read back.
        Timestamp::from_microsecond(shifted.as_microsecond()).unwrap_or(shifted)
    }

    fn elapsed(&self) -> SignedDuration {
        SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX)
    }
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, buffer: &mut [u8]) {
        // A machine without randomness can't make a single secret; going on would hand out guessable ones.
        if SystemRandom::new().fill(buffer).is_err() {
            tracing::error!("the system's random source failed; stopping");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_shifts_the_clock() {
        let plain = SystemClock::with_offset(SignedDuration::ZERO).now();
        let ahead = SystemClock::with_offset(SignedDuration::from_hours(26)).now();
        assert!(ahead.duration_since(plain) >= SignedDuration::from_hours(26));
        assert!(ahead.duration_since(plain) < SignedDuration::from_hours(27));
    }

    #[test]
    fn chance_fills_the_buffer() {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        SystemRng.fill(&mut first);
        SystemRng.fill(&mut second);
        assert_ne!(first, second);
    }
}
