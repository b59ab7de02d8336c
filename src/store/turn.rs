//! A turn of SQLite's writer: it is told whether another process has written, and where all that is to be written is known from the
//! beginning, BEGIN and COMMIT travel with it.
//!
//! Each text sent to the driver's thread, and each statement of it that ends, wakes a thread; together that costs more than most statements do.

use super::{
    Conn, StoreError,
    conn::{Link, sql},
    dialect,
    driver::{rows_sqlite, silent_sqlite},
    statement::Statement,
};

/// How a turn ended.
pub(super) enum Ended {
    /// On disk, but for writes that failed of themselves.
    Committed,
    /// Nothing was kept; every write has to run again.
    Spoilt,
    /// Nothing was done, as another process had written before; every write has to run.
    Overtaken,
    /// Nothing was kept, and trying again would not help.
    Failed(StoreError),
}

impl Conn {
    /// As [`Conn::begin`] for SQLite's writer; answers a number that differs from the last one when another process has written since.
    pub(super) async fn begin_turn(&mut self) -> Result<i64, StoreError> {
        self.statements.keep(dialect::BEGIN_SQLITE, &[]);
        let Link::Sqlite(link) = &mut self.link else { return Err(StoreError::spoilt()) };
        let rows = rows_sqlite(link, sql(dialect::BEGIN_SQLITE_TURN)).await.map_err(dialect::store_error)?;
        self.depth = 1;
        self.settle();
        rows.first().ok_or_else(StoreError::spoilt)?.fields("data_version").number()
    }

    /// A whole turn: runs texts of statements that nobody wants an answer of, and that have been counted already, in a transaction, and
    /// commits it, unless the number that [`Conn::begin_turn`] answers is another one by now; leaves rolling back to the caller.
    pub(super) async fn whole_turn(&mut self, version: i64, mut texts: Vec<Vec<Statement>>) -> Ended {
        if let Some(first) = texts.first_mut() {
            first.splice(0..0, [sql(dialect::BEGIN_SQLITE), sql(dialect::NOT_OVERTAKEN_SQLITE).bind(version)]);
        }
        if let Some(last) = texts.last_mut() {
            last.push(sql(dialect::COMMIT));
        }
        self.statements.keep(dialect::BEGIN_SQLITE, &[]);
        let (last, mut ended) = (texts.iter().map(Vec::len).sum::<usize>().saturating_sub(1), 0);
        for text in texts {
            let Link::Sqlite(link) = &mut self.link else { return Ended::Failed(StoreError::spoilt()) };
            let (more, failure) = silent_sqlite(link, text).await;
            ended += more;
            self.depth = u8::from(ended > 0);
            if ended >= last {
                self.statements.keep(dialect::COMMIT, &[]);
            }
            let Some(error) = failure else { continue };
            // The first begins, the second looks who has written, the last commits.
            return match ended {
                1 => Ended::Overtaken,
                ended if ended == 0 || ended == last => Ended::Failed(dialect::store_error(error)),
                _ => Ended::Spoilt,
            };
        }
        self.depth = 0;
        Ended::Committed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::statements::Statements;
    use sqlx::{
        Connection, Executor, SqliteConnection,
        sqlite::{SqliteConnectOptions, SqliteJournalMode},
    };
    use std::{sync::Arc, time::Duration};
    use tempfile::TempDir;

    /// A file with a table in which a boss may be missing until the transaction ends; a connection that looks into it.
    async fn file() -> (TempDir, SqliteConnectOptions, SqliteConnection) {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("turns.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::ZERO);
        let table = "CREATE TABLE t (name TEXT NOT NULL PRIMARY KEY,
                                     boss TEXT REFERENCES t (name) DEFERRABLE INITIALLY DEFERRED)";
        let mut link = SqliteConnection::connect_with(&options).await.unwrap();
        link.execute(table).await.unwrap();
        (folder, options, link)
    }

    async fn writer(options: &SqliteConnectOptions) -> (Conn, i64) {
        let link = SqliteConnection::connect_with(options).await.unwrap();
        let statements = Arc::<Statements>::default();
        let mut conn = Conn::sqlite(link, statements);
        let version = conn.begin_turn().await.unwrap();
        conn.commit().await.unwrap();
        (conn, version)
    }

    fn insert(name: &str, boss: Option<&str>) -> Statement {
        sql("INSERT INTO t (name, boss) VALUES ($1, $2)").bind(name).bind(boss)
    }

    async fn names(link: &mut SqliteConnection) -> Vec<String> {
        let rows = rows_sqlite(link, sql("SELECT name FROM t ORDER BY name")).await.unwrap();
        rows.iter().map(|row| row.fields("t").text("name").unwrap()).collect()
    }

    #[tokio::test]
    async fn a_turn_of_several_texts_is_one_transaction() {
        let (_folder, options, mut link) = file().await;
        let (mut conn, version) = writer(&options).await;
        let texts = vec![vec![insert("ada", None), insert("bob", None)], vec![insert("cleo", None)]];
        assert!(matches!(conn.whole_turn(version, texts).await, Ended::Committed));
        assert_eq!((conn.depth, names(&mut link).await), (0, vec!["ada".into(), "bob".into(), "cleo".into()]));
        // What this connection writes itself does not count as another's.
        assert!(matches!(conn.whole_turn(version, vec![vec![insert("dan", None)]]).await, Ended::Committed));
        assert_eq!(names(&mut link).await.len(), 4);
        // What fails in a later text undoes the earlier ones.
        let texts = vec![vec![insert("eve", None)], vec![insert("ada", None)]];
        assert!(matches!(conn.whole_turn(version, texts).await, Ended::Spoilt));
        conn.abandon().await.unwrap();
        assert_eq!((conn.depth, names(&mut link).await.len()), (0, 4));
        assert!(matches!(conn.whole_turn(version, vec![vec![insert("eve", None)]]).await, Ended::Committed));
    }

    #[tokio::test]
    async fn a_turn_does_nothing_when_somebody_else_has_written() {
        let (_folder, options, mut link) = file().await;
        let (mut conn, version) = writer(&options).await;
        let (mut other, others) = writer(&options).await;
        for (name, again) in [("ada", "bob"), ("cleo", "dan")] {
            assert!(matches!(conn.whole_turn(version, vec![vec![insert(name, None)]]).await, Ended::Committed));
            assert!(matches!(other.whole_turn(others, vec![vec![insert(again, None)]]).await, Ended::Overtaken));
            other.abandon().await.unwrap();
            assert!(!names(&mut link).await.contains(&again.to_owned()));
        }
        let seen = other.begin_turn().await.unwrap();
        other.commit().await.unwrap();
        assert_ne!(seen, others);
        assert!(matches!(other.whole_turn(seen, vec![vec![insert("bob", None)]]).await, Ended::Committed));
        assert_eq!(names(&mut link).await, ["ada", "bob", "cleo"]);
    }

    #[tokio::test]
    async fn a_turn_that_does_not_begin_or_end_says_why() {
        let (_folder, options, mut link) = file().await;
        let (mut conn, version) = writer(&options).await;
        let (mut other, _) = writer(&options).await;
        other.begin().await.unwrap();
        let texts = || vec![vec![insert("ada", None)]];
        assert!(matches!(conn.whole_turn(version, texts()).await, Ended::Failed(StoreError::Unavailable(_))));
        assert_eq!(conn.depth, 0);
        other.rollback().await.unwrap();
        let missing = vec![vec![insert("ada", Some("bob"))]];
        assert!(matches!(conn.whole_turn(version, missing).await, Ended::Failed(StoreError::Database(_))));
        assert_eq!(conn.depth, 1);
        conn.abandon().await.unwrap();
        assert_eq!(names(&mut link).await, [""; 0]);
        assert!(matches!(conn.whole_turn(version, texts()).await, Ended::Committed));
        assert_eq!(names(&mut link).await, ["ada"]);
    }
}
