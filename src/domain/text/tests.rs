use super::*;
use std::collections::{BTreeMap, BTreeSet};

const FRENCH: Language = Language("fr");

/// Key to the variables its text uses.
fn keys(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut key = "";
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|(name, _)| name.starts_with(char::is_alphabetic)) {
            assert!(keys.insert(name, BTreeSet::new()).is_none(), "{name} stands twice");
            key = name;
        }
        let variables = line.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next());
        keys.entry(key).or_default().extend(variables);
    }
    keys.remove("");
    keys
}

#[test]
fn every_language_has_the_keys_of_english_and_no_others() {
    let english = keys(sources().find(|(tag, _)| *tag == "en").expect("en.ftl").1);
    assert!(english.len() > 100);
    for (tag, source) in sources() {
        let theirs = keys(source);
        for (key, variables) in &english {
            assert_eq!(theirs.get(key), Some(variables), "{tag}: {key}");
        }
        for key in theirs.keys() {
            assert!(english.contains_key(key), "{tag}: {key} is not in en.ftl");
        }
    }
}

#[test]
fn every_file_parses_and_is_named_by_its_tag() {
    for (tag, source) in sources() {
        assert!(FluentResource::try_new(source.to_owned()).is_ok(), "{tag}.ftl does not parse");
        assert!(tag.parse::<unic_langid::LanguageIdentifier>().is_ok(), "{tag}");
        let direction = plain(Language(tag), "language-direction");
        assert!(["ltr", "rtl"].contains(&direction.as_str()), "{tag}: {direction}");
    }
    assert_eq!(tags().count(), sources().count());
}

#[test]
fn every_text_is_found_in_its_own_language() {
    for (tag, source) in sources() {
        for key in keys(source).keys() {
            let args = Args::new().with("day", 2).with("month", "m").with("year", 2026);
            assert!(format(Language(tag), key, &args).is_some_and(|text| !text.trim().is_empty()), "{tag}: {key}");
        }
    }
}

#[test]
fn a_missing_key_or_variable_never_fails() {
    assert_eq!(plain(FRENCH, "no-such-key"), "no-such-key");
    assert_eq!(text(Language("xx"), "mail-greeting-name", &Args::new().with("name", "Ada")), "Hello Ada,");
    assert_eq!(plain(Language::ENGLISH, "mail-greeting-name"), "Hello {$name},");
}

#[test]
fn variables_are_put_in_as_they_are() {
    let args = Args::new().with("name", "{ $x } <b> \u{5d0}".to_owned());
    assert_eq!(text(Language::ENGLISH, "mail-greeting-name", &args), "Hello { $x } <b> \u{5d0},");
}

#[test]
fn dates_read_as_people_write_them() {
    let first = jiff::civil::date(2026, 12, 1);
    let august = jiff::civil::date(2027, 8, 23);
    assert_eq!(date(Language::ENGLISH, first), "1 December 2026");
    assert_eq!(date(FRENCH, first), "1er d\u{e9}cembre 2026");
    assert_eq!(date(FRENCH, august), "23 ao\u{fb}t 2027");
    let at: Timestamp = "2026-12-01T08:05:59Z".parse().expect("timestamp");
    let paris = TimeZone::get("Europe/Paris").expect("zone");
    assert_eq!(moment(Language::ENGLISH, at, &paris), "1 December 2026 at 09:05 (CET)");
    assert_eq!(moment(FRENCH, at, &paris), "1er d\u{e9}cembre 2026 \u{e0} 09\u{a0}h\u{a0}05 (CET)");
    assert_eq!(moment(Language::ENGLISH, at, &TimeZone::UTC), "1 December 2026 at 08:05 (UTC)");
}

#[test]
fn french_keeps_its_typography() {
    let source = sources().find(|(tag, _)| *tag == "fr").expect("fr.ftl").1;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let text = line.split_once(" = ").map_or("", |(_, text)| text);
        assert!(!text.contains('\''), "straight apostrophe: {text}");
        for (before, sign) in text.chars().zip(text.chars().skip(1)) {
            match sign {
                '?' | '!' | ';' => assert_eq!(before, '\u{202f}', "{text}"),
                ':' | '\u{bb}' => assert_eq!(before, '\u{a0}', "{text}"),
                _ => {}
            }
        }
    }
}
