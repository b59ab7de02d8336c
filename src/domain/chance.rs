//! Chance as a value that comes in.

/// Where random bytes come from; cryptographically strong outside tests.
pub trait Rng: Send + Sync {
    /// Fills the buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}
