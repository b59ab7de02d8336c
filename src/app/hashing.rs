//! Argon2id off the async threads, behind a bounded queue.

/// Hashes and verifies passwords; at most as many at once as there are cores, and a bounded number waiting.
#[derive(Debug, Default)]
pub struct Hasher {}
