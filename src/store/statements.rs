//! What a store knows of the statements it ran: how many there were and, while somebody records them, which.
//!
//! For tests of what a request costs. Where nobody records, a flag is all that is looked at.

use super::{Store, conn::Value};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// The statements of a store and all its clones.
#[derive(Debug, Default)]
pub(super) struct Statements {
    number: AtomicU64,
    is_recording: AtomicBool,
    recorded: Mutex<Vec<Recorded>>,
}

/// A statement that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The text with its placeholders.
    pub sql: String,
    /// The value of each placeholder as a literal of PostgreSQL, `$1` first.
    pub values: Vec<String>,
}

impl Statements {
    /// Counts one, and keeps it where somebody records.
    pub(super) fn note(&self, sql: &str, values: &[Value]) {
        self.number.fetch_add(1, Ordering::Relaxed);
        self.keep(sql, values);
    }

    /// Keeps one that does not count, where somebody records: the beginning or the end of a transaction.
    pub(super) fn keep(&self, sql: &str, values: &[Value]) {
        if self.is_recording.load(Ordering::Acquire) {
            let values = values.iter().map(literal).collect();
            let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
            recorded.push(Recorded { sql: sql.to_owned(), values });
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number.load(Ordering::Relaxed)
    }
}

impl Store {
    /// Keeps the text of every statement from now on, of those that begin and end transactions, too.
    pub fn record(&self) {
        self.statements.is_recording.store(true, Ordering::Release);
    }

    /// What was recorded since the last call.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.statements.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Text(Some(text)) => format!("'{}'", text.replace('\'', "''")),
        Value::Int(Some(number)) => number.to_string(),
        Value::Flag(Some(flag)) => flag.to_string(),
        Value::Text(None) => "NULL::text".to_owned(),
        Value::Int(None) => "NULL::bigint".to_owned(),
        Value::Flag(None) => "NULL::boolean".to_owned(),
    }
}
