//! Rows coming back: columns read in the order they were selected, into domain types; what can't be read is `Corrupt`.

use super::{StoreError, archive::Kind};
use crate::scim::Object;
use jiff::Timestamp;
use serde_json::Value as Json;
use sqlx::{Column, Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};
use std::str::FromStr;

/// A row of either engine.
#[derive(Debug)]
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// Starts reading; `table` names the row in errors.
    pub(super) fn fields(&self, table: &'static str) -> Fields<'_> {
        Fields { row: self, table, next: 0 }
    }

    fn get<'r, T>(&'r self, index: usize) -> Result<T, sqlx::Error>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(index),
            Self::Postgres(row) => row.try_get(index),
        }
    }

    /// A value of a column that is known by its kind only.
    pub(super) fn cell(&self, index: usize, kind: Kind) -> Result<Json, sqlx::Error> {
        Ok(match kind {
            Kind::Text => self.get::<Option<String>>(index)?.map_or(Json::Null, Json::String),
            Kind::Int => self.get::<Option<i64>>(index)?.map_or(Json::Null, Json::from),
            Kind::Flag => self.get::<Option<bool>>(index)?.map_or(Json::Null, Json::Bool),
        })
    }

    /// What a column says that is looked at before the others; true where there is none.
    pub(super) fn is_true(&self, column: &str) -> bool {
        match self {
            Self::Sqlite(row) => row.try_get(column).unwrap_or(true),
            Self::Postgres(row) => row.try_get(column).unwrap_or(true),
        }
    }

    fn column(&self, index: usize) -> Option<&str> {
        match self {
            Self::Sqlite(row) => row.try_column(index).ok().map(Column::name),
            Self::Postgres(row) => row.try_column(index).ok().map(Column::name),
        }
    }

    /// The row's own name, for messages about it.
    fn id(&self) -> String {
        let found = match self {
            Self::Sqlite(row) => row.try_get::<Option<String>, _>("id"),
            Self::Postgres(row) => row.try_get::<Option<String>, _>("id"),
        };
        found.ok().flatten().unwrap_or_else(|| "a row without id".to_owned())
    }
}

/// Reads a row column by column. Names are given for messages, and checked against the SELECT in debug builds.
pub(super) struct Fields<'r> {
    row: &'r Row,
    table: &'static str,
    next: usize,
}

impl<'r> Fields<'r> {
    fn take<T>(&mut self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        let index = self.next;
        self.next += 1;
        debug_assert_eq!(self.row.column(index), Some(column), "columns of {} are read out of order", self.table);
        self.row.get(index).map_err(|_| self.corrupt(column))
    }

    /// The error for a column that holds what this program never writes.
    pub(super) fn corrupt(&self, column: &'static str) -> StoreError {
        StoreError::Corrupt { table: self.table, column, id: self.row.id() }
    }

    /// The only column, whatever it is called.
    pub(super) fn number(&self) -> Result<i64, StoreError> {
        self.row.get(0).map_err(|_| self.corrupt("number"))
    }

    /// The only column, whatever it is called, of an aggregate that may have no value.
    pub(super) fn optional_number(&self) -> Result<Option<i64>, StoreError> {
        self.row.get(0).map_err(|_| self.corrupt("number"))
    }

    pub(super) fn text(&mut self, column: &'static str) -> Result<String, StoreError> {
        self.take(column)
    }

    pub(super) fn opt_text(&mut self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.take(column)
    }

    pub(super) fn int(&mut self, column: &'static str) -> Result<i64, StoreError> {
        self.take(column)
    }

    pub(super) fn flag(&mut self, column: &'static str) -> Result<bool, StoreError> {
        self.take(column)
    }

    pub(super) fn opt_flag(&mut self, column: &'static str) -> Result<Option<bool>, StoreError> {
        self.take(column)
    }

    pub(super) fn opt_int(&mut self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.take(column)
    }

    /// A value in its text form: ids, roles, dates.
    pub(super) fn parsed<T: FromStr>(&mut self, column: &'static str) -> Result<T, StoreError> {
        self.word(column, |text| text.parse().ok())
    }

    pub(super) fn opt_parsed<T: FromStr>(&mut self, column: &'static str) -> Result<Option<T>, StoreError> {
        self.opt_word(column, |text| text.parse().ok())
    }

    /// A value in its text form, where '' stands for none.
    pub(super) fn key<T: FromStr>(&mut self, column: &'static str) -> Result<Option<T>, StoreError> {
        let text: &str = self.take(column)?;
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| self.corrupt(column)) }
    }

    /// One of the words of a closed set.
    pub(super) fn word<T>(&mut self, column: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text: &str = self.take(column)?;
        parse(text).ok_or_else(|| self.corrupt(column))
    }

    pub(super) fn opt_word<T>(
        &mut self,
        column: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.take(column)?;
        text.map(|text| parse(text).ok_or_else(|| self.corrupt(column))).transpose()
    }

    pub(super) fn time(&mut self, column: &'static str) -> Result<Timestamp, StoreError> {
        let micros = self.take(column)?;
        Timestamp::from_microsecond(micros).map_err(|_| self.corrupt(column))
    }

    pub(super) fn opt_time(&mut self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let micros: Option<i64> = self.take(column)?;
        micros.map(|micros| Timestamp::from_microsecond(micros).map_err(|_| self.corrupt(column))).transpose()
    }

    pub(super) fn json(&mut self, column: &'static str) -> Result<serde_json::Value, StoreError> {
        let text: &str = self.take(column)?;
        serde_json::from_str(text).map_err(|_| self.corrupt(column))
    }

    pub(super) fn object(&mut self, column: &'static str) -> Result<Object, StoreError> {
        let text: &str = self.take(column)?;
        serde_json::from_str(text).map_err(|_| self.corrupt(column))
    }
}
