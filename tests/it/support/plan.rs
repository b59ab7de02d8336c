//! How an engine would run a statement: by an index to what is wanted, along an index until a page is full, or through everything.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use std::fmt::Write;
use usher::store::{Recorded, Store};

/// How much of its tables a statement reads, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// An index leads to it.
    Found,
    /// All of a tenant, but in order, and no further than to the end of a page.
    Page,
    /// All of a tenant.
    Whole,
}

/// A statement and its plan, for whoever wants to know why.
#[derive(Debug, Clone)]
pub struct Planned {
    pub reach: Reach,
    pub shown: String,
}

/// Tables that have few rows however many people there are.
const SMALL: [&str; 11] = [
    "tenants",
    "connections",
    "group_mappings",
    "epochs",
    "user_tallies",
    "walk_steps",
    "pauses",
    "mail_states",
    "extension_schemas",
    "event_feeds",
    "parked_deletions",
];
/// Indexes that hold few rows however many people there are.
const SMALL_INDEXES: [&str; 2] = ["users_owner", "groups_root"];

/// What a request made the store run, planned on the database as it is.
pub async fn plans(store: &Store, url: &str, statements: Vec<Recorded>) -> Vec<Planned> {
    let mut planned = Vec::new();
    let reads = statements.into_iter().filter(|statement| {
        let verb = statement.sql.split_whitespace().next().unwrap_or_default();
        matches!(verb, "SELECT" | "WITH" | "UPDATE" | "DELETE" | "INSERT")
    });
    if store.engine() == usher::store::Engine::Sqlite {
        let mut link = SqliteConnection::connect(url).await.unwrap();
        for statement in reads {
            planned.push(on_sqlite(&mut link, &statement).await);
        }
    } else {
        let mut link = PgConnection::connect(url).await.unwrap();
        // A table of a test is small enough to be read as a whole; what counts is whether it has to be.
        link.execute("SET enable_seqscan = off").await.unwrap();
        for statement in reads {
            planned.push(on_postgres(&mut link, &statement).await);
        }
    }
    planned
}

/// Lets PostgreSQL know its tables, and take each for five hundred times as large as it is: what it does with few rows shows nothing. SQLite
/// keeps no statistics, as nobody asks it to.
pub async fn enlarge(url: &str) {
    if !url.starts_with("sqlite:") {
        crate::support::execute(url, "ANALYZE").await;
        crate::support::execute(
            url,
            "UPDATE pg_class SET reltuples = reltuples * 500 WHERE reltuples > 10 AND relkind IN ('r', 'i')",
        )
        .await;
    }
}

async fn on_sqlite(link: &mut SqliteConnection, statement: &Recorded) -> Planned {
    let rows =
        sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sql))).fetch_all(link).await.unwrap();
    let steps: Vec<(i64, String)> = rows.iter().map(|row| (row.get("parent"), row.get("detail"))).collect();
    let outside = without_brackets(&statement.sql);
    let mut reach = Reach::Found;
    for (parent, step) in &steps {
        if is_narrow(step) {
            continue;
        }
        // What an index orders but for ties is sorted tie by tie.
        let is_sorted =
            steps.iter().any(|(other, step)| other == parent && step.starts_with("USE TEMP B-TREE FOR ORDER BY"));
        // What stands in brackets stops nothing outside of them.
        let text = if *parent == 0 { &outside } else { &statement.sql };
        let stops = text.contains(" LIMIT ") && !is_sorted;
        reach = reach.max(if stops { Reach::Page } else { Reach::Whole });
    }
    let steps: Vec<&str> = steps.iter().map(|(_, step)| step.as_str()).collect();
    Planned { reach, shown: format!("{}\n    {}", statement.sql, steps.join("\n    ")) }
}

fn without_brackets(sql: &str) -> String {
    let mut depth = 0;
    let is_outside = move |letter: &char| {
        depth += i32::from(*letter == '(') - i32::from(*letter == ')');
        depth == 0
    };
    sql.chars().filter(is_outside).collect()
}

/// Whether a step of SQLite's plan reads few rows: by more of an index than the tenant, or of something small.
fn is_narrow(step: &str) -> bool {
    let mut words = step.split_whitespace();
    let (verb, table) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_read = matches!(verb, "SCAN" | "SEARCH");
    // Common tables, subqueries and constants are made of what other steps read.
    // A table goes by another name in most statements; its index does not.
    let is_key_of = |small: &str| step.contains(&format!("sqlite_autoindex_{small}_"));
    let is_small = SMALL.contains(&table)
        || SMALL.iter().any(|small| is_key_of(small))
        || SMALL_INDEXES.iter().any(|index| step.contains(*index));
    let is_table = step.contains(" USING ") || ["users", "groups", "memberships", "invitations"].contains(&table);
    let by = step.rsplit_once('(').map_or("", |(_, by)| by.trim_end_matches(')'));
    let is_keyed =
        verb == "SEARCH" && by.split(" AND ").any(|term| !["tenant_id", "connection_key"].contains(&column(term)));
    !is_read || is_small || !is_table || is_keyed
}

/// The column of a term like `id=?`.
fn column(term: &str) -> &str {
    term.split(['=', '<', '>']).next().unwrap_or_default()
}

async fn on_postgres(link: &mut PgConnection, statement: &Recorded) -> Planned {
    let types: Vec<&str> = statement.values.iter().map(|value| type_of(value)).collect();
    let parenthesised = |list: String| if list.is_empty() { list } else { format!("({list})") };
    let prepare = format!("PREPARE planned {} AS {}", parenthesised(types.join(", ")), statement.sql);
    let execute = format!("EXPLAIN (FORMAT JSON) EXECUTE planned {}", parenthesised(statement.values.join(", ")));
    link.execute(AssertSqlSafe(prepare)).await.unwrap_or_else(|error| panic!("{}: {error}", statement.sql));
    let row = link.fetch_one(AssertSqlSafe(execute)).await.unwrap();
    link.execute("DEALLOCATE planned").await.unwrap();
    let plan: String = row.try_get_unchecked(0).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let mut planned = Planned { reach: Reach::Found, shown: statement.sql.clone() };
    descend(&plan[0]["Plan"], false, 1, &mut planned);
    planned
}

fn type_of(literal: &str) -> &'static str {
    match literal {
        "true" | "false" | "NULL::boolean" => "boolean",
        "NULL::bigint" => "bigint",
        number if number.parse::<i64>().is_ok() => "bigint",
        _ => "text",
    }
}

/// Looks at a node and those below; `stops` is whether a page's end stops it.
fn descend(node: &Value, stops: bool, depth: usize, planned: &mut Planned) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let (kind, index, condition) = (text("Node Type"), text("Index Name"), text("Index Cond"));
    let table = if index.is_empty() { text("Relation Name") } else { index };
    let _ = write!(planned.shown, "\n{}{kind} {table} {condition} {}", "    ".repeat(depth), text("Filter"));
    let stops = match kind {
        "Limit" => true,
        "Sort" | "Aggregate" | "Hash" | "Materialize" | "Bitmap Heap Scan" => false,
        _ => stops,
    };
    let is_small = SMALL.contains(&text("Relation Name"))
        || SMALL.iter().any(|small| index.starts_with(small))
        || SMALL_INDEXES.contains(&index);
    let is_keyed = condition
        .split(" AND ")
        .any(|term| !term.is_empty() && !term.contains("tenant_id =") && !term.contains("(connection_key ="));
    let is_wide = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => !is_keyed,
        _ => false,
    };
    if is_wide && !is_small {
        planned.reach = planned.reach.max(if stops { Reach::Page } else { Reach::Whole });
    }
    if kind == "Result" && node["One-Time Filter"].is_string() {
        // What is below is read only where something was found elsewhere.
        return;
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        descend(below, stops, depth + 1, planned);
    }
}
