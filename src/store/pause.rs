//! The pause before a transaction is tried again that others were in the way of.
//!
//! Those that met once would meet again if they waited equally long, so each waits a time of its own.

use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::time;

/// The longest first pause; it doubles with each try.
const FIRST: Duration = Duration::from_millis(4);
/// No pause is longer.
const LONGEST: Duration = Duration::from_millis(250);

/// Waits before the try behind this one.
pub(super) async fn pause(tries: u32) {
    time::sleep(length(tries, next())).await;
}

/// Between half and all of what this try allows.
fn length(tries: u32, chance: u64) -> Duration {
    let most = FIRST.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX)).min(LONGEST);
    let share = u32::try_from(chance % 1_024).unwrap_or_default();
    most / 2 + (most / 2).saturating_mul(share) / 1_024
}

/// Numbers that differ from call to call and from process to process; nothing secret hangs on them.
fn next() -> u64 {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed).wrapping_add(u64::from(process::id()) << 32);
    let mixed = call.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_differ_and_end() {
        assert_eq!(length(1, 0), FIRST / 2);
        assert!(length(1, 1_023) < FIRST);
        assert_eq!(length(3, 0), FIRST * 2);
        for tries in [7, 40, u32::MAX] {
            assert!(length(tries, 1_023) <= LONGEST && length(tries, 0) >= LONGEST / 2, "{tries}");
        }
        assert_ne!(next() % 1_024, next() % 1_024);
    }
}
