//! Reading a request body: counted while it streams, and within a time limit, so that neither a long nor a slow one holds memory.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(30);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    TooLarge,
    TooSlow,
    /// The connection broke, or the chunks were malformed.
    Broken,
}

/// Reads a whole body of at most `limit` bytes.
pub(super) async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Unread> {
    read_within(body, limit, DEADLINE).await
}

/// As [`read`], for bodies that may take another time to arrive.
pub(super) async fn read_within(body: Body, limit: usize, deadline: Duration) -> Result<Vec<u8>, Unread> {
    tokio::time::timeout(deadline, collect(body, limit)).await.unwrap_or(Err(Unread::TooSlow))
}

async fn collect(mut body: Body, limit: usize) -> Result<Vec<u8>, Unread> {
    let announced = axum::body::HttpBody::size_hint(&body).lower();
    if usize::try_from(announced).unwrap_or(usize::MAX) > limit {
        return Err(Unread::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let data: Bytes = frame.map_err(|_| Unread::Broken)?.into_data().unwrap_or_default();
        if bytes.len() + data.len() > limit {
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn counts_to_the_limit() {
        assert_eq!(read(Body::from("12345"), 5).await, Ok(b"12345".to_vec()));
        assert_eq!(read(Body::from("123456"), 5).await, Err(Unread::TooLarge));
        assert_eq!(read(Body::empty(), 5).await, Ok(Vec::new()));
    }
}
