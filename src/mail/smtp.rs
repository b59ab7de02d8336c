//! The SMTP relay.

use super::{Mail, Outcome, SmtpUrl, SmtpUrlError};
use std::fmt;

/// A relay.
#[derive(Clone)]
pub struct Smtp {
    url: SmtpUrl,
}

impl Smtp {
    /// The relay of `USHER_SMTP_URL`.
    ///
    /// # Errors
    /// [`SmtpUrlError`], one sentence naming the setting.
    pub fn from_url(url: &str) -> Result<Self, SmtpUrlError> {
        Ok(Self { url: SmtpUrl::parse(url)? })
    }

    /// Makes one attempt.
    pub async fn send(&self, _mail: &Mail) -> Outcome {
        todo!()
    }

    /// Says goodbye on idle connections.
    pub async fn close(&self) {}
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({})", self.url)
    }
}
