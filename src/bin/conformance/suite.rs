//! All cases and traces, read from the binary itself or from a folder, with tables spread out.

use crate::{
    model::{CaseEntry, Headers, Level, Row, Step, Table, TopicFile, Trace},
    rules::Rules,
    variables::fill_known,
};
use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{collections::BTreeMap, collections::BTreeSet, fs, path::Path};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/conformance");

/// The rules, and the cases by topic; traces come last, each provider a topic of its own.
#[derive(Debug)]
pub struct Suite {
    pub rules: Rules,
    pub topics: Vec<Topic>,
}

/// Cases that share a setup.
#[derive(Debug)]
pub struct Topic {
    pub name: String,
    pub needs: Vec<String>,
    pub setup: Vec<Step>,
    pub cases: Vec<Case>,
}

/// A case, or a trace.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub rules: Vec<String>,
    pub level: Level,
    pub description: String,
    pub needs: Vec<String>,
    pub steps: Vec<Step>,
    pub recording: Option<Recording>,
}

/// What only a trace has.
#[derive(Debug, Clone)]
pub struct Recording {
    pub idp: String,
    pub after: Option<String>,
    pub unsure: bool,
    pub headers: Headers,
    pub content_type_on_get: bool,
    pub vars: BTreeMap<String, Value>,
}

impl Suite {
    /// The suite of this folder, or the one in the binary.
    ///
    /// # Errors
    /// A sentence that names the file that can't be read and why.
    pub fn load(folder: Option<&Path>) -> Result<Self, String> {
        let files = folder.map_or_else(|| Ok(embedded()), read)?;
        let Some(rules) = files.get("rules.json") else { return Err("there is no rules.json".to_owned()) };
        let rules = Rules::new(parse("rules.json", rules)?)?;
        let mut topics = Vec::new();
        for (name, text) in files.iter().filter(|(name, _)| name.starts_with("cases/")) {
            topics.push(topic(parse(name, text)?, &rules).map_err(|why| format!("{name}: {why}"))?);
        }
        let mut traces: BTreeMap<String, Vec<Case>> = BTreeMap::new();
        for (name, text) in files.iter().filter(|(name, _)| name.starts_with("traces/")) {
            let trace: Trace = parse(name, text)?;
            traces.entry(trace.idp.clone()).or_default().push(recorded(trace));
        }
        topics.extend(traces.into_iter().map(|(idp, mut cases)| {
            in_order(&mut cases);
            Topic { name: format!("trace:{idp}"), needs: Vec::new(), setup: Vec::new(), cases }
        }));
        let suite = Self { rules, topics };
        suite.check_ids()?;
        Ok(suite)
    }

    /// All cases and traces.
    pub fn cases(&self) -> impl Iterator<Item = (&Topic, &Case)> {
        self.topics.iter().flat_map(|topic| topic.cases.iter().map(move |case| (topic, case)))
    }

    fn check_ids(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for (_, case) in self.cases() {
            if !seen.insert(&case.id) {
                return Err(format!("two cases are named {}", case.id));
            }
        }
        Ok(())
    }
}

fn topic(file: TopicFile, rules: &Rules) -> Result<Topic, String> {
    let mut entries = file.cases;
    for table in &file.tables {
        for row in &table.rows {
            entries.push(spread(table, row)?);
        }
    }
    let cases = entries.into_iter().map(|entry| case(&file.topic, entry, rules)).collect::<Result<_, _>>()?;
    Ok(Topic { name: file.topic, needs: file.needs, setup: file.setup, cases })
}

fn case(topic: &str, entry: CaseEntry, rules: &Rules) -> Result<Case, String> {
    let mut levels = Vec::new();
    for id in &entry.rules {
        levels.push(rules.get(id).ok_or_else(|| format!("{}: there is no rule {id}", entry.id))?.level);
    }
    let first = levels.first().copied().ok_or_else(|| format!("{}: no rule", entry.id))?;
    Ok(Case {
        id: format!("{topic}/{}", entry.id),
        level: entry.level.unwrap_or(first),
        rules: entry.rules,
        description: entry.description,
        needs: entry.needs,
        steps: entry.steps,
        recording: None,
    })
}

fn spread(table: &Table, row: &Row) -> Result<CaseEntry, String> {
    let mut values = table.defaults.clone();
    values.extend(row.values.clone());
    let steps = fill_known(&table.steps, &values);
    let id = format!("{}-{}", table.id, row.id);
    Ok(CaseEntry {
        steps: serde_json::from_value(steps).map_err(|error| format!("{id}: {error}"))?,
        id,
        rules: if row.rules.is_empty() { table.rules.clone() } else { row.rules.clone() },
        level: row.level.or(table.level),
        description: row.says.clone(),
        needs: table.needs.iter().chain(&row.needs).cloned().collect(),
    })
}

fn recorded(trace: Trace) -> Case {
    Case {
        id: format!("trace/{}", trace.name),
        rules: Vec::new(),
        level: Level::I,
        description: trace.description,
        needs: trace.needs,
        steps: trace.steps,
        recording: Some(Recording {
            idp: trace.idp,
            after: trace.after,
            unsure: trace.unsure,
            headers: trace.defaults.headers,
            content_type_on_get: trace.defaults.content_type_on_get,
            vars: trace.vars,
        }),
    }
}

/// A trace that goes on where another ended stands right behind it.
fn in_order(cases: &mut Vec<Case>) {
    let after = |case: &Case| case.recording.as_ref().and_then(|recording| recording.after.clone());
    let (followers, mut ordered): (Vec<_>, Vec<_>) = cases.drain(..).partition(|case| after(case).is_some());
    for follower in followers {
        let leader = after(&follower).map(|name| format!("trace/{name}")).unwrap_or_default();
        let place = ordered.iter().position(|case| case.id == leader).map_or(ordered.len(), |at| at + 1);
        ordered.insert(place, follower);
    }
    *cases = ordered;
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))
}

fn embedded() -> BTreeMap<String, String> {
    let folders = EMBEDDED.dirs().flat_map(Dir::files);
    let files = EMBEDDED.files().chain(folders).filter(|file| is_json(file.path()));
    files.filter_map(|file| Some((file.path().to_str()?.to_owned(), file.contents_utf8()?.to_owned()))).collect()
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    for part in ["", "cases/", "traces/"] {
        let path = folder.join(part);
        let entries = fs::read_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for entry in entries.flatten().filter(|entry| is_json(&entry.path())) {
            let text = fs::read_to_string(entry.path());
            let text = text.map_err(|error| format!("{}: {error}", entry.path().display()))?;
            files.insert(format!("{part}{}", entry.file_name().to_string_lossy()), text);
        }
    }
    Ok(files)
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

#[cfg(test)]
mod tests;
