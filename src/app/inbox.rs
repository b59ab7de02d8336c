//! The local inbox, where mails go when no SMTP server is configured.

use super::{App, Error};
pub use crate::store::inbox::Mail;

/// Keeps a mail (once per Message-ID).
///
/// # Errors
/// The store's.
pub async fn deliver(app: &App, mail: Mail) -> Result<(), Error> {
    app.store
        .write(move |tx| {
            let mail = mail.clone();
            Box::pin(async move { crate::store::inbox::insert(tx, &mail).await.map_err(Error::from) })
        })
        .await
}

/// The newest mails first.
///
/// # Errors
/// The store's.
pub async fn list(app: &App, limit: i64) -> Result<Vec<Mail>, Error> {
    let mut reader = app.store.read().await?;
    Ok(crate::store::inbox::list(&mut reader, limit).await?)
}

/// One mail.
///
/// # Errors
/// The store's.
pub async fn find(app: &App, message_id: &str) -> Result<Option<Mail>, Error> {
    let mut reader = app.store.read().await?;
    Ok(crate::store::inbox::find(&mut reader, message_id).await?)
}
