//! A CSV file of people (S34) as values: bytes become text, text becomes rows, and rows are told apart by person.
//!
//! Looks at the form only: what a cell means, and who exists already, is decided by the use case.

mod cells;
mod column;
mod encoding;
mod outcome;
mod report;
mod sheet;
pub mod words;

pub use cells::MAX_CELL;
pub use column::Column;
pub use outcome::{Outcome, Status, Tally};
pub use report::{Rejected, report, withhold};
pub use sheet::{MAX_ROWS, Row, Sheet, cell_of, columns_of};

use std::fmt;

/// The largest file that is read: 100,000 rows of 335 bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The column a report adds; a file that has it is read as if it had not.
pub const REMARK: &str = "error";
/// What a report shows in place of a password, so that sending the row again without one is noticed.
pub const WITHHELD: &str = "(withheld)";

/// What is wrong with a row, and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column it is about, if it is about one.
    pub column: Option<Column>,
    /// A sentence for the person who sent the file.
    pub message: String,
}

impl Fault {
    /// A fault of a column.
    #[must_use]
    pub fn of(column: Column, message: impl Into<String>) -> Self {
        Self { column: Some(column), message: message.into() }
    }

    /// A fault of the row as a whole.
    #[must_use]
    pub fn of_row(message: impl Into<String>) -> Self {
        Self { column: None, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "{column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Not a byte, or nothing but white space.
    #[error("it is empty; its first line must name the columns: {}", Column::list())]
    Empty,
    /// A header without rows.
    #[error("it has a header and no rows below it")]
    NoRows,
    /// A workbook or another archive.
    #[error("it is no CSV but a workbook or an archive; in the spreadsheet, save it as \"CSV UTF-8\"")]
    Archive,
    /// A NUL byte.
    #[error("line {0} holds a NUL byte, so this is no text; save it as \"CSV UTF-8\"")]
    Binary(usize),
    /// UTF-8 in most places but not here, or UTF-16 that is not.
    #[error("line {0} is not in the encoding of the rest of the file; save it as \"CSV UTF-8\"")]
    Encoding(usize),
    /// A header that can't be taken apart.
    #[error("the header can't be read: {0}")]
    Header(String),
    /// A column without a name that rows have cells in.
    #[error("column {0} of the header has no name; give it one of {list}, or remove it", list = Column::list())]
    Nameless(usize),
    /// A column we do not know.
    #[error("there is no column \"{0}\"; the columns are {list}", list = Column::list())]
    Unknown(String),
    /// A column that stands there twice.
    #[error("the header names this column twice")]
    Repeated(Column),
    /// No address, no person.
    #[error("the header does not name this column, and no person can be added without it")]
    NoEmail,
    /// More than [`MAX_ROWS`].
    #[error("it has more than {MAX_ROWS} rows; split it")]
    TooManyRows,
}

impl FileError {
    /// What the client sent that is wrong.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Empty | Self::NoRows | Self::Archive | Self::Binary(_) | Self::Encoding(_) | Self::TooManyRows => {
                "file"
            }
            Self::Header(_) | Self::Nameless(_) | Self::Unknown(_) => "header",
            Self::Repeated(column) => column.name(),
            Self::NoEmail => Column::Email.name(),
        }
    }
}

#[cfg(test)]
mod tests;
