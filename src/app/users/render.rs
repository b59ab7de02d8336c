//! A person as a SCIM resource: the stored document, and what the server knows besides.

use super::Resource;
use crate::{
    app::{App, Error, consequences::Consequences},
    domain::{
        ConnectionId, GroupId, TenantId, calendar,
        invitation::Summary,
        user::{State, User},
    },
    scim::{AttrRef, Kind, Object, Registry, projection::Projection, schema},
    store::{
        self, Conn,
        memberships::{Belonging, Holder},
        shown::{Groups, Manager, Shown},
    },
};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// What rendering needs beside the rows.
#[derive(Debug, Clone, Copy)]
pub struct Renderer<'a> {
    pub public_url: &'a str,
    pub registry: &'a Registry,
    pub connection: ConnectionId,
}

/// Whether an answer of this projection shows memberships.
#[must_use]
pub fn groups_of(projection: &Projection, registry: &Registry) -> Groups {
    if projection.shows(registry, Kind::User, "groups") { Groups::Load } else { Groups::Skip }
}

/// Whether these attributes, for filters and orders, are made of memberships.
#[must_use]
pub fn groups_for(attributes: &[AttrRef], registry: &Registry) -> Groups {
    let groups = registry.find(Kind::User, "groups");
    if attributes.iter().any(|attr| Some(attr.top()) == groups) { Groups::Load } else { Groups::Skip }
}

/// The groups that hold the groups of several people, directly or through others.
#[derive(Debug, Default)]
pub struct Holders(HashMap<GroupId, Vec<Holder>>);

impl Holders {
    /// Loads what is needed for these people. Most tenants nest nothing, and then nothing is asked.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(conn: &mut Conn, tenant: TenantId, people: &[Shown]) -> Result<Self, Error> {
        let belongings = people.iter().filter_map(|shown| shown.belongings.as_ref()).flatten();
        let nested: HashSet<GroupId> =
            belongings.filter(|held| held.group_is_nested).map(|held| held.membership.group).collect();
        let nested: Vec<GroupId> = nested.into_iter().collect();
        let mut holders: HashMap<GroupId, Vec<Holder>> = HashMap::new();
        for holder in store::memberships::holders(conn, tenant, &nested).await? {
            holders.entry(holder.held).or_default().push(holder);
        }
        Ok(Self(holders))
    }
}

impl<'a> Renderer<'a> {
    /// For this caller.
    #[must_use]
    pub fn new(app: &'a App, registry: &'a Registry, connection: ConnectionId) -> Self {
        Self { public_url: &app.settings.public_url, registry, connection }
    }

    /// The whole resource.
    #[must_use]
    pub fn resource(&self, shown: Shown, holders: &Holders) -> Resource {
        let location = format!("{}/scim/v2/Users/{}", self.public_url, shown.user.id);
        let version = shown.user.version;
        let body = self.body(shown, holders, &location);
        Resource { body, version, location, consequences: Consequences::default() }
    }

    fn body(&self, shown: Shown, holders: &Holders, location: &str) -> Object {
        let Shown { mut user, invitation, manager, belongings } = shown;
        let document = std::mem::take(&mut user.document);
        let mut body = Object::with_capacity(document.len() + 6);
        let mut written = Object::new();
        body.insert("id".to_owned(), Value::String(user.id.to_string()));
        let knows_external_id = self.knows_external_id(&user);
        for (name, value) in document {
            match value {
                Value::Object(value) if name == schema::USHER => written = value,
                _ if name == "externalId" && !knows_external_id => {}
                value => drop(body.insert(name, value)),
            }
        }
        self.complete_manager(manager.as_ref(), &mut body);
        if user.shows_active {
            body.insert("active".to_owned(), Value::Bool(user.is_switched_on()));
        }
        let groups = belongings.map(|held| self.groups(&held, holders)).unwrap_or_default();
        if !groups.is_empty() {
            body.insert("groups".to_owned(), Value::Array(groups));
        }
        if self.registry.shows_own() {
            body.insert(schema::USHER.to_owned(), Value::Object(own(written, &user, invitation.as_ref())));
        }
        body.insert("meta".to_owned(), meta("User", user.created_at, user.modified_at, user.version, location));
        body
    }

    /// An `externalId` is the managing connection's own; where no connection manages the person, it is everybody's.
    fn knows_external_id(&self, user: &User) -> bool {
        user.connection.is_none_or(|owner| owner == self.connection)
    }

    /// The manager's name and address come from the manager, where that is a person we know (decision 6).
    fn complete_manager(&self, known: Option<&Manager>, body: &mut Object) {
        let Some(manager) = body.get_mut(schema::ENTERPRISE).and_then(|urn| urn.get_mut("manager")) else { return };
        let (Some(manager), Some(known)) = (manager.as_object_mut(), known) else { return };
        let id = manager.get("value").and_then(Value::as_str).unwrap_or_default();
        let reference = format!("{}/scim/v2/Users/{id}", self.public_url);
        manager.insert("$ref".to_owned(), Value::String(reference));
        if let Some(name) = &known.display_name {
            manager.insert("displayName".to_owned(), Value::from(name.as_str()));
        }
    }

    /// The groups this connection may see; each once, whatever the number of roles and ways: direct first.
    fn groups(&self, belongings: &[Belonging], holders: &Holders) -> Vec<Value> {
        let is_visible =
            |is_root: bool, owner: Option<ConnectionId>| !is_root && owner.is_none_or(|owner| owner == self.connection);
        let mut seen = HashSet::new();
        let direct = belongings.iter().filter(|held| is_visible(held.group_is_root, held.group_connection));
        let direct = direct.map(|held| (held.membership.group, held.group_name.as_str(), "direct"));
        let held = belongings.iter().filter_map(|held| holders.0.get(&held.membership.group)).flatten();
        let indirect = held.filter(|holder| is_visible(holder.is_root, holder.connection));
        let indirect = indirect.map(|holder| (holder.group, holder.name.as_str(), "indirect"));
        direct
            .chain(indirect)
            .filter(|(id, ..)| seen.insert(*id))
            .map(|(id, name, way)| {
                let reference = format!("{}/scim/v2/Groups/{id}", self.public_url);
                json!({ "value": id.to_string(), "$ref": reference, "display": name, "type": way })
            })
            .collect()
    }
}

/// `meta`, for people and groups alike.
#[must_use]
pub fn meta(kind: &str, created: jiff::Timestamp, modified: jiff::Timestamp, version: i64, location: &str) -> Value {
    json!({
        "resourceType": kind,
        "created": calendar::render(created),
        "lastModified": calendar::render(modified),
        "location": location,
        "version": format!("W/\"v{version}\""),
    })
}

/// Our extension: what the client wrote, and the state the server keeps.
fn own(mut own: Object, user: &User, invitation: Option<&Summary>) -> Object {
    if let Some(list) = own.get("groupRoles").map(flat_roles) {
        own.insert("groupRoleList".to_owned(), list);
    }
    own.insert("state".to_owned(), Value::from(user.state.as_str()));
    if let Some(reason) = &user.state_reason {
        own.insert("stateReason".to_owned(), Value::from(reason.as_str()));
    }
    if let Some(invitation) = invitation.filter(|_| user.state != State::Deleted || user.is_visible) {
        own.insert("invitation".to_owned(), summary(invitation));
        own.insert("invitationStatus".to_owned(), Value::from(invitation.status.as_str()));
    }
    if let Some(since) = user.billable_since {
        own.insert("billableSince".to_owned(), Value::String(calendar::render(since)));
    }
    own
}

/// The flat twin of `groupRoles`, shown on request: one entry a group, its roles joined.
fn flat_roles(roles: &Value) -> Value {
    let mut by_group: Vec<(&str, Vec<&str>)> = Vec::new();
    for role in roles.as_array().into_iter().flatten() {
        let word = |name: &str| role.get(name).and_then(Value::as_str);
        let (Some(group), Some(role)) = (word("value"), word("role")) else { continue };
        match by_group.iter_mut().find(|(other, _)| *other == group) {
            Some((_, roles)) => roles.push(role),
            None => by_group.push((group, vec![role])),
        }
    }
    by_group.into_iter().map(|(group, roles)| Value::String(format!("{group}={}", roles.join(",")))).collect()
}

fn summary(invitation: &Summary) -> Value {
    let mut summary = Object::new();
    summary.insert("status".to_owned(), Value::from(invitation.status.as_str()));
    if let Some(sent_at) = invitation.sent_at {
        summary.insert("sentAt".to_owned(), Value::String(calendar::render(sent_at)));
    }
    summary.insert("sentCount".to_owned(), Value::from(invitation.sent_count));
    summary.insert("expiresAt".to_owned(), Value::String(calendar::render(invitation.expires_at)));
    summary.insert("delivery".to_owned(), Value::from(invitation.delivery.as_str()));
    Value::Object(summary)
}
