//! Who is in which group: rows and the events that tell of them, always together.

use super::Error;
use crate::{
    domain::{
        ConnectionId, GroupId, TenantId,
        event::Event,
        group::{MemberId, Membership},
        role::Role,
    },
    store::{self, Conn},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What tells rows apart.
type Key = (GroupId, MemberId, Role, &'static str, Option<ConnectionId>);

/// Rows that came and rows that went within one request; what went and came back never went.
#[derive(Debug, Default)]
pub(super) struct Changes {
    added: BTreeMap<Key, Membership>,
    removed: BTreeMap<Key, Membership>,
    /// Rows whose member is shown by another name.
    renamed: u64,
}

impl Changes {
    /// Notes what an insertion did.
    pub fn insert(&mut self, inserted: store::memberships::Inserted) {
        self.renamed += inserted.touched.saturating_sub(inserted.added.len() as u64);
        for row in inserted.added {
            match self.removed.remove(&key(&row)) {
                Some(before) => self.renamed += u64::from(before.display != row.display),
                None => drop(self.added.insert(key(&row), row)),
            }
        }
    }

    /// Notes what a removal did.
    pub fn remove(&mut self, removed: Vec<Membership>) {
        for row in removed {
            if self.added.remove(&key(&row)).is_none() {
                self.removed.insert(key(&row), row);
            }
        }
    }

    /// How many rows differ from before.
    pub fn count(&self) -> u64 {
        self.added.len() as u64 + self.removed.len() as u64 + self.renamed
    }

    /// Who came or went, people and groups.
    pub fn members(&self) -> Vec<MemberId> {
        self.added.values().chain(self.removed.values()).map(|row| row.member).collect()
    }

    /// The events that tell of it.
    pub fn events(&self) -> Vec<Event> {
        let rows = |side: &BTreeMap<Key, Membership>| side.values().cloned().collect::<Vec<_>>();
        Event::of_memberships(&rows(&self.added), &rows(&self.removed))
    }
}

fn key(row: &Membership) -> Key {
    (row.group, row.member, row.role, row.source.as_str(), row.connection)
}

/// Inserts rows and tells of those that are new; answers how many those are.
///
/// # Errors
/// The store's.
pub(super) async fn add(tx: &mut Conn, tenant: TenantId, rows: &[Membership], now: Timestamp) -> Result<usize, Error> {
    let inserted = store::memberships::insert(tx, tenant, rows, now).await?;
    store::events::append(tx, tenant, now, &Event::of_memberships(&inserted.added, &[])).await?;
    Ok(inserted.added.len())
}
