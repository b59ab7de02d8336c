//! The local inbox.

use super::{Conn, StoreError, conn::sql, row::Row};
use jiff::Timestamp;

/// A mail as the local inbox keeps it.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The Message-ID header.
    pub message_id: String,
    /// The kind of mail.
    pub code: String,
    /// The address it went to.
    pub recipient: String,
    /// BCP 47 tag.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// When it came.
    pub received_at: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT message_id, code, recipient, language, subject, text_part, html_part, received_at FROM inbox ",
            $rest
        )
    };
}

/// Inserts unless the Message-ID is there already.
///
/// # Errors
/// The store's own.
pub async fn insert(conn: &mut Conn, mail: &Mail) -> Result<(), StoreError> {
    sql("INSERT INTO inbox (message_id, code, recipient, language, subject, text_part, html_part, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (message_id) DO NOTHING")
    .bind(&mail.message_id)
    .bind(&mail.code)
    .bind(&mail.recipient)
    .bind(&mail.language)
    .bind(&mail.subject)
    .bind(&mail.text)
    .bind(&mail.html)
    .bind(mail.received_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Newest first.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, limit: i64) -> Result<Vec<Mail>, StoreError> {
    let rows = sql(select!("ORDER BY received_at DESC, message_id DESC LIMIT $1")).bind(limit).rows(conn).await?;
    rows.iter().map(read).collect()
}

/// The mail of a Message-ID.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, message_id: &str) -> Result<Option<Mail>, StoreError> {
    let row = sql(select!("WHERE message_id = $1")).bind(message_id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Mail, StoreError> {
    let mut fields = row.fields("inbox");
    Ok(Mail {
        message_id: fields.text("message_id")?,
        code: fields.text("code")?,
        recipient: fields.text("recipient")?,
        language: fields.text("language")?,
        subject: fields.text("subject")?,
        text: fields.text("text_part")?,
        html: fields.text("html_part")?,
        received_at: fields.time("received_at")?,
    })
}
