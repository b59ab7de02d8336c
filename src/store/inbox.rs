//! The local inbox.

use super::{Conn, StoreError};
use jiff::Timestamp;

/// A mail as the local inbox keeps it.
#[derive(Debug, Clone)]
pub struct Mail {
    pub message_id: String,
    pub code: String,
    pub recipient: String,
    pub language: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub received_at: Timestamp,
}

/// Inserts unless the Message-ID is there already.
pub async fn insert(_conn: &mut Conn, _mail: &Mail) -> Result<(), StoreError> {
    todo!()
}
/// Newest first.
pub async fn list(_conn: &mut Conn, _limit: i64) -> Result<Vec<Mail>, StoreError> {
    todo!()
}
pub async fn find(_conn: &mut Conn, _message_id: &str) -> Result<Option<Mail>, StoreError> {
    todo!()
}
