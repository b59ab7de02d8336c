//! `USHER_SMTP_URL`: `smtp://user:pass@host:port`, `smtps://...`, `?tls=required`.

use std::fmt;

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Never, for a relay on the same machine whose certificate nobody signed.
    Off,
    /// STARTTLS when the relay offers it.
    Opportunistic,
    /// STARTTLS, or no mail.
    Required,
    /// TLS from the first byte (smtps).
    Implicit,
}

/// A relay and how to reach it. Its `Debug` and `Display` show no password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    pub(super) credentials: Option<(String, String)>,
}

/// Why a text is no relay URL; never quotes the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    /// Neither smtp nor smtps.
    #[error("USHER_SMTP_URL must begin with smtp:// or smtps://")]
    Scheme,
    /// No host, or none that can be one.
    #[error("USHER_SMTP_URL names no host; write smtp://user:password@host:port")]
    Host,
    /// Not a port number.
    #[error("USHER_SMTP_URL: the port must be a number between 1 and 65535")]
    Port,
    /// Half of the credentials.
    #[error("USHER_SMTP_URL: a user name needs a password after a colon")]
    Credentials,
    /// A percent sign that begins no escape.
    #[error("USHER_SMTP_URL: '%' in user name or password must be written %25, as every special letter as %XX")]
    Escape,
    /// Something behind the port that is not known.
    #[error("USHER_SMTP_URL: nothing may follow the port but ?tls=required, ?tls=opportunistic or ?tls=off")]
    Rest,
    /// `?tls=` where TLS is implied.
    #[error("USHER_SMTP_URL: smtps:// is encrypted from the start and takes no ?tls=")]
    ImplicitTls,
}

impl SmtpUrl {
    /// Reads a relay's URL. Without a port: 25, 587 where STARTTLS is required, 465 for smtps.
    ///
    /// # Errors
    /// [`SmtpUrlError`], one sentence naming the setting.
    pub fn parse(text: &str) -> Result<Self, SmtpUrlError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(SmtpUrlError::Scheme)?;
        // The password may hold any letter, so the host begins behind the last '@'.
        let (userinfo, rest) = match rest.rsplit_once('@') {
            Some((userinfo, rest)) => (Some(userinfo), rest),
            None => (None, rest),
        };
        let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
        let tls = tls(scheme, query)?;
        let (host, port) = host_and_port(authority.strip_suffix('/').unwrap_or(authority))?;
        let port = port.unwrap_or(match tls {
            Tls::Off | Tls::Opportunistic => 25,
            Tls::Required => 587,
            Tls::Implicit => 465,
        });
        Ok(Self { host, port, tls, credentials: userinfo.map(credentials).transpose()? })
    }
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls == Tls::Implicit { "smtps" } else { "smtp" };
        let userinfo = if self.credentials.is_some() { "***:***@" } else { "" };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let query = match self.tls {
            Tls::Required => "?tls=required",
            Tls::Off => "?tls=off",
            Tls::Opportunistic | Tls::Implicit => "",
        };
        write!(f, "{scheme}://{userinfo}{host}:{}{query}", self.port)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn tls(scheme: &str, query: &str) -> Result<Tls, SmtpUrlError> {
    match (scheme.to_ascii_lowercase().as_str(), query) {
        ("smtp", "" | "tls=opportunistic") => Ok(Tls::Opportunistic),
        ("smtp", "tls=required") => Ok(Tls::Required),
        ("smtp", "tls=off") => Ok(Tls::Off),
        ("smtps", "") => Ok(Tls::Implicit),
        ("smtps", query) if query.starts_with("tls=") => Err(SmtpUrlError::ImplicitTls),
        ("smtp" | "smtps", _) => Err(SmtpUrlError::Rest),
        _ => Err(SmtpUrlError::Scheme),
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), SmtpUrlError> {
    if authority.contains(['/', '#']) {
        return Err(SmtpUrlError::Rest);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(SmtpUrlError::Host)?;
            let port = if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or(SmtpUrlError::Port)?) };
            (host, port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(SmtpUrlError::Host);
    }
    let port = port.map(|port| port.parse().ok().filter(|port| *port != 0).ok_or(SmtpUrlError::Port)).transpose()?;
    Ok((host.to_owned(), port))
}

fn credentials(userinfo: &str) -> Result<(String, String), SmtpUrlError> {
    let (user, password) = userinfo.split_once(':').ok_or(SmtpUrlError::Credentials)?;
    let (user, password) = (unescape(user)?, unescape(password)?);
    if user.is_empty() || password.is_empty() { Err(SmtpUrlError::Credentials) } else { Ok((user, password)) }
}

fn unescape(text: &str) -> Result<String, SmtpUrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(SmtpUrlError::Escape);
            let value = digit()? * 16 + digit()?;
            bytes.push(u8::try_from(value).map_err(|_| SmtpUrlError::Escape)?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| SmtpUrlError::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_read_from_its_url() {
        let table = [
            ("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525", None),
            ("smtp://relay.example", "smtp://relay.example:25", None),
            ("SMTP://relay.example/", "smtp://relay.example:25", None),
            ("smtp://relay.example?tls=required", "smtp://relay.example:587?tls=required", None),
            ("smtp://relay.example:25?tls=opportunistic", "smtp://relay.example:25", None),
            ("smtp://localhost?tls=off", "smtp://localhost:25?tls=off", None),
            ("smtps://u:p@relay.example", "smtps://***:***@relay.example:465", Some(("u", "p"))),
            ("smtp://u%40x:p%3Aw@relay.example:587", "smtp://***:***@relay.example:587", Some(("u@x", "p:w"))),
            ("smtp://u@x:p/w?@relay.example:587", "smtp://***:***@relay.example:587", Some(("u@x", "p/w?"))),
            ("smtp://[::1]:2525", "smtp://[::1]:2525", None),
            ("smtp://[::1]", "smtp://[::1]:25", None),
        ];
        for (text, shown, credentials) in table {
            let url = SmtpUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(url.credentials, credentials.map(|(user, password)| (user.to_owned(), password.to_owned())));
        }
    }

    #[test]
    fn a_wrong_url_is_told_apart_and_never_quoted() {
        let table = [
            ("", SmtpUrlError::Scheme),
            ("relay.example:25", SmtpUrlError::Scheme),
            ("http://relay.example", SmtpUrlError::Scheme),
            ("smtp://", SmtpUrlError::Host),
            ("smtp://u:hunter2@", SmtpUrlError::Host),
            ("smtp://:25", SmtpUrlError::Host),
            ("smtp://relay.example:0", SmtpUrlError::Port),
            ("smtp://relay.example:smtp", SmtpUrlError::Port),
            ("smtp://[::1", SmtpUrlError::Host),
            ("smtp://[::1]25", SmtpUrlError::Port),
            ("smtp://u@relay.example", SmtpUrlError::Credentials),
            ("smtp://u:@relay.example", SmtpUrlError::Credentials),
            ("smtp://u:100%@relay.example", SmtpUrlError::Escape),
            ("smtp://relay.example/path", SmtpUrlError::Rest),
            ("smtp://relay.example?tls=maybe", SmtpUrlError::Rest),
            ("smtps://relay.example?tls=required", SmtpUrlError::ImplicitTls),
        ];
        for (text, expected) in table {
            let error = SmtpUrl::parse(text).expect_err(text);
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("hunter2"));
        }
    }
}
