//! The file as a table: its header understood, its rows as wide as the header, each put to the first row of the same person.

use super::{
    Column, Fault, FileError, MAX_CELL, REMARK,
    cells::{Record, Records},
    encoding,
};
use crate::{
    domain::mailbox,
    scim::fold::{self, fold},
};
use std::collections::HashMap;

/// How many rows a file may have.
pub const MAX_ROWS: usize = 100_000;
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// The longest sign-in name and id, in bytes of their folded form: what an index holds.
const MAX_KEY: usize = 1_000;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What stands between cells.
    pub separator: char,
    /// The header as written.
    pub header: Vec<String>,
    /// What each column is; none for one that is passed over.
    pub columns: Vec<Option<Column>>,
    /// The rows below it that are not blank.
    pub rows: Vec<Row>,
}

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The physical line it begins on; the header is 1.
    pub line: usize,
    /// The line of the first row of the same person, its own where there is none above.
    pub first: usize,
    /// The address as written.
    pub email: String,
    /// The cells as written.
    pub cells: Vec<String>,
    /// What is wrong with its form.
    pub fault: Option<Fault>,
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`] when no row can be understood.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let text = encoding::decode(bytes)?;
        let (text, first_line, separator) = begin(&text);
        let mut records = Records::new(text, separator);
        let says_something = |record: &Record| record.cells.iter().any(|cell| !is_blank(cell));
        let head = records.find(says_something).ok_or(FileError::Empty)?;
        let columns = columns(&head)?;
        let mut people = People::default();
        let mut rows = Vec::new();
        for record in records.filter(says_something) {
            if rows.len() == MAX_ROWS {
                return Err(FileError::TooManyRows);
            }
            let record = Record { line: record.line + first_line, ..record };
            rows.push(people.place(record, &columns));
        }
        if rows.is_empty() {
            return Err(FileError::NoRows);
        }
        if let Some(nameless) = nameless(&head, &rows) {
            return Err(FileError::Nameless(nameless + 1));
        }
        Ok(Self { separator: char::from(separator), header: head.cells, columns, rows })
    }
}

/// The text without the `sep=` line some spreadsheets write, how many lines that was, and the separator.
fn begin(text: &str) -> (&str, usize, u8) {
    let first = text.lines().next().unwrap_or_default();
    let named = first.strip_prefix("sep=").and_then(|rest| rest.trim_end().as_bytes().first().copied());
    let told = named.or_else(|| first.strip_prefix("sep=").map(|_| b'\t')).filter(|byte| SEPARATORS.contains(byte));
    if let Some(separator) = told {
        let rest = text.get(first.len()..).unwrap_or_default();
        let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
        return (rest, 1, separator);
    }
    let head = text.trim_start().lines().next().unwrap_or_default();
    let count = |separator: u8| head.bytes().filter(|byte| *byte == separator).count();
    // Of equals the last would win, and a comma is meant where nothing separates.
    let separator = SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',');
    (text, 0, separator)
}

fn is_blank(cell: &str) -> bool {
    cell.trim().is_empty()
}

fn columns(head: &Record) -> Result<Vec<Option<Column>>, FileError> {
    if let Some(fault) = head.fault {
        return Err(FileError::Header(fault.to_owned()));
    }
    let mut columns = Vec::with_capacity(head.cells.len());
    for name in &head.cells {
        let column = Column::parse(name);
        if column.is_none() && !is_blank(name) && !name.trim().eq_ignore_ascii_case(REMARK) {
            return Err(FileError::Unknown(name.trim().chars().take(64).collect()));
        }
        if let Some(column) = column.filter(|column| columns.contains(&Some(*column))) {
            return Err(FileError::Repeated(column));
        }
        columns.push(column);
    }
    if columns.contains(&Some(Column::Email)) { Ok(columns) } else { Err(FileError::NoEmail) }
}

/// The first column without a name in which a row says something. Spreadsheets leave empty ones behind.
fn nameless(head: &Record, rows: &[Row]) -> Option<usize> {
    let is_used = |at: &usize| rows.iter().any(|row| row.cells.get(*at).is_some_and(|cell| !is_blank(cell)));
    let blank = head.cells.iter().enumerate().filter(|(_, name)| is_blank(name)).map(|(at, _)| at);
    blank.into_iter().find(is_used)
}

/// Who was met so far, and on which line.
#[derive(Default)]
struct People {
    emails: HashMap<String, usize>,
    logins: HashMap<String, usize>,
    external_ids: HashMap<String, usize>,
}

impl People {
    fn place(&mut self, record: Record, columns: &[Option<Column>]) -> Row {
        let Record { line, cells, fault } = record;
        let cell = |column| cell_of(columns, &cells, column).unwrap_or_default().to_owned();
        let email = cell(Column::Email);
        let fault = fault.map(Fault::of_row).or_else(|| misfit(columns, &cells)).or_else(|| bad_email(&email));
        let key = fold(&email);
        let first = self.emails.get(&key).copied().filter(|_| fault.is_none()).unwrap_or(line);
        let fault = fault
            .or_else(|| self.claim_login(&key, first, &cell(Column::UserName)))
            .or_else(|| self.claim_external_id(&cell(Column::ExternalId), first));
        if fault.is_none() {
            self.emails.entry(key).or_insert(line);
        }
        Row { line, first, email, cells, fault }
    }

    /// Two people of a file can't sign in with one name.
    fn claim_login(&mut self, email: &str, first: usize, user_name: &str) -> Option<Fault> {
        let (column, key) = match user_name {
            "" => (Column::Email, email.to_owned()),
            name => (Column::UserName, fold(name)),
        };
        if key.len() > MAX_KEY || !fold::is_printable(&key) {
            return Some(Fault::of(column, format!("it must be printable and at most {MAX_KEY} bytes long")));
        }
        let holder = *self.logins.entry(key).or_insert(first);
        let message = format!("the person of line {holder} signs in with this name; give each person one of their own");
        (holder != first).then(|| Fault::of(column, message))
    }

    fn claim_external_id(&mut self, id: &str, first: usize) -> Option<Fault> {
        if id.is_empty() {
            return None;
        }
        if id.len() > MAX_KEY || !fold::is_printable(id) {
            let message = format!("it must be printable and at most {MAX_KEY} bytes long");
            return Some(Fault::of(Column::ExternalId, message));
        }
        let holder = *self.external_ids.entry(id.to_owned()).or_insert(first);
        let message = format!("the person of line {holder} has this id; give each person one of their own");
        (holder != first).then(|| Fault::of(Column::ExternalId, message))
    }
}

/// What each column of a header that was read before is.
#[must_use]
pub fn columns_of(header: &[String]) -> Vec<Option<Column>> {
    header.iter().map(|name| Column::parse(name)).collect()
}

/// A cell's text without the white space around it; none where it is empty or its column is not there.
#[must_use]
pub fn cell_of<'a>(columns: &[Option<Column>], cells: &'a [String], column: Column) -> Option<&'a str> {
    let at = columns.iter().position(|other| *other == Some(column))?;
    cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

/// Too many cells, too few, or one too long.
fn misfit(columns: &[Option<Column>], cells: &[String]) -> Option<Fault> {
    let (given, wanted) = (cells.len(), columns.len());
    let surplus = cells.iter().skip(wanted).any(|cell| !is_blank(cell));
    if given < wanted || surplus {
        let remedy = "put cells that hold the separator or a line break into quotation marks";
        return Some(Fault::of_row(format!("it has {given} cells and the header {wanted}; {remedy}")));
    }
    let long = cells.iter().position(|cell| cell.len() > MAX_CELL)?;
    let column = columns.get(long).copied().flatten();
    Some(Fault { column, message: format!("this cell is too long: at most {MAX_CELL} bytes are taken") })
}

fn bad_email(email: &str) -> Option<Fault> {
    if email.is_empty() {
        return Some(Fault::of(Column::Email, "it is missing"));
    }
    let message = "this is no mail address; give one, as in ann@example.com";
    (!mailbox::is_address(email)).then(|| Fault::of(Column::Email, message))
}
