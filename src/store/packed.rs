//! Packed answers of SQLite: all rows of a read as one text.
//!
//! The driver hands over each row and each statement's end by a message of its own, which mostly wakes who waits for it, and each value in
//! memory of its own. So SQLite itself puts the rows of a read into one text, and those of several reads side by side into one row. A value
//! stands in such a text as its length in bytes, a colon and itself; NULL is a colon alone.

use super::{
    StoreError,
    row::Row,
    statement::{Pieces, Statement},
};
use sqlx::SqlStr;
use std::{
    fmt::Write,
    ops::Range,
    sync::{Arc, OnceLock},
};

/// The statement that answers the rows of each of these reads as one column of its only row.
///
/// # Errors
/// [`StoreError::Database`] where one is not a plain SELECT.
pub(super) fn pack(reads: Vec<Statement>) -> Result<Statement, StoreError> {
    let mut packed = Pieces::default();
    packed.push("SELECT ");
    for (index, read) in reads.into_iter().enumerate() {
        let width = columns(read.sql.as_str()).ok_or_else(unreadable)?.len();
        packed.push(if index == 0 { "(WITH r (" } else { ",\n(WITH r (" });
        packed.push(&listed(width, |text, column| write!(text, "c{column}")));
        packed.push(") AS (");
        packed.spread(read);
        packed.push(") SELECT group_concat(concat(");
        packed.push(&listed(width, |text, column| write!(text, "octet_length(c{column}), ':', c{column}")));
        packed.push("), '') FROM r)");
    }
    Ok(packed.build())
}

fn listed(width: usize, each: impl Fn(&mut String, usize) -> std::fmt::Result) -> String {
    let mut text = String::with_capacity(width * 28);
    for column in 1..=width {
        text.push_str(if column == 1 { "" } else { ", " });
        // Writing to a String can't fail.
        let _ = each(&mut text, column);
    }
    text
}

/// A row in such a text.
pub(super) struct Packed {
    bundle: Arc<Bundle>,
    first: usize,
}

/// The rows of one read.
struct Bundle {
    read: SqlStr,
    text: String,
    /// Where the values stand in the text, row after row.
    cells: Vec<Option<Range<usize>>>,
    /// What the columns are called, once somebody wants to know.
    names: OnceLock<Vec<String>>,
}

impl Bundle {
    fn names(&self) -> &[String] {
        let names = || columns(self.read.as_str()).into_iter().flatten().map(str::to_owned).collect();
        self.names.get_or_init(names)
    }
}

/// The rows that were packed.
///
/// # Errors
/// [`StoreError::Database`] where the text is none that [`pack`] makes.
pub(super) fn unpack(read: SqlStr, text: Option<String>) -> Result<Vec<Row>, StoreError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let width = columns(read.as_str()).ok_or_else(unreadable)?.len();
    let cells = cells(&text).filter(|cells| cells.len().is_multiple_of(width)).ok_or_else(unreadable)?;
    let rows = (0..cells.len()).step_by(width);
    let bundle = Arc::new(Bundle { read, text, cells, names: OnceLock::new() });
    Ok(rows.map(|first| Row::Packed(Packed { bundle: Arc::clone(&bundle), first })).collect())
}

fn cells(text: &str) -> Option<Vec<Option<Range<usize>>>> {
    let (mut cells, mut start) = (Vec::new(), 0);
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let (length, _) = rest.split_once(':')?;
        start += length.len() + 1;
        if length.is_empty() {
            cells.push(None);
            continue;
        }
        let cell = start..start.checked_add(length.parse().ok()?)?;
        text.get(cell.clone())?;
        start = cell.end;
        cells.push(Some(cell));
    }
    (start == text.len()).then_some(cells)
}

impl Packed {
    /// A value as text, none for NULL.
    pub(super) fn value(&self, index: usize) -> Option<&str> {
        let cell = self.bundle.cells.get(self.first + index)?.clone()?;
        self.bundle.text.get(cell)
    }

    /// The value of a column that goes by its name.
    pub(super) fn named(&self, name: &str) -> Option<&str> {
        let index = self.bundle.names().iter().position(|column| column == name)?;
        self.value(index)
    }

    /// What a column is called.
    pub(super) fn name(&self, index: usize) -> Option<&str> {
        self.bundle.names().get(index).map(String::as_str)
    }
}

/// The names of the columns of a SELECT; of several that are joined, of the first.
fn columns(sql: &str) -> Option<Vec<&str>> {
    let list = sql.strip_prefix("SELECT ")?;
    let (mut depth, mut start, mut names) = (0_i32, 0, Vec::new());
    for (index, letter) in list.char_indices() {
        let ends = || ["FROM ", "WHERE "].iter().any(|word| list.get(index..).is_some_and(|rest| rest.starts_with(word)));
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(list.get(start..index)?));
                start = index + 1;
            }
            'F' | 'W' if depth == 0 && ends() => {
                names.push(name(list.get(start..index)?));
                return Some(names);
            }
            _ => {}
        }
    }
    None
}

/// What an expression's column is called: its alias, or the column itself.
fn name(expression: &str) -> &str {
    let expression = expression.trim_end();
    expression.rsplit([' ', '\n', '.']).next().unwrap_or(expression)
}

fn unreadable() -> StoreError {
    StoreError::Database(sqlx::Error::Protocol("a read can't be packed".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::statement::sql;

    #[test]
    fn a_plain_select_names_its_columns() {
        let text = "SELECT a, t.b,\n  EXISTS (SELECT 1, 2 FROM u) AS is_c FROM t WHERE a IN (SELECT d, e FROM v)";
        assert_eq!(columns(text).unwrap(), ["a", "b", "is_c"]);
        assert_eq!(columns("SELECT 1 WHERE EXISTS (SELECT 2, 3 FROM t)").unwrap(), ["1"]);
        assert_eq!(columns("UPDATE t SET a = 1"), None);
        assert_eq!(columns("SELECT 1"), None);
    }

    #[test]
    fn a_text_is_taken_apart_into_rows() {
        let read = sql("SELECT a, b, c FROM t").sql;
        let rows = unpack(read.clone(), Some("2:3:0::1:x2:é1:7".to_owned())).unwrap();
        let values: Vec<Vec<Option<&str>>> = rows
            .iter()
            .map(|row| {
                let Row::Packed(row) = row else { panic!("not packed") };
                (0..3).map(|index| row.value(index)).collect()
            })
            .collect();
        assert_eq!(values, [[Some("3:"), Some(""), None], [Some("x"), Some("é"), Some("7")]]);
        assert!(unpack(read.clone(), None).unwrap().is_empty());
        for broken in ["1:a", "1:a1:b1:c1:d", "4:é:::", "1:a1:b9:c", "a:b", "1:a1:b1:"] {
            assert!(unpack(read.clone(), Some(broken.to_owned())).is_err(), "{broken}");
        }
    }
}
