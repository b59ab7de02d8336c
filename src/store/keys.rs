//! What writes look at and change, by keys: two writes that share no key can't matter to each other.
//!
//! A key stands for everything that belongs to a person, a group's members, a sign-in name or address, or an identity provider's own id. Keys are
//! digests that fit a table; where two meet by chance, a write runs once more than it had to.

use crate::{
    domain::{ConnectionId, GroupId, TenantId, UserId, user::User},
    scim::fold::fold,
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::{AtomicU64, Ordering},
};

/// So many keys have a place of their own.
const PLACES: usize = 1 << 16;

/// Something that writes look at and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(usize);

#[derive(Hash)]
enum Thing<'t> {
    Person(UserId),
    Invitations(UserId),
    Mails(UserId),
    Group(GroupId),
    Mappings,
    Name(&'t str),
    Record(ConnectionId, &'t str),
}

impl Key {
    /// A person's row and what is theirs but for the next two: addresses, labels, sessions, billing, memberships.
    pub(super) fn person(tenant: TenantId, user: UserId) -> Self {
        Self::of(tenant, &Thing::Person(user))
    }

    /// The same of several people.
    pub(super) fn people(tenant: TenantId, users: impl Iterator<Item = UserId>) -> Vec<Self> {
        users.map(|user| Self::person(tenant, user)).collect()
    }

    /// A person's invitations.
    pub(super) fn invitations(tenant: TenantId, user: UserId) -> Self {
        Self::of(tenant, &Thing::Invitations(user))
    }

    /// A person's mails.
    pub(super) fn mails(tenant: TenantId, user: UserId) -> Self {
        Self::of(tenant, &Thing::Mails(user))
    }

    /// Which people are in a group, and which version of it that makes. What else a group is, and which groups are in it, has no key.
    pub(super) fn group(tenant: TenantId, group: GroupId) -> Self {
        Self::of(tenant, &Thing::Group(group))
    }

    /// The group mappings of a tenant's connections.
    pub(super) fn mappings(tenant: TenantId) -> Self {
        Self::of(tenant, &Thing::Mappings)
    }

    /// Who has, or had, this folded text as their userName or among their addresses.
    pub(super) fn name(tenant: TenantId, folded: &str) -> Self {
        Self::of(tenant, &Thing::Name(folded))
    }

    /// Who is, or was, known to a connection by this `externalId`.
    pub(super) fn record(tenant: TenantId, connection: ConnectionId, external_id: &str) -> Self {
        Self::of(tenant, &Thing::Record(connection, external_id))
    }

    /// Everything by which a person is found.
    pub(super) fn all_of(user: &User) -> Vec<Self> {
        let tenant = user.tenant;
        let mut keys = vec![Self::person(tenant, user.id), Self::name(tenant, &fold(&user.user_name))];
        let record = user.connection.zip(user.external_id.as_deref());
        keys.extend(record.map(|(connection, external_id)| Self::record(tenant, connection, external_id)));
        let emails = user.document.get("emails").and_then(|emails| emails.as_array()).into_iter().flatten();
        let addresses = emails.filter_map(|email| email.get("value")?.as_str());
        keys.extend(addresses.map(|address| Self::name(tenant, &fold(address))));
        keys
    }

    fn of(tenant: TenantId, thing: &Thing<'_>) -> Self {
        let mut hasher = DefaultHasher::new();
        tenant.hash(&mut hasher);
        thing.hash(&mut hasher);
        Self(usize::try_from(hasher.finish() % PLACES as u64).unwrap_or(0))
    }
}

/// When each key was changed last, counted in commits.
#[derive(Debug)]
pub(super) struct Marks {
    commits: AtomicU64,
    everything: AtomicU64,
    places: Box<[AtomicU64]>,
}

impl Default for Marks {
    fn default() -> Self {
        let places = std::iter::repeat_with(AtomicU64::default).take(PLACES).collect();
        Self { commits: AtomicU64::default(), everything: AtomicU64::default(), places }
    }
}

impl Marks {
    /// What is read from now on shows at least the commits up to this one.
    pub(super) fn now(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Marks what the commit to come changes; nothing named means everything. To be called before that commit.
    pub(super) fn change(&self, keys: Option<&[Key]>) {
        let next = self.now() + 1;
        let Some(keys) = keys else { return self.everything.store(next, Ordering::Release) };
        for place in keys.iter().filter_map(|key| self.places.get(key.0)) {
            place.store(next, Ordering::Release);
        }
    }

    /// Counts a commit, or an attempt at one. To be called when it is over, before anybody is told.
    pub(super) fn advance(&self) {
        self.commits.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether none of these was changed after a commit.
    pub(super) fn are_unchanged<'k>(&self, mut keys: impl Iterator<Item = &'k Key>, since: u64) -> bool {
        let is_old = |place: &AtomicU64| place.load(Ordering::Acquire) <= since;
        is_old(&self.everything) && keys.all(|key| self.places.get(key.0).is_some_and(is_old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(folded: &str) -> [Key; 1] {
        [Key::name(TenantId::from_bytes([1; 16]), folded)]
    }

    #[test]
    fn a_key_is_changed_by_its_own_commit_and_by_one_of_everything() {
        let (marks, ada, bob) = (Marks::default(), name("ada@example.com"), name("bob@example.com"));
        let before = marks.now();
        marks.change(Some(&ada));
        assert!(!marks.are_unchanged(ada.iter(), before) && marks.are_unchanged(bob.iter(), before));
        marks.advance();
        let between = marks.now();
        assert!(marks.are_unchanged(ada.iter(), between));
        marks.change(None);
        assert!(!marks.are_unchanged(bob.iter(), between));
        marks.advance();
        assert!(marks.are_unchanged(bob.iter(), marks.now()));
    }

    #[test]
    fn what_is_read_before_a_commit_has_ended_is_old() {
        let (marks, ada) = (Marks::default(), name("ada@example.com"));
        marks.change(Some(&ada));
        let during = marks.now();
        marks.advance();
        assert!(!marks.are_unchanged(ada.iter(), during));
    }
}
