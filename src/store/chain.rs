//! Writes of a PostgreSQL transaction whose answers nobody wants, as one statement: each statement is a way to the server and back, and those
//! are most of what a push costs there.
//!
//! The parts of one statement see nothing of each other and happen in no order. So only those go together that read and write one table
//! each, every one another.

use super::{
    merge::is_word,
    statement::{CHUNK, Keep, Statement, audited, placeholders},
    value::Value,
};
use std::fmt::Write;

/// What lets a statement look at other tables than the one it changes, or answer something.
const MORE: [&str; 4] = ["SELECT", "FROM", "USING", "RETURNING"];

/// Whether a write may become part of one statement with those that wait.
pub(super) fn admits(waiting: &[Statement], next: &Statement) -> bool {
    let values: usize = waiting.iter().map(|statement| statement.values.len()).sum();
    let Some(table) = table(next.sql.as_str()) else { return waiting.is_empty() };
    let is_apart = |other: &Statement| self::table(other.sql.as_str()).is_some_and(|other| other != table);
    values + next.values.len() <= CHUNK && waiting.iter().all(is_apart)
}

/// All that wait as one statement; nothing where none does.
pub(super) fn of(mut waiting: Vec<Statement>) -> Option<Statement> {
    let last = waiting.pop()?;
    if waiting.is_empty() {
        return Some(last);
    }
    let is_once = waiting.iter().chain([&last]).any(|statement| statement.keep == Keep::Once);
    let keep = if is_once { Keep::Once } else { Keep::Prepared };
    let (mut text, mut values) = (String::new(), Vec::new());
    for (index, statement) in waiting.into_iter().enumerate() {
        // Writing to a string can't fail.
        let _ = write!(text, "{} part{index} AS (", if index == 0 { "WITH" } else { ",\n" });
        append(statement, &mut text, &mut values);
        text.push(')');
    }
    text.push('\n');
    append(last, &mut text, &mut values);
    Some(Statement::new(audited(text), values, keep))
}

/// Appends a statement, its placeholders counted on from those before it.
fn append(statement: Statement, text: &mut String, values: &mut Vec<Value>) {
    let (head, placeholders) = placeholders(statement.sql.as_str());
    text.push_str(head);
    for (number, rest) in placeholders {
        let _ = write!(text, "${}{rest}", values.len() + number);
    }
    values.extend(statement.values);
}

/// The one table that a write reads and writes; nothing where there may be another.
fn table(text: &str) -> Option<&str> {
    let mut words = text.split(|letter| !is_word(letter)).filter(|word| !word.is_empty());
    let table = match words.next()? {
        "INSERT" => words.next().filter(|word| *word == "INTO").and(words.next())?,
        "DELETE" => words.next().filter(|word| *word == "FROM").and(words.next())?,
        "UPDATE" => words.next()?,
        _ => return None,
    };
    words.all(|word| !MORE.contains(&word)).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::statement::sql;

    fn insert(table: &str) -> Statement {
        let text = match table {
            "a" => "INSERT INTO a (x, y) VALUES ($1, $2) ON CONFLICT (x) DO NOTHING",
            _ => "INSERT INTO b (x) VALUES ($1)",
        };
        let statement = sql(text).bind(1_i64);
        if table == "a" { statement.bind(2_i64) } else { statement }
    }

    #[test]
    fn placeholders_of_one_statement_count_on() {
        let update = sql("UPDATE c SET x = $2, y = $1 WHERE z = $1").bind(4_i64).bind(5_i64);
        let one = of(vec![insert("a"), insert("b"), update]).unwrap();
        assert_eq!(
            one.sql.as_str(),
            "WITH part0 AS (INSERT INTO a (x, y) VALUES ($1, $2) ON CONFLICT (x) DO NOTHING),\n \
             part1 AS (INSERT INTO b (x) VALUES ($3))\nUPDATE c SET x = $5, y = $4 WHERE z = $4"
        );
        assert_eq!(one.values.len(), 5);
        assert_eq!(of(vec![insert("b")]).unwrap().sql, insert("b").sql);
        assert!(of(Vec::new()).is_none());
    }

    #[test]
    fn only_what_touches_different_tables_goes_together() {
        assert!(admits(&[], &insert("a")) && admits(&[insert("a")], &insert("b")));
        assert!(!admits(&[insert("a"), insert("b")], &insert("a")));
        assert!(!admits(&[insert("a")], &sql("UPDATE a SET x = 1")));
        assert!(admits(&[insert("a")], &sql("DELETE FROM b WHERE x = $1").bind(1_i64)));
    }

    #[test]
    fn what_may_look_elsewhere_goes_alone() {
        for text in [
            "INSERT INTO b (x) SELECT x FROM a",
            "UPDATE b SET x = a.x FROM a",
            "DELETE FROM b USING a WHERE b.x = a.x",
            "DELETE FROM b WHERE EXISTS (SELECT 1 FROM a)",
            "UPDATE b SET x = 1 RETURNING x",
            "WITH c AS (DELETE FROM a) DELETE FROM b",
            "SELECT 1",
        ] {
            assert!(admits(&[], &sql(text)), "{text}");
            assert!(!admits(&[insert("a")], &sql(text)), "{text}");
            assert!(!admits(&[sql(text)], &insert("a")), "{text}");
        }
    }
}
