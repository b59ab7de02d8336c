//! Output for people and scripts.

use super::failure::Failure;
use std::{
    fmt,
    io::{self, Write},
};

/// Prints one line on stdout.
pub fn line(text: fmt::Arguments<'_>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| closed(&error))
}

/// Prints rows in columns; the first row holds the headings.
pub fn table(rows: &[Vec<String>]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(columns(rows).as_bytes()).and_then(|()| out.flush()).map_err(|error| closed(&error))
}

fn closed(error: &io::Error) -> Failure {
    Failure::failed(format!("the output can't be written: {error}"))
}

fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let text = columns(&[row(&["name", "state"]), row(&["Zo\u{e9}", "active"]), row(&["x", ""])]);
        assert_eq!(text, "name  state\nZo\u{e9}   active\nx\n");
    }
}
