//! Why there is no backup, or nothing was restored.

use crate::store::StoreError;
use std::io;

/// What can go wrong with a backup. Whatever it is: a restore that fails has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be written.
    #[error("the backup can't be written")]
    Write(#[source] io::Error),
    /// The file can't be read.
    #[error("the backup can't be read")]
    Read(#[source] io::Error),
    /// The file is none of ours, or not as it was written.
    #[error("line {line} of the backup {fault}; nothing was restored")]
    Broken {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        fault: String,
    },
    /// The file was made with other tables than this program has.
    #[error(
        "the backup was made by usher {version} with schema {theirs}, this program has schema {ours}; restore it with the program that made it, and let the newer one upgrade the database"
    )]
    Schema {
        /// The program that made it.
        version: String,
        /// Its schema.
        theirs: i64,
        /// Ours.
        ours: i64,
    },
    /// There is something to lose.
    #[error(
        "the database is not empty: {holds}; give an empty one, or replace what it holds with usher restore --force"
    )]
    NotEmpty {
        /// What it holds.
        holds: String,
    },
    /// What arrived is not what was sent.
    #[error("table {table} does not read back as it was written; nothing was kept")]
    Mismatch {
        /// The table.
        table: String,
    },
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

impl Error {
    pub(super) fn broken(line: u64, fault: impl Into<String>) -> Self {
        Self::Broken { line, fault: fault.into() }
    }
}
