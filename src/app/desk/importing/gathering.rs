//! The rows of one person become one wish: what they say adds up, and a row that contradicts or can't be understood is left out.

use super::{
    Batch,
    values::{self, Grant, Said},
};
use crate::{
    domain::batch::{Column, Fault, Outcome},
    store::imports::Row,
};

/// What a person's rows come to.
#[derive(Debug, Clone)]
pub(super) struct Gathered {
    /// What is said of the person; none when no row is left.
    pub said: Option<Said>,
    /// The rows that count, in the order of the file.
    pub taken: Vec<Taken>,
    /// The rows that do not.
    pub rejected: Vec<Outcome>,
}

/// A row that counts.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub line: usize,
    pub grants: Vec<Grant>,
}

/// Reads the rows of one person.
pub(super) fn gather(batch: &Batch, rows: &[Row]) -> Gathered {
    let mut gathered = Gathered { said: None, taken: Vec::new(), rejected: Vec::new() };
    let mut lost: Option<Lost> = None;
    for row in rows {
        let Some(cells) = batch.open(row) else {
            gathered.rejected.push(Outcome::rejected(row.line, &Fault::of_row(UNREADABLE)));
            continue;
        };
        let read = values::read(batch, &cells).and_then(|(said, grants)| {
            let said = match (&gathered.said, gathered.taken.first()) {
                (Some(before), Some(first)) => before.merge(said, first.line)?,
                _ => lost.as_ref().map_or(Ok(()), |lost| lost.check(&values::stated(batch, &cells))).map(|()| said)?,
            };
            Ok((said, grants))
        });
        match read {
            Ok((said, grants)) => {
                gathered.said = Some(said);
                gathered.taken.push(Taken { line: row.line, grants });
            }
            Err(fault) => {
                gathered.rejected.push(Outcome::rejected(row.line, &fault));
                lost.get_or_insert_with(|| Lost { line: row.line, stated: values::stated(batch, &cells) });
            }
        }
    }
    gathered
}

const UNREADABLE: &str = "this row can't be opened any more, because the secret key has changed; send the file again";

/// A person's first row that was rejected, and what it said.
struct Lost {
    line: usize,
    stated: Vec<Column>,
}

impl Lost {
    /// Nobody is added by half: a later row leads only when it says of the person all that the first one did.
    fn check(&self, stated: &[Column]) -> Result<(), Fault> {
        match self.stated.iter().find(|column| !stated.contains(column)) {
            None => Ok(()),
            Some(column) => Err(Fault::of(
                *column,
                format!(
                    "line {}, the first row of this person, says it and was rejected; correct that row first",
                    self.line
                ),
            )),
        }
    }
}
