//! What can be wrong with the settings.

use std::path::PathBuf;

/// A fault in the settings: one sentence saying what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are the words of the sentences above them")]
pub enum Error {
    /// A key nobody knows.
    #[error("{place} names the setting {key}, which does not exist; did you mean {nearest}?")]
    Unknown { key: String, place: String, nearest: String },
    /// A value that can't be used.
    #[error("{name} from {place} is not usable: {message}")]
    Invalid { name: String, place: String, message: String },
    /// A setting without which nothing works.
    #[error("{0}")]
    Missing(String),
    /// A settings file that is no TOML of the expected shape.
    #[error("{path} can't be used as settings: {message}", path = path.display())]
    File { path: PathBuf, message: String },
    /// A file that can't be read or written.
    #[error("{path} can't be {verb}", path = path.display())]
    Io {
        path: PathBuf,
        verb: &'static str,
        #[source]
        source: std::io::Error,
    },
}
