//! Statements of one wording as one: the rows of an INSERT, and what UPDATEs or DELETEs do to rows they find by columns of their own. The way
//! to SQLite's driver and back costs more than most statements, and each that ends sends word.
//!
//! Only what surely comes to the same is put together; anything else stays as it is.

use super::{
    statement::{CHUNK, Keep, Statement, audited, placeholders, spread},
    value::Value,
};
use std::fmt::Write;

/// So many statements are worth gathering.
const MANY: usize = 32;
/// What may turn a list of conditions into something else than a list.
const NO_LIST: [&str; 7] = ["OR", "BETWEEN", "CASE", "SELECT", "RETURNING", "LIMIT", "FROM"];

impl Statement {
    /// Statements of one wording as few.
    pub(super) fn merge(alike: Vec<Self>) -> Vec<Self> {
        let Some(first) = alike.first().filter(|_| alike.len() > 1) else { return alike };
        let sql = first.sql.clone();
        if let Some(insertion) = Insertion::of(sql.as_str()) {
            return vec![insertion.of_rows(alike)];
        }
        match Change::of(sql.as_str()).filter(|change| change.are_apart(&alike)) {
            Some(change) => vec![change.of_all(alike)],
            None => alike,
        }
    }

    /// Many INSERTs as few, those of one wording together; anything else as it is, since its order may matter.
    pub(super) fn gather(statements: Vec<Self>) -> Vec<Self> {
        let is_insert = |statement: &Self| statement.sql.as_str().starts_with("INSERT");
        if statements.len() < MANY || !statements.iter().all(is_insert) {
            return statements;
        }
        let mut alike: Vec<Vec<Self>> = Vec::new();
        for statement in statements {
            let has_room = |alike: &Vec<Self>| {
                let first = alike.first().filter(|first| first.sql == statement.sql);
                first.is_some_and(|first| (alike.len() + 1) * first.values.len() <= CHUNK)
            };
            match alike.iter_mut().find(|alike| has_room(alike)) {
                Some(alike) => alike.push(statement),
                None => alike.push(vec![statement]),
            }
        }
        alike.into_iter().flat_map(Self::merge).collect()
    }
}

/// An INSERT of rows of values: what comes before the rows, the rows, and what comes behind them without values of its own.
struct Insertion<'t> {
    head: &'t str,
    rows: &'t str,
    tail: &'t str,
}

impl<'t> Insertion<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let start = text.starts_with("INSERT").then(|| text.find("VALUES (")).flatten()? + "VALUES ".len();
        let end = text.find("ON CONFLICT").unwrap_or(text.len());
        let (head, rest) = text.split_at(start);
        let (rows, _) = rest.split_at(end.checked_sub(start)?);
        let (rows, tail) = rest.split_at(rows.trim_end().len());
        (!tail.contains('$')).then_some(Self { head, rows, tail })
    }

    fn of_rows(&self, alike: Vec<Statement>) -> Statement {
        let mut text = self.head.to_owned();
        let mut all = Vec::with_capacity(alike.iter().map(|statement| statement.values.len()).sum());
        for (index, statement) in alike.into_iter().enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            let row = Statement { sql: audited(self.rows.to_owned()), ..statement };
            spread(row, &mut text, &mut all);
        }
        text.push_str(self.tail);
        Statement::new(audited(text), all, Keep::Prepared)
    }
}

/// An UPDATE or DELETE of the rows in which certain columns have the values of placeholders, whatever else they must be.
struct Change<'t> {
    /// What comes before the conditions.
    head: &'t str,
    conditions: &'t str,
    /// The columns, each with the number of its placeholder.
    columns: Vec<(&'t str, usize)>,
}

impl<'t> Change<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let verb = text.split_once(' ')?.0;
        let (head, conditions) = text.split_once("WHERE ")?;
        let assignments = match verb {
            "UPDATE" => head.split_once(" SET ")?.1,
            "DELETE" => "",
            _ => return None,
        };
        let mut words = [assignments, conditions].into_iter().flat_map(|part| part.split(|letter| !is_word(letter)));
        if words.any(|word| ["SELECT", "FROM", "WHERE"].contains(&word)) || (verb == "DELETE" && head.contains('$')) {
            return None;
        }
        if conditions.split(|letter| !is_word(letter)).any(|word| NO_LIST.contains(&word)) {
            return None;
        }
        let mut columns = Vec::new();
        for condition in conditions.split(" AND ").map(str::trim) {
            match equality(condition) {
                Some(column) => columns.push(column),
                None if verb == "DELETE" && condition.contains('$') => return None,
                None if condition.matches('(').count() != condition.matches(')').count() => return None,
                None => {}
            }
        }
        (!columns.is_empty()).then_some(Self { head, conditions, columns })
    }

    fn keys<'s>(&self, statement: &'s Statement) -> Option<Vec<&'s Value>> {
        self.columns.iter().map(|(_, number)| statement.values.get(number.checked_sub(1)?)).collect()
    }

    /// Whether no row can be found by two of them: each has values of its own, as many as the others.
    fn are_apart(&self, alike: &[Statement]) -> bool {
        let Some(count) = alike.first().map(|first| first.values.len()) else { return false };
        let mut seen = Vec::with_capacity(alike.len());
        alike.iter().all(|statement| {
            let keys = self.keys(statement).filter(|keys| statement.values.len() == count && !seen.contains(keys));
            keys.map(|keys| seen.push(keys)).is_some()
        })
    }

    fn of_all(&self, alike: Vec<Statement>) -> Statement {
        if self.head.starts_with("DELETE") { self.deletion(&alike) } else { self.update(alike) }
    }

    /// The values as a table that is joined, each placeholder as a column of it.
    fn update(&self, alike: Vec<Statement>) -> Statement {
        let count = alike.first().map_or(0, |first| first.values.len());
        let mut text = String::with_capacity(self.head.len() * 2 + alike.len() * (count * 3 + 4));
        of_columns(self.head.trim_end(), &mut text);
        text.push_str(" FROM (VALUES ");
        rows(&mut text, alike.len(), count);
        text.push_str(") AS given WHERE ");
        of_columns(self.conditions, &mut text);
        let values = alike.into_iter().flat_map(|statement| statement.values).collect();
        Statement::new(audited(text), values, Keep::Prepared)
    }

    fn deletion(&self, alike: &[Statement]) -> Statement {
        let columns: Vec<&str> = self.columns.iter().map(|(column, _)| *column).collect();
        let mut text = format!("{}WHERE ({}) IN (VALUES ", self.head, columns.join(", "));
        rows(&mut text, alike.len(), columns.len());
        text.push(')');
        for condition in self.conditions.split(" AND ").filter(|condition| !condition.contains('$')) {
            text.push_str(" AND ");
            text.push_str(condition.trim());
        }
        let values = alike.iter().filter_map(|statement| self.keys(statement)).flatten().cloned().collect();
        Statement::new(audited(text), values, Keep::Prepared)
    }
}

/// Whether a letter may be part of a word of SQL.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// `column = $1`.
fn equality(condition: &str) -> Option<(&str, usize)> {
    let (column, number) = condition.split_once(" = $")?;
    let is_column = !column.is_empty() && column.chars().all(is_word);
    if is_column { number.parse().ok().map(|number| (column, number)) } else { None }
}

/// Appends a text with a column of the joined table for each placeholder.
fn of_columns(piece: &str, text: &mut String) {
    let (head, placeholders) = placeholders(piece);
    text.push_str(head);
    for (number, rest) in placeholders {
        // Writing to a string can't fail.
        let _ = write!(text, "given.column{number}{rest}");
    }
}

/// Appends `(?, ?), (?, ?)`.
fn rows(text: &mut String, rows: usize, columns: usize) {
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            text.push_str(if column == 0 { "?" } else { ", ?" });
        }
        text.push(')');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        driver::{execute_sqlite, rows_sqlite},
        row::Row,
        statement::sql,
    };
    use sqlx::{Connection, Executor, SqliteConnection};

    const TABLES: [&str; 5] = [
        "CREATE TABLE t (tenant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT, number BIGINT, flag BOOLEAN NOT NULL,
            PRIMARY KEY (tenant_id, id))",
        "CREATE TABLE told (id TEXT NOT NULL, was BIGINT, became BIGINT)",
        "CREATE TRIGGER t_told AFTER UPDATE OF number ON t WHEN OLD.flag BEGIN
            INSERT INTO told (id, was, became) VALUES (NEW.id, OLD.number, NEW.number);
         END",
        "CREATE TRIGGER t_left AFTER DELETE ON t BEGIN INSERT INTO told (id) VALUES (OLD.id); END",
        "INSERT INTO t VALUES ('a', '1', 'one', 1, TRUE), ('a', '2', 'two', 2, TRUE), ('a', '02', NULL, NULL, FALSE),
            ('b', '1', 'other', 9, TRUE)",
    ];

    fn insert(number: i64) -> Statement {
        sql("INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING").bind(number).bind(number + 1)
    }

    fn update(id: &str, name: Option<&str>, number: Option<i64>) -> Statement {
        sql("UPDATE t SET name = $3, number = $4, flag = CASE WHEN number < $4 THEN flag ELSE NOT flag END
             WHERE tenant_id = $1 AND id = $2 AND flag IN (0, 1)")
        .bind("a")
        .bind(id)
        .bind(name)
        .bind(number)
    }

    fn deletion(id: &str) -> Statement {
        sql("DELETE FROM t WHERE tenant_id = $1 AND number IS NOT NULL AND id = $2").bind("a").bind(id)
    }

    fn text(merged: &[Statement]) -> &str {
        let [one] = merged else { panic!("{merged:?}") };
        one.sql.as_str()
    }

    #[test]
    fn rows_of_one_wording_go_into_one_insert() {
        let merged = Statement::merge(vec![insert(1), insert(3)]);
        assert_eq!(text(&merged), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING");
        assert_eq!(merged[0].values, [1_i64, 2, 3, 4].map(|number| Value::Int(Some(number))));
    }

    #[test]
    fn rows_that_are_changed_alike_are_changed_by_one_statement() {
        let update = |id: &str| sql("UPDATE t SET a = $2, b = b + $3 WHERE id = $1").bind(id).bind(1_i64).bind(2_i64);
        assert_eq!(
            text(&Statement::merge(vec![update("x"), update("y")])),
            "UPDATE t SET a = given.column2, b = b + given.column3 FROM (VALUES (?, ?, ?), (?, ?, ?)) AS given
             WHERE id = given.column1"
                .replace("\n            ", "")
        );
        let update =
            |id: &str| sql("UPDATE t SET a = $1 WHERE id = $2 AND b IN ($3, $1)").bind(1_i64).bind(id).bind(2_i64);
        assert_eq!(
            text(&Statement::merge(vec![update("x"), update("y")])),
            "UPDATE t SET a = given.column1 FROM (VALUES (?, ?, ?), (?, ?, ?)) AS given \
             WHERE id = given.column2 AND b IN (given.column3, given.column1)"
        );
        let merged = Statement::merge(vec![deletion("x"), deletion("y")]);
        assert_eq!(
            text(&merged),
            "DELETE FROM t WHERE (tenant_id, id) IN (VALUES (?, ?), (?, ?)) AND number IS NOT NULL"
        );
        assert_eq!(merged[0].values, ["a", "x", "a", "y"].map(|text| Value::Text(Some(text.to_owned()))));
    }

    #[test]
    fn what_might_come_to_something_else_stays_as_it_is() {
        for text in [
            "UPDATE t SET a = $2",
            "UPDATE t SET a = $2 WHERE b > $1",
            "UPDATE t SET a = $2 WHERE b = $1 OR c = 1",
            "UPDATE t SET a = $2 WHERE NOT (c = 1 AND b = $1 AND d = 2)",
            "UPDATE t SET a = $2 WHERE c BETWEEN 1 AND b = $1",
            "UPDATE t SET a = $2 WHERE b IN ($1)",
            "DELETE FROM t WHERE b = $1 AND c > $2",
            "UPDATE t SET a = (SELECT max(a) FROM u WHERE u.b = $2) WHERE b = $1",
            "UPDATE t SET a = $2 WHERE b = $1 RETURNING a",
            "UPDATE t SET a = u.a FROM u WHERE t.b = $1 AND u.b = $2",
            "DELETE FROM t WHERE b = $1 AND EXISTS (SELECT 1 FROM u WHERE u.b = $2)",
            "DELETE FROM t WHERE b = $1 LIMIT $2",
            "INSERT INTO t (a) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM t WHERE a = $2)",
        ] {
            let of = |number: i64| sql(text).bind(number).bind(7_i64);
            assert_eq!(Statement::merge(vec![of(1), of(2)]).len(), 2, "{text}");
        }
        // Twice the same row.
        assert_eq!(Statement::merge(vec![update("1", None, None), update("1", None, Some(1))]).len(), 2);
    }

    async fn run(statements: Vec<Statement>) -> Vec<String> {
        let mut link = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        for statement in TABLES.map(sql).into_iter().chain(statements) {
            execute_sqlite(&mut link, statement).await.unwrap();
        }
        let all =
            sql("SELECT quote(tenant_id) || quote(id) || quote(name) || quote(number) || quote(flag) AS said FROM t
                       UNION ALL SELECT quote(id) || quote(was) || quote(became) FROM told ORDER BY said");
        let rows = rows_sqlite(&mut link, all).await.unwrap();
        rows.iter().map(|row| row.fields("t").text("said").unwrap()).collect()
    }

    #[tokio::test]
    async fn one_statement_comes_to_the_same_as_many() {
        let updates =
            vec![update("1", Some("007"), Some(3)), update("02", Some("x"), Some(1)), update("2", None, None)];
        let deletions = vec![deletion("02"), deletion("1"), deletion("3")];
        for statements in [updates, deletions] {
            let merged = Statement::merge(statements.clone());
            assert_eq!(merged.len(), 1);
            let came = run(merged).await;
            assert_eq!(came, run(statements).await);
            assert_ne!(came, run(Vec::new()).await);
        }
    }

    #[tokio::test]
    async fn rows_are_still_found_by_an_index() {
        let mut link = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::migrate!("migrations/sqlite").run(&mut link).await.unwrap();
        // What the migration says of how much there is counts from the next time the tables are read; or so.
        link.execute("ANALYZE sqlite_schema").await.unwrap();
        for (text, values) in [
            ("UPDATE users SET document = $3, modified_at = $4 WHERE tenant_id = $1 AND id = $2", 4),
            ("UPDATE invitations SET status = $3 WHERE tenant_id = $1 AND id = $2", 3),
            (
                "UPDATE billing_intervals SET ended_at = CASE WHEN started_at > $3 THEN started_at ELSE $3 END
                 WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL",
                3,
            ),
            (
                "UPDATE notifications SET status = 'cancelled', reason = $1, sealed = NULL, lease_owner = NULL
                 WHERE tenant_id = $2 AND user_id = $3 AND status IN ('queued', 'sending', 'delayed', 'held')
                     AND code IN ($4, $5)",
                5,
            ),
            ("DELETE FROM user_emails WHERE tenant_id = $1 AND user_id = $2", 2),
            ("DELETE FROM user_labels WHERE tenant_id = $1 AND user_id = $2", 2),
            ("DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2", 2),
        ] {
            for rows in [2, 16] {
                let of = |row: i64| (0..values).fold(sql(text), |statement, value| statement.bind(row * 100 + value));
                let merged = Statement::merge((0..rows).map(of).collect());
                assert_eq!(merged.len(), 1, "{text}");
                let explained = merged
                    .into_iter()
                    .map(|one| Statement { sql: audited(format!("EXPLAIN QUERY PLAN {}", one.sql.as_str())), ..one });
                let plan = rows_sqlite(&mut link, explained.last().unwrap()).await.unwrap();
                let step = |row: &Row| {
                    let mut fields = row.fields("plan");
                    for number in ["id", "parent", "notused"] {
                        fields.int(number).unwrap();
                    }
                    fields.text("detail").unwrap()
                };
                let plan: Vec<String> = plan.iter().map(step).collect();
                let table = text.split(' ').nth(if text.starts_with("UPDATE") { 1 } else { 2 }).unwrap();
                let search = format!("SEARCH {table} USING ");
                assert!(
                    plan.iter().any(|step| step.starts_with(&search) && step.contains("tenant_id=? AND ")),
                    "{plan:?}"
                );
                assert!(!plan.iter().any(|step| step.starts_with(&format!("SCAN {table}"))), "{plan:?}");
            }
        }
    }
}
