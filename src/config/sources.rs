//! Gathering the texts of the settings: defaults, then the file, then the environment.

use super::{
    Error,
    key::{Display, Key},
    secret::mask_url,
};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
};

/// The variable that names the settings file.
const CONFIG: &str = "USHER_CONFIG";

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The file `USHER_CONFIG` names.
    File(PathBuf),
    /// An environment variable.
    Environment,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment => f.write_str("environment"),
        }
    }
}

/// The texts of all settings with their sources.
#[derive(Debug, Clone, Default)]
pub struct Values {
    texts: BTreeMap<Key, (String, Source)>,
}

/// The name of ours for a variable. One that many installations set for all their programs counts where this build can use it.
fn own_name(variable: &str) -> &str {
    if cfg!(feature = "otlp") && variable == "OTEL_EXPORTER_OTLP_ENDPOINT" { "USHER_OTLP_URL" } else { variable }
}

impl Values {
    /// Reads the process's environment and the file it names.
    ///
    /// # Errors
    /// Unknown keys, by name with the nearest known one; a file that can't be read.
    pub fn load() -> Result<Self, Error> {
        Self::gather(std::env::vars_os())
    }

    /// Reads these variables and the file they name.
    ///
    /// # Errors
    /// As for [`Values::load`].
    pub fn gather(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, Error> {
        let mut environment = BTreeMap::new();
        let mut file = None;
        for (variable, value) in variables {
            let Some(variable) = variable.to_str().map(own_name).filter(|name| name.starts_with("USHER_")) else {
                continue;
            };
            let value = value.into_string().map_err(|_| Error::Invalid {
                name: variable.to_owned(),
                place: Source::Environment.to_string(),
                message: "it is not UTF-8".to_owned(),
            })?;
            if variable == CONFIG {
                file = Some(PathBuf::from(value)).filter(|path| !path.as_os_str().is_empty());
                continue;
            }
            let key = Key::of_variable(variable).ok_or_else(|| unknown_variable(variable))?;
            environment.insert(key, (value, Source::Environment));
        }
        let mut texts = match file {
            Some(path) => read_file(&path)?,
            None => BTreeMap::new(),
        };
        texts.extend(environment);
        // An empty variable counts as unset, as in every compose file.
        texts.retain(|_, (text, _)| !text.trim().is_empty());
        Ok(Self { texts })
    }

    /// The text of a setting: what somebody set, else the default.
    #[must_use]
    pub fn text(&self, key: Key) -> Option<&str> {
        self.texts.get(&key).map(|(text, _)| text.trim()).or(key.default())
    }

    /// Where the text comes from.
    #[must_use]
    pub fn source(&self, key: Key) -> Source {
        self.texts.get(&key).map_or(Source::Default, |(_, source)| source.clone())
    }

    /// The text as it may be shown: secrets masked.
    #[must_use]
    pub fn shown(&self, key: Key) -> Option<String> {
        self.text(key).map(|text| match key.display() {
            Display::Plain => text.to_owned(),
            Display::Url => mask_url(text),
            Display::Hidden => "***".to_owned(),
        })
    }
}

fn read_file(path: &Path) -> Result<BTreeMap<Key, (String, Source)>, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), verb: "read", source })?;
    let wrong = |message: String| Error::File { path: path.to_owned(), message };
    // The parser's report shows the offending line, which may hold a password: only its message is told.
    let table: toml::Table = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    let mut texts = BTreeMap::new();
    for (name, value) in table {
        let key = Key::of_name(&name).ok_or_else(|| Error::Unknown {
            nearest: nearest(&name, Key::ALL.iter().map(|key| key.name().to_owned())),
            place: path.display().to_string(),
            key: name.clone(),
        })?;
        let toml::Value::String(text) = value else { return Err(wrong(format!("{name} must be a text in quotes"))) };
        texts.insert(key, (text, Source::File(path.to_owned())));
    }
    Ok(texts)
}

fn unknown_variable(variable: &str) -> Error {
    let known = Key::ALL.iter().map(|key| key.variable()).chain([CONFIG.to_owned()]);
    Error::Unknown { key: variable.to_owned(), place: "the environment".to_owned(), nearest: nearest(variable, known) }
}

fn nearest(word: &str, known: impl Iterator<Item = String>) -> String {
    known.min_by_key(|candidate| distance(word, candidate)).unwrap_or_default()
}

/// Levenshtein's distance.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((j, r), pair) in right.chars().enumerate().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            let beside = next.get(j).copied().unwrap_or(usize::MAX - 1);
            next.push((diagonal + usize::from(l != r)).min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
