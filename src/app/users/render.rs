//! A person as a SCIM resource: the stored document, and what the server knows besides. As a tree here; as text in [`super::written`].

use super::Resource;
use crate::{
    app::{App, Error, consequences::Consequences},
    domain::{ConnectionId, GroupId, TenantId, UserId, calendar, invitation::Summary, user::State},
    scim::{AttrRef, Kind, Object, Registry, projection::Projection, schema},
    store::{
        self, Conn, StoreError,
        memberships::{Belonging, Holder},
        shown::{Groups, Manager, Profile, Shown, Stored},
    },
};
use jiff::Timestamp;
use serde::Serialize;
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
    pub async fn load<P>(conn: &mut Conn, tenant: TenantId, people: &[Shown<P>]) -> Result<Self, Error> {
        Self::among(conn, tenant, people.iter()).await
    }

    /// As [`Holders::load`].
    ///
    /// # Errors
    /// The store's.
    pub async fn among<'a, P: 'a>(
        conn: &mut Conn,
        tenant: TenantId,
        people: impl Iterator<Item = &'a Shown<P>>,
    ) -> Result<Self, Error> {
        let belongings = people.filter_map(|shown| shown.belongings.as_ref()).flatten();
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
        let Shown { user, invitation, manager, belongings } = shown;
        let profile = Profile::from(&user);
        let around = Around {
            invitation: invitation.as_ref(),
            manager: manager.as_ref(),
            belongings: belongings.as_deref().unwrap_or_default(),
        };
        let body = self.body(&profile, user.document, around, holders);
        let location = self.location(profile.id);
        Resource { body, version: profile.version, location, consequences: Consequences::default() }
    }

    /// The whole resource of somebody who was read to be shown, as a tree: to be looked into, since [`Renderer::write`] is for clients.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn tree(&self, shown: &Shown<Stored>, holders: &Holders) -> Result<Object, StoreError> {
        Ok(self.body(&shown.user.profile, shown.user.parse()?, Around::of(shown), holders))
    }

    pub(super) fn location(&self, id: UserId) -> String {
        format!("{}/scim/v2/Users/{id}", self.public_url)
    }

    fn body(&self, user: &Profile, document: Object, around: Around<'_>, holders: &Holders) -> Object {
        let mut body = Object::with_capacity(document.len() + 6);
        let mut written = Object::new();
        body.insert("id".to_owned(), Value::String(user.id.to_string()));
        let knows_external_id = self.knows_external_id(user);
        for (name, value) in document {
            match value {
                Value::Object(value) if name == schema::USHER => written = value,
                _ if name == "externalId" && !knows_external_id => {}
                value => drop(body.insert(name, value)),
            }
        }
        let manager = body.get_mut(schema::ENTERPRISE).and_then(|urn| urn.get_mut("manager"));
        if let (Some(manager), Some(known)) = (manager, around.manager) {
            self.complete_manager(known, manager);
        }
        if user.shows_active {
            body.insert("active".to_owned(), Value::Bool(user.state.is_switched_on()));
        }
        let groups = self.groups(around.belongings, holders);
        if !groups.is_empty() {
            body.insert("groups".to_owned(), json!(groups));
        }
        if self.registry.shows_own() {
            body.insert(schema::USHER.to_owned(), Value::Object(own(written, user, around.invitation)));
        }
        body.insert("meta".to_owned(), json!(self.meta(user)));
        body
    }

    pub(super) fn meta(&self, user: &Profile) -> Meta {
        Meta::new("User", user.created_at, user.modified_at, user.version, self.location(user.id))
    }

    /// An `externalId` is the managing connection's own; where no connection manages the person, it is everybody's.
    pub(super) fn knows_external_id(&self, user: &Profile) -> bool {
        user.connection.is_none_or(|owner| owner == self.connection)
    }

    /// The manager's name and address come from the manager, where that is a person we know (decision 6).
    pub(super) fn complete_manager(&self, known: &Manager, manager: &mut Value) {
        let Some(manager) = manager.as_object_mut() else { return };
        let id = manager.get("value").and_then(Value::as_str).unwrap_or_default();
        let reference = format!("{}/scim/v2/Users/{id}", self.public_url);
        manager.insert("$ref".to_owned(), Value::String(reference));
        if let Some(name) = &known.display_name {
            manager.insert("displayName".to_owned(), Value::from(name.as_str()));
        }
    }

    /// The groups this connection may see; each once, whatever the number of roles and ways: direct first.
    pub(super) fn groups<'g>(&self, belongings: &'g [Belonging], holders: &'g Holders) -> Vec<ShownGroup<'g>> {
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
            .map(|(id, display, way)| {
                let reference = format!("{}/scim/v2/Groups/{id}", self.public_url);
                ShownGroup { value: id.to_string(), reference, display, way }
            })
            .collect()
    }
}

/// What is shown of other rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub invitation: Option<&'a Summary>,
    pub manager: Option<&'a Manager>,
    pub belongings: &'a [Belonging],
}

impl<'a> Around<'a> {
    pub fn of<P>(shown: &'a Shown<P>) -> Self {
        Self {
            invitation: shown.invitation.as_ref(),
            manager: shown.manager.as_ref(),
            belongings: shown.belongings.as_deref().unwrap_or_default(),
        }
    }
}

/// An element of `groups`.
#[derive(Debug, Serialize)]
pub(super) struct ShownGroup<'a> {
    value: String,
    #[serde(rename = "$ref")]
    reference: String,
    display: &'a str,
    #[serde(rename = "type")]
    way: &'static str,
}

/// `meta`, for people and groups alike.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    resource_type: &'static str,
    created: String,
    last_modified: String,
    location: String,
    version: String,
}

impl Meta {
    /// Of a resource of this type.
    #[must_use]
    pub fn new(
        resource_type: &'static str,
        created: Timestamp,
        modified: Timestamp,
        version: i64,
        location: String,
    ) -> Self {
        let (created, last_modified) = (calendar::render(created), calendar::render(modified));
        Self { resource_type, created, last_modified, location, version: format!("W/\"v{version}\"") }
    }
}

/// Our extension: what the client wrote, and the state the server keeps.
fn own(mut own: Object, user: &Profile, invitation: Option<&Summary>) -> Object {
    if let Some(list) = own.get("groupRoles").map(flat_roles) {
        own.insert("groupRoleList".to_owned(), list);
    }
    if let Value::Object(kept) = json!(Kept::new(user, invitation)) {
        own.extend(kept);
    }
    own
}

/// What the server keeps in our extension.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<ShownInvitation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billable_since: Option<String>,
}

impl<'a> Kept<'a> {
    pub fn new(user: &'a Profile, invitation: Option<&'a Summary>) -> Self {
        let invitation = invitation.filter(|_| user.state != State::Deleted || user.is_visible);
        Self {
            state: user.state.as_str(),
            state_reason: user.state_reason.as_deref(),
            invitation: invitation.map(ShownInvitation::new),
            invitation_status: invitation.map(|invitation| invitation.status.as_str()),
            billable_since: user.billable_since.map(calendar::render),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownInvitation<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<String>,
    sent_count: i64,
    expires_at: String,
    delivery: &'a str,
}

impl<'a> ShownInvitation<'a> {
    fn new(invitation: &'a Summary) -> Self {
        Self {
            status: invitation.status.as_str(),
            sent_at: invitation.sent_at.map(calendar::render),
            sent_count: invitation.sent_count,
            expires_at: calendar::render(invitation.expires_at),
            delivery: &invitation.delivery,
        }
    }
}

/// The flat twin of `groupRoles`, shown on request: one entry a group, its roles joined.
pub(super) fn flat_roles(roles: &Value) -> Value {
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
