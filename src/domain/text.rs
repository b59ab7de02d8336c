//! Texts for people, in their language: Fluent messages out of `locales/*.ftl`, embedded in the binary.
//!
//! Asking never fails: a key a language lacks is answered in English, a key nobody knows by itself. `locales/en.ftl` lists the keys.

use super::language::Language;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use include_dir::{Dir, include_dir};
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use std::{borrow::Cow, sync::OnceLock};

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
    unmarked(&text(language, "date-long", &args))
}

/// An instant as people write it, to the minute and with its zone: `1 December 2026 at 14:30 (CET)`.
#[must_use]
pub fn moment(language: Language, at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    let args = Args::new()
        .with("date", date(language, local.date()))
        .with("hour", format!("{:02}", local.hour()))
        .with("minute", format!("{:02}", local.minute()))
        .with("zone", zone_name(&local));
    unmarked(&text(language, "date-moment", &args))
}

/// Without the marks around variables: they would tear `14:30` apart where words run from right to left, and nothing in a date is foreign.
fn unmarked(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

/// What the zone is called at this instant; where it has no letters of its own, its distance from UTC: `UTC+03`.
fn zone_name(local: &Zoned) -> String {
    let name = local.strftime("%Z").to_string();
    if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name }
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

/// The text of a key without variables.
fn written<'a>(bundle: &'a FluentBundle<FluentResource>, key: &str) -> Option<Cow<'a, str>> {
    let pattern = bundle.get_message(key)?.value()?;
    Some(bundle.format_pattern(pattern, None, &mut Vec::new()))
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
    // What is wrong in a file costs that message alone; a test holds the files to have no errors.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    // Names in Latin letters stay in place among words written from right to left only when they are marked off (U+2068, U+2069).
    let is_right_to_left = written(&bundle, "language-direction").is_some_and(|direction| direction == "rtl");
    bundle.set_use_isolating(is_right_to_left);
    Some(Locale { tag, bundle })
}

#[cfg(test)]
mod tests;
