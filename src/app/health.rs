//! Whether this process can serve.

use super::{App, Error};

/// Checks that the database is reachable and migrated.
///
/// # Errors
/// The store's.
pub async fn ready(app: &App) -> Result<(), Error> {
    Ok(app.store.check().await?)
}
