//! `usher seed`: a database of any size to measure with, its people as pushes would have left them, and groups of them.
//!
//! Never mails anybody.

pub use super::users::seeding::seed as people;

use super::{
    App, Error,
    access::{self, Principal},
    connections, groups, tenants,
    users::Precondition,
};
use crate::{
    domain::UserId,
    scim::{Kind, Object, Registry, patch::Patch, projection::Projection, schema::GROUP},
    store::{self, filter::Predicate, users::From},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// So many members are pushed at a time.
const MEMBERS: u64 = 200;

/// The caller that seeds: the connection of this name, which is made when it is not there.
///
/// # Errors
/// `NotFound` for the tenant.
pub async fn caller(app: &App, tenant: &str, connection: &str) -> Result<Arc<Principal>, Error> {
    let tenant = Arc::new(tenants::find(app, tenant).await?);
    match access::stand_in(app, &tenant, connection).await {
        Err(Error::NotFound(_)) => {
            connections::create(app, &tenant.slug, connection, connections::Changes::default()).await?;
            access::stand_in(app, &tenant, connection).await
        }
        found => found,
    }
}

/// Adds the group `Group of N`, which holds the N people who came first; answers how many these are.
///
/// # Errors
/// SCIM's, where the name is taken; the store's.
pub async fn group(app: &App, caller: &Arc<Principal>, members: u64) -> Result<u64, Error> {
    let name = format!("Group of {members}");
    let body = json!({ "schemas": [GROUP], "displayName": name, "externalId": format!("seed-group-{members}") });
    let made = groups::create(app, caller, object(body)).await?;
    let id = made.body.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (mut after, mut pushed) = (None, 0);
    while pushed < members {
        let page = page(app, caller, after, MEMBERS.min(members - pushed)).await?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        pushed += u64::try_from(page.len()).unwrap_or(MEMBERS);
        add(app, caller, &id, &page).await?;
    }
    Ok(pushed)
}

/// The next people in the order of their ids.
async fn page(app: &App, caller: &Principal, after: Option<UserId>, limit: u64) -> Result<Vec<UserId>, Error> {
    let mut reader = app.store.read().await?;
    let from = after.map_or(From::Offset(0), From::After);
    let people = store::users::page(&mut reader, caller.tenant.id, &Predicate::everything(), from, limit).await?;
    Ok(people.into_iter().map(|user| user.id).collect())
}

async fn add(app: &App, caller: &Arc<Principal>, group: &str, people: &[UserId]) -> Result<(), Error> {
    let members: Vec<Value> = people.iter().map(|id| json!({ "value": id.to_string() })).collect();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "members", "value": members }],
    });
    let registry = Registry::builtin();
    let patch = Patch::parse(&object(body), &registry, Kind::Group)?;
    // Nobody reads the answer, so it need not show what it holds.
    let projection = Projection::parse(&registry, Kind::Group, None, Some("members"));
    groups::patch(app, caller, group, patch, Precondition::None, &projection).await?;
    Ok(())
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
