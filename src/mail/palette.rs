//! The colours of a mail: a tenant's own, shifted where it could not be read, by day and by night.

use crate::domain::colour::{Colour, EDGE, TEXT};
use minijinja::{Value, context};

/// The colour of buttons and links where the tenant has none.
const DEFAULT: Colour = Colour::new(0x24, 0x50, 0xb5);
/// What the words stand on; the templates have the same.
const CARD: Colour = Colour::WHITE;
const DARK_CARD: Colour = Colour::new(0x1e, 0x23, 0x2b);

/// The colours of one mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    button: Colour,
    button_edge: Colour,
    link: Colour,
    dark_button: Colour,
    dark_link: Colour,
}

impl Palette {
    /// The palette around a tenant's colour.
    pub(super) fn of(colour: Option<Colour>) -> Self {
        let button = colour.unwrap_or(DEFAULT);
        Self {
            button,
            button_edge: button.seen_on(CARD, EDGE),
            link: button.seen_on(CARD, TEXT),
            dark_button: button.seen_on(DARK_CARD, EDGE),
            dark_link: button.seen_on(DARK_CARD, TEXT),
        }
    }

    /// As a layout reads it.
    pub(super) fn values(self) -> Value {
        context! {
            button => self.button.to_string(),
            button_ink => self.button.ink().to_string(),
            button_edge => self.button_edge.to_string(),
            link => self.link.to_string(),
            dark_button => self.dark_button.to_string(),
            dark_button_ink => self.dark_button.ink().to_string(),
            dark_link => self.dark_link.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn whatever_the_tenants_colour_everything_can_be_read(red: u8, green: u8, blue: u8) {
            let palette = Palette::of(Some(Colour::new(red, green, blue)));
            for (ink, ground, contrast) in [
                (palette.button.ink(), palette.button, TEXT),
                (palette.dark_button.ink(), palette.dark_button, TEXT),
                (palette.link, CARD, TEXT),
                (palette.dark_link, DARK_CARD, TEXT),
                (palette.button_edge, CARD, EDGE),
                (palette.dark_button, DARK_CARD, EDGE),
            ] {
                proptest::prop_assert!(ink.contrast(ground) >= contrast, "{ink} on {ground}");
            }
        }
    }
}
