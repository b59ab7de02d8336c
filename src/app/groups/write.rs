//! Writes of groups.

use super::{Listed, is_visible, mapping, members, members::Resolved, not_found, resource};
use crate::{
    app::{
        App, Error,
        access::Principal,
        consequences::{Consequences, Notes},
        limits,
        memberships::Changes,
        protection, trail, unique,
        users::{Caller, Precondition, Resource},
    },
    domain::{
        GroupId, TenantId, UserId, calendar,
        event::{self, Event},
        group::{Group, MemberId, Membership, Visibility},
        role::Source,
    },
    scim::{
        self, Kind, Object,
        document::{Member, take_members},
        fold,
        patch::{MemberChange, Patch},
        projection::Projection,
        schema,
        validate::{self, Context},
    },
    store::{self, Conn, Work, audit, groups::View},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// The most members a PATCH answers with (decision 1).
const SHOWN_MEMBERS: i64 = 200;

/// What a PATCH answers: the whole group, or nothing when it has more than 200 members.
#[derive(Debug, Clone)]
pub enum Patched {
    /// The resource.
    Whole(Resource),
    /// Too many members to show.
    TooLarge {
        /// The group's new version.
        version: i64,
        /// What the write came to.
        consequences: Consequences,
    },
}

/// So few members may a PATCH name that runs ahead of its turn.
const FEW: usize = 4;

/// A PATCH, and what it says of members alone.
struct Edit {
    patch: Patch,
    /// What it says besides, and what of members; nothing where that needs to know them.
    parted: Option<(Patch, Vec<MemberChange>)>,
}

/// What every write carries into its transaction.
struct Command {
    app: App,
    caller: Caller,
    principal: Arc<Principal>,
    now: Timestamp,
    precondition: Precondition,
    /// The request it came with, for the audit trail.
    request_id: Option<String>,
    notes: Notes,
}

/// POST.
///
/// # Errors
/// SCIM's; 409 `uniqueness` when the connection sees a group of this name already; 400 naming unknown members.
pub async fn create(app: &App, principal: &Arc<Principal>, body: Object) -> Result<Resource, Error> {
    let command = Arc::new(Command::new(app, principal, Precondition::None)?);
    let mut document = validate::document(&body, &command.caller.registry, Kind::Group, Context::Create)?;
    let members = take_members(&mut document);
    limits::check_group(&document)?;
    let shared = Arc::new((command, document, members));
    app.store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { shared.0.create(tx, &shared.1, &shared.2).await })
        })
        .await
        .map_err(conflict)
}

/// PUT.
///
/// # Errors
/// SCIM's; 404, 403, 409, 412; 400 naming unknown members.
pub async fn replace(
    app: &App,
    principal: &Arc<Principal>,
    id: &str,
    body: Object,
    precondition: Precondition,
) -> Result<Resource, Error> {
    let command = Command::new(app, principal, precondition)?;
    let shared = Arc::new((command, id.to_owned(), body));
    let outcome = app
        .store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { shared.0.replace(tx, &shared.1, &shared.2).await })
        })
        .await
        .map_err(conflict);
    told_refusal(app, principal, outcome).await
}

/// PATCH; `projection` is what the client asked for (a non-default one always gets a body).
///
/// # Errors
/// SCIM's; 404, 403, 409, 412.
pub async fn patch(
    app: &App,
    principal: &Arc<Principal>,
    id: &str,
    patch: Patch,
    precondition: Precondition,
    projection: &Projection,
) -> Result<Patched, Error> {
    let command = Command::new(app, principal, precondition)?;
    let edit = Edit { parted: patch.split_members(&command.caller.registry), patch };
    let shared = Arc::new((command, id.to_owned(), edit));
    let outcome = if shared.2.few().is_some() {
        app.store.write_ahead(patching(&shared)).await
    } else {
        app.store.write(patching(&shared)).await
    };
    let group = told_refusal(app, principal, outcome.map_err(conflict)).await?;
    shared.0.answer(app, &group, projection).await
}

/// The transaction of a PATCH.
fn patching(
    shared: &Arc<(Command, String, Edit)>,
) -> impl for<'t> Fn(&'t mut Conn) -> Work<'t, Group, Error> + Send + Sync + 'static {
    let shared = Arc::clone(shared);
    move |tx| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { shared.0.patch(tx, &shared.1, &shared.2).await })
    }
}

/// DELETE: the group and its rows. The platform's own groups stay.
///
/// # Errors
/// 404, 403, 412.
pub async fn delete(
    app: &App,
    principal: &Arc<Principal>,
    id: &str,
    precondition: Precondition,
) -> Result<Consequences, Error> {
    let command = Command::new(app, principal, precondition)?;
    let shared = Arc::new((command, id.to_owned()));
    let outcome = app
        .store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { shared.0.delete(tx, &shared.1).await })
        })
        .await;
    told_refusal(app, principal, outcome).await
}

/// Where the last administrators would have lost their role, they are signed out all the same, and administrators are told.
async fn told_refusal<T>(app: &App, principal: &Principal, outcome: Result<T, Error>) -> Result<T, Error> {
    if let Err(error @ Error::LastAdministrators(people)) = &outcome {
        protection::sign_out(app, principal.tenant.id, people).await?;
        protection::tell(app, principal, people, &error.to_string()).await?;
    }
    outcome
}

impl Edit {
    /// The change, where it is the only one, and is of few members, whom it names.
    fn few(&self) -> Option<&MemberChange> {
        let (_, changes) = self.parted.as_ref().filter(|(rest, _)| rest.is_empty())?;
        match changes.as_slice() {
            [change @ MemberChange::Add(members)] if (1..=FEW).contains(&members.len()) => Some(change),
            [change @ MemberChange::Remove(ids)] if (1..=FEW).contains(&ids.len()) => Some(change),
            _ => None,
        }
    }
}

impl Command {
    fn new(app: &App, principal: &Arc<Principal>, precondition: Precondition) -> Result<Self, Error> {
        let caller = Caller::of(principal)?;
        Ok(Self {
            app: app.clone(),
            caller,
            principal: Arc::clone(principal),
            now: app.clock.now(),
            precondition,
            request_id: trail::request_id(),
            notes: Notes::default(),
        })
    }

    fn tenant(&self) -> TenantId {
        self.principal.tenant.id
    }

    async fn create(&self, tx: &mut Conn, document: &Object, members: &[Member]) -> Result<Resource, Error> {
        self.notes.clear();
        let now = calendar::to_millis(self.now);
        let group = Group {
            tenant: self.tenant(),
            id: GroupId::generate(&*self.app.clock, &*self.app.rng),
            connection: Some(self.caller.connection.id),
            external_id: text(document, "externalId"),
            display_name: text(document, "displayName").unwrap_or_default(),
            parent: None,
            visibility: Visibility::Public,
            document: document.clone(),
            is_root: false,
            version: 1,
            created_at: now,
            modified_at: now,
        };
        self.free_name(tx, &group).await?;
        store::groups::insert(tx, &group).await?;
        self.follow_unique(tx, group.id, [&Object::new(), &group.document]).await?;
        let resolved = self.known(tx, group.id, members).await?;
        let mut changes = Changes::default();
        changes.insert(store::memberships::insert(tx, self.tenant(), &resolved, self.now).await?);
        let created = Event::of_group(event::Kind::GroupCreated, group.id, self.told());
        self.record(tx, std::iter::once(created).chain(changes.events()).collect()).await?;
        self.audit(tx, "group.create", group.id, json!({ "members": resolved.len() })).await?;
        mapping::follow(tx, self.tenant(), self.caller.connection.id, &changes.members(), self.now).await?;
        self.notes.members(group.id, u64::try_from(resolved.len()).unwrap_or(u64::MAX));
        Ok(self.resource(&group, &self.listed(tx, group.id).await?))
    }

    async fn replace(&self, tx: &mut Conn, id: &str, body: &Object) -> Result<Resource, Error> {
        self.notes.clear();
        let before = self.load(tx, id).await?;
        let mut document =
            validate::document(body, &self.caller.registry, Kind::Group, Context::Replace(&before.document))?;
        let members = take_members(&mut document);
        let rows = self.known(tx, before.id, &members).await?;
        let mut changes = Changes::default();
        self.replace_rows(tx, before.id, rows, &mut changes).await?;
        let group = self.store(tx, before, document, &changes).await?;
        Ok(self.resource(&group, &self.listed(tx, group.id).await?))
    }

    async fn patch(&self, tx: &mut Conn, id: &str, edit: &Edit) -> Result<Group, Error> {
        self.notes.clear();
        if let (Some(change), Ok(group)) = (edit.few(), id.parse()) {
            self.foresee(tx, group, change).await?;
        }
        let before = self.load(tx, id).await?;
        let (document, changes) = match &edit.parted {
            Some((rest, changes)) => {
                let document = rest.apply(&before.document, &self.caller.registry, Kind::Group)?;
                (document, self.change_members(tx, before.id, changes).await?)
            }
            None => self.patch_whole(tx, &before, &edit.patch).await?,
        };
        self.store(tx, before, document, &changes).await
    }

    /// Reads ahead what the change of a few members looks at.
    async fn foresee(&self, tx: &mut Conn, group: GroupId, change: &MemberChange) -> Result<(), Error> {
        let (newcomers, members) = match change {
            MemberChange::Add(members) => {
                let people: Vec<UserId> = members.iter().filter_map(|member| member.value.parse().ok()).collect();
                let members = people.iter().copied().map(MemberId::User).collect();
                (people, members)
            }
            MemberChange::Remove(ids) => (Vec::new(), members::ids(ids)),
            MemberChange::RemoveAll | MemberChange::Replace(_) => return Ok(()),
        };
        let (tenant, connection) = (self.tenant(), self.caller.connection.id);
        Ok(tx.foresee_members(tenant, group, connection, &newcomers, &members).await?)
    }

    /// A patch that looks at the members it changes: they are loaded, once.
    async fn patch_whole(&self, tx: &mut Conn, before: &Group, patch: &Patch) -> Result<(Object, Changes), Error> {
        let mut basis = before.document.clone();
        if let Some(members) = self.listed(tx, before.id).await?.of(before.id) {
            basis.insert("members".to_owned(), Value::Array(members.clone()));
        }
        let mut document = patch.apply(&basis, &self.caller.registry, Kind::Group)?;
        let members = take_members(&mut document);
        let resolved = members::resolve(tx, self.tenant(), &self.caller, before.id, &members).await?;
        let rows = self.tolerate(tx, before.id, resolved).await?;
        let mut changes = Changes::default();
        self.replace_rows(tx, before.id, rows, &mut changes).await?;
        Ok((document, changes))
    }

    async fn change_members(&self, tx: &mut Conn, group: GroupId, wanted: &[MemberChange]) -> Result<Changes, Error> {
        let (tenant, connection) = (self.tenant(), Some(self.caller.connection.id));
        let mut changes = Changes::default();
        members::hold(tx, tenant, wanted).await?;
        for change in wanted {
            match change {
                MemberChange::Add(members) => {
                    let resolved = members::resolve(tx, tenant, &self.caller, group, members).await?;
                    let rows = self.tolerate(tx, group, resolved).await?;
                    changes.insert(store::memberships::insert(tx, tenant, &rows, self.now).await?);
                }
                MemberChange::Remove(values) => {
                    let ids = members::ids(values);
                    let source = Source::IdpMembers;
                    changes.remove(store::memberships::remove(tx, tenant, group, source, connection, &ids).await?);
                }
                MemberChange::RemoveAll => {
                    let source = Source::IdpMembers;
                    changes.remove(store::memberships::remove_all(tx, tenant, group, source, connection).await?);
                }
                MemberChange::Replace(members) => {
                    let resolved = members::resolve(tx, tenant, &self.caller, group, members).await?;
                    let rows = self.tolerate(tx, group, resolved).await?;
                    self.replace_rows(tx, group, rows, &mut changes).await?;
                }
            }
        }
        Ok(changes)
    }

    /// Makes the rows of this connection what they should be.
    async fn replace_rows(
        &self,
        tx: &mut Conn,
        group: GroupId,
        rows: Vec<Membership>,
        changes: &mut Changes,
    ) -> Result<(), Error> {
        let wanted: HashSet<MemberId> = rows.iter().map(|row| row.member).collect();
        let present = members::rows(tx, self.tenant(), &self.caller, group).await?;
        let gone: Vec<_> = present.iter().map(|row| row.member).filter(|member| !wanted.contains(member)).collect();
        let connection = Some(self.caller.connection.id);
        let source = Source::IdpMembers;
        changes.remove(store::memberships::remove(tx, self.tenant(), group, source, connection, &gone).await?);
        changes.insert(store::memberships::insert(tx, self.tenant(), &rows, self.now).await?);
        Ok(())
    }

    /// The members of a POST or PUT: each must exist.
    async fn known(&self, tx: &mut Conn, group: GroupId, members: &[Member]) -> Result<Vec<Membership>, Error> {
        let resolved = members::resolve(tx, self.tenant(), &self.caller, group, members).await?;
        if resolved.unknown.is_empty() {
            return Ok(resolved.rows);
        }
        let unknown: Vec<String> = resolved.unknown.iter().take(20).map(|id| id.chars().take(64).collect()).collect();
        let detail =
            format!("members names ids that belong to no user or group: {}; create them first", unknown.join(", "));
        Err(scim::Error::invalid_value(detail).into())
    }

    /// The members of a PATCH: those that exist count, the others are noted (decision 8).
    async fn tolerate(&self, tx: &mut Conn, group: GroupId, resolved: Resolved) -> Result<Vec<Membership>, Error> {
        if !resolved.unknown.is_empty() {
            let unknown: Vec<String> =
                resolved.unknown.iter().take(100).map(|id| id.chars().take(64).collect()).collect();
            self.audit(tx, "group.unknown-members", group, json!({ "unknown": unknown })).await?;
        }
        Ok(resolved.rows)
    }

    /// Writes the row and its events, if anything changed.
    async fn store(&self, tx: &mut Conn, before: Group, document: Object, changes: &Changes) -> Result<Group, Error> {
        self.notes.members(before.id, changes.count());
        if document == before.document && changes.count() == 0 {
            return Ok(before);
        }
        limits::check_group(&document)?;
        let later = before.modified_at.checked_add(SignedDuration::from_millis(1)).unwrap_or(before.modified_at);
        let group = Group {
            external_id: text(&document, "externalId"),
            display_name: text(&document, "displayName").unwrap_or_default(),
            document,
            version: before.version + 1,
            modified_at: calendar::to_millis(self.now).max(later),
            ..before.clone()
        };
        if before.connection.is_none() && group.document != before.document {
            return Err(Error::Forbidden(
                "this group belongs to the platform; its members may be pushed, its attributes may not".to_owned(),
            ));
        }
        let is_renamed = fold::fold(&group.display_name) != fold::fold(&before.display_name);
        if is_renamed {
            self.free_name(tx, &group).await?;
        }
        store::groups::update(tx, &before, &group).await?;
        self.follow_unique(tx, group.id, [&before.document, &group.document]).await?;
        let mut events = changes.events();
        if group.document != before.document || events.is_empty() {
            events.insert(0, Event::of_group(event::Kind::GroupUpdated, group.id, self.told()));
        }
        self.record(tx, events).await?;
        let mut members = changes.members();
        if is_renamed {
            members.push(MemberId::Group(group.id));
        }
        self.audit(tx, "group.update", group.id, json!({ "members": changes.count() })).await?;
        mapping::follow(tx, self.tenant(), self.caller.connection.id, &members, self.now).await?;
        Ok(group)
    }

    async fn delete(&self, tx: &mut Conn, id: &str) -> Result<Consequences, Error> {
        self.notes.clear();
        let group = self.load(tx, id).await?;
        if group.connection.is_none() {
            return Err(Error::Forbidden(
                "this group belongs to the platform; it can't be deleted over SCIM".to_owned(),
            ));
        }
        self.forget_roles(tx, &group).await?;
        // Looked at while the group still leads to them.
        let connection = self.caller.connection.id;
        let people = mapping::reached(tx, self.tenant(), connection, &[MemberId::Group(group.id)]).await?;
        store::memberships::remove_group(tx, self.tenant(), group.id).await?;
        store::groups::delete(tx, self.tenant(), group.id).await?;
        self.follow_unique(tx, group.id, [&group.document, &Object::new()]).await?;
        self.record(tx, vec![Event::of_group(event::Kind::GroupDeleted, group.id, self.told())]).await?;
        mapping::enforce(tx, self.tenant(), &people, self.now).await?;
        self.audit(tx, "group.delete", group.id, json!({})).await?;
        self.notes.members(group.id, 0);
        Ok(self.notes.take())
    }

    /// Takes the group out of the `groupRoles` of those who have a role on it.
    async fn forget_roles(&self, tx: &mut Conn, group: &Group) -> Result<(), Error> {
        let tenant = self.tenant();
        let source = Source::IdpRoles;
        let holders = store::memberships::of_groups(tx, tenant, &[group.id], source, self.caller.connection.id).await?;
        // Who has several roles on it is in several rows.
        let holders: BTreeSet<UserId> = holders.iter().filter_map(|holder| holder.membership.member.user()).collect();
        for id in holders {
            let Some(before) = store::users::lock(tx, tenant, id).await? else { continue };
            let mut after = before.clone();
            drop_roles(&mut after.document, group.id);
            if after.document == before.document {
                continue;
            }
            after.version += 1;
            after.modified_at = calendar::to_millis(self.now).max(before.modified_at);
            store::users::update(tx, &before, &after).await?;
            let event = Event::of_user(event::Kind::UserUpdated, &after, Some(&before), "scim");
            self.record(tx, vec![event]).await?;
        }
        Ok(())
    }

    /// Values that only one group may have follow its document.
    async fn follow_unique(&self, tx: &mut Conn, group: GroupId, documents: [&Object; 2]) -> Result<(), Error> {
        let registry = &self.caller.registry;
        unique::follow(tx, self.tenant(), registry, Kind::Group, &group.to_string(), documents).await
    }

    /// The group, locked, in the caller's sight and of the version the caller means.
    async fn load(&self, tx: &mut Conn, id: &str) -> Result<Group, Error> {
        let parsed = id.parse::<GroupId>().map_err(|_| not_found(id))?;
        let group = store::groups::lock(tx, self.tenant(), parsed).await?;
        let group = group.filter(|group| is_visible(group, &self.caller)).ok_or_else(|| not_found(id))?;
        self.precondition.check(group.version)?;
        Ok(group)
    }

    /// A name the connection sees already is taken, also the platform's: a filter by name must find one group.
    async fn free_name(&self, tx: &mut Conn, group: &Group) -> Result<(), Error> {
        let view = View::Connection(self.caller.connection.id);
        let key = fold::fold(&group.display_name);
        let named = store::groups::find_by_display_name(tx, self.tenant(), view, &key).await?;
        if named.iter().any(|other| other.id != group.id) { Err(taken(&group.display_name)) } else { Ok(()) }
    }

    /// The group as it is answered, with what the write came to.
    fn resource(&self, group: &Group, listed: &Listed) -> Resource {
        Resource { consequences: self.notes.take(), ..resource(&self.app, group, listed) }
    }

    async fn listed(&self, tx: &mut Conn, group: GroupId) -> Result<Listed, Error> {
        members::load(tx, &self.app, &self.caller, &[group], self.tenant()).await
    }

    async fn answer(&self, app: &App, group: &Group, projection: &Projection) -> Result<Patched, Error> {
        let mut reader = app.store.read().await?;
        if projection.is_default() {
            let (caller, tenant) = (&self.caller, self.tenant());
            let few = members::load_few(&mut reader, app, caller, group.id, tenant, SHOWN_MEMBERS).await?;
            return Ok(match few {
                Some(listed) => Patched::Whole(self.resource(group, &listed)),
                None => Patched::TooLarge { version: group.version, consequences: self.notes.take() },
            });
        }
        let listed = if projection.shows(&self.caller.registry, Kind::Group, "members") {
            self.listed(&mut reader, group.id).await?
        } else {
            Listed::default()
        };
        Ok(Patched::Whole(self.resource(group, &listed)))
    }

    /// What every event of a group tells.
    fn told(&self) -> Value {
        json!({ "source": "scim", "connectionId": self.caller.connection.id.to_string() })
    }

    async fn record(&self, tx: &mut Conn, events: Vec<Event>) -> Result<(), Error> {
        self.notes.events(events.iter().map(|event| event.kind));
        Ok(store::events::append(tx, self.tenant(), self.now, &events).await?)
    }

    async fn audit(&self, tx: &mut Conn, action: &'static str, group: GroupId, detail: Value) -> Result<(), Error> {
        let actor = format!("token:{}", self.principal.token);
        let (target, request_id) = (Some(group.to_string()), self.request_id.clone());
        let entry = audit::Entry { actor, action, target, request_id, detail };
        Ok(audit::append(tx, self.tenant(), self.now, &[entry]).await?)
    }
}

/// Takes a group out of what a person's document says of roles.
fn drop_roles(document: &mut Object, group: GroupId) {
    let Some(Value::Object(own)) = document.get_mut(schema::USHER) else { return };
    if let Some(Value::Array(roles)) = own.get_mut("groupRoles") {
        roles.retain(|role| role.get("value").and_then(Value::as_str) != Some(&group.to_string()));
        if roles.is_empty() {
            own.shift_remove("groupRoles");
        }
    }
    if own.is_empty() {
        document.shift_remove(schema::USHER);
    }
}

fn text(document: &Object, name: &str) -> Option<String> {
    document.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn taken(name: &str) -> Error {
    let detail = format!("a group with the displayName \"{name}\" already exists");
    Error::Scim(scim::Error::of(scim::ScimType::Uniqueness, detail))
}

/// A displayName that was taken between the look and the write, which the end of a write tells.
fn conflict(error: Error) -> Error {
    use crate::store::{Conflict, StoreError};
    match error {
        Error::Store(StoreError::Conflict(Conflict::GroupDisplayName)) => {
            Error::Scim(scim::Error::of(scim::ScimType::Uniqueness, "a group with this displayName already exists"))
        }
        other => other,
    }
}
