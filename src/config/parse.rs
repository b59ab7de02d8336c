//! From texts to typed settings.

use super::{Database, Error, Key, LogFormat, Secret, SecretKey, Settings, Source, Values, duration};
use crate::{
    http::Proxies,
    mail::{Sender, SmtpUrl},
};
use jiff::SignedDuration;
use std::{net::SocketAddr, path::PathBuf};

/// How many bytes a secret key must have at least.
pub(super) const MIN_KEY_BYTES: usize = 32;

pub(super) fn settings(values: &Values) -> Result<Settings, Error> {
    let listen = listen(values)?;
    let database = database(values)?;
    Ok(Settings {
        listen,
        public_url: public_url(values, listen)?,
        secret_key: secret_key(values, &database)?,
        database,
        database_connections: database_connections(values)?,
        smtp_url: smtp_url(values)?,
        mail_from: mail_from(values)?,
        trusted_proxies: trusted_proxies(values)?,
        otlp_url: otlp_url(values)?,
        log: values.text(Key::Log).map(str::to_owned),
        log_format: log_format(values)?,
        clock_offset: clock_offset(values)?,
    })
}

fn listen(values: &Values) -> Result<SocketAddr, Error> {
    let text = values.text(Key::Listen).unwrap_or_default();
    text.parse().map_err(|_| {
        invalid(values, Key::Listen, format!("\"{text}\" is no address; write IP:PORT, for example 127.0.0.1:8080"))
    })
}

/// The origin of every link. Only an origin: the routes of the contract start at the root, so a path could only mislead.
fn public_url(values: &Values, listen: SocketAddr) -> Result<String, Error> {
    let Some(text) = values.text(Key::PublicUrl) else {
        return Ok(match listen {
            SocketAddr::V4(address) if address.ip().is_unspecified() => format!("http://127.0.0.1:{}", address.port()),
            SocketAddr::V6(address) if address.ip().is_unspecified() => format!("http://[::1]:{}", address.port()),
            address => format!("http://{address}"),
        });
    };
    let wrong = |message: &str| {
        invalid(values, Key::PublicUrl, format!("{message}; write for example https://people.example.com"))
    };
    let url: reqwest::Url = text.parse().map_err(|_| wrong("it is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it must not name a user"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it must end after the host and port"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn database(values: &Values) -> Result<Database, Error> {
    let text = values.text(Key::DatabaseUrl).unwrap_or_default();
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(Database::Postgres { url: Secret::new(text) });
    }
    let wrong = |message: &str| {
        let message = format!("{message}; write sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE");
        invalid(values, Key::DatabaseUrl, message)
    };
    let Some(rest) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) else {
        return Err(wrong("it names neither engine"));
    };
    let path = rest.split_once('?').map_or(rest, |(path, _)| path);
    if path.is_empty() || path.contains(":memory:") {
        return Err(wrong("it names no file"));
    }
    Ok(Database::Sqlite { url: text.to_owned(), path: PathBuf::from(path) })
}

/// One connection alone would make a request that holds a reader wait for its own write.
fn database_connections(values: &Values) -> Result<u32, Error> {
    let text = values.text(Key::DatabaseConnections).unwrap_or_default();
    text.parse().ok().filter(|number| (2..=1_000).contains(number)).ok_or_else(|| {
        invalid(
            values,
            Key::DatabaseConnections,
            format!("\"{text}\" is no number from 2 to 1000; write for example 16"),
        )
    })
}

fn secret_key(values: &Values, database: &Database) -> Result<SecretKey, Error> {
    match (values.text(Key::SecretKey), values.text(Key::SecretKeyFile), database) {
        (Some(_), Some(_), _) => Err(Error::Missing(format!(
            "{} and {} are both set; keep one of them",
            Key::SecretKey.variable(),
            Key::SecretKeyFile.variable()
        ))),
        (Some(key), None, _) if key.len() < MIN_KEY_BYTES => Err(invalid(
            values,
            Key::SecretKey,
            format!("it has {} bytes and needs {MIN_KEY_BYTES}; make one with: openssl rand -base64 32", key.len()),
        )),
        (Some(key), None, _) => Ok(SecretKey::Given(Secret::new(key))),
        (None, Some(path), _) => Ok(SecretKey::File(PathBuf::from(path))),
        (None, None, Database::Sqlite { path, .. }) => {
            let mut key = path.clone().into_os_string();
            key.push(".key");
            Ok(SecretKey::Beside { key: key.into(), database: path.clone() })
        }
        (None, None, Database::Postgres { .. }) => Err(Error::Missing(format!(
            "with PostgreSQL {} or {} must be set; make a key with: openssl rand -base64 32",
            Key::SecretKey.variable(),
            Key::SecretKeyFile.variable()
        ))),
    }
}

fn smtp_url(values: &Values) -> Result<Option<Secret>, Error> {
    let Some(text) = values.text(Key::SmtpUrl) else { return Ok(None) };
    match SmtpUrl::parse(text) {
        Ok(_) => Ok(Some(Secret::new(text))),
        Err(error) => Err(invalid(values, Key::SmtpUrl, error.to_string())),
    }
}

fn mail_from(values: &Values) -> Result<Sender, Error> {
    let text = values.text(Key::MailFrom).unwrap_or_default();
    Sender::parse(text).map_err(|error| invalid(values, Key::MailFrom, error.to_string()))
}

fn trusted_proxies(values: &Values) -> Result<Proxies, Error> {
    let text = values.text(Key::TrustedProxies).unwrap_or_default();
    Proxies::parse(text).map_err(|message| invalid(values, Key::TrustedProxies, message))
}

fn otlp_url(values: &Values) -> Result<Option<Secret>, Error> {
    let Some(text) = values.text(Key::OtlpUrl) else { return Ok(None) };
    let wrong = |message: &str| Err(invalid(values, Key::OtlpUrl, message.to_owned()));
    if !cfg!(feature = "otlp") {
        return wrong("this build sends no traces; build with --features otlp, or remove the setting");
    }
    match text.parse::<reqwest::Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(Secret::new(text.trim_end_matches('/')))),
        _ => wrong("it is no http:// or https:// URL; write for example http://127.0.0.1:4318"),
    }
}

fn log_format(values: &Values) -> Result<LogFormat, Error> {
    match values.text(Key::LogFormat).unwrap_or_default() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(invalid(values, Key::LogFormat, format!("\"{other}\" is no format; write text or json"))),
    }
}

fn clock_offset(values: &Values) -> Result<SignedDuration, Error> {
    let Some(text) = values.text(Key::ClockOffset) else { return Ok(SignedDuration::ZERO) };
    if !cfg!(feature = "test-clock") {
        let message = "this build keeps to the machine's time; build with --features test-clock, or remove the setting";
        return Err(invalid(values, Key::ClockOffset, message.to_owned()));
    }
    duration::parse_signed(text).map_err(|message| invalid(values, Key::ClockOffset, message))
}

fn invalid(values: &Values, key: Key, message: String) -> Error {
    let source = values.source(key);
    let name = if matches!(source, Source::File(_)) { key.name().to_owned() } else { key.variable() };
    let place = if source == Source::Environment { "the environment".to_owned() } else { source.to_string() };
    Error::Invalid { name, place, message }
}

#[cfg(test)]
mod tests;
