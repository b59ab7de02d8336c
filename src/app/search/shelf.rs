//! The resources of one type as a query sees them: planned, read, evaluated, rendered.

use super::{Entry, Query, Target};
use crate::{
    app::{
        App, Error,
        access::Principal,
        groups,
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
        shown::{self, Shown},
    },
};

/// How many candidates are read at a time when they are evaluated in memory.
const BATCH: u64 = 500;

/// A stored resource.
#[derive(Debug)]
pub(super) enum Row {
    User(Box<Shown>),
    Group(Box<Group>),
}

impl Row {
    pub fn id(&self) -> MemberId {
        match self {
            Self::User(shown) => MemberId::User(shown.user.id),
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
                users.into_iter().filter(|shown| shown.user.is_listed).map(|shown| Row::User(Box::new(shown))).collect()
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
            let ids: Vec<MemberId> = batch.iter().map(Row::id).collect();
            for (id, mut body) in ids.into_iter().zip(self.render(conn, batch, &needs).await?) {
                if looks_at_schemas {
                    set_schemas(&self.caller.registry, self.kind(), &mut body);
                }
                let matches = self.plan.exact
                    || self.filter.as_ref().is_none_or(|filter| filter.matches(&self.caller.registry, &body));
                if matches {
                    entries.push(Entry { key: self.key(&body), id });
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// What a row is sorted by, where a column holds it.
    pub fn entry(&self, row: &Row) -> Entry {
        let key = self.sort.and_then(|_| {
            let body = match row {
                Row::User(shown) => self.renderer().resource((**shown).clone(), &Holders::default()).body,
                Row::Group(group) => groups::resource(self.app, group, &groups::members::Listed::default()).body,
            };
            self.key(&body)
        });
        // The order by id has no key.
        let key = key.filter(|_| self.sorted_by().as_deref() != Some("id"));
        Entry { key, id: row.id() }
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

    /// The rows as they are shown.
    pub async fn show(&self, conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Object>, Error> {
        let mut bodies = self.render(conn, rows, &Seen::Projected).await?;
        for body in &mut bodies {
            self.target.projection.apply(&self.caller.registry, self.kind(), body);
        }
        Ok(bodies)
    }

    async fn render(&self, conn: &mut Conn, rows: Vec<Row>, seen: &Seen) -> Result<Vec<Object>, Error> {
        match self.kind() {
            Kind::User => self.render_users(conn, rows).await,
            Kind::Group => self.render_groups(conn, rows, seen).await,
        }
    }

    async fn render_users(&self, conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Object>, Error> {
        let user = |row| if let Row::User(shown) = row { Some(*shown) } else { None };
        let users: Vec<Shown> = rows.into_iter().filter_map(user).collect();
        let holders = Holders::load(conn, self.principal.tenant.id, &users).await?;
        let renderer = self.renderer();
        Ok(users.into_iter().map(|shown| renderer.resource(shown, &holders).body).collect())
    }

    /// Whether memberships are looked at.
    fn groups(&self, seen: &Seen) -> shown::Groups {
        match seen {
            Seen::Projected => render::groups_of(&self.target.projection, &self.caller.registry),
            Seen::By(attributes) => render::groups_for(attributes, &self.caller.registry),
        }
    }

    async fn render_groups(&self, conn: &mut Conn, rows: Vec<Row>, seen: &Seen) -> Result<Vec<Object>, Error> {
        let registry: &Registry = &self.caller.registry;
        let with_members = match seen {
            Seen::Projected => self.target.projection.shows(registry, Kind::Group, "members"),
            Seen::By(attributes) => {
                let members = registry.find(Kind::Group, "members");
                attributes.iter().any(|attr| Some(attr.top()) == members)
            }
        };
        let groups: Vec<&Group> =
            rows.iter().filter_map(|row| if let Row::Group(group) = row { Some(&**group) } else { None }).collect();
        let listed = if with_members {
            let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
            groups::members::load(conn, self.app, self.caller, &ids, self.principal.tenant.id).await?
        } else {
            groups::members::Listed::default()
        };
        Ok(groups.iter().map(|group| groups::resource(self.app, group, &listed).body).collect())
    }
}

/// Who looks at rendered rows, and so what has to be loaded for them.
enum Seen {
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
