//! The conformance suite's own page: its table of rules is the one the cases make.

use std::{fs, path::Path, process::Command};

const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- end of table -->";

#[test]
fn the_readme_maps_every_rule_to_its_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let output = Command::new(env!("CARGO_BIN_EXE_conformance")).arg("--table").arg("--dir").arg(&folder).output();
    let output = output.expect("the runner starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8(output.stdout).expect("the table is text");
    let page = fs::read_to_string(folder.join("README.md")).expect("conformance/README.md can be read");
    let written = page.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(table, _)| table);
    let written = written.expect("conformance/README.md has a table between its two marks");
    let rows = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (have, want) in rows(written).iter().zip(rows(&table)) {
        assert_eq!(*have, want, "cargo run --bin conformance -- --table --dir conformance prints what belongs there");
    }
    assert_eq!(rows(written).len(), rows(&table).len());
}

#[test]
fn every_rule_that_binds_has_cases_or_a_reason() {
    let rules = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/rules.json"));
    let rules: serde_json::Value = serde_json::from_str(&rules.expect("rules.json can be read")).expect("JSON");
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/README.md"));
    let page = page.expect("conformance/README.md can be read");
    let rules = rules.as_array().expect("a list");
    let binding = rules.iter().filter(|rule| rule["level"] == "M" || rule["level"] == "S");
    for id in binding.filter_map(|rule| rule["id"].as_str()) {
        let row = page.lines().find(|line| line.starts_with(&format!("| {id} |")));
        let row = row.unwrap_or_else(|| panic!("{id} has no row"));
        assert!(row.contains('`') || row.contains("Not to be seen from outside: "), "{row}");
    }
}
