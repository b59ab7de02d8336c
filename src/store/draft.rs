//! Drafts: writes of SQLite that run ahead of their turn.
//!
//! SQLite takes one write at a time, so a write that reads in its turn keeps all others waiting. A write may run ahead of it instead: its reads
//! go by the lanes, and what it would write is collected. When its turn comes, and nothing that it looked at has been changed since it
//! began, what it collected is written, in one go with what others have; otherwise it runs anew, in its turn. A draft that wrote
//! nothing, or was refused by the use case, has its answer without a turn.
//!
//! A draft looks only at what says which keys it hangs on (`Statement::about`), and never at what it has changed itself; at
//! anything else the draft ends, and the write runs in its turn. What it is going to look at may be read in one go beforehand.

use super::{
    StoreError,
    keys::{Key, Marks},
    row::Row,
    statement::{Keep, Statement, together},
};

/// So many drafts of one wording are written as one text at most.
pub(super) const TOGETHER: usize = 16;

/// What a write that runs ahead has come to.
#[derive(Debug)]
pub(super) struct Draft {
    since: u64,
    looked_at: Vec<Key>,
    changes: Vec<Key>,
    writes: Vec<Statement>,
    /// What was read before it was looked at.
    foreseen: Vec<(Statement, Vec<Row>)>,
    is_ended: bool,
}

impl Draft {
    /// Begins now.
    pub(super) fn begun(marks: &Marks) -> Self {
        Self {
            since: marks.now(),
            looked_at: Vec::new(),
            changes: Vec::new(),
            writes: Vec::new(),
            foreseen: Vec::new(),
            is_ended: false,
        }
    }

    /// Ends it: the write has to run in its turn.
    pub(super) fn end(&mut self) -> StoreError {
        self.is_ended = true;
        StoreError::spoilt()
    }

    /// Keeps what reads came to that it is going to make.
    pub(super) fn foresee(&mut self, read: impl Iterator<Item = (Statement, Vec<Row>)>) {
        self.foreseen.extend(read);
    }

    /// Whether it may read this; notes what the answer hangs on, and answers it where it is at hand.
    pub(super) fn look(&mut self, read: &Statement) -> Result<Option<Vec<Row>>, StoreError> {
        match &read.about {
            Some(keys) if !keys.iter().any(|key| self.changes.contains(key)) => {
                self.looked_at.extend(keys);
                let is_this = |(seen, _): &(Statement, _)| seen.sql == read.sql && seen.values == read.values;
                let place = self.foreseen.iter().position(is_this);
                Ok(place.map(|place| self.foreseen.swap_remove(place).1))
            }
            _ => Err(self.end()),
        }
    }

    /// Keeps what it would write.
    pub(super) fn write(&mut self, statement: Statement) -> Result<(), StoreError> {
        match &statement.about {
            Some(keys) if statement.keep == Keep::Prepared => self.changes.extend(keys),
            _ => return Err(self.end()),
        }
        self.writes.push(statement);
        Ok(())
    }

    /// Whether it got to its end, and all that it looked at and means to change is as it was when it began.
    pub(super) fn is_current(&self, marks: &Marks) -> bool {
        !self.is_ended && marks.are_unchanged(self.looked_at.iter().chain(&self.changes), self.since)
    }

    /// Whether there is nothing to write.
    pub(super) fn is_idle(&self) -> bool {
        self.writes.is_empty()
    }

    /// Marks what it changes; those that are looked at after it see that.
    pub(super) fn mark(&self, marks: &Marks) {
        marks.change(Some(&self.changes));
    }

    fn is_worded_like(&self, other: &Self) -> bool {
        let texts = |draft: &Self| -> Vec<_> { draft.writes.iter().map(|write| write.sql.clone()).collect() };
        texts(self) == texts(other)
    }
}

/// What drafts that have no key in common write, as few texts of statements: those worded alike go together. Where all are, they are one
/// text, whatever their number; of others a power of two goes together, as many more texts come of it.
pub(super) fn texts(mut drafts: Vec<Draft>) -> Vec<Vec<Statement>> {
    let is_first_like = |draft: &Draft| drafts.first().is_some_and(|first| draft.is_worded_like(first));
    if drafts.len() <= TOGETHER && drafts.iter().all(is_first_like) {
        return if drafts.is_empty() { Vec::new() } else { vec![one_text(drafts)] };
    }
    let mut texts = Vec::new();
    while !drafts.is_empty() {
        let (alike, rest) = together(drafts, TOGETHER, Draft::is_worded_like);
        drafts = rest;
        texts.push(one_text(alike));
    }
    texts
}

/// One text of writes worded alike: the first of each, then the second of each, and so on.
fn one_text(alike: Vec<Draft>) -> Vec<Statement> {
    let mut alike: Vec<_> = alike.into_iter().map(|draft| draft.writes.into_iter()).collect();
    let steps = std::iter::from_fn(move || {
        let step: Vec<Statement> = alike.iter_mut().filter_map(Iterator::next).collect();
        if step.is_empty() { None } else { Some(Statement::merge(step)) }
    });
    steps.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::TenantId, store::statement::sql};

    fn key(name: &str) -> [Key; 1] {
        [Key::name(TenantId::from_bytes([1; 16]), name)]
    }

    fn newcomer(marks: &Marks, name: &str) -> Draft {
        let mut draft = Draft::begun(marks);
        draft.look(&sql("SELECT 1 FROM t WHERE name = $1").bind(name).about(key(name))).unwrap();
        draft.write(sql("INSERT INTO t (name) VALUES ($1)").bind(name).about(key(name))).unwrap();
        draft.write(sql("UPDATE n SET n = n + 1 WHERE name = $1").bind(name).about([])).unwrap();
        draft
    }

    /// The texts of drafts, and how many values each has.
    fn written(drafts: Vec<Draft>) -> Vec<(String, usize)> {
        let text = |text: Vec<Statement>| Statement::join(text.into_iter());
        let joined = texts(drafts).into_iter().map(text);
        joined.map(|text| (text.sql.as_str().to_owned(), text.values.len())).collect()
    }

    const ONE: &str = "INSERT INTO t (name) VALUES (?);\nUPDATE n SET n = n + 1 WHERE name = ?;\n";
    const TWO: &str = "INSERT INTO t (name) VALUES (?), (?);\n\
                       UPDATE n SET n = n + 1 FROM (VALUES (?), (?)) AS given WHERE name = given.column1;\n";

    #[test]
    fn drafts_worded_alike_are_written_together() {
        let marks = Marks::default();
        let drafts = ["ada", "bob", "cleo"].map(|name| newcomer(&marks, name));
        let three = TWO.replace("(?), (?)", "(?), (?), (?)");
        assert_eq!(written(drafts.into()), [(three, 6)]);
    }

    #[test]
    fn of_drafts_worded_differently_a_power_of_two_is_written_together() {
        let marks = Marks::default();
        let mut drafts = Vec::from(["ada", "bob", "cleo"].map(|name| newcomer(&marks, name)));
        let mut leaver = Draft::begun(&marks);
        leaver.write(sql("DELETE FROM t WHERE name = $1").bind("dan").about(key("dan"))).unwrap();
        drafts.insert(1, leaver);
        let expected = [(TWO, 4), ("DELETE FROM t WHERE name = ?;\n", 1), (ONE, 2)];
        assert_eq!(written(drafts), expected.map(|(text, values)| (text.to_owned(), values)));
    }

    #[test]
    fn a_draft_is_old_when_one_before_it_changes_what_it_looked_at() {
        let marks = Marks::default();
        let [first, twin, other] = ["ada", "ada", "bob"].map(|name| newcomer(&marks, name));
        first.mark(&marks);
        assert!(!twin.is_current(&marks) && other.is_current(&marks));
    }

    #[test]
    fn what_was_foreseen_is_at_hand_once_and_hangs_on_its_keys() {
        let marks = Marks::default();
        let read = |name: &str| sql("SELECT 1 FROM t WHERE name = $1").bind(name).about(key(name));
        let mut draft = Draft::begun(&marks);
        draft.foresee([(read("ada"), Vec::new()), (read("bob"), Vec::new())].into_iter());
        assert!(draft.look(&read("ada")).unwrap().is_some() && draft.look(&read("ada")).unwrap().is_none());
        assert!(draft.look(&read("cleo")).unwrap().is_none());
        // Nobody looked at Bob.
        marks.change(Some(&key("bob")));
        assert!(draft.is_current(&marks));
        marks.change(Some(&key("ada")));
        assert!(!draft.is_current(&marks));
    }

    #[test]
    fn a_draft_ends_at_what_it_has_changed_itself_and_at_what_has_no_key() {
        let marks = Marks::default();
        let mut draft = newcomer(&marks, "ada");
        assert!(draft.look(&sql("SELECT 1 FROM t WHERE name = $1").about(key("ada"))).is_err());
        let mut draft = newcomer(&marks, "ada");
        assert!(draft.look(&sql("SELECT 1 FROM u")).is_err() && !draft.is_current(&marks));
        let mut draft = newcomer(&marks, "ada");
        assert!(draft.write(sql("DELETE FROM u")).is_err() && !draft.is_current(&marks));
    }
}
