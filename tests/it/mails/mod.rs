//! Mails from the outbox to the relay.

mod budget;
mod content;
mod desk;
mod kills;
mod looks;
mod outbox;
mod reminders;
mod retries;
