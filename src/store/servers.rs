//! Where PostgreSQL is: one server, or several of which one takes writes.
//!
//! The driver knows one host for each connection, so the list of a URL is taken apart here. Never keeps a connection.

use super::{dialect, open::PREPARED};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use std::{
    io,
    str::FromStr,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::time;

/// How long one server may take to let us in.
const CONNECT: Duration = Duration::from_secs(3);
/// What says in a URL which servers will do, by libpq's name.
const ATTRIBUTES: &str = "target_session_attrs";
/// Time limits of everyday work: a lock that another transaction holds for longer is not worth a client's patience, and neither is a
/// statement. A transaction nobody goes on with must not hold its locks.
const LIMITS: [(&str, &str); 3] =
    [("lock_timeout", "10s"), ("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "60s")];

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Requests and jobs: nothing may take long.
    Work,
    /// Migrations: as long as they need.
    Migration,
}

/// Which servers will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Writable,
    Any,
}

/// The servers of one database, in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Servers {
    options: Vec<PgConnectOptions>,
    wanted: Wanted,
    /// The one that let us in last.
    latest: AtomicUsize,
}

impl Servers {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE`.
    ///
    /// # Errors
    /// When it is no such URL.
    pub(super) fn parse(url: &str) -> Result<Self, sqlx::Error> {
        let (url, wanted) = take_attributes(url)?;
        let options = urls(&url)?
            .iter()
            .map(|url| {
                let options = PgConnectOptions::from_str(url)?;
                Ok(options.application_name("usher").statement_cache_capacity(PREPARED).disable_statement_logging())
            })
            .collect::<Result<_, sqlx::Error>>()?;
        Ok(Self { options, wanted, latest: AtomicUsize::new(0) })
    }

    /// Connects to the server that let us in last, else to the first of the others that does. One that takes no writes does not.
    ///
    /// # Errors
    /// Why none did.
    pub(super) async fn connect(&self, purpose: Purpose) -> Result<PgConnection, sqlx::Error> {
        let latest = self.latest.load(Ordering::Relaxed);
        let others = (0..self.options.len()).filter(|place| *place != latest);
        let mut failures = Vec::new();
        for place in std::iter::once(latest).chain(others) {
            let Some(options) = self.options.get(place) else { continue };
            match time::timeout(CONNECT, self.enter(options, purpose)).await.unwrap_or_else(|_| Err(too_slow())) {
                Ok(link) => {
                    self.latest.store(place, Ordering::Relaxed);
                    return Ok(link);
                }
                Err(error) => failures.push((name(options), error)),
            }
        }
        Err(all_of(failures))
    }

    async fn enter(&self, options: &PgConnectOptions, purpose: Purpose) -> Result<PgConnection, sqlx::Error> {
        let mut link = match purpose {
            Purpose::Work => options.clone().options(LIMITS).connect().await?,
            Purpose::Migration => options.connect().await?,
        };
        if self.wanted == Wanted::Writable {
            let is_read_only: String =
                sqlx::query_scalar(dialect::IS_READ_ONLY).persistent(false).fetch_one(&mut link).await?;
            if is_read_only != "off" {
                return Err(sqlx::Error::Io(io::Error::other("the server takes no writes (a standby, or read-only)")));
            }
        }
        Ok(link)
    }
}

fn too_slow() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the server did not answer in time"))
}

fn name(options: &PgConnectOptions) -> String {
    let host = options.get_socket().map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
    format!("{host}:{}", options.get_port())
}

/// One error for all servers: of a single one its own, else the first that time won't heal, else all of them.
fn all_of(mut failures: Vec<(String, sqlx::Error)>) -> sqlx::Error {
    let is_lasting = |(_, error): &(String, sqlx::Error)| !dialect::is_outage(error);
    let place = if failures.len() == 1 { Some(0) } else { failures.iter().position(is_lasting) };
    if let Some(place) = place {
        return failures.swap_remove(place).1;
    }
    let told: Vec<String> = failures.iter().map(|(name, error)| format!("{name}: {error}")).collect();
    sqlx::Error::Io(io::Error::other(told.join("; ")))
}

fn wrong(message: &'static str) -> sqlx::Error {
    sqlx::Error::Configuration(message.into())
}

/// Takes `target_session_attrs` out of the query, which the driver does not know.
fn take_attributes(url: &str) -> Result<(String, Wanted), sqlx::Error> {
    let Some((front, query)) = url.split_once('?') else { return Ok((url.to_owned(), Wanted::Writable)) };
    let (mut wanted, mut kept) = (Wanted::Writable, Vec::new());
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some((ATTRIBUTES, "read-write" | "primary")) => wanted = Wanted::Writable,
            Some((ATTRIBUTES, "any")) => wanted = Wanted::Any,
            Some((ATTRIBUTES, _)) => return Err(wrong("target_session_attrs must be read-write or any")),
            _ => kept.push(pair),
        }
    }
    let url = if kept.is_empty() { front.to_owned() } else { format!("{front}?{}", kept.join("&")) };
    Ok((url, wanted))
}

/// One URL for each host of the list between the user and the database.
fn urls(url: &str) -> Result<Vec<String>, sqlx::Error> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("a database URL begins with postgres://"))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, hosts) =
        authority.rsplit_once('@').map_or((String::new(), authority), |(user, hosts)| (format!("{user}@"), hosts));
    if !hosts.contains(',') {
        return Ok(vec![url.to_owned()]);
    }
    let query = tail.split_once('?').map_or("", |(_, query)| query);
    if query.split('&').any(|pair| ["host=", "hostaddr=", "port="].iter().any(|key| pair.starts_with(key))) {
        return Err(wrong("a database URL that lists several hosts can't name another one in its query"));
    }
    if hosts.split(',').any(str::is_empty) {
        return Err(wrong("a database URL lists an empty host"));
    }
    Ok(hosts.split(',').map(|host| format!("{scheme}://{user}{host}{tail}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(url: &str) -> Vec<String> {
        Servers::parse(url).expect(url).options.iter().map(name).collect()
    }

    #[test]
    fn a_url_lists_one_server_or_several() {
        for (url, expected) in [
            ("postgres://u:p@db.example.com/d", &["db.example.com:5432"][..]),
            ("postgres://u:p@a:5433,b/d", &["a:5433", "b:5432"]),
            ("postgresql://u:p%2C%40@a,[::1]:7,c:9?sslmode=disable", &["a:5432", "[::1]:7", "c:9"]),
            ("postgres://u@%2Ftmp%2Fone,%2Ftmp%2Ftwo/d", &["/tmp/one:5432", "/tmp/two:5432"]),
            ("postgres://u@localhost/d?host=/tmp/x", &["/tmp/x:5432"]),
        ] {
            assert_eq!(names(url), expected, "{url}");
        }
        let several = Servers::parse("postgres://u:p%2C@a,b/d?application_name=x").expect("parsed");
        for options in &several.options {
            assert_eq!((options.get_username(), options.get_database()), ("u", Some("d")));
        }
    }

    #[test]
    fn which_servers_will_do_is_said_as_libpq_says_it() {
        let wanted = |url: &str| Servers::parse(url).map(|servers| servers.wanted).ok();
        assert_eq!(wanted("postgres://a,b/d"), Some(Wanted::Writable));
        assert_eq!(wanted("postgres://a,b/d?target_session_attrs=read-write&sslmode=disable"), Some(Wanted::Writable));
        assert_eq!(wanted("postgres://a,b/d?sslmode=disable&target_session_attrs=any"), Some(Wanted::Any));
        assert_eq!(wanted("postgres://a/d?target_session_attrs=standby"), None);
    }

    #[test]
    fn lists_that_make_no_sense_are_refused() {
        for url in ["postgres://u@a,,b/d", "postgres://a,b/d?host=/tmp", "postgres://a,b/d?port=7", "postgres:a"] {
            assert!(matches!(Servers::parse(url), Err(sqlx::Error::Configuration(_))), "{url}");
        }
    }
}
