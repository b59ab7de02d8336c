//! Settings: one table ([`Key`]) drives parsing, `usher config` and the documentation. The environment wins over the file that
//! `USHER_CONFIG` names; a key nobody knows is an error.
//!
//! Never opens a database and never decides what a setting means for a person.

mod duration;
mod error;
mod key;
mod machine;
mod parse;
mod secret;
mod secret_key;
mod sources;

pub use duration::parse as parse_duration;
pub use error::Error;
pub use key::Key;
pub use machine::{SystemClock, SystemRng};
pub use secret::Secret;
pub use sources::{Source, Values};

use crate::{http::Proxies, mail::Sender};
use jiff::SignedDuration;
use std::{net::SocketAddr, path::PathBuf};

/// Everything a running program needs to know, parsed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the HTTP server listens.
    pub listen: SocketAddr,
    /// The only source of links and `meta.location`; no trailing slash.
    pub public_url: String,
    /// Where people and everything else are kept.
    pub database: Database,
    /// The most connections to PostgreSQL.
    pub database_connections: u32,
    /// The SMTP server; none means the local inbox.
    pub smtp_url: Option<Secret>,
    /// The sender of every mail.
    pub mail_from: Sender,
    /// Where the secret key comes from.
    pub secret_key: SecretKey,
    /// Reverse proxies that are believed about the client's address.
    pub trusted_proxies: Proxies,
    /// Where traces go; none without the `otlp` feature.
    pub otlp_url: Option<Secret>,
    /// An `EnvFilter`; none means what the command at hand prefers.
    pub log: Option<String>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Added to the machine's time; zero but in builds with the `test-clock` feature.
    pub clock_offset: SignedDuration,
}

/// The database, by engine.
#[derive(Debug, Clone)]
pub enum Database {
    /// An embedded file.
    Sqlite {
        /// As set, for the store.
        url: String,
        /// The file.
        path: PathBuf,
    },
    /// A PostgreSQL server.
    Postgres {
        /// With its password.
        url: Secret,
    },
}

/// Where the secret key comes from.
#[derive(Debug, Clone)]
pub enum SecretKey {
    /// Written in the settings.
    Given(Secret),
    /// In a file somebody made.
    File(PathBuf),
    /// In a file beside the SQLite database, made on the first start.
    Beside {
        /// The key's file.
        key: PathBuf,
        /// The database's file.
        database: PathBuf,
    },
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// Reads the environment and the file it names.
    ///
    /// # Errors
    /// One sentence naming the setting, what is wrong with it and what to write.
    pub fn load() -> Result<Self, Error> {
        Self::from_values(&Values::load()?)
    }

    /// Parses gathered values.
    ///
    /// # Errors
    /// As for [`Settings::load`].
    pub fn from_values(values: &Values) -> Result<Self, Error> {
        parse::settings(values)
    }

    /// The secret key's bytes; makes the key file on the first start with SQLite.
    ///
    /// # Errors
    /// When the key is missing, unreadable or shorter than 32 bytes.
    pub fn secret_key(&self) -> Result<Vec<u8>, Error> {
        secret_key::load(&self.secret_key, &SystemRng)
    }
}

impl Database {
    /// The URL for the store.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } => url,
            Self::Postgres { url } => url.reveal(),
        }
    }
}
