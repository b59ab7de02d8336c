//! What waits in memory to be written: writes and refusals one by one in a bounded queue, reads that succeeded as counts.
//!
//! Nothing here waits or touches the store. When the queue is full, what comes is dropped: a log must not slow down what it tells of.

use super::{Glance, Seen};
use crate::domain::ConnectionId;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// So many requests wait at most.
const MAX_WAITING: usize = 4_096;
/// So many bytes of bodies wait at most.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// From so many on the writer is told rather than awaited.
const MANY: usize = 256;
/// For how long reads are counted together.
const TOGETHER: SignedDuration = SignedDuration::from_secs(60);

/// What waits to be written.
#[derive(Debug, Default)]
pub struct Log {
    waiting: Mutex<Waiting>,
    counts: Mutex<HashMap<(ConnectionId, u16), Vec<Count>>>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    queue: VecDeque<Seen>,
    bytes: usize,
    /// Counts what was taken in, so that what arrives within one tick of the clock keeps its order.
    place: u32,
}

/// Reads of one kind that succeeded.
#[derive(Debug)]
struct Count {
    route: String,
    /// The first of them, as an example.
    seen: Seen,
}

/// Whether a request is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It will be.
    Kept,
    /// There was no room.
    Dropped,
}

/// What is to be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All but the counts that go on.
    Due,
    /// Everything.
    All,
}

impl Log {
    pub(super) fn push(&self, seen: Seen) -> Kept {
        let mut waiting = open(&self.waiting);
        let bytes = seen.details.body.len();
        if waiting.queue.len() >= MAX_WAITING || waiting.bytes + bytes > MAX_BYTES {
            return Kept::Dropped;
        }
        let place = waiting.place;
        // One for the request and one for each row below it.
        let rows = u32::try_from(seen.details.operations.len()).unwrap_or(0).saturating_add(1);
        waiting.place = waiting.place.wrapping_add(rows);
        waiting.bytes += bytes;
        waiting.queue.push_back(Seen { place, ..seen });
        if waiting.queue.len() >= MANY {
            self.filled.notify_one();
        }
        Kept::Kept
    }

    /// Counts a read that succeeded; `first` makes the example when it is the first of its kind.
    pub(super) fn count(&self, connection: ConnectionId, glance: &Glance<'_>, first: impl FnOnce() -> Seen) {
        let mut counts = open(&self.counts);
        let counts = counts.entry((connection, glance.status)).or_default();
        let found = counts.iter_mut().find(|count| count.route == glance.route && count.seen.method == glance.method);
        match found {
            Some(Count { seen, .. }) => {
                seen.times += 1;
                seen.duration = seen.duration.max(glance.duration);
            }
            None => counts.push(Count { route: glance.route.to_owned(), seen: first() }),
        }
    }

    /// Takes out up to `limit` requests, counts included.
    pub(super) fn take(&self, extent: Extent, now: Timestamp, limit: usize) -> Vec<Seen> {
        for seen in self.ended(extent, now) {
            // What does not fit is lost, like any other request.
            self.push(seen);
        }
        let mut waiting = open(&self.waiting);
        let count = waiting.queue.len().min(limit);
        let taken: Vec<Seen> = waiting.queue.drain(..count).collect();
        waiting.bytes -= taken.iter().map(|seen| seen.details.body.len()).sum::<usize>();
        taken
    }

    fn ended(&self, extent: Extent, now: Timestamp) -> Vec<Seen> {
        let is_over = |count: &mut Count| extent == Extent::All || now.duration_since(count.seen.at) >= TOGETHER;
        let mut ended = Vec::new();
        open(&self.counts).retain(|_, counts| {
            ended.extend(counts.extract_if(.., is_over).map(|count| count.seen));
            !counts.is_empty()
        });
        ended.sort_by_key(|seen| seen.at);
        ended
    }

    /// Resolves when many requests wait.
    pub async fn filled(&self) {
        self.filled.notified().await;
    }
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
