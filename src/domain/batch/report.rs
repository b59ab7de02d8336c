//! The rejected rows as a file: as they were, with the reason in a column of its own, so that they can be corrected and sent again.

use super::{Column, REMARK, WITHHELD};
use crate::domain::spreadsheet;

/// A row that changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its cells, the password withheld.
    pub cells: Vec<String>,
    /// What is wrong, and the remedy.
    pub reason: String,
}

/// The file: UTF-8 with its mark, which spreadsheets need to see, and no cell that one would calculate.
#[must_use]
pub fn report(separator: char, header: &[String], rows: &[Rejected]) -> String {
    // The reasons of a report that was sent again give way to those of now.
    let kept: Vec<usize> =
        header.iter().enumerate().filter(|(_, name)| !is_remark(name)).map(|(column, _)| column).collect();
    let mut file = String::from('\u{feff}');
    let mut write = |cells: &[String], last: &str| {
        let cells = kept.iter().map(|column| cells.get(*column).map_or("", String::as_str));
        file.push_str(&spreadsheet::separated(separator, cells.chain([last])));
    };
    write(header, REMARK);
    for row in rows {
        write(&row.cells, &row.reason);
    }
    file
}

/// Takes the password out of a row that is kept: what is left tells people to fill it in again.
pub fn withhold(columns: &[Option<Column>], cells: &mut [String]) {
    for (cell, column) in cells.iter_mut().zip(columns) {
        if *column == Some(Column::Password) && !cell.trim().is_empty() {
            WITHHELD.clone_into(cell);
        }
    }
}

fn is_remark(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(REMARK)
}
