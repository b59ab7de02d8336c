//! Records of separated values (RFC 4180) with the physical line each begins on.
//!
//! Written here because a stray quote must cost one row and not the rest of the file: a record that can't be taken apart is handed out as
//! its first line with what is wrong, and reading goes on with the line below.

/// The longest cell, in bytes.
pub const MAX_CELL: usize = 8_000;

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The physical line it begins on; the first is 1.
    pub line: usize,
    /// Its cells, unquoted.
    pub cells: Vec<String>,
    /// What is wrong with its quotes.
    pub fault: Option<&'static str>,
}

/// The records of a text, blank lines passed over.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    rest: &'a str,
    line: usize,
    separator: u8,
}

const OPEN: &str = "a quotation mark opens a cell and none closes it; write a quotation mark inside of a cell twice";
const TEXT_BEHIND: &str =
    "there is text behind a closing quotation mark; write a quotation mark inside of a cell twice";

impl<'a> Records<'a> {
    /// Begins at the first line.
    pub fn new(text: &'a str, separator: u8) -> Self {
        Self { rest: text, line: 1, separator }
    }

    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += breaks(passed);
        self.rest = rest;
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while let Some(length) = line_break(self.rest) {
            self.pass(length);
        }
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let (record, length) = match read(self.rest, self.separator) {
            Ok((cells, length)) => (Record { line, cells, fault: None }, length),
            Err(fault) => {
                let length = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                let first = self.rest.get(..length).unwrap_or_default();
                let cells = first.split(char::from(self.separator)).map(str::to_owned).collect();
                (Record { line, cells, fault: Some(fault) }, length)
            }
        };
        self.pass(length);
        // The break that ends the record; further ones are blank lines.
        self.pass(line_break(self.rest).unwrap_or(0));
        Some(record)
    }
}

/// The bytes of the line break a text begins with.
fn line_break(text: &str) -> Option<usize> {
    if text.starts_with("\r\n") { Some(2) } else { text.starts_with(['\n', '\r']).then_some(1) }
}

/// How many line breaks a text holds.
fn breaks(text: &str) -> usize {
    text.matches(['\n', '\r']).count() - text.matches("\r\n").count()
}

/// The cells of the record a text begins with, and its length without the line break.
fn read(text: &str, separator: u8) -> Result<(Vec<String>, usize), &'static str> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let (cell, end) = cell(text, at, separator)?;
        cells.push(cell);
        match text.as_bytes().get(end) {
            Some(byte) if *byte == separator => at = end + 1,
            _ => return Ok((cells, end)),
        }
    }
}

/// The cell that begins here, and where it ends: at a separator, a line break or the end.
fn cell(text: &str, at: usize, separator: u8) -> Result<(String, usize), &'static str> {
    let rest = text.get(at..).unwrap_or_default();
    let indent = rest.len() - rest.trim_start_matches(' ').len();
    if rest.as_bytes().get(indent) == Some(&b'"') {
        return quoted(text, at + indent + 1, separator);
    }
    let length = rest.bytes().position(|byte| ends_cell(byte, separator)).unwrap_or(rest.len());
    Ok((rest.get(..length).unwrap_or_default().to_owned(), at + length))
}

/// The quoted cell whose text begins here.
fn quoted(text: &str, begin: usize, separator: u8) -> Result<(String, usize), &'static str> {
    let bytes = text.as_bytes();
    let mut cell = String::new();
    let mut at = begin;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        // Bounded, so that a file full of stray quotes is not read again and again to its end.
        let length = rest.bytes().take(MAX_CELL + 1).position(|byte| byte == b'"').ok_or(OPEN)?;
        cell.push_str(rest.get(..length).unwrap_or_default());
        at += length + 1;
        if bytes.get(at) != Some(&b'"') {
            break;
        }
        cell.push('"');
        at += 1;
        if cell.len() > MAX_CELL {
            return Err(OPEN);
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    at += rest.len() - rest.trim_start_matches(' ').len();
    match bytes.get(at) {
        Some(byte) if !ends_cell(*byte, separator) => Err(TEXT_BEHIND),
        _ => Ok((cell, at)),
    }
}

fn ends_cell(byte: u8, separator: u8) -> bool {
    byte == separator || byte == b'\n' || byte == b'\r'
}
