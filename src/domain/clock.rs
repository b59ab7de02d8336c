//! Time as a value that comes in.

use jiff::{SignedDuration, Timestamp};

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// The time that has passed since some fixed moment of this process; it never jumps when the machine's clock is set.
    fn elapsed(&self) -> SignedDuration;
}
