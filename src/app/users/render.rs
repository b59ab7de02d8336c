//! A person as a SCIM resource: the stored document, and what the server knows besides.

use super::Resource;
use crate::{
    app::{App, Error},
    domain::{
        ConnectionId, GroupId, TenantId, UserId, calendar,
        group::MemberId,
        invitation::Summary,
        user::{State, User},
    },
    scim::{AttrRef, Kind, Object, Registry, projection::Projection, schema},
    store::{
        self, Conn,
        memberships::{Belonging, Holder},
        users::{Manager, Shown},
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

/// Whether group memberships are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups {
    Load,
    Skip,
}

impl Groups {
    /// What an answer of this projection shows.
    #[must_use]
    pub fn of(projection: &Projection, registry: &Registry) -> Self {
        if projection.shows(registry, Kind::User, "groups") { Self::Load } else { Self::Skip }
    }

    /// What these attributes are made of, for filters and orders.
    #[must_use]
    pub fn looking_at(attributes: &[AttrRef], registry: &Registry) -> Self {
        let groups = registry.find(Kind::User, "groups");
        if attributes.iter().any(|attr| Some(attr.top()) == groups) { Self::Load } else { Self::Skip }
    }
}

/// Groups of several people.
#[derive(Debug, Default)]
pub struct Children {
    belongings: HashMap<UserId, Vec<Belonging>>,
    /// The groups that hold a group, directly or through others.
    holders: HashMap<GroupId, Vec<Holder>>,
}

impl Children {
    /// Loads what is needed for these people.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(conn: &mut Conn, tenant: TenantId, shown: &[&Shown], groups: Groups) -> Result<Self, Error> {
        let mut children = Self::default();
        if groups == Groups::Load && !shown.is_empty() {
            let members: Vec<_> = shown.iter().map(|shown| MemberId::User(shown.user.id)).collect();
            for belonging in store::memberships::of_members(conn, tenant, &members).await? {
                if let MemberId::User(user) = belonging.membership.member {
                    if belonging.group_is_nested {
                        children.holders.entry(belonging.membership.group).or_default();
                    }
                    children.belongings.entry(user).or_default().push(belonging);
                }
            }
            // Most tenants nest nothing, and then nothing is asked.
            let nested: Vec<GroupId> = children.holders.keys().copied().collect();
            for holder in store::memberships::holders(conn, tenant, &nested).await? {
                children.holders.entry(holder.held).or_default().push(holder);
            }
        }
        Ok(children)
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
    pub fn resource(&self, shown: &Shown, children: &Children) -> Resource {
        let user = &shown.user;
        let location = format!("{}/scim/v2/Users/{}", self.public_url, user.id);
        Resource { body: self.body(shown, children, &location), version: user.version, location }
    }

    fn body(&self, shown: &Shown, children: &Children, location: &str) -> Object {
        let user = &shown.user;
        let mut body = Object::with_capacity(user.document.len() + 6);
        body.insert("id".to_owned(), Value::String(user.id.to_string()));
        for (name, value) in &user.document {
            let is_hidden = name == schema::USHER || (name == "externalId" && !self.knows_external_id(user));
            if !is_hidden {
                body.insert(name.clone(), value.clone());
            }
        }
        self.complete_manager(shown.manager.as_ref(), &mut body);
        if user.shows_active {
            body.insert("active".to_owned(), Value::Bool(user.is_switched_on()));
        }
        let belongings = children.belongings.get(&user.id);
        let groups = belongings.map(|belongings| self.groups(belongings, children)).unwrap_or_default();
        if !groups.is_empty() {
            body.insert("groups".to_owned(), Value::Array(groups));
        }
        if self.registry.shows_own() {
            body.insert(schema::USHER.to_owned(), Value::Object(own(user, shown.invitation.as_ref())));
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
    fn groups(&self, belongings: &[Belonging], children: &Children) -> Vec<Value> {
        let is_visible =
            |is_root: bool, owner: Option<ConnectionId>| !is_root && owner.is_none_or(|owner| owner == self.connection);
        let mut seen = HashSet::new();
        let direct = belongings.iter().filter(|held| is_visible(held.group_is_root, held.group_connection));
        let direct = direct.map(|held| (held.membership.group, held.group_name.as_str(), "direct"));
        let held = belongings.iter().filter_map(|held| children.holders.get(&held.membership.group)).flatten();
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
fn own(user: &User, invitation: Option<&Summary>) -> Object {
    let mut own = match user.document.get(schema::USHER) {
        Some(Value::Object(own)) => own.clone(),
        _ => Object::new(),
    };
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
