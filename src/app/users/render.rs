//! A person as a SCIM resource: the stored document, and what the server knows besides.

use super::Resource;
use crate::{
    app::{App, Error, access::Principal},
    domain::{
        ConnectionId, GroupId, InvitationId, UserId, calendar,
        group::MemberId,
        invitation::Invitation,
        user::{State, User},
    },
    scim::{AttrRef, Kind, Object, Registry, projection::Projection, schema},
    store::{
        self, Conn,
        memberships::{Belonging, Holder},
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

/// Which child rows an answer needs.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    pub groups: Groups,
    pub invitations: Invitations,
    pub managers: Managers,
}

/// Whether group memberships are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups {
    Load,
    Skip,
}

/// Whether invitations are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitations {
    Load,
    Skip,
}

/// Whether managers are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Managers {
    Load,
    Skip,
}

impl Needs {
    /// What an answer of this projection shows.
    #[must_use]
    pub fn of(projection: &Projection, registry: &Registry) -> Self {
        let groups = if projection.shows(registry, Kind::User, "groups") { Groups::Load } else { Groups::Skip };
        let own = registry.extension(Kind::User, schema::USHER);
        let is_shown = |name: &str| {
            own.and_then(|own| registry.in_schema(own, name))
                .is_some_and(|attribute| projection.shows_attribute(registry, attribute))
        };
        let shown = ["invitation", "invitationStatus"].into_iter().any(is_shown);
        let managers = manager(registry).is_some_and(|manager| projection.shows_attribute(registry, manager));
        Self {
            groups,
            invitations: if shown { Invitations::Load } else { Invitations::Skip },
            managers: if managers { Managers::Load } else { Managers::Skip },
        }
    }

    /// What these attributes are made of, for filters and orders.
    #[must_use]
    pub fn looking_at(attributes: &[AttrRef], registry: &Registry) -> Self {
        let groups = registry.find(Kind::User, "groups");
        let needs_groups = attributes.iter().any(|attr| Some(attr.top()) == groups);
        let manager = manager(registry);
        let needs_manager = attributes.iter().any(|attr| Some(attr.top()) == manager);
        let needs_own = attributes.iter().any(|attr| registry.is_own(*attr));
        Self {
            groups: if needs_groups { Groups::Load } else { Groups::Skip },
            invitations: if needs_own { Invitations::Load } else { Invitations::Skip },
            managers: if needs_manager { Managers::Load } else { Managers::Skip },
        }
    }

    /// Everything, for answers to writes.
    #[must_use]
    pub fn everything() -> Self {
        Self { groups: Groups::Load, invitations: Invitations::Load, managers: Managers::Load }
    }
}

/// Child rows of several people, one query a kind.
#[derive(Debug, Default)]
pub struct Children {
    belongings: HashMap<UserId, Vec<Belonging>>,
    /// The groups that hold a group, directly or through others.
    holders: HashMap<GroupId, Vec<Holder>>,
    invitations: HashMap<InvitationId, Invitation>,
    /// The displayNames of those managers that exist.
    managers: HashMap<UserId, Option<String>>,
}

impl Children {
    /// Loads what is needed for these people.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(conn: &mut Conn, principal: &Principal, users: &[&User], needs: Needs) -> Result<Self, Error> {
        let mut children = Self::default();
        let tenant = principal.tenant.id;
        if needs.groups == Groups::Load && !users.is_empty() {
            let members: Vec<_> = users.iter().map(|user| MemberId::User(user.id)).collect();
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
        if needs.invitations == Invitations::Load {
            let ids: Vec<_> = users.iter().filter_map(|user| user.invitation).collect();
            if !ids.is_empty() {
                let found = store::invitations::find_many(conn, tenant, &ids).await?;
                children.invitations.extend(found.into_iter().map(|invitation| (invitation.id, invitation)));
            }
        }
        if needs.managers == Managers::Load {
            let ids: HashSet<UserId> = users.iter().filter_map(|user| manager_of(user)).collect();
            let ids: Vec<UserId> = ids.into_iter().collect();
            children.managers.extend(store::users::display_names(conn, tenant, &ids).await?);
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
    pub fn resource(&self, user: &User, children: &Children) -> Resource {
        let location = format!("{}/scim/v2/Users/{}", self.public_url, user.id);
        Resource { body: self.body(user, children, &location), version: user.version, location }
    }

    fn body(&self, user: &User, children: &Children, location: &str) -> Object {
        let mut body = Object::with_capacity(user.document.len() + 6);
        body.insert("id".to_owned(), Value::String(user.id.to_string()));
        for (name, value) in &user.document {
            if name != schema::USHER {
                body.insert(name.clone(), value.clone());
            }
        }
        self.complete_manager(user, children, &mut body);
        if user.shows_active {
            body.insert("active".to_owned(), Value::Bool(user.is_switched_on()));
        }
        let belongings = children.belongings.get(&user.id);
        let groups = belongings.map(|belongings| self.groups(belongings, children)).unwrap_or_default();
        if !groups.is_empty() {
            body.insert("groups".to_owned(), Value::Array(groups));
        }
        if self.registry.shows_own() {
            let invitation = user.invitation.and_then(|id| children.invitations.get(&id));
            body.insert(schema::USHER.to_owned(), Value::Object(own(user, invitation)));
        }
        body.insert("meta".to_owned(), meta("User", user.created_at, user.modified_at, user.version, location));
        body
    }

    /// The manager's name and address come from the manager, where that is a person we know (decision 6).
    fn complete_manager(&self, user: &User, children: &Children, body: &mut Object) {
        let Some(manager) = body.get_mut(schema::ENTERPRISE).and_then(|urn| urn.get_mut("manager")) else { return };
        let Some(manager) = manager.as_object_mut() else { return };
        manager.remove("$ref");
        let Some((id, name)) = manager_of(user).and_then(|id| children.managers.get_key_value(&id)) else { return };
        manager.insert("$ref".to_owned(), Value::String(format!("{}/scim/v2/Users/{id}", self.public_url)));
        if let Some(name) = name {
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

/// The enterprise attribute.
fn manager(registry: &Registry) -> Option<AttrRef> {
    registry.in_schema(registry.extension(Kind::User, schema::ENTERPRISE)?, "manager")
}

/// The manager a person's document names, if it can be one of our people.
fn manager_of(user: &User) -> Option<UserId> {
    user.document.get(schema::ENTERPRISE)?.get("manager")?.get("value")?.as_str()?.parse().ok()
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
fn own(user: &User, invitation: Option<&Invitation>) -> Object {
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

fn summary(invitation: &Invitation) -> Value {
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
