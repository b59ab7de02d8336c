//! Lists of groups.

use super::{Listed, members, resource};
use crate::{
    app::{
        App, Error,
        access::Principal,
        users::{Caller, ListQuery, Page},
    },
    domain::{GroupId, group::Group},
    scim::{AttrRef, Kind, Object, filter::Filter},
    store::{
        self, Conn,
        filter::{Plan, Predicate, Scope},
        groups::{From, View},
    },
};

/// How many candidates are read at a time when a filter is evaluated in memory.
const BATCH: u64 = 100;

/// GET of a list.
///
/// # Errors
/// 400 `invalidFilter`; the store's.
pub async fn list(app: &App, principal: &Principal, query: ListQuery) -> Result<Page, Error> {
    let caller = Caller::of(principal)?;
    let filter = query.filter.as_ref().map(|filter| filter.check(&caller.registry, Kind::Group)).transpose()?;
    let scope = Scope { connection: Some(caller.connection.id) };
    let plan = match &filter {
        Some(filter) => store::filter::plan(filter, &caller.registry, Kind::Group, scope),
        None => Plan { predicate: Predicate::everything(), exact: true },
    };
    let search =
        Search { app, principal, caller: &caller, query: &query, view: View::Connection(caller.connection.id) };
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
    view: View,
}

impl Search<'_> {
    async fn by_sql(&self, conn: &mut Conn, predicate: &Predicate) -> Result<Page, Error> {
        let tenant = self.principal.tenant.id;
        let total = store::groups::count(conn, tenant, self.view, predicate).await?;
        let skipped = self.query.start_index.saturating_sub(1);
        let mut groups = Vec::new();
        if self.query.count > 0 && skipped < total {
            groups = store::groups::page(conn, tenant, self.view, predicate, From::Offset(skipped), self.query.count)
                .await?;
        }
        let shown = self.query.projection.shows(&self.caller.registry, Kind::Group, "members");
        let resources = self.render(conn, &groups, shown).await?;
        Ok(Page { total, start_index: self.query.start_index, resources })
    }

    async fn by_evaluation(
        &self,
        conn: &mut Conn,
        predicate: &Predicate,
        filter: &Filter<AttrRef>,
    ) -> Result<Page, Error> {
        let (mut total, mut matched) = (0_u64, Vec::new());
        let first = self.query.start_index.saturating_sub(1);
        let end = first.saturating_add(self.query.count);
        let mut from = From::Offset(0);
        loop {
            let batch = store::groups::page(conn, self.principal.tenant.id, self.view, predicate, from, BATCH).await?;
            let Some(last) = batch.last() else { break };
            from = From::After(last.id);
            for body in self.render(conn, &batch, true).await? {
                if filter.matches(&self.caller.registry, &body) {
                    if (first..end).contains(&total) {
                        matched.push(body);
                    }
                    total += 1;
                }
            }
        }
        Ok(Page { total, start_index: self.query.start_index, resources: matched })
    }

    async fn render(&self, conn: &mut Conn, groups: &[Group], with_members: bool) -> Result<Vec<Object>, Error> {
        let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        let listed = if with_members && !ids.is_empty() {
            members::load(conn, self.app, self.caller, &ids, self.principal.tenant.id).await?
        } else {
            Listed::default()
        };
        Ok(groups.iter().map(|group| resource(self.app, group, &listed).body).collect())
    }
}
