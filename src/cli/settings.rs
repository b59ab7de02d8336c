//! `usher config`: every setting, its value, its source and its meaning.

use super::{failure::Failure, print};
use crate::config::{Key, Settings, Values};

/// Prints the settings, then fails if one of them can't be used.
pub fn show() -> Result<(), Failure> {
    let values = Values::load()?;
    let parsed = Settings::from_values(&values);
    let headings = ["setting", "value", "source", "meaning"];
    let mut rows = vec![headings.iter().map(ToString::to_string).collect::<Vec<_>>()];
    for key in Key::ALL {
        let derived = match (key, &parsed) {
            (Key::PublicUrl, Ok(settings)) => Some(settings.public_url.clone()),
            _ => None,
        };
        let value = values.shown(key).or(derived).unwrap_or_else(|| "-".to_owned());
        rows.push(vec![key.variable(), value, values.source(key).to_string(), key.meaning().to_owned()]);
    }
    print::table(&rows)?;
    parsed.map(|_| ()).map_err(Failure::from)
}
