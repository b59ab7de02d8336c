//! What a process remembers of lists that are read by `startIndex`: where each client's walk stands, as long as no other process may serve
//! its next page ([`super::steps`]), and which places of a tenant's list are known by number.
//!
//! A jump begins at the nearest known place instead of counting from the first row. Without any memory a page is found by counting, and is
//! as right as counting is.

use super::Entry;
use crate::domain::{TenantId, UserId};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// How long a walk may pause between two pages.
pub(super) const PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// So many steps of walks are remembered before the older ones are forgotten.
const STEPS: usize = 4_096;
/// So many tenants' places are remembered before the older ones are forgotten.
const TENANTS: usize = 64;
/// So many places of one tenant are remembered.
const PLACES: usize = 16_384;
/// An id older than this has no earlier one still on its way to the disk.
const SETTLED: SignedDuration = SignedDuration::from_secs(30);

/// The memory of index paging.
#[derive(Debug)]
pub struct Walks {
    steps: Mutex<Steps>,
    places: Mutex<Recent<TenantId, Places>>,
}

/// Where the walks of this process stand. A query is text, and a walk of it has pages of one size.
#[derive(Debug)]
struct Steps {
    /// By query and the number a page begins at.
    known: Recent<(String, u64), Step>,
    /// The walk that began last, by query and size.
    begun: Recent<(String, u64), u64>,
    /// How many have begun.
    count: u64,
}

/// A page that was served, or that a client may ask for next.
#[derive(Debug)]
struct Step {
    /// What the page before ended with; nothing where this one was found by counting.
    last: Option<Entry>,
    size: u64,
    /// The walk that had begun last when the step was remembered.
    walk: Option<u64>,
    is_served: bool,
    at: Timestamp,
}

impl Steps {
    /// What is remembered of a page and neither over nor forgotten by a walk that began since.
    fn find(&mut self, query: &str, start: u64, now: Timestamp) -> Option<&Step> {
        let step = self.known.get(&(query.to_owned(), start))?;
        let walk = self.begun.get(&(query.to_owned(), step.size)).copied();
        let is_kept = !step.is_served || step.walk == walk;
        (is_kept && now.duration_since(step.at) <= PAUSE).then_some(&*step)
    }

    fn put(&mut self, query: &str, start: u64, step: Step) {
        let walk = self.begun.get(&(query.to_owned(), step.size)).copied();
        self.known.put((query.to_owned(), start), Step { walk, ..step });
    }
}

/// Places of a list that are known by their number, for as long as nobody has left the list.
#[derive(Debug)]
struct Places {
    departures: u64,
    /// People by their 1-based number.
    known: BTreeMap<u64, UserId>,
}

/// A known place of the list of all people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The person at the place.
    pub id: UserId,
    /// Their number, 1-based.
    pub number: u64,
}

impl Default for Walks {
    fn default() -> Self {
        let steps = Steps { known: Recent::new(STEPS), begun: Recent::new(STEPS), count: 0 };
        Self { steps: Mutex::new(steps), places: Mutex::new(Recent::new(TENANTS)) }
    }
}

impl Walks {
    /// The last resource of the page that led to this start.
    pub(super) fn step(&self, query: &str, start: u64, now: Timestamp) -> Option<Entry> {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.find(query, start, now).and_then(|step| step.last.clone())
    }

    /// Remembers that the page at this start was served.
    pub(super) fn serve(&self, query: &str, start: u64, size: u64, now: Timestamp) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let (size, last) = match steps.find(query, start, now) {
            Some(step) => (step.size, step.last.clone()),
            None => (size, None),
        };
        steps.put(query, start, Step { last, size, walk: None, is_served: true, at: now });
    }

    /// Remembers that the page of this size before this start ended with this resource.
    pub(super) fn go_on(&self, query: &str, start: u64, size: u64, last: Entry, now: Timestamp) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let is_served = steps.find(query, start, now).is_some_and(|step| step.is_served && step.last.is_none());
        steps.put(query, start, Step { last: Some(last), size, walk: None, is_served, at: now });
    }

    /// Forgets the pages of this query that were served in this size.
    pub(super) fn begin(&self, query: &str, size: u64) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.count += 1;
        let count = steps.count;
        steps.begun.put((query.to_owned(), size), count);
    }

    /// The last known place that is not behind this number.
    pub(super) fn at_or_before(&self, tenant: TenantId, number: u64) -> Option<Known> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let places = places.get(&tenant)?;
        places.known.range(..=number).next_back().map(|(number, id)| Known { id: *id, number: *number })
    }

    /// Whether nobody has left since the places were learnt; otherwise they are forgotten. If so, a page that has just been read is right,
    /// and its ends become places.
    pub(super) fn confirm(
        &self,
        tenant: TenantId,
        departures: u64,
        ends: impl Iterator<Item = Known>,
        now: Timestamp,
    ) -> bool {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(places) = places.get(&tenant).filter(|places| places.departures == departures) else {
            places.put(tenant, Places { departures, known: BTreeMap::new() });
            return false;
        };
        let is_settled = |id: UserId| id.made_at().is_some_and(|made| now.duration_since(made) > SETTLED);
        let room = PLACES.saturating_sub(places.known.len());
        places.known.extend(ends.filter(|end| is_settled(end.id)).take(room).map(|end| (end.number, end.id)));
        true
    }
}

/// A map that forgets what was not looked at for long: of two halves, the older one is dropped when the younger one is full.
#[derive(Debug)]
struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    most: usize,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    fn new(most: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), most: most / 2 }
    }

    fn get(&mut self, key: &K) -> Option<&mut V> {
        if let Some(value) = self.old.remove(key) {
            self.put(key.clone(), value);
        }
        self.young.get_mut(key)
    }

    fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.most && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(&key);
        self.young.insert(key, value);
    }
}
