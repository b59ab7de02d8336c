//! The resources of one type as a query sees them: planned, read, evaluated, rendered.

use super::{Entry, Query, Target};
use crate::{
    app::{
        App, Error,
        access::Principal,
        groups::{self, members::Listed},
        users::{
            Caller,
            render::{self, Holders, Renderer},
        },
    },
    domain::{
        GroupId, TenantId, UserId,
        group::{Group, MemberId},
    },
    scim::{AttrRef, Kind, Object, Registry, filter::Filter, projection::set_schemas, sort::Key},
    store::{
        self, Conn,
        filter::{Plan, Predicate, Scope},
        groups::View,
        order::{Order, Place, Start},
        shown::{self, Shown, Stored},
    },
};
use serde_json::Value;

/// How many candidates are read at a time when they are evaluated in memory.
const BATCH: u64 = 500;

/// A stored resource.
#[derive(Debug)]
pub(super) enum Row {
    User(Box<Shown<Stored>>),
    Group(Box<Group>),
}

impl Row {
    pub fn id(&self) -> MemberId {
        match self {
            Self::User(shown) => MemberId::User(shown.user.profile.id),
            Self::Group(group) => MemberId::Group(group.id),
        }
    }
}

/// One resource type of a query.
pub(super) struct Shelf<'a> {
    app: &'a App,
    principal: &'a Principal,
    caller: &'a Caller,
    target: &'a Target,
    filter: Option<Filter<AttrRef>>,
    plan: Plan,
    sort: Option<AttrRef>,
}

impl<'a> Shelf<'a> {
    /// Checks and plans the query for this type, which is queried together with `kinds`.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn new(
        app: &'a App,
        principal: &'a Principal,
        caller: &'a Caller,
        query: &Query,
        target: &'a Target,
        kinds: &[Kind],
    ) -> Result<Self, Error> {
        let (registry, kind) = (&caller.registry, target.kind);
        let filter = query.filter.as_ref().map(|filter| filter.check_among(registry, kind, kinds)).transpose()?;
        let scope = Scope { connection: Some(caller.connection.id) };
        let plan = match &filter {
            Some(filter) => store::filter::plan(filter, registry, kind, scope),
            None => Plan { predicate: Predicate::everything(), exact: true },
        };
        let sort = query.sort.as_ref().and_then(|sort| sort.attribute(registry, kind));
        Ok(Self { app, principal, caller, target, filter, plan, sort })
    }

    pub fn kind(&self) -> Kind {
        self.target.kind
    }

    /// Whether the predicate alone decides.
    pub fn is_exact(&self) -> bool {
        self.plan.exact
    }

    /// Whether nothing can match.
    pub fn is_empty(&self) -> bool {
        self.plan.exact && self.plan.predicate.is_nothing()
    }

    /// Whether it holds all people of the tenant, in the order of their ids.
    pub fn is_whole(&self) -> bool {
        self.kind() == Kind::User && self.plan.predicate.is_everything() && self.plan.exact && self.sort.is_none()
    }

    pub fn tenant(&self) -> TenantId {
        self.principal.tenant.id
    }

    /// The canonical path of what it is sorted by.
    pub fn sorted_by(&self) -> Option<String> {
        self.sort.map(|attr| self.caller.registry.path_of(attr))
    }

    fn view(&self) -> View {
        View::Connection(self.caller.connection.id)
    }

    pub async fn count(&self, conn: &mut Conn) -> Result<u64, Error> {
        if self.is_empty() {
            return Ok(0);
        }
        let (tenant, predicate) = (self.principal.tenant.id, &self.plan.predicate);
        Ok(match self.kind() {
            Kind::User if predicate.is_everything() => store::tallies::of_users(conn, tenant).await?.listed,
            Kind::User => store::users::count(conn, tenant, predicate).await?,
            Kind::Group => store::groups::count(conn, tenant, self.view(), predicate).await?,
        })
    }

    /// A page of it, with what its answer shows.
    pub async fn page(&self, conn: &mut Conn, order: Order, start: &Start, limit: u64) -> Result<Vec<Row>, Error> {
        self.read(conn, order, start, limit, &Seen::Projected).await
    }

    async fn read(
        &self,
        conn: &mut Conn,
        order: Order,
        start: &Start,
        limit: u64,
        seen: &Seen,
    ) -> Result<Vec<Row>, Error> {
        let (tenant, predicate) = (self.principal.tenant.id, &self.plan.predicate);
        Ok(match self.kind() {
            Kind::User => {
                let page = shown::Page { predicate, order, start, limit, groups: self.groups(seen) };
                let users = shown::page(conn, tenant, &page).await?;
                users.into_iter().map(|shown| Row::User(Box::new(shown))).collect()
            }
            Kind::Group => {
                let groups = store::groups::ordered(conn, tenant, self.view(), predicate, order, start, limit).await?;
                groups.into_iter().map(|group| Row::Group(Box::new(group))).collect()
            }
        })
    }

    /// The rows of those entries that are of this type.
    pub async fn find(&self, conn: &mut Conn, entries: &[Entry]) -> Result<Vec<Row>, Error> {
        let tenant = self.principal.tenant.id;
        Ok(match self.kind() {
            Kind::User => {
                let ids: Vec<UserId> = entries.iter().filter_map(|entry| user_id(entry.id)).collect();
                let users = shown::find_many(conn, tenant, &ids, self.groups(&Seen::Projected)).await?;
                let users = users.into_iter().filter(|shown| shown.user.profile.is_listed);
                users.map(|shown| Row::User(Box::new(shown))).collect()
            }
            Kind::Group => {
                let ids: Vec<GroupId> = entries.iter().filter_map(|entry| group_id(entry.id)).collect();
                let groups = store::groups::find_many(conn, tenant, &ids).await?;
                groups.into_iter().map(|group| Row::Group(Box::new(group))).collect()
            }
        })
    }

    /// Evaluates all candidates; adds those that match.
    pub async fn collect(&self, conn: &mut Conn, entries: &mut Vec<Entry>) -> Result<(), Error> {
        if self.is_empty() {
            return Ok(());
        }
        let looked_at = self.looked_at();
        let schemas = self.caller.registry.find(self.kind(), "schemas");
        let looks_at_schemas = looked_at.iter().any(|attr| Some(*attr) == schemas);
        let needs = Seen::By(looked_at);
        let order = Order::by_id(crate::scim::sort::Direction::Ascending);
        let mut start = Start::Skip(0);
        loop {
            let batch = self.read(conn, order, &start, BATCH, &needs).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            start = Start::Beyond(Place { key: None, id: Entry { key: None, id: last.id() }.place().id });
            let is_last = super::number(batch.len()) < BATCH;
            let surroundings = self.surroundings(conn, batch.iter(), &needs).await?;
            for row in &batch {
                let mut body = self.tree(row, &surroundings)?;
                if looks_at_schemas {
                    set_schemas(&self.caller.registry, self.kind(), &mut body);
                }
                let matches = self.plan.exact
                    || self.filter.as_ref().is_none_or(|filter| filter.matches(&self.caller.registry, &body));
                if matches {
                    entries.push(Entry { key: self.key(&body), id: row.id() });
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// What a row is sorted by, where a column holds it.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn entry(&self, row: &Row) -> Result<Entry, Error> {
        // The order by id has no key.
        let is_keyed = self.sorted_by().is_some_and(|path| path != "id");
        let key = if is_keyed { self.key(&self.tree(row, &Surroundings::none(row))?) } else { None };
        Ok(Entry { key, id: row.id() })
    }

    fn key(&self, body: &Object) -> Option<Key> {
        Key::of(&self.caller.registry, self.sort?, body)
    }

    fn looked_at(&self) -> Vec<AttrRef> {
        let mut attributes = match &self.filter {
            Some(filter) if !self.plan.exact => filter.attributes(),
            _ => Vec::new(),
        };
        attributes.extend(self.sort);
        attributes
    }

    fn renderer(&self) -> Renderer<'_> {
        Renderer::new(self.app, &self.caller.registry, self.caller.connection.id)
    }

    /// Loads what rows of this shelf show of others.
    pub async fn surroundings(
        &self,
        conn: &mut Conn,
        rows: impl Iterator<Item = &Row>,
        seen: &Seen,
    ) -> Result<Surroundings, Error> {
        Ok(match self.kind() {
            Kind::User => {
                let users = rows.filter_map(|row| if let Row::User(shown) = row { Some(&**shown) } else { None });
                Surroundings::Users(Holders::among(conn, self.principal.tenant.id, users).await?)
            }
            Kind::Group => {
                let ids: Vec<GroupId> = rows.filter_map(|row| group_id(row.id())).collect();
                let are_members_seen = !ids.is_empty() && self.are_members(seen);
                Surroundings::Groups(if are_members_seen {
                    groups::members::load(conn, self.app, self.caller, &ids, self.principal.tenant.id).await?
                } else {
                    Listed::default()
                })
            }
        })
    }

    /// Appends a row as it is shown to a text.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn write(&self, row: &Row, surroundings: &Surroundings, text: &mut Vec<u8>) -> Result<(), Error> {
        let projection = &self.target.projection;
        if let (Row::User(shown), Surroundings::Users(holders)) = (row, surroundings) {
            return Ok(self.renderer().write(shown, holders, projection, text)?);
        }
        let mut body = self.tree(row, surroundings)?;
        projection.apply(&self.caller.registry, self.kind(), &mut body);
        text.extend_from_slice(Value::Object(body).to_string().as_bytes());
        Ok(())
    }

    /// The whole resource.
    fn tree(&self, row: &Row, surroundings: &Surroundings) -> Result<Object, Error> {
        Ok(match (row, surroundings) {
            (Row::User(shown), Surroundings::Users(holders)) => self.renderer().tree(shown, holders)?,
            (Row::Group(group), Surroundings::Groups(listed)) => groups::resource(self.app, group, listed).body,
            // Each is loaded for rows of its own type.
            _ => Object::new(),
        })
    }

    /// Whether memberships are looked at.
    fn groups(&self, seen: &Seen) -> shown::Groups {
        match seen {
            Seen::Projected => render::groups_of(&self.target.projection, &self.caller.registry),
            Seen::By(attributes) => render::groups_for(attributes, &self.caller.registry),
        }
    }

    /// Whether members are looked at.
    fn are_members(&self, seen: &Seen) -> bool {
        let registry: &Registry = &self.caller.registry;
        match seen {
            Seen::Projected => self.target.projection.shows(registry, Kind::Group, "members"),
            Seen::By(attributes) => {
                let members = registry.find(Kind::Group, "members");
                attributes.iter().any(|attr| Some(attr.top()) == members)
            }
        }
    }
}

/// What rows of one type show of others.
pub(super) enum Surroundings {
    Users(Holders),
    Groups(Listed),
}

impl Surroundings {
    /// For a row of which nothing is wanted but its own.
    fn none(row: &Row) -> Self {
        match row {
            Row::User(_) => Self::Users(Holders::default()),
            Row::Group(_) => Self::Groups(Listed::default()),
        }
    }
}

/// Who looks at rendered rows, and so what has to be loaded for them.
pub(super) enum Seen {
    /// The client, as much as it asked for.
    Projected,
    /// Filter and order.
    By(Vec<AttrRef>),
}

fn user_id(id: MemberId) -> Option<UserId> {
    if let MemberId::User(id) = id { Some(id) } else { None }
}

fn group_id(id: MemberId) -> Option<GroupId> {
    if let MemberId::Group(id) = id { Some(id) } else { None }
}
