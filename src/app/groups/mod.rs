//! Groups over SCIM. Members are rows of their own; adding or removing one never loads the others.

pub(super) mod mapping;
pub(super) mod members;
mod write;

pub use members::Pages;
pub use write::{Patched, create, delete, patch, replace};

use super::{
    App, Error,
    access::Principal,
    consequences::Consequences,
    users::{Caller, Resource, render},
};
use crate::{
    domain::{GroupId, TenantId, group::Group},
    scim::{Kind, Object, projection::Projection},
    store::{self, Conn},
};
use members::Listed;
use serde_json::{Value, json};

/// A group, and how its further members are read, where it has more than one page of them.
pub struct Found {
    /// The resource with its first members.
    pub resource: Resource,
    /// What leads to the others.
    pub more: Option<Pages>,
}

/// GET by id; members are loaded only where the projection shows them.
///
/// # Errors
/// `NotFound` for ids that are unknown, another connection's or another tenant's.
pub async fn find(app: &App, principal: &Principal, id: &str, projection: &Projection) -> Result<Found, Error> {
    let caller = Caller::of(principal)?;
    let tenant = principal.tenant.id;
    let mut reader = app.store.read().await?;
    let group = visible(&mut reader, tenant, &caller, id).await?;
    if !projection.shows(&caller.registry, Kind::Group, "members") {
        return Ok(Found { resource: resource(app, &group, &Listed::default()), more: None });
    }
    let mut pages = Pages::new(app, tenant, &caller, group.id);
    let first = pages.read(&mut reader).await?;
    let more = if pages.is_done() { None } else { Some(pages) };
    Ok(Found { resource: resource(app, &group, &Listed::just(group.id, first)), more })
}

async fn visible(conn: &mut Conn, tenant: TenantId, caller: &Caller, id: &str) -> Result<Group, Error> {
    let parsed = id.parse::<GroupId>().map_err(|_| not_found(id))?;
    let group = store::groups::find(conn, tenant, parsed).await?;
    group.filter(|group| is_visible(group, caller)).ok_or_else(|| not_found(id))
}

/// A connection sees its own groups and the platform's, never the root group.
fn is_visible(group: &Group, caller: &Caller) -> bool {
    !group.is_root && group.connection.is_none_or(|owner| owner == caller.connection.id)
}

fn not_found(id: &str) -> Error {
    let shown: String = id.chars().take(64).collect();
    Error::NotFound(format!("there is no group with the id \"{shown}\""))
}

/// The whole resource.
pub(super) fn resource(app: &App, group: &Group, listed: &Listed) -> Resource {
    let location = format!("{}/scim/v2/Groups/{}", app.settings.public_url, group.id);
    let mut body = Object::with_capacity(group.document.len() + 3);
    body.insert("id".to_owned(), Value::String(group.id.to_string()));
    for (name, value) in &group.document {
        body.insert(name.clone(), value.clone());
    }
    if let Some(members) = listed.of(group.id) {
        body.insert("members".to_owned(), Value::Array(members.clone()));
    }
    let meta = render::Meta::new("Group", group.created_at, group.modified_at, group.version, location.clone());
    body.insert("meta".to_owned(), json!(meta));
    Resource { body, version: group.version, location, consequences: Consequences::default() }
}
