//! Group mappings: who is pushed into a group that a connection maps holds the mapped role on the platform's group, by rows of their own.
//! Who is in a pushed group that is in a mapped one is in the mapped one, at any depth.
//!
//! The rows follow from what is stored, so this may run after any change: it adds what is missing and ends what has no ground any more.

use crate::{
    app::{Error, protection},
    domain::{
        ConnectionId, GroupId, TenantId, UserId,
        event::Event,
        group::{MemberId, Membership},
    },
    store::{self, Conn, audit},
};
use jiff::Timestamp;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// So many people are looked at in one go.
const CHUNK: usize = 1_000;

/// Makes the mapped rows of those whom a connection's change of these members matters to what the mappings say.
///
/// # Errors
/// `LastAdministrators`; the store's.
pub async fn follow(
    tx: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    members: &[MemberId],
    now: Timestamp,
) -> Result<(), Error> {
    let people = reached(tx, tenant, connection, members).await?;
    enforce(tx, tenant, &people, now).await
}

/// Makes the mapped rows of one person what the mappings say.
///
/// # Errors
/// `LastAdministrators`; the store's.
pub async fn follow_person(tx: &mut Conn, tenant: TenantId, person: UserId, now: Timestamp) -> Result<(), Error> {
    if !store::mappings::lock(tx, tenant).await? {
        return Ok(());
    }
    enforce(tx, tenant, &[person], now).await
}

/// The people among these members and in the groups among them; nobody where nothing is mapped. The mappings are held from here on: who is
/// in which group is looked at when everybody who followed them before is done.
///
/// # Errors
/// The store's.
pub async fn reached(
    tx: &mut Conn,
    tenant: TenantId,
    connection: ConnectionId,
    members: &[MemberId],
) -> Result<Vec<UserId>, Error> {
    if members.is_empty() || !store::mappings::lock(tx, tenant).await? {
        return Ok(Vec::new());
    }
    let groups: Vec<GroupId> = members.iter().filter_map(|member| member.group()).collect();
    let mut people: BTreeSet<UserId> = members.iter().filter_map(|member| member.user()).collect();
    people.extend(store::mappings::below(tx, tenant, connection, &groups).await?);
    Ok(people.into_iter().collect())
}

/// Makes the mapped rows of these people what the mappings say, also where the last mapping has just gone.
///
/// # Errors
/// `LastAdministrators` when nobody would administer the platform any more; the store's.
pub async fn enforce(tx: &mut Conn, tenant: TenantId, people: &[UserId], now: Timestamp) -> Result<(), Error> {
    let (mut came, mut went) = (Vec::new(), Vec::new());
    for people in people.chunks(CHUNK) {
        let wanted = store::mappings::wanted(tx, tenant, people).await?;
        let present = store::mappings::present(tx, tenant, people).await?;
        let added = difference(&wanted, &present);
        let ended = difference(&present, &wanted);
        store::mappings::withdraw(tx, tenant, &ended).await?;
        store::memberships::insert(tx, tenant, &added, now).await?;
        record(tx, tenant, &added, &ended, now).await?;
        came.extend(added);
        went.extend(ended);
    }
    protection::check_left(tx, tenant, &came, &went).await
}

fn difference(rows: &[Membership], others: &[Membership]) -> Vec<Membership> {
    let key = |row: &Membership| (row.group, row.member, row.role, row.connection);
    let known: HashSet<_> = others.iter().map(key).collect();
    rows.iter().filter(|row| !known.contains(&key(row))).cloned().collect()
}

/// Who got a role on a group and who lost it.
#[derive(Debug, Default)]
struct Change {
    added: Vec<String>,
    ended: Vec<String>,
}

/// The events, and one line of the audit trail for each group and role.
async fn record(
    tx: &mut Conn,
    tenant: TenantId,
    added: &[Membership],
    ended: &[Membership],
    now: Timestamp,
) -> Result<(), Error> {
    store::events::append(tx, tenant, now, &Event::of_memberships(added, ended)).await?;
    let mut changes: BTreeMap<(GroupId, &'static str), Change> = BTreeMap::new();
    for row in added {
        changes.entry((row.group, row.role.as_str())).or_default().added.push(member(row));
    }
    for row in ended {
        changes.entry((row.group, row.role.as_str())).or_default().ended.push(member(row));
    }
    for ((group, role), Change { added, ended }) in changes {
        let entry = audit::Entry {
            actor: "group mapping".to_owned(),
            action: "group.mapped",
            target: Some(group.to_string()),
            request_id: None,
            detail: json!({ "role": role, "added": added, "ended": ended }),
        };
        audit::append(tx, tenant, now, &[entry]).await?;
    }
    Ok(())
}

fn member(row: &Membership) -> String {
    match row.member {
        MemberId::User(user) => user.to_string(),
        MemberId::Group(group) => group.to_string(),
    }
}
