//! Mails from the outbox to the relay.

mod content;
mod outbox;
mod retries;
