//! Lists of people: by SQL where an index can answer the filter, by evaluation on the candidates where it can't.

use super::{
    Caller, ListQuery, Page,
    render::{Children, Needs, Renderer},
};
use crate::{
    app::{App, Error, access::Principal},
    domain::user::User,
    scim::{AttrRef, Kind, Object, filter::Filter},
    store::{
        self, Conn,
        filter::{Plan, Predicate, Scope},
        users::From,
    },
};

/// How many candidates are read at a time when a filter is evaluated in memory.
const BATCH: u64 = 500;

/// GET of a list.
///
/// # Errors
/// 400 `invalidFilter`; the store's.
pub async fn list(app: &App, principal: &Principal, query: ListQuery) -> Result<Page, Error> {
    let caller = Caller::of(principal)?;
    let registry = &caller.registry;
    let filter = query.filter.as_ref().map(|filter| filter.check(registry, Kind::User)).transpose()?;
    let scope = Scope { connection: Some(caller.connection.id) };
    let plan = match &filter {
        Some(filter) => store::filter::plan(filter, registry, Kind::User, scope),
        None => Plan { predicate: Predicate::everything(), exact: true },
    };
    let mut search = Search { app, principal, caller: &caller, query: &query };
    let mut reader = app.store.read().await?;
    match filter {
        Some(filter) if !plan.exact => search.by_evaluation(&mut reader, &plan.predicate, &filter).await,
        _ => search.by_sql(&mut reader, &plan.predicate).await,
    }
}

struct Search<'a> {
    app: &'a App,
    principal: &'a Principal,
    caller: &'a Caller,
    query: &'a ListQuery,
}

impl Search<'_> {
    async fn by_sql(&mut self, conn: &mut Conn, predicate: &Predicate) -> Result<Page, Error> {
        let tenant = self.principal.tenant.id;
        let skipped = self.query.start_index.saturating_sub(1);
        let mut users = Vec::new();
        if self.query.count > 0 {
            users = store::users::page(conn, tenant, predicate, From::Offset(skipped), self.query.count).await?;
        }
        // A first page that is not full has told the total already.
        let read = u64::try_from(users.len()).unwrap_or(u64::MAX);
        let told = (read > 0 || skipped == 0) && read < self.query.count;
        let total = if told { skipped + read } else { store::users::count(conn, tenant, predicate).await? };
        let resources = self.render(conn, &users).await?;
        Ok(Page { total, start_index: self.query.start_index, resources })
    }

    async fn by_evaluation(
        &mut self,
        conn: &mut Conn,
        predicate: &Predicate,
        filter: &Filter<AttrRef>,
    ) -> Result<Page, Error> {
        let tenant = self.principal.tenant.id;
        let renderer = Renderer::new(self.app, &self.caller.registry, self.caller.connection.id);
        let (mut total, mut matched) = (0_u64, Vec::new());
        let first = self.query.start_index.saturating_sub(1);
        let end = first.saturating_add(self.query.count);
        let mut from = From::Offset(0);
        loop {
            let batch = store::users::page(conn, tenant, predicate, from, BATCH).await?;
            let Some(last) = batch.last() else { break };
            from = From::After(last.id);
            let children = Children::load(conn, self.principal, &batch, Needs::everything()).await?;
            for user in &batch {
                let resource = renderer.resource(user, &children);
                if filter.matches(&self.caller.registry, &resource.body) {
                    if (first..end).contains(&total) {
                        matched.push(resource.body);
                    }
                    total += 1;
                }
            }
        }
        Ok(Page { total, start_index: self.query.start_index, resources: matched })
    }

    async fn render(&self, conn: &mut Conn, users: &[User]) -> Result<Vec<Object>, Error> {
        let needs = Needs::of(&self.query.projection, &self.caller.registry);
        let children = Children::load(conn, self.principal, users, needs).await?;
        let renderer = Renderer::new(self.app, &self.caller.registry, self.caller.connection.id);
        Ok(users.iter().map(|user| renderer.resource(user, &children).body).collect())
    }
}
