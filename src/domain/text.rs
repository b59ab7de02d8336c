//! Texts for people, in their language: Fluent messages out of `locales/*.ftl`, embedded in the binary.
//!
//! Asking never fails: a key a language lacks is answered in English, a key nobody knows by itself. `locales/en.ftl` lists the keys.

use super::language::Language;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use include_dir::{Dir, include_dir};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::sync::OnceLock;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/domain/locales");

/// What a text's variables stand for.
#[derive(Debug, Default)]
pub struct Args<'a>(FluentArgs<'a>);

impl<'a> Args<'a> {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable: a string or a number, dates as [`date`] and [`moment`] write them.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Into<FluentValue<'a>>) -> Self {
        self.0.set(name, value);
        self
    }
}

/// The text of a key.
#[must_use]
pub fn text(language: Language, key: &str, args: &Args<'_>) -> String {
    [language, Language::ENGLISH]
        .into_iter()
        .find_map(|language| format(language, key, args))
        .unwrap_or_else(|| key.to_owned())
}

/// The text of a key without variables.
#[must_use]
pub fn plain(language: Language, key: &str) -> String {
    text(language, key, &Args::new())
}

/// A calendar day as people write it: `1 December 2026`, `1er décembre 2026`.
#[must_use]
pub fn date(language: Language, date: Date) -> String {
    let month = plain(language, &format!("month-{}", date.month()));
    let args = Args::new().with("day", date.day()).with("month", month).with("year", date.year());
    text(language, "date-long", &args)
}

/// An instant as people write it, to the minute and with its zone: `1 December 2026 at 14:30 (CET)`.
#[must_use]
pub fn moment(language: Language, at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    let args = Args::new()
        .with("date", date(language, local.date()))
        .with("hour", format!("{:02}", local.hour()))
        .with("minute", format!("{:02}", local.minute()))
        .with("zone", local.strftime("%Z").to_string());
    text(language, "date-moment", &args)
}

/// Characters nobody sees that change what others look like or mean: zero-width and bidirectional controls, line separators,
/// byte order mark, tags, interlinear marks.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// The tags of the languages we have, in order.
pub(super) fn tags() -> impl Iterator<Item = &'static str> {
    locales().iter().map(|locale| locale.tag)
}

struct Locale {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

fn format(language: Language, key: &str, args: &Args<'_>) -> Option<String> {
    let bundle = &locales().iter().find(|locale| locale.tag == language.tag())?.bundle;
    let pattern = bundle.get_message(key)?.value()?;
    // A variable the caller forgot shows as `{$name}`: visible, and no reason to answer nothing.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&args.0), &mut errors).into_owned())
}

fn locales() -> &'static [Locale] {
    static LOCALES: OnceLock<Vec<Locale>> = OnceLock::new();
    LOCALES.get_or_init(|| {
        let mut locales: Vec<Locale> = sources().filter_map(|(tag, source)| load(tag, source)).collect();
        locales.sort_by_key(|locale| locale.tag);
        locales
    })
}

/// Tag and text of every embedded file.
fn sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.files().filter_map(|file| {
        let tag = file.path().to_str()?.strip_suffix(".ftl")?;
        Some((tag, file.contents_utf8()?))
    })
}

fn load(tag: &'static str, source: &str) -> Option<Locale> {
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().ok()?]);
    bundle.set_use_isolating(false);
    // What is wrong in a file costs that message alone; a test holds the files to have no errors.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    Some(Locale { tag, bundle })
}

#[cfg(test)]
mod tests;
