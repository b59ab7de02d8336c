//! The house rules that no compiler checks: who may import whom, how long a file is, which migrations stand in pairs, and whether
//! `ARCHITECTURE.md` names the folders that exist and no other.
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test, its helpers included")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const MAX_LINES: usize = 600;
const MAX_FUNCTION_LINES: usize = 60;

/// Room by room, the rooms it may import; its own needs no mention.
const IMPORTS: [(&str, &[&str]); 8] = [
    ("scim", &[]),
    ("domain", &["scim"]),
    ("store", &["scim", "domain"]),
    ("app", &["scim", "domain", "store"]),
    ("mail", &["domain"]),
    ("webhook", &["domain"]),
    ("jobs", &["app", "mail", "webhook", "domain"]),
    ("http", &["app", "scim", "domain"]),
];

/// Room by room, what must not appear in its code.
const NEVER: [(&str, &[&str]); 8] = [
    ("scim", &["async ", "tokio", "sqlx", "axum", "SystemTime", "Timestamp::now"]),
    ("domain", &["async ", "tokio", "sqlx", "axum", "std::env", "Timestamp::now"]),
    ("store", &["axum", "lettre", "Timestamp::now"]),
    ("app", &["axum", "sqlx", "lettre", "Timestamp::now"]),
    ("mail", &["sqlx", "axum", "Timestamp::now"]),
    ("webhook", &["sqlx", "axum", "lettre", "Timestamp::now"]),
    ("jobs", &["sqlx", "axum", "lettre", "Timestamp::now"]),
    ("http", &["sqlx", "lettre", "Timestamp::now"]),
];

#[test]
fn rooms_import_only_what_lies_below_them() {
    let mut broken = Vec::new();
    for (room, allowed) in IMPORTS {
        for file in rust_files(&root().join("src").join(room)).into_iter().filter(|file| !is_test(file)) {
            for imported in imported_rooms(&code_of(&read(&file))) {
                if imported != room && !allowed.contains(&imported.as_str()) && is_room(&imported) {
                    broken.push(format!("{}: {room} must not import {imported}", relative(&file)));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn rooms_never_hold_what_is_not_theirs() {
    let mut broken = Vec::new();
    for (room, words) in NEVER {
        for file in rust_files(&root().join("src").join(room)).into_iter().filter(|file| !is_test(file)) {
            let code = code_of(&read(&file));
            let found = words.iter().filter(|word| has_word(&code, word));
            broken.extend(found.map(|word| format!("{}: {room} must not hold `{}`", relative(&file), word.trim())));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_and_functions_stay_short() {
    let mut broken = Vec::new();
    for file in all_rust_files() {
        let text = read(&file);
        let lines = text.lines().count();
        if lines > MAX_LINES {
            broken.push(format!("{}: {lines} lines, at most {MAX_LINES}", relative(&file)));
        }
        // A test is often one long table.
        for (name, lines) in long_functions(&text).into_iter().filter(|_| !is_test(&file)) {
            broken.push(format!("{}: fn {name} has {lines} lines, at most {MAX_FUNCTION_LINES}", relative(&file)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_module_says_what_it_is_and_nothing_is_left_for_later() {
    // Put together here, or this file would find itself.
    let marks = ["TO", "FIX", "XX"].map(|half| {
        format!(
            "{half}{}",
            if half == "TO" {
                "DO"
            } else if half == "XX" {
                "X"
            } else {
                "ME"
            }
        )
    });
    let unfinished = [format!("{}!(", "todo"), format!("{}!(", "unimplemented")];
    let mut broken = Vec::new();
    for file in all_rust_files() {
        let text = read(&file);
        if !text.starts_with("//!") && !is_test(&file) {
            broken.push(format!("{}: begins without a //! line", relative(&file)));
        }
        if text.starts_with("//! Stub.") {
            broken.push(format!("{}: is a stub", relative(&file)));
        }
        let found = marks.iter().chain(&unfinished).filter(|mark| text.contains(mark.as_str()));
        broken.extend(found.map(|mark| format!("{}: holds {mark}", relative(&file))));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn migrations_stand_in_pairs_and_are_numbered_in_order() {
    let names = |engine: &str| -> Vec<String> {
        let files = entries(&root().join("migrations").join(engine));
        files.iter().filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres, "each migration has one file for each engine, of the same name");
    for (index, name) in sqlite.iter().enumerate() {
        assert!(
            name.starts_with(&format!("{:04}_", index + 1))
                && Path::new(name).extension().is_some_and(|extension| extension == "sql"),
            "{name} is out of order"
        );
    }
}

#[test]
fn the_retention_page_names_every_table_and_no_other() {
    let mut tables = BTreeSet::new();
    for file in entries(&root().join("migrations/sqlite")) {
        let text = read(&file);
        let created = text.split("CREATE TABLE ").skip(1).filter_map(|rest| rest.split([' ', '(']).next());
        tables.extend(created.map(str::to_owned));
    }
    let page = read(&root().join("docs/data-retention.md"));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|rest| rest.split('`').next());
    let named: BTreeSet<String> = rows.map(str::to_owned).collect();
    assert_eq!(named, tables);
}

#[test]
fn the_architecture_page_names_every_folder_and_no_other() {
    let page = read(&root().join("ARCHITECTURE.md"));
    let named: BTreeSet<&str> = page.split('`').skip(1).step_by(2).filter_map(|word| word.strip_suffix('/')).collect();
    let ignored = [".git", "target", "proptest-regressions"];
    let mut existing = BTreeSet::new();
    for folder in folders(&root()).into_iter().filter(|name| !ignored.contains(&name.as_str())) {
        existing.insert(folder);
    }
    for parent in ["src", "src/http", "migrations"] {
        existing.extend(folders(&root().join(parent)).into_iter().map(|name| format!("{parent}/{name}")));
    }
    let missing: Vec<_> = existing.iter().filter(|folder| !named.contains(folder.as_str())).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}");
    let gone: Vec<_> = named.iter().filter(|folder| !root().join(folder).is_dir()).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names {gone:?}, which do not exist");
}

#[test]
fn readme_names_every_setting() {
    let page = read(&root().join("README.md"));
    for key in usher::config::Key::ALL {
        assert!(page.contains(&format!("`{}`", key.variable())), "README.md does not name {}", key.variable());
    }
}

#[test]
fn every_requirement_names_tests_that_exist() {
    let page = read(&root().join("docs/requirements.md"));
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| S")).collect();
    let mut broken = Vec::new();
    for number in (1..=35).chain(40..=42) {
        let of = format!("| S{number} |");
        if rows.iter().filter(|row| row.starts_with(&of)).count() != 1 {
            broken.push(format!("S{number} has not one row"));
        }
    }
    for row in rows {
        let tests: Vec<_> = row.split('`').filter_map(|word| word.split_once(".rs::")).collect();
        if tests.is_empty() {
            broken.push(format!("no test: {row}"));
        }
        for (file, name) in tests {
            let file = format!("{file}.rs");
            let text = fs::read_to_string(root().join(&file)).unwrap_or_default();
            if !text.contains(&format!("fn {name}(")) {
                broken.push(format!("{file} has no test {name}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_operating_page_names_every_metric_as_the_code_does() {
    let page = read(&root().join("docs/operating.md"));
    let rows = page.lines().filter(|line| line.starts_with("| `usher_")).map(str::to_owned);
    let described = usher::telemetry::METERS.map(|meter| {
        let kind = format!("{:?}", meter.kind).to_lowercase();
        format!("| `{}` | {kind} | {} |", meter.name, meter.meaning)
    });
    assert_eq!(rows.collect::<BTreeSet<_>>(), described.into_iter().collect());
    let known: BTreeSet<&str> = usher::telemetry::METERS.iter().map(|meter| meter.name).collect();
    let mut measured = BTreeSet::new();
    for file in rust_files(&root().join("src")).into_iter().filter(|file| !file.ends_with("telemetry/meters.rs")) {
        let code = code_of(&read(&file));
        for call in ["counter!(\"", "gauge!(\"", "histogram!(\""] {
            measured.extend(code.split(call).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    measured.insert("usher_build_info".to_owned());
    assert_eq!(measured.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn the_attribute_page_names_every_attribute() {
    let page = read(&root().join("docs/guides/attributes.md"));
    for schema in ["user", "enterprise_user", "usher_user", "group"] {
        let text = read(&root().join(format!("src/scim/schema/{schema}.json")));
        let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
        let part = page.split("\n## ").find(|part| part.contains(schema["id"].as_str().unwrap())).unwrap();
        for attribute in schema["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            assert!(part.contains(&format!("\n| `{name}` |")), "docs/guides/attributes.md has no row for {name}");
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(list) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = list.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Folders with something in them; git does not know the others.
fn folders(parent: &Path) -> Vec<String> {
    let full = entries(parent).into_iter().filter(|path| path.is_dir() && !entries(path).is_empty());
    full.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Whether the file is a unit-test module of its own.
fn is_test(file: &Path) -> bool {
    relative(file).contains("/tests/") || relative(file).ends_with("/tests.rs")
}

fn all_rust_files() -> Vec<PathBuf> {
    ["src", "tests", "benches", "fuzz/src", "fuzz/fuzz_targets"]
        .iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
        .collect()
}

fn is_room(name: &str) -> bool {
    root().join("src").join(name).is_dir() || root().join("src").join(format!("{name}.rs")).is_file()
}

/// The text without comments and without the unit tests at a file's end, which may import what they test against.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    code.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// The rooms that `crate::room` and `use crate::{room, …}` name.
fn imported_rooms(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => rooms.extend(heads_of_group(group)),
            None => rooms.extend(leading_word(rest)),
        }
    }
    rooms
}

/// The first words of the members of a brace group, up to its closing brace.
fn heads_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut member, mut heads) = (0, String::new(), Vec::new());
    for letter in group.chars() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.extend(leading_word(&std::mem::take(&mut member))),
            _ => {}
        }
        if letter != ',' || depth > 0 {
            member.push(letter);
        }
    }
    heads.extend(leading_word(&member));
    heads
}

fn leading_word(text: &str) -> Option<String> {
    let word: String = text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    Some(word).filter(|word| !word.is_empty())
}

fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().last());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Functions that are too long, by the indentation of their braces (rustfmt keeps it).
fn long_functions(text: &str) -> Vec<(String, usize)> {
    let mut long = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (start, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let Some((head, rest)) = body.split_once("fn ") else { continue };
        let is_head =
            head.split_whitespace().all(|word| word.starts_with("pub") || ["async", "const", "super)"].contains(&word));
        if !is_head || body.starts_with("//") {
            continue;
        }
        let indent = line.len() - body.len();
        let closing = format!("{}}}", " ".repeat(indent));
        let Some(length) = lines.iter().skip(start).position(|line| *line == closing) else { continue };
        if length + 1 > MAX_FUNCTION_LINES && !rest.trim_end().ends_with('}') {
            long.push((leading_word(rest).unwrap_or_default(), length + 1));
        }
    }
    long
}

#[test]
fn the_import_reader_sees_every_form() {
    let rooms = |code: &str| imported_rooms(code).into_iter().collect::<Vec<_>>();
    assert_eq!(rooms("use crate::{app::{App, x::Y}, domain::id, scim};"), ["app", "domain", "scim"]);
    assert_eq!(rooms("use crate::store::Conn; fn f() { crate::mail::send() }"), ["mail", "store"]);
    assert_eq!(rooms("use super::x;"), Vec::<String>::new());
}
