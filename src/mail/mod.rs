//! Mails as values and the ways they leave: SMTP, the local inbox, or memory in tests.
//!
//! Never retries: an attempt answers how it ended, and `jobs` decides. Never reads the store.

mod clean;
mod compose;
mod letter;
mod memory;
mod message;
mod palette;
pub mod sample;
mod smtp;
mod trial;
mod url;

pub use compose::{ComposeError, compose};
pub use letter::{Letter, Mail, Sender, SenderError};
pub use memory::Memory;
pub use smtp::Smtp;
pub use trial::{Connection, trial};
pub use url::{SmtpUrl, SmtpUrlError, Tls};

use std::{fmt, future::Future, pin::Pin, sync::Arc};

/// How an attempt to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took the mail.
    Accepted {
        /// The relay's final reply.
        reply: String,
    },
    /// 4xx, timeout, lost connection, no usable relay: worth another attempt.
    Delayed {
        /// The relay's reply, or what went wrong.
        reply: String,
    },
    /// 5xx, or a mail that can't be sent at all.
    Refused {
        /// The relay's reply, or what is wrong with the mail.
        reply: String,
    },
}

/// A place that keeps mails instead of sending them (the local inbox).
pub trait Sink: Send + Sync {
    /// Keeps a mail, once per Message-ID; the error says why it could not.
    fn deliver(&self, mail: Mail) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>>;
}

/// The way mails leave; cheap to clone.
#[derive(Clone)]
pub enum Mailer {
    /// To a relay.
    Smtp(Smtp),
    /// Into the local inbox.
    Inbox(Arc<dyn Sink>),
    /// Into memory, for tests.
    Memory(Memory),
}

impl Mailer {
    /// Makes one attempt.
    pub async fn send(&self, mail: &Mail) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Inbox(sink) => match sink.deliver(mail.clone()).await {
                Ok(()) => Outcome::Accepted { reply: "kept in the local inbox".to_owned() },
                Err(reply) => Outcome::Delayed { reply },
            },
            Self::Memory(memory) => memory.send(mail),
        }
    }

    /// Says goodbye to the relay on connections that wait for the next mail.
    pub async fn close(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(smtp) => smtp.fmt(f),
            Self::Inbox(_) => f.write_str("Inbox"),
            Self::Memory(_) => f.write_str("Memory"),
        }
    }
}
