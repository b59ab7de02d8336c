//! Connecting to a SQLite file that several processes may just be making: turning on WAL takes a lock that SQLite does not wait for.

use super::{StoreError, dialect};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use std::time::Duration;
use tokio::time;

const PAUSE: Duration = Duration::from_millis(20);
/// About as long as a busy connection waits for a lock.
const TRIES: u32 = 500;

/// Connects, and waits while another process holds the file.
///
/// # Errors
/// [`StoreError::Unavailable`] when it never lets go.
pub(super) async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match options.connect().await.map_err(dialect::store_error) {
            Err(StoreError::Unavailable(_)) if tries < TRIES => time::sleep(PAUSE).await,
            connected => return connected,
        }
    }
}
