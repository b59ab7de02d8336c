use super::*;
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
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

/// Key to the forms its text chooses from: plural categories and exact numbers.
fn forms(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut forms: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut key = "";
    for line in source.lines() {
        if let Some((name, _)) = line.split_once(" =").filter(|(name, _)| name.starts_with(char::is_alphabetic)) {
            key = name;
        }
        let form = line.trim_start().trim_start_matches('*').strip_prefix('[').and_then(|rest| rest.split_once(']'));
        if let Some((form, _)) = form.filter(|_| line.starts_with(' ')) {
            forms.entry(key).or_default().insert(form);
        }
    }
    forms
}

#[test]
fn every_language_has_every_plural_form_its_rules_need() {
    let english = forms(sources().find(|(tag, _)| *tag == "en").expect("en.ftl").1);
    let counting: Vec<&str> =
        english.into_iter().filter(|(_, forms)| forms.contains("one")).map(|(key, _)| key).collect();
    assert!(counting.len() >= 5, "{counting:?}");
    for (tag, source) in sources() {
        let language: unic_langid::LanguageIdentifier = tag.parse().expect("tag");
        let rules = PluralRules::create(language, PluralRuleType::CARDINAL).expect("rules");
        let forms = forms(source);
        for key in &counting {
            let theirs = forms.get(key).cloned().unwrap_or_default();
            for number in 0..=1_000_usize {
                let category = match rules.select(number).expect("category") {
                    PluralCategory::ZERO => "zero",
                    PluralCategory::ONE => "one",
                    PluralCategory::TWO => "two",
                    PluralCategory::FEW => "few",
                    PluralCategory::MANY => "many",
                    PluralCategory::OTHER => "other",
                };
                let has = theirs.contains(category) || theirs.contains(number.to_string().as_str());
                assert!(has, "{tag}: {key} has no [{category}], which {number} needs");
            }
        }
    }
}

#[test]
fn arabic_counts_in_six_forms() {
    let days = |days: i64| {
        let args = Args::new().with("tenant", "X").with("days", days);
        unmarked(&text(Language("ar"), "mail-e4-intro", &args))
    };
    let first = |number: i64| days(number).split(" لقبول").next().map(str::to_owned).unwrap_or_default();
    assert_eq!(first(1), "بقي يوم واحد");
    assert_eq!(first(2), "بقي يومان");
    assert_eq!(first(3), "بقيت 3 أيام");
    assert_eq!(first(11), "بقي 11 يومًا");
    assert_eq!(first(100), "بقي 100 يوم");
    assert!(days(0).contains("تنتهي اليوم"));
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
    let sao_paulo = TimeZone::get("America/Sao_Paulo").expect("zone");
    assert_eq!(moment(Language::ENGLISH, at, &sao_paulo), "1 December 2026 at 05:05 (UTC-03)");
    for (tag, expected) in [
        ("ar", "1 ديسمبر 2026 الساعة 09:05 (CET)"),
        ("de", "1. Dezember 2026 um 09:05 Uhr (CET)"),
        ("es", "1 de diciembre de 2026 a las 09:05 (CET)"),
        ("it", "1º dicembre 2026 alle 09:05 (CET)"),
        ("nl", "1 december 2026 om 09.05 uur (CET)"),
        ("pt", "1º de dezembro de 2026 às 09h05 (CET)"),
    ] {
        assert_eq!(moment(Language(tag), at, &paris), expected);
    }
}

#[test]
fn names_are_marked_off_only_where_words_run_from_right_to_left() {
    let hello = |tag| text(Language(tag), "mail-greeting-name", &Args::new().with("name", "Ada (Ops)"));
    assert_eq!(hello("ar"), "مرحبًا \u{2068}Ada (Ops)\u{2069}،");
    assert_eq!(hello("en"), "Hello Ada (Ops),");
}

#[test]
fn no_language_keeps_the_marks_of_a_typewriter() {
    for (tag, source) in sources() {
        for line in source.lines().filter(|line| !line.starts_with('#') && !line.starts_with("list-comma")) {
            assert!(!line.contains(['\'', '"']), "{tag}: {line}");
            assert!(!line.contains("..") && !line.contains(" - "), "{tag}: {line}");
        }
    }
}

#[test]
fn languages_close_and_open_as_they_should() {
    let foreign =
        [("ar", ["?", ";", ", "]), ("es", ["\u{201c}", "\u{201e}", " ?"]), ("de", ["\u{ab}", "\u{201d}", " ?"])];
    for (tag, unwanted) in foreign {
        let source = sources().find(|(other, _)| *other == tag).expect("file").1;
        for line in source.lines().filter(|line| !line.starts_with('#') && !line.starts_with("list-comma")) {
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            assert!(unwanted.iter().all(|sign| !text.contains(sign)), "{tag}: {text}");
        }
    }
    let spanish = sources().find(|(tag, _)| *tag == "es").expect("es.ftl").1;
    for (open, close) in [('¿', '?'), ('¡', '!')] {
        assert_eq!(spanish.matches(open).count(), spanish.matches(close).count());
    }
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
