//! A statement with its values: written in full, or put together from fixed pieces. Nothing here talks to a database.

use super::{
    Conn,
    archive::Name,
    dialect,
    keys::Key,
    row::Row,
    value::{Bind, Value},
};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::sync::Arc;

/// A statement with its values.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) sql: SqlStr,
    pub(super) values: Vec<Value>,
    pub(super) keep: Keep,
    /// An index answers it with few rows.
    pub(super) is_brief: bool,
    /// It keeps rows from others until the transaction ends.
    pub(super) is_holding: bool,
    /// What its answer hangs on, or what it changes; unknown where nobody said.
    pub(super) about: Option<Vec<Key>>,
}

/// The rows of a statement, and those of one for what belongs to them.
pub(super) type Rows = (Vec<Row>, Vec<Row>);

/// Brief reads that go together.
#[derive(Debug, Clone)]
pub(super) struct Errand(pub(super) Vec<Statement>);

impl Errand {
    /// Whether two differ by nothing but their values.
    pub(super) fn is_worded_like(&self, other: &Self) -> bool {
        self.0.iter().map(|statement| &statement.sql).eq(other.0.iter().map(|statement| &statement.sql))
    }
}

/// Whether the connection keeps a statement prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Prepared,
    /// For texts of ever changing length, which would push the others out.
    Once,
}

/// A statement written in full.
pub(super) fn sql(text: &'static str) -> Statement {
    Statement::new(text.into_sql_str(), Vec::new(), Keep::Prepared)
}

impl Statement {
    pub(super) fn new(sql: SqlStr, values: Vec<Value>, keep: Keep) -> Self {
        Self { sql, values, keep, is_brief: false, is_holding: false, about: None }
    }

    /// Adds the value of the next placeholder.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Says that an index answers it with few rows, so that it may share its way with others.
    pub(super) fn brief(self) -> Self {
        Self { is_brief: true, ..self }
    }

    /// Names all that a read's answer hangs on, or all that a write changes which such reads hang on. A write with nothing to name says so
    /// with an empty list. Needed for drafts ([`super::draft`]); whoever names nothing is taken to concern everything.
    pub(super) fn about(self, keys: impl Into<Vec<Key>>) -> Self {
        Self { about: Some(keys.into()), ..self }
    }

    /// One text of several statements.
    pub(super) fn join(statements: impl Iterator<Item = Self>) -> Self {
        let (mut text, mut all) = (String::new(), Vec::new());
        for statement in statements {
            text.reserve(statement.sql.as_str().len() + 2);
            spread(statement, &mut text, &mut all);
            text.push_str(";\n");
        }
        Self::new(audited(text), all, Keep::Prepared)
    }

    /// The same statement for SQLite, where it need not be kept prepared and may be long.
    pub(super) fn spread(self) -> Self {
        let (mut text, mut all) = (String::with_capacity(self.sql.as_str().len()), Vec::new());
        let keep = self.keep;
        spread(self, &mut text, &mut all);
        Self::new(audited(text), all, keep)
    }

    /// Holds the rows against other writers until the transaction ends.
    pub(super) fn for_update(self, conn: &Conn) -> Self {
        self.holding(dialect::for_update(conn.engine()))
    }

    /// Keeps the rows as they are until the transaction ends; others may do so, too.
    pub(super) fn for_share(self, conn: &Conn) -> Self {
        self.holding(dialect::for_share(conn.engine()))
    }

    /// As [`Statement::for_share`], without those that another transaction is changing.
    pub(super) fn for_share_of_free(self, conn: &Conn) -> Self {
        self.holding(dialect::for_share_skip_locked(conn.engine()))
    }

    /// As [`Statement::for_update`], without those that another transaction holds.
    pub(super) fn for_update_of_free(self, conn: &Conn) -> Self {
        self.holding(dialect::for_update_skip_locked(conn.engine()))
    }

    fn holding(self, lock: &str) -> Self {
        match lock {
            "" => self,
            lock => Self { sql: audited(format!("{}{lock}", self.sql.as_str())), is_holding: true, ..self },
        }
    }
}

/// A column's name, and the value it is to have.
pub(super) type Column = (&'static str, Value);

/// Those columns that are to have another value than before. SQLite writes an index anew that an UPDATE names, even where nothing changed, a
/// page each.
pub(super) fn changed<const N: usize>(before: [Column; N], after: [Column; N]) -> impl Iterator<Item = Column> {
    before.into_iter().zip(after).filter(|(old, new)| old != new).map(|(_, new)| new)
}

/// A statement put together from fixed pieces; values are only ever bound.
#[derive(Debug, Default)]
pub(super) struct Builder {
    text: String,
    values: Vec<Value>,
    is_long: bool,
}

/// So many values one statement takes on either engine, with room for a few more.
pub(super) const CHUNK: usize = 16_384;

impl Builder {
    pub(super) fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    pub(super) fn push(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Names from the catalogue, quoted.
    pub(super) fn names<'n>(mut self, names: impl Iterator<Item = &'n Name>) -> Self {
        for (index, name) in names.enumerate() {
            self = self.comma(index);
            self.text.push('"');
            self.text.push_str(name.as_str());
            self.text.push('"');
        }
        self
    }

    /// Says that the text will hardly ever be the same again.
    pub(super) fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    /// A placeholder with its value.
    pub(super) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// ` IN (…)`. Repeats the last value up to a power of two, so that few different texts need to be kept prepared.
    pub(super) fn within<T: Bind>(mut self, values: impl ExactSizeIterator<Item = T>) -> Self {
        let padded = values.len().next_power_of_two();
        self.text.push_str(" IN (");
        let mut last = T::NULL;
        let mut count = 0;
        for value in values {
            last = value.into_value();
            self = self.comma(count).bind(last.clone());
            count += 1;
        }
        while count < padded {
            self = self.comma(count).bind(last.clone());
            count += 1;
        }
        self.push(")")
    }

    /// `(…), (…)`: one group of values for each row.
    pub(super) fn rows<const N: usize>(mut self, rows: impl Iterator<Item = [Value; N]>) -> Self {
        let mut count = 0;
        for row in rows {
            self = self.comma(count).push("(");
            for (index, value) in row.into_iter().enumerate() {
                self = self.comma(index).bind(value);
            }
            self = self.push(")");
            count += 1;
        }
        self.is_long |= count > 4;
        self
    }

    /// `(a, b) VALUES (…, …)`.
    pub(super) fn columns(mut self, columns: impl Iterator<Item = Column>) -> Self {
        let (names, values): (Vec<_>, Vec<_>) = columns.unzip();
        self = self.push("(");
        for (index, name) in names.into_iter().enumerate() {
            self = self.comma(index).push(name);
        }
        self = self.push(") VALUES (");
        for (index, value) in values.into_iter().enumerate() {
            self = self.comma(index).bind(value);
        }
        self.push(")")
    }

    /// `a = …, b = …`.
    pub(super) fn assignments(mut self, columns: impl Iterator<Item = Column>) -> Self {
        for (index, (name, value)) in columns.enumerate() {
            self = self.comma(index).push(name).push(" = ").bind(value);
        }
        self
    }

    fn comma(self, index: usize) -> Self {
        if index == 0 { self } else { self.push(", ") }
    }

    pub(super) fn build(self) -> Statement {
        let keep = if self.is_long { Keep::Once } else { Keep::Prepared };
        Statement::new(audited(self.text), self.values, keep)
    }
}

/// The one place where SQL is not a literal: it is made of literals, the catalogue's names and placeholders only, by the types above and in
/// [`super::merge`].
pub(super) fn audited(text: String) -> SqlStr {
    AssertSqlSafe(Arc::new(text)).into_sql_str()
}

/// Parts from the rest those that are worded like the first: a power of two of them, `most` at most, so that few texts need to be kept
/// prepared.
pub(super) fn together<T>(all: Vec<T>, most: usize, is_worded_like: impl Fn(&T, &T) -> bool) -> (Vec<T>, Vec<T>) {
    let Some(first) = all.first() else { return (Vec::new(), Vec::new()) };
    let is_alike: Vec<bool> = all.iter().map(|one| is_worded_like(one, first)).collect();
    let count = is_alike.iter().filter(|is_alike| **is_alike).count();
    let mut left = (1_usize << count.max(1).ilog2()).min(most);
    let (mut alike, mut rest) = (Vec::with_capacity(left), Vec::new());
    for (one, is_alike) in all.into_iter().zip(is_alike) {
        if is_alike && left > 0 {
            left -= 1;
            alike.push(one);
        } else {
            rest.push(one);
        }
    }
    (alike, rest)
}

/// Appends a statement to a text, each placeholder as `?` with a value of its own: SQLite looks numbered ones up one by one, so that thousands
/// of them cost their square.
pub(super) fn spread(statement: Statement, text: &mut String, all: &mut Vec<Value>) {
    let Statement { sql, values, .. } = statement;
    let (head, placeholders) = placeholders(sql.as_str());
    text.push_str(head);
    let is_in_order = placeholders.clone().enumerate().all(|(before, (number, _))| number == before + 1);
    if !is_in_order {
        all.extend(placeholders.clone().filter_map(|(number, _)| values.get(number.wrapping_sub(1)).cloned()));
    }
    for (_, rest) in placeholders {
        text.push('?');
        text.push_str(rest);
    }
    if is_in_order {
        all.extend(values);
    }
}

/// What stands before the first placeholder of a text, then the number of each with what stands behind it.
pub(super) fn placeholders(text: &str) -> (&str, impl Iterator<Item = (usize, &str)> + Clone) {
    let mut pieces = text.split('$');
    let head = pieces.next().unwrap_or_default();
    let numbered = pieces.map(|piece| {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        (number.parse().unwrap_or_default(), rest)
    });
    (head, numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(statement: &Statement) -> Vec<i64> {
        let int = |value: &Value| if let Value::Int(Some(number)) = value { *number } else { -1 };
        statement.values.iter().map(int).collect()
    }

    #[test]
    fn a_placeholder_has_a_value_of_its_own_in_one_text() {
        let joined = Statement::join(
            [sql("SELECT $2, $1, $2").bind(1_i64).bind(2_i64), sql("SELECT $1").bind(3_i64)].into_iter(),
        );
        assert_eq!(joined.sql.as_str(), "SELECT ?, ?, ?;\nSELECT ?;\n");
        assert_eq!(ints(&joined), [2, 1, 2, 3]);
    }
}
