//! The brake on deletions by date: a run that would take too large a share of a tenant stops and waits for an administrator.

use std::{fmt, str::FromStr};

/// So many deletions at a time never stop, however small the tenant.
pub const FLOOR: u64 = 10;

/// The share of a tenant's people beyond which a run of deletions stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brake(Option<u8>);

impl Brake {
    /// Nothing stops.
    pub const OFF: Self = Self(None);

    /// A brake at a share in percent, 1 to 100.
    #[must_use]
    pub fn at(percent: u8) -> Option<Self> {
        (1..=100).contains(&percent).then_some(Self(Some(percent)))
    }

    /// The share in percent; none when the brake is off.
    #[must_use]
    pub fn percent(self) -> Option<u8> {
        self.0
    }

    /// Whether a run of so many deletions stops in a tenant of so many live people.
    #[must_use]
    pub fn stops(self, due: u64, live: u64) -> bool {
        self.0.is_some_and(|percent| due > FLOOR && u128::from(due) * 100 > u128::from(live) * u128::from(percent))
    }
}

impl Default for Brake {
    fn default() -> Self {
        Self(Some(20))
    }
}

/// A text that says nothing about a brake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no share; write a percentage from 1% to 100%, or off")]
pub struct UnknownShare(pub String);

impl FromStr for Brake {
    type Err = UnknownShare;

    fn from_str(text: &str) -> Result<Self, UnknownShare> {
        let text = text.trim();
        if text == "off" {
            return Ok(Self::OFF);
        }
        let number = text.strip_suffix('%').unwrap_or(text).trim();
        number.parse().ok().and_then(Self::at).ok_or_else(|| UnknownShare(text.to_owned()))
    }
}

impl fmt::Display for Brake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(percent) => write!(f, "{percent}%"),
            None => f.write_str("off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_stops_beyond_the_share_and_the_floor() {
        let brake = Brake::default();
        for (due, live, expected) in
            [(0, 0, false), (10, 10, false), (11, 11, true), (20, 100, false), (21, 100, true), (5_000, 6_000, true)]
        {
            assert_eq!(brake.stops(due, live), expected, "{due} of {live}");
        }
        assert!(!Brake::OFF.stops(1_000, 1_000));
        assert!(!Brake(Some(100)).stops(1_000, 1_000));
    }

    #[test]
    fn a_share_is_written_as_it_is_read() {
        for (text, shown) in [("20%", "20%"), ("5", "5%"), (" 100 % ", "100%"), ("off", "off")] {
            assert_eq!(text.parse::<Brake>().unwrap().to_string(), shown);
        }
        for text in ["", "0", "101%", "-1", "many", "20%%"] {
            assert_eq!(text.parse::<Brake>(), Err(UnknownShare(text.to_owned())));
        }
    }
}
