//! Mails from the outbox to the relay.

mod budget;
mod content;
mod desk;
mod kills;
mod outbox;
mod reminders;
mod retries;
