//! The lines of a backup that are not rows, and digests.

use super::Error;
use aws_lc_rs::digest;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt::Write as _, io::Write};

/// The version of this form of lines.
pub const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `backup`.
    pub usher: String,
    /// The version of the form.
    pub format: u32,
    /// The newest migration of the database.
    pub schema: i64,
    /// The program that wrote it.
    pub version: String,
    /// The engine it was read from; it can be restored to either.
    pub engine: String,
    /// When it was begun: everything acknowledged before is in it.
    pub at: Timestamp,
    /// The fingerprint of the secret key.
    pub key: String,
}

/// The line before a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableStart {
    pub table: String,
    pub columns: Vec<String>,
    /// The last number the table's counter gave.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub counter: Option<i64>,
}

/// The line behind a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableEnd {
    pub rows: u64,
    pub sha256: String,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub tables: u64,
    pub rows: u64,
    pub sha256: String,
}

/// A value as one line, its end included.
pub(super) fn line_of(value: &impl Serialize) -> Result<String, Error> {
    let mut line = serde_json::to_string(value).map_err(|error| Error::Write(error.into()))?;
    line.push('\n');
    Ok(line)
}

pub(super) fn write_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Error> {
    out.write_all(line_of(value)?.as_bytes()).map_err(Error::Write)
}

/// A line that must be of this form.
pub(super) fn parse<T: DeserializeOwned>(line: &str, number: u64, what: &str) -> Result<T, Error> {
    serde_json::from_str(line).map_err(|_| Error::broken(number, format!("is not {what}")))
}

/// A SHA-256 under way.
pub(super) struct Digest(digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Digest {
    pub fn add(&mut self, text: &str) {
        self.0.update(text.as_bytes());
    }

    /// Lower-case hexadecimal.
    pub fn finish(self) -> String {
        self.0.finish().as_ref().iter().fold(String::new(), |mut text, byte| {
            // Writing to a String never fails.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
