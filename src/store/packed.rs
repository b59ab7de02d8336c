//! Packed answers of SQLite: all rows of a read as one text.
//!
//! The driver hands over each row and each statement's end by a message of its own, which mostly wakes who waits for it, and each value in
//! memory of its own. So SQLite itself puts the rows of a read into one text, and those of several reads side by side into one row. A value
//! stands in such a text as its length in bytes, a colon and itself; NULL is a colon alone.

use super::{
    StoreError,
    row::Row,
    statement::{Errand, Pieces, Rows, Statement},
};
use sqlx::SqlStr;
use std::{
    fmt::Write,
    ops::Range,
    sync::{Arc, OnceLock},
};

/// So many packings are kept.
const KEPT: usize = 128;

/// The packings that a connection has used: the same come again and again.
#[derive(Debug, Default)]
pub(super) struct Packings {
    kept: Vec<Arc<Packing>>,
}

impl Packings {
    /// How so many errands worded like this one are packed.
    ///
    /// # Errors
    /// [`StoreError::Database`] where one of its reads is not a plain SELECT.
    pub(super) fn of(&mut self, errand: &Errand, count: usize) -> Result<Arc<Packing>, StoreError> {
        let is_same = |packing: &&Arc<Packing>| packing.count == count && packing.wording.is_worded_like(errand);
        if let Some(kept) = self.kept.iter().find(is_same) {
            return Ok(Arc::clone(kept));
        }
        if self.kept.len() == KEPT {
            self.kept.clear();
        }
        let packing = Arc::new(Packing::of(errand, count)?);
        self.kept.push(Arc::clone(&packing));
        Ok(packing)
    }
}

/// One statement for several errands of one wording: it answers the rows of each read as one column of its only row.
#[derive(Debug)]
pub(super) struct Packing {
    wording: Errand,
    count: usize,
    /// The statement with the placeholders of all, and no values.
    text: Statement,
    /// How many columns each read of an errand has.
    widths: Vec<usize>,
}

impl Packing {
    fn of(errand: &Errand, count: usize) -> Result<Self, StoreError> {
        let wording = errand.wording();
        let width = |read: &Statement| columns(read.sql.as_str()).ok_or_else(unreadable).map(|names| names.len());
        let widths = wording.reads().map(width).collect::<Result<Vec<_>, _>>()?;
        let mut pieces = Pieces::default();
        for number in 0..count {
            for (index, (read, width)) in wording.reads().zip(&widths).enumerate() {
                pieces.push(if number + index == 0 { "SELECT " } else { ",\n" });
                push_packed(&mut pieces, read, *width);
            }
        }
        let text = pieces.build();
        Ok(Self { wording, count, text, widths })
    }

    /// The statement with the values of these errands.
    pub(super) fn fill(&self, errands: &[Errand]) -> Statement {
        let reads = errands.iter().flat_map(Errand::reads);
        self.text.with(reads.flat_map(Statement::values_in_place))
    }

    /// The rows of these errands.
    ///
    /// # Errors
    /// [`StoreError::Database`] where the texts are none that this statement answers.
    pub(super) fn unpack(
        &self,
        errands: &[Errand],
        texts: Vec<Option<String>>,
    ) -> Result<Vec<Rows>, StoreError> {
        let mut texts = texts.into_iter();
        let mut unpacked = Vec::with_capacity(errands.len());
        for errand in errands {
            let mut rows = errand
                .reads()
                .zip(&self.widths)
                .map(|(read, width)| unpack(read.sql.clone(), *width, texts.next().flatten()));
            let one = rows.next().transpose()?.unwrap_or_default();
            unpacked.push((one, rows.next().transpose()?.unwrap_or_default()));
        }
        Ok(unpacked)
    }
}

fn push_packed(pieces: &mut Pieces, read: &Statement, width: usize) {
    pieces.push("(WITH r (");
    pieces.push(&listed(width, |text, column| write!(text, "c{column}")));
    pieces.push(") AS (");
    pieces.spread(read);
    pieces.push(") SELECT group_concat(concat(");
    pieces.push(&listed(width, |text, column| write!(text, "octet_length(c{column}), ':', c{column}")));
    pieces.push("), '') FROM r)");
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

fn unpack(read: SqlStr, width: usize, text: Option<String>) -> Result<Vec<Row>, StoreError> {
    let Some(text) = text else { return Ok(Vec::new()) };
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
        let rows = unpack(read.clone(), 3, Some("2:3:0::1:x2:é1:7".to_owned())).unwrap();
        let values: Vec<Vec<Option<&str>>> = rows
            .iter()
            .map(|row| {
                let Row::Packed(row) = row else { panic!("not packed") };
                (0..3).map(|index| row.value(index)).collect()
            })
            .collect();
        assert_eq!(values, [[Some("3:"), Some(""), None], [Some("x"), Some("é"), Some("7")]]);
        assert!(unpack(read.clone(), 3, None).unwrap().is_empty());
        for broken in ["1:a", "1:a1:b1:c1:d", "4:é:::", "1:a1:b9:c", "a:b", "1:a1:b1:"] {
            assert!(unpack(read.clone(), 3, Some(broken.to_owned())).is_err(), "{broken}");
        }
    }
}
