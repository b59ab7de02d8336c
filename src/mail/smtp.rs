//! Sending over SMTP (RFC 5321), one mail at a time, on connections of our own.
//!
//! lettre speaks the protocol, but its pool takes a connection back whose attempt was cut short, and a late reply would then count
//! for the next mail. Here a connection is kept only after a complete dialogue.

use super::{Mail, Outcome, SmtpUrl, SmtpUrlError, Tls, message, trial::Connection};
use lettre::{
    Message,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail as MailFrom, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::{Response, Severity},
    },
};
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// The longest an attempt may take; a worker's lease is 60 seconds, and what comes after the reply needs some of them.
const PATIENCE: Duration = Duration::from_secs(45);
/// The longest a connection may take to come about, for one of the relay's addresses.
const CONNECT_PATIENCE: Duration = Duration::from_secs(15);
/// The longest a relay may take to say that an idle connection is still good, or goodbye.
const IDLE_PATIENCE: Duration = Duration::from_secs(3);
/// Idle connections that are kept.
const MAX_IDLE: usize = 4;
/// Mails after which a connection is given up, since relays dislike endless ones.
const MAX_MAILS: u32 = 100;
/// The longest reply that is kept, in characters.
const MAX_REPLY: usize = 500;
/// Replies that blame our own credentials or encryption: a mail must not die of them (RFC 4954 section 6).
const SESSION_CODES: [u16; 4] = [530, 534, 535, 538];

/// A relay; cheap to clone.
#[derive(Clone)]
pub struct Smtp {
    relay: Arc<Relay>,
}

struct Relay {
    url: SmtpUrl,
    patience: Duration,
    hello: ClientId,
    tls: OnceLock<TlsParameters>,
    idle: Mutex<Vec<Session>>,
    warned: AtomicBool,
}

/// A connection past its greeting, and how many mails went over it.
struct Session {
    connection: AsyncSmtpConnection,
    mails: u32,
}

impl Smtp {
    /// The relay of `USHER_SMTP_URL`. Connects only when there is a mail.
    ///
    /// # Errors
    /// [`SmtpUrlError`], one sentence naming the setting.
    pub fn from_url(url: &str) -> Result<Self, SmtpUrlError> {
        Ok(Self::new(SmtpUrl::parse(url)?, PATIENCE))
    }

    fn new(url: SmtpUrl, patience: Duration) -> Self {
        let relay = Relay {
            url,
            patience,
            hello: ClientId::default(),
            tls: OnceLock::new(),
            idle: Mutex::default(),
            warned: AtomicBool::new(false),
        };
        Self { relay: Arc::new(relay) }
    }

    /// Makes one attempt.
    pub async fn send(&self, mail: &Mail) -> Outcome {
        let message = match message::build(mail) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused { reply: error.to_string() },
        };
        // A cut-off attempt drops its connection: nobody reads the rest of that dialogue.
        match timeout(self.relay.patience, self.attempt(&message)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Delayed { reply: "the relay did not answer in time".to_owned() },
        }
    }

    /// Connects and signs in, and answers what was agreed; the connection waits for the next mail.
    ///
    /// # Errors
    /// Why there is no connection, in words.
    pub async fn connect(&self) -> Result<Connection, String> {
        let session = match timeout(self.relay.patience, self.relay.session()).await {
            Ok(session) => session.map_err(|reply| one_line(&reply))?,
            Err(_) => return Err("the relay did not answer in time".to_owned()),
        };
        let server = session.connection.server_info();
        let agreed = Connection {
            relay: format!("{}:{}", self.relay.url.host, self.relay.url.port),
            name: one_line(server.name()),
            tls: self.relay.url.tls,
            is_encrypted: session.connection.is_encrypted(),
            user: self.relay.url.credentials.as_ref().map(|(user, _)| user.clone()),
            takes_utf8: server.supports_feature(Extension::SmtpUtfEight),
        };
        self.relay.keep(session);
        Ok(agreed)
    }

    /// Says goodbye on idle connections.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.relay.idle());
        for mut session in idle {
            // An answer is welcome but changes nothing.
            let _ = timeout(IDLE_PATIENCE, session.connection.quit()).await;
        }
    }

    async fn attempt(&self, message: &Message) -> Outcome {
        let mut session = match self.relay.session().await {
            Ok(session) => session,
            Err(reply) => return Outcome::Delayed { reply: one_line(&reply) },
        };
        let result = transfer(&mut session.connection, message).await;
        session.mails += 1;
        let outcome = match result {
            Ok(reply) => Outcome::Accepted { reply: one_line(&reply) },
            Err(Failure::Reply(error)) => judge(&error),
            Err(Failure::NoSmtpUtf8) => Outcome::Refused {
                reply: "the relay takes no addresses with letters beyond ASCII before the @ (it offers no SMTPUTF8)"
                    .to_owned(),
            },
            Err(Failure::OutOfStep) => {
                return Outcome::Delayed { reply: "the relay's replies are out of step with the dialogue".to_owned() };
            }
        };
        let broken = matches!(outcome, Outcome::Delayed { .. });
        if !broken && session.mails < MAX_MAILS {
            self.relay.keep(session);
        }
        outcome
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({})", self.relay.url)
    }
}

impl Relay {
    /// A connection on which MAIL can be said; the error is the reason in words. Whatever fails here is not the mail's fault.
    async fn session(&self) -> Result<Session, String> {
        loop {
            let Some(mut session) = self.idle().pop() else { break };
            if matches!(timeout(IDLE_PATIENCE, session.connection.command(Rset)).await, Ok(Ok(_))) {
                return Ok(session);
            }
        }
        let mut connection = self.connect().await?;
        if let Some((user, password)) = &self.url.credentials {
            self.warn_of_plain_text(&connection);
            let credentials = Credentials::new(user.clone(), password.clone());
            let login = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            login.map_err(|error| format!("the relay did not let us sign in: {}", words(&error)))?;
        }
        Ok(Session { connection, mails: 0 })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let implicit = if self.url.tls == Tls::Implicit { Some(self.tls_parameters()?) } else { None };
        let server = (self.url.host.as_str(), self.url.port);
        let connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_PATIENCE), &self.hello, implicit, None).await;
        let mut connection = connection.map_err(|error| format!("no connection to the relay: {}", words(&error)))?;
        if matches!(self.url.tls, Tls::Opportunistic | Tls::Required) && connection.can_starttls() {
            let upgrade = connection.starttls(self.tls_parameters()?, &self.hello).await;
            upgrade.map_err(|error| format!("the relay's STARTTLS failed: {}", words(&error)))?;
        }
        if self.url.tls == Tls::Required && !connection.is_encrypted() {
            return Err("the relay offers no STARTTLS, which USHER_SMTP_URL requires".to_owned());
        }
        Ok(connection)
    }

    /// Certificates are always verified, also when encryption is the relay's choice.
    fn tls_parameters(&self) -> Result<TlsParameters, String> {
        if let Some(parameters) = self.tls.get() {
            return Ok(parameters.clone());
        }
        let parameters = TlsParameters::new(self.url.host.clone());
        let parameters = parameters.map_err(|error| format!("no TLS to the relay: {}", words(&error)))?;
        Ok(self.tls.get_or_init(|| parameters).clone())
    }

    fn warn_of_plain_text(&self, connection: &AsyncSmtpConnection) {
        let is_local = self.url.host == "localhost" || self.url.host.starts_with("127.") || self.url.host == "::1";
        if !is_local && !connection.is_encrypted() && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the relay offers no STARTTLS; its password travels unencrypted (?tls=required forbids that)"
            );
        }
    }

    fn keep(&self, session: Session) {
        let mut idle = self.idle();
        if idle.len() < MAX_IDLE {
            idle.push(session);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a mail did not go over.
enum Failure {
    Reply(Error),
    NoSmtpUtf8,
    OutOfStep,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Reply(error)
    }
}

/// MAIL, RCPT, DATA and the message; the final reply's words.
async fn transfer(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<String, Failure> {
    let (envelope, content) = (message.envelope(), message.formatted());
    let mut parameters = Vec::new();
    if envelope.from().into_iter().chain(envelope.to()).any(|address| !address.to_string().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Failure::NoSmtpUtf8);
        }
        parameters.push(MailParameter::SmtpUtfEight);
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    connection.command(MailFrom::new(envelope.from().cloned(), parameters)).await?;
    for recipient in envelope.to() {
        connection.command(Rcpt::new(recipient.clone(), Vec::new())).await?;
    }
    if !connection.command(Data).await?.has_code(354) {
        return Err(Failure::OutOfStep);
    }
    let reply = connection.message(&content).await?;
    match reply.code().severity {
        Severity::PositiveCompletion => Ok(written(&reply)),
        _ => Err(Failure::OutOfStep),
    }
}

/// A reply's code and words on one line.
fn written(reply: &Response) -> String {
    format!("{} {}", reply.code(), reply.message().collect::<Vec<_>>().join(" "))
}

/// 5xx is final, unless it is about our own session; everything else is worth another attempt.
fn judge(error: &Error) -> Outcome {
    let reply = one_line(&words(error));
    match error.status() {
        Some(code) if error.is_permanent() && !SESSION_CODES.contains(&u16::from(code)) => Outcome::Refused { reply },
        Some(_) => Outcome::Delayed { reply },
        None => Outcome::Delayed { reply: one_line(&format!("the connection to the relay broke: {reply}")) },
    }
}

/// What happened: the relay's reply where there was one.
fn words(error: &Error) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), source) {
        (Some(code), source) => format!("{code} {}", source.unwrap_or_default()),
        (None, Some(source)) if error.is_response() && source == "incomplete response" => {
            "it ended without a reply".to_owned()
        }
        (None, Some(source)) => source,
        (None, None) => error.to_string(),
    }
}

fn one_line(reply: &str) -> String {
    let spaced: String = reply.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_REPLY).collect()
}

#[cfg(test)]
mod tests;
