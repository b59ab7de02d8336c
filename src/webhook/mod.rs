//! Sends one event to one receiver: one attempt, one answer, bounded in time and size, to no address that its reach forbids.
//!
//! Never retries, never follows a redirect, never reads the store, never shows a body to anybody; `jobs` and `app` decide.

mod resolver;

use crate::domain::webhook::{Answer, Reach, Target};
use jiff::SignedDuration;
use reqwest::{
    Client, Response,
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect,
};
use resolver::Checked;
use std::{error::Error, sync::OnceLock, time::Duration};

/// How long a whole attempt may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// So much of an answer's body is read, so that the connection can be used again; what it says is nobody's business.
const BODY: usize = 16 * 1024;

/// One event, signed.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Where it goes.
    pub url: String,
    /// Which addresses that may be at.
    pub reach: Reach,
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// The JSON.
    pub body: String,
}

/// What sends. Its connections are made on first use, so that an installation without webhooks pays nothing for them.
#[derive(Debug, Default)]
pub struct Courier {
    public: OnceLock<Result<Client, String>>,
    private: OnceLock<Result<Client, String>>,
}

impl Courier {
    /// Makes one attempt.
    pub async fn send(&self, parcel: &Parcel) -> Answer {
        let target = match Target::parse(&parcel.url, parcel.reach) {
            Ok(target) => target,
            Err(why) => return Answer::None(format!("the URL is refused: {why}")),
        };
        let client = match self.client(parcel.reach) {
            Ok(client) => client,
            Err(why) => return Answer::None(format!("connections can't be made: {why}")),
        };
        let request = client
            .post(target.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &parcel.id)
            .header("webhook-timestamp", parcel.timestamp)
            .header("webhook-signature", &parcel.signature)
            .body(parcel.body.clone());
        match request.send().await {
            Ok(response) => answer(response).await,
            Err(error) => Answer::None(why(&error)),
        }
    }

    fn client(&self, reach: Reach) -> Result<&Client, &String> {
        let (place, is_https_only) = match reach {
            Reach::Public => (&self.public, true),
            Reach::Private => (&self.private, false),
        };
        let make = || {
            Client::builder()
                .user_agent(concat!("Usher-Webhooks/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .no_proxy()
                .referer(false)
                .https_only(is_https_only)
                .timeout(TIMEOUT)
                .connect_timeout(CONNECT)
                .pool_idle_timeout(IDLE)
                .dns_resolver(Checked(reach))
                .build()
                .map_err(|error| why(&error))
        };
        place.get_or_init(make).as_ref()
    }
}

async fn answer(mut response: Response) -> Answer {
    let code = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    // Seconds only; a date would need the receiver's clock to agree with ours.
    let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(SignedDuration::from_secs);
    let mut read = 0;
    while read < BODY {
        match response.chunk().await {
            Ok(Some(chunk)) => read += chunk.len(),
            // The status has arrived; a body that breaks off changes nothing about it.
            Ok(None) | Err(_) => break,
        }
    }
    Answer::Status { code, retry_after }
}

/// Why there was no answer, as far as it is the receiver's business: the innermost cause, without addresses of our own network.
fn why(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        if let Some(refused) = source.downcast_ref::<resolver::Refused>() {
            return refused.to_string();
        }
        cause = source;
    }
    if error.is_timeout() {
        return format!("the receiver did not answer within {} seconds", TIMEOUT.as_secs());
    }
    let kind = if error.is_connect() { "no connection could be made" } else { "the connection failed" };
    let text: String = cause.to_string().chars().filter(|c| !c.is_control()).take(200).collect();
    format!("{kind}: {text}")
}
