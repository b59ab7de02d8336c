//! A group's members: which ids exist, and how they are shown.

use crate::{
    app::{App, Error, users::Caller},
    domain::{
        ConnectionId, GroupId, TenantId, UserId,
        group::{MemberId, Membership},
        role::{Role, Source},
    },
    scim::{document::Member, patch::MemberChange},
    store::{self, Conn},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How many membership rows are read at a time.
const BATCH: i64 = 1_000;

/// Rendered members by group.
#[derive(Debug, Default)]
pub struct Listed {
    by_group: HashMap<GroupId, Vec<Value>>,
}

impl Listed {
    /// The members of one group.
    #[must_use]
    pub fn just(group: GroupId, members: Vec<Value>) -> Self {
        Self { by_group: if members.is_empty() { HashMap::new() } else { HashMap::from([(group, members)]) } }
    }

    /// A group's members; `None` when it has none.
    #[must_use]
    pub fn of(&self, group: GroupId) -> Option<&Vec<Value>> {
        self.by_group.get(&group)
    }
}

/// What a client wrote, held against what exists.
#[derive(Debug, Default)]
pub struct Resolved {
    pub rows: Vec<Membership>,
    /// Ids that name neither a person nor a group of the tenant.
    pub unknown: Vec<String>,
}

/// Looks members up; each id once, people who were deleted are unknown. People who are found stay until the transaction ends, so that no
/// leaver is left behind as a member. Groups are not held: two that take each other in would wait for each other.
///
/// # Errors
/// The store's.
pub async fn resolve(
    conn: &mut Conn,
    tenant: TenantId,
    caller: &Caller,
    group: GroupId,
    members: &[Member],
) -> Result<Resolved, Error> {
    let mut wanted: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for member in members {
        wanted.insert(&member.value, member.display.as_deref());
    }
    let users: Vec<UserId> = wanted.keys().filter_map(|id| id.parse().ok()).collect();
    let live: HashSet<UserId> = store::users::hold_live(conn, tenant, &users).await?.into_iter().collect();
    let rest: Vec<GroupId> = wanted
        .keys()
        .filter(|id| id.parse().is_ok_and(|id: UserId| !live.contains(&id)))
        .filter_map(|id| id.parse().ok())
        .collect();
    let groups = if rest.is_empty() { Vec::new() } else { store::groups::find_many(conn, tenant, &rest).await? };
    let groups: HashSet<_> = groups
        .iter()
        .filter(|other| super::is_visible(other, caller) && other.id != group)
        .map(|other| other.id)
        .collect();
    let mut resolved = Resolved::default();
    for (id, display) in wanted {
        let user = id.parse().ok().filter(|id| live.contains(id)).map(MemberId::User);
        let member = user.or_else(|| id.parse().ok().filter(|id| groups.contains(id)).map(MemberId::Group));
        match member {
            Some(member) => resolved.rows.push(row(caller, group, member, display)),
            None => resolved.unknown.push(id.to_owned()),
        }
    }
    Ok(resolved)
}

/// Where several of these changes name members, holds the people among them as [`resolve`] does: all in the order of their ids, before the
/// first change is written.
///
/// # Errors
/// The store's.
pub async fn hold(conn: &mut Conn, tenant: TenantId, changes: &[MemberChange]) -> Result<(), Error> {
    let (mut people, mut naming) = (BTreeSet::new(), 0);
    for change in changes {
        if let MemberChange::Add(members) | MemberChange::Replace(members) = change {
            people.extend(members.iter().filter_map(|member| member.value.parse::<UserId>().ok()));
            naming += 1;
        }
    }
    if naming > 1 {
        let people: Vec<UserId> = people.into_iter().collect();
        store::users::hold_many(conn, tenant, &people).await?;
    }
    Ok(())
}

fn row(caller: &Caller, group: GroupId, member: MemberId, display: Option<&str>) -> Membership {
    Membership {
        group,
        member,
        role: caller.connection.default_role.unwrap_or(Role::Learner),
        source: Source::IdpMembers,
        connection: Some(caller.connection.id),
        display: display.map(str::to_owned),
    }
}

/// The ids of a list as member ids: an id may name a person or a group, so both are meant.
#[must_use]
pub fn ids(values: &[String]) -> Vec<MemberId> {
    let users = values.iter().filter_map(|id| id.parse().ok()).map(MemberId::User);
    let groups = values.iter().filter_map(|id| id.parse().ok()).map(MemberId::Group);
    users.chain(groups).collect()
}

/// All rows of a group that this connection pushed.
///
/// # Errors
/// The store's.
pub async fn rows(
    conn: &mut Conn,
    tenant: TenantId,
    caller: &Caller,
    group: GroupId,
) -> Result<Vec<Membership>, Error> {
    let mut rows: Vec<Membership> = Vec::new();
    loop {
        let after = rows.last().map(|row| row.member);
        let connection = Some(caller.connection.id);
        let page = store::memberships::page_of_group(conn, tenant, group, Source::IdpMembers, connection, after, BATCH)
            .await?;
        let last = i64::try_from(page.len()).unwrap_or(BATCH) < BATCH;
        rows.extend(page);
        if last {
            return Ok(rows);
        }
    }
}

/// Loads and renders the members of several groups.
///
/// # Errors
/// The store's.
pub async fn load(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    groups: &[GroupId],
    tenant: TenantId,
) -> Result<Listed, Error> {
    let rows = store::memberships::of_groups(conn, tenant, groups, Source::IdpMembers, caller.connection.id).await?;
    let mut listed = Listed::default();
    for member in rows {
        listed.by_group.entry(member.membership.group).or_default().push(show_named(app, member));
    }
    Ok(listed)
}

/// Loads and renders the members of one group, where there are at most `most`.
///
/// # Errors
/// The store's.
pub async fn load_few(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    group: GroupId,
    tenant: TenantId,
    most: i64,
) -> Result<Option<Listed>, Error> {
    let (source, connection) = (Source::IdpMembers, caller.connection.id);
    let members = store::memberships::few_named(conn, tenant, group, source, connection, most).await?;
    Ok(members.map(|members| Listed::just(group, members.into_iter().map(|one| show_named(app, one)).collect())))
}

/// The members of one group, read a page at a time, so that a huge group is never in memory as a whole. A member that stays while they are
/// read is met once.
#[derive(Clone)]
pub struct Pages {
    app: App,
    tenant: TenantId,
    group: GroupId,
    connection: ConnectionId,
    after: Option<MemberId>,
    is_last: bool,
}

impl Pages {
    /// From the first member on.
    pub(super) fn new(app: &App, tenant: TenantId, caller: &Caller, group: GroupId) -> Self {
        Self { app: app.clone(), tenant, group, connection: caller.connection.id, after: None, is_last: false }
    }

    /// The next members, rendered; `None` after the last.
    ///
    /// # Errors
    /// The store's.
    pub async fn next(&mut self) -> Result<Option<Vec<Value>>, Error> {
        if self.is_last {
            return Ok(None);
        }
        let mut reader = self.app.store.read().await?;
        self.read(&mut reader).await.map(Some)
    }

    /// As `next`, over a connection that is at hand.
    pub(super) async fn read(&mut self, conn: &mut Conn) -> Result<Vec<Value>, Error> {
        let (tenant, group, source) = (self.tenant, self.group, Source::IdpMembers);
        let page =
            store::memberships::named_page(conn, tenant, group, source, self.connection, self.after, BATCH).await?;
        self.is_last = i64::try_from(page.len()).unwrap_or(BATCH) < BATCH;
        self.after = page.last().map(|member| member.membership.member).or(self.after);
        Ok(page.into_iter().map(|one| show_named(&self.app, one)).collect())
    }

    /// Whether all were read.
    pub(super) fn is_done(&self) -> bool {
        self.is_last
    }
}

fn show_named(app: &App, named: store::memberships::Named) -> Value {
    let (member, display) = (named.membership.member, named.membership.display.or(named.name));
    let (id, endpoint, kind) = match member {
        MemberId::User(id) => (id.to_string(), "Users", "User"),
        MemberId::Group(id) => (id.to_string(), "Groups", "Group"),
    };
    let reference = format!("{}/scim/v2/{endpoint}/{id}", app.settings.public_url);
    match display {
        Some(display) => json!({ "value": id, "$ref": reference, "type": kind, "display": display }),
        None => json!({ "value": id, "$ref": reference, "type": kind }),
    }
}
