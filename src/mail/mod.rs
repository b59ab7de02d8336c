//! Mails as values and the ways they leave: SMTP, or the local inbox.
//!
//! Never retries: an attempt answers how it ended, and `jobs` decides. Never reads the store.
