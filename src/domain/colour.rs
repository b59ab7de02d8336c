//! Colours as `#rrggbb`, and what can be read on them (WCAG 2.2, success criteria 1.4.3 and 1.4.11).

use std::fmt;

/// The contrast that text needs.
pub const TEXT: f64 = 4.5;
/// The contrast that the edge of something to press needs.
pub const EDGE: f64 = 3.0;
/// How finely a colour is shifted until it can be seen.
const STEPS: u16 = 64;

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);

    /// The colour of its three parts.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |range| {
            let digits: &str = digits.get(range)?;
            // The standard parser would take a sign.
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
        };
        Some(Self::new(part(0..2)?, part(2..4)?, part(4..6)?))
    }

    /// How well one of the two can be seen on the other: from 1, not at all, to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    /// White where that can be read on this colour, else black, which then can.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= TEXT { Self::WHITE } else { Self::BLACK }
    }

    /// This colour, or the nearest mix of it with black or white that has this contrast to the ground.
    #[must_use]
    pub fn seen_on(self, ground: Self, contrast: f64) -> Self {
        let far = if ground.contrast(Self::WHITE) > ground.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK };
        let mixed = (0..=STEPS).map(|step| self.mixed(far, step));
        mixed.into_iter().find(|mixed| mixed.contrast(ground) >= contrast).unwrap_or(far)
    }

    fn mixed(self, other: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (STEPS - step) + u16::from(to) * step;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Self::new(mix(self.red, other.red), mix(self.green, other.green), mix(self.blue, other.blue))
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_colour_is_six_digits_behind_a_hash() {
        assert_eq!(Colour::parse("#0aF09c").map(|colour| colour.to_string()).as_deref(), Some("#0af09c"));
        for bad in
            ["", "#", "red", "#fff", "0af09c", "#0af09cff", "#0af09g", "#+1+1+1", "#é0af0", " #0af09c", "#0af09c;"]
        {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_as_the_guidelines_say() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 0.001);
        assert!((Colour::WHITE.contrast(Colour::WHITE) - 1.0).abs() < 0.001);
        // The well-known lightest grey that may be text on white.
        let grey = Colour::new(0x76, 0x76, 0x76);
        assert!(grey.contrast(Colour::WHITE) >= TEXT && Colour::new(0x77, 0x77, 0x77).contrast(Colour::WHITE) < TEXT);
        assert_eq!(grey.ink(), Colour::WHITE);
        assert_eq!(Colour::new(0xff, 0xd4, 0).ink(), Colour::BLACK);
    }

    #[test]
    fn a_colour_that_can_be_seen_stays_as_it_is() {
        let blue = Colour::new(0x24, 0x50, 0xb5);
        assert_eq!(blue.seen_on(Colour::WHITE, TEXT), blue);
        assert_ne!(blue.seen_on(Colour::BLACK, TEXT), blue);
    }

    proptest! {
        #[test]
        fn every_colour_can_be_written_on_and_made_to_be_seen(parts: [u8; 6]) {
            let [red, green, blue, ..] = parts;
            let [.., other_red, other_green, other_blue] = parts;
            let (colour, ground) = (Colour::new(red, green, blue), Colour::new(other_red, other_green, other_blue));
            prop_assert!(colour.ink().contrast(colour) >= TEXT);
            prop_assert!(colour.seen_on(ground, TEXT).contrast(ground) >= TEXT);
            prop_assert_eq!(Colour::parse(&colour.to_string()), Some(colour));
        }
    }
}
