//! Whole tables, whatever they hold: read in the order of their keys, written, counted, emptied. For backups and moves between engines.
//!
//! The tables and columns come from the database's own catalogue, so that a new one can't be forgotten here. Never knows what a row means.

use super::{
    Conn, Reader, Store, StoreError,
    conn::{Builder, CHUNK, Value, sql},
    dialect,
};
use serde_json::Value as Json;
use std::ops::{Deref, DerefMut};

/// What a column holds; nothing else is in our schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// TEXT.
    Text,
    /// BIGINT, and INTEGER for SQLite's counters.
    Int,
    /// BOOLEAN.
    Flag,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub kind: Kind,
    /// Its place in the primary key, from 1 on; 0 when it is not part of it.
    pub key: i64,
}

/// A table with its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its columns, by name.
    pub columns: Vec<Column>,
}

/// The name of a table or column that the database's catalogue gave: small letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    fn of(text: String) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        (!text.is_empty() && text.bytes().all(is_plain)).then_some(Self(text))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A row whose values fit the columns of a table.
#[derive(Debug, Clone)]
pub struct Record(Vec<Value>);

impl Table {
    /// A row of this table; none when the values are too many, too few or of the wrong kind.
    #[must_use]
    pub fn record(&self, cells: Vec<Json>) -> Option<Record> {
        if cells.len() != self.columns.len() {
            return None;
        }
        let values = self.columns.iter().zip(cells).map(|(column, cell)| value(column.kind, cell));
        values.collect::<Option<Vec<_>>>().map(Record)
    }

    /// The same table with its columns in this order; none when they are not the same columns.
    #[must_use]
    pub fn ordered<'n>(&self, names: impl ExactSizeIterator<Item = &'n str>) -> Option<Self> {
        if names.len() != self.columns.len() {
            return None;
        }
        let column = |name: &str| self.columns.iter().find(|column| column.name.as_str() == name).cloned();
        let columns: Vec<_> = names.map(column).collect::<Option<_>>()?;
        Some(Self { name: self.name.clone(), columns })
    }

    /// The columns of the primary key, in its order: their places among the columns.
    fn key(&self) -> Vec<usize> {
        let mut key: Vec<_> = self.columns.iter().enumerate().filter(|(_, column)| column.key > 0).collect();
        key.sort_by_key(|(_, column)| column.key);
        key.into_iter().map(|(index, _)| index).collect()
    }
}

fn value(kind: Kind, cell: Json) -> Option<Value> {
    match (kind, cell) {
        (Kind::Text, Json::Null) => Some(Value::Text(None)),
        (Kind::Int, Json::Null) => Some(Value::Int(None)),
        (Kind::Flag, Json::Null) => Some(Value::Flag(None)),
        (Kind::Text, Json::String(text)) => Some(Value::Text(Some(text))),
        (Kind::Int, Json::Number(number)) => number.as_i64().map(|number| Value::Int(Some(number))),
        (Kind::Flag, Json::Bool(flag)) => Some(Value::Flag(Some(flag))),
        _ => None,
    }
}

/// The database as it was at one moment, whatever is written meanwhile.
#[derive(Debug)]
pub struct Snapshot(Reader);

impl Store {
    /// Opens a view of the database at this moment.
    ///
    /// # Errors
    /// The store's own.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut reader = self.read().await?;
        reader.begin_snapshot().await?;
        // The view is fixed by the first statement, not by BEGIN.
        sql("SELECT count(*) FROM epochs").row(&mut reader).await?;
        Ok(Snapshot(reader))
    }
}

impl Snapshot {
    /// Ends the view.
    ///
    /// # Errors
    /// The store's own.
    pub async fn end(mut self) -> Result<(), StoreError> {
        self.0.abandon().await
    }
}

impl Deref for Snapshot {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

/// Tables that triggers fill from others, and what is worth minutes only.
const DERIVED: [&str; 2] = ["user_tallies", "walk_steps"];

/// Every table of ours that holds something of its own, by name; the driver's record of migrations is not among them.
///
/// # Errors
/// The store's own; `Corrupt` for a column of a type we don't use.
pub async fn tables(conn: &mut Conn) -> Result<Vec<Table>, StoreError> {
    let rows = sql(dialect::catalogue(conn.engine())).rows(conn).await?;
    let mut tables: Vec<Table> = Vec::new();
    for row in &rows {
        let mut fields = row.fields("the catalogue");
        let table = fields.word("table_name", |name| Name::of(name.to_owned()))?;
        if DERIVED.contains(&table.as_str()) {
            continue;
        }
        let name = fields.word("column_name", |name| Name::of(name.to_owned()))?;
        let kind = fields.word("type_name", kind)?;
        let column = Column { name, kind, key: fields.int("key_place")? };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

fn kind(name: &str) -> Option<Kind> {
    match name.to_ascii_lowercase().as_str() {
        "text" => Some(Kind::Text),
        "bigint" | "integer" => Some(Kind::Int),
        "boolean" => Some(Kind::Flag),
        _ => None,
    }
}

/// The number of the newest migration this database has seen.
///
/// # Errors
/// The store's own, also when it was never migrated.
pub async fn schema(conn: &mut Conn) -> Result<i64, StoreError> {
    let row = sql("SELECT max(version) FROM _sqlx_migrations WHERE success").row(conn).await?;
    Ok(row.map(|row| row.fields("_sqlx_migrations").optional_number()).transpose()?.flatten().unwrap_or(0))
}

/// Up to `limit` rows behind the given one, in the order of the key.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    table: &Table,
    after: Option<&[Json]>,
    limit: i64,
) -> Result<Vec<Vec<Json>>, StoreError> {
    let key = table.key();
    let key_names = || key.iter().filter_map(|index| table.columns.get(*index)).map(|column| &column.name);
    let mut statement = Builder::new("SELECT ").names(table.columns.iter().map(|column| &column.name));
    statement = statement.push(" FROM ").names(std::iter::once(&table.name));
    if let Some(after) = after {
        statement = statement.push(" WHERE (").names(key_names()).push(") > (");
        for (place, index) in key.iter().enumerate() {
            let (Some(column), Some(cell)) = (table.columns.get(*index), after.get(*index)) else { continue };
            let bound = value(column.kind, cell.clone()).unwrap_or(Value::Text(None));
            statement = statement.push(if place == 0 { "" } else { ", " }).bind(bound);
        }
        statement = statement.push(")");
    }
    let statement = statement.push(" ORDER BY ").names(key_names()).push(" LIMIT ").bind(limit).build();
    let rows = statement.rows(conn).await?;
    let read = |row: &super::row::Row| {
        let cells = table.columns.iter().enumerate().map(|(index, column)| {
            row.cell(index, column.kind).map_err(|_| StoreError::Unreadable {
                table: table.name.as_str().to_owned(),
                column: column.name.as_str().to_owned(),
            })
        });
        cells.collect::<Result<Vec<_>, _>>()
    };
    rows.iter().map(read).collect()
}

/// How many rows one statement of this table takes.
#[must_use]
pub fn batch(table: &Table) -> usize {
    (CHUNK / table.columns.len().max(1)).clamp(1, 200)
}

/// Writes rows as they are, numbers that the database would count itself included.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, table: &Table, rows: Vec<Record>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = Builder::new("INSERT INTO ").names(std::iter::once(&table.name)).push(" (");
    statement = statement.names(table.columns.iter().map(|column| &column.name)).push(")");
    statement = statement.push(dialect::overriding(conn.engine())).push(" VALUES ");
    for (count, Record(values)) in rows.into_iter().enumerate() {
        statement = statement.push(if count == 0 { "(" } else { ", (" });
        for (place, value) in values.into_iter().enumerate() {
            statement = statement.push(if place == 0 { "" } else { ", " }).bind(value);
        }
        statement = statement.push(")");
    }
    statement.long().build().execute(conn).await?;
    Ok(())
}

/// How many rows a table has.
///
/// # Errors
/// The store's own.
pub async fn count(conn: &mut Conn, table: &Table) -> Result<u64, StoreError> {
    Builder::new("SELECT count(*) FROM ").names(std::iter::once(&table.name)).build().number(conn).await
}

/// Removes every row of a table.
///
/// # Errors
/// The store's own.
pub async fn clear(conn: &mut Conn, table: &Table) -> Result<(), StoreError> {
    Builder::new("DELETE FROM ").names(std::iter::once(&table.name)).build().execute(conn).await?;
    Ok(())
}

/// The last number a table that counts its rows has given; none for other tables.
///
/// # Errors
/// The store's own.
pub async fn counter(conn: &mut Conn, table: &Table) -> Result<Option<i64>, StoreError> {
    let Some(column) = counted(table) else { return Ok(None) };
    let statement = sql(dialect::counter(conn.engine())).bind(table.name.as_str()).bind(column.as_str());
    let given = statement.row(conn).await?.map(|row| row.fields("counters").optional_number()).transpose()?.flatten();
    Ok(Some(given.unwrap_or(0)))
}

/// Lets a table that counts its rows go on behind this number.
///
/// # Errors
/// The store's own.
pub async fn set_counter(conn: &mut Conn, table: &Table, last: i64) -> Result<(), StoreError> {
    let Some(column) = counted(table) else { return Ok(()) };
    for text in dialect::set_counter(conn.engine()) {
        // Each takes the name first, the number second and the column third.
        sql(text).bind(table.name.as_str()).bind(last).bind(column.as_str()).rows(conn).await?;
    }
    Ok(())
}

/// The column in which a table counts its rows: a number that is the whole key.
fn counted(table: &Table) -> Option<&Name> {
    let mut key = table.columns.iter().filter(|column| column.key > 0);
    match (key.next(), key.next()) {
        (Some(column), None) if column.kind == Kind::Int => Some(&column.name),
        _ => None,
    }
}
