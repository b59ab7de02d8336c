//! Roles on groups that a push names: `groupRoles`, its flat twin `groupRoleList`, and core `roles` that name a group and a role.

use super::{
    Caller,
    wish::{self, Reading},
};
use crate::{
    app::{Error, memberships::Changes, scene::Scene},
    domain::{
        GroupId, TenantId,
        group::{Group, MemberId, Membership},
        program_session::ProgramSession,
        role::{Role, Source},
        user::User,
    },
    scim::{
        Object, fold,
        schema::{self, own},
    },
    store::{self, Conn, groups::View},
};
use serde_json::{Value, json};

/// A role on a group.
pub type Grant = (GroupId, Role);

/// Whether the person is new to the connection, whose default group they then join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joining {
    /// Added just now.
    New,
    /// Known before, but not as one of the connection's live people.
    Back,
    /// One of the connection's people.
    Again,
}

impl Joining {
    /// Of a person before and after a change.
    pub fn of(before: &User, user: &User) -> Self {
        if before.connection == user.connection && before.is_live() { Self::Again } else { Self::Back }
    }
}

/// Whether somebody's memberships changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    Same,
    Changed,
}

/// Looks up what the document's roles name, and writes the canonical `groupRoles` back into it.
///
/// # Errors
/// 400 `invalidValue` for an unknown or ambiguous group, or a role that may not be granted.
pub async fn resolve(
    tx: &mut Conn,
    tenant: TenantId,
    caller: &Caller,
    document: &mut Object,
) -> Result<Vec<Grant>, Error> {
    let mut grants = Vec::new();
    let attributes = own::read(document)?;
    let mut canonical = Vec::new();
    // The flat twin is never part of what is stored, so where it is given it is what the client means.
    let named: Vec<(&str, &str)> = if attributes.group_role_list.is_empty() {
        attributes.group_roles.iter().map(|role| (role.group.as_str(), role.role)).collect()
    } else {
        let each = attributes.group_role_list.iter();
        each.flat_map(|entry| entry.roles.iter().map(|role| (entry.group.as_str(), *role))).collect()
    };
    for (name, word) in named {
        let group = find(tx, tenant, caller, name).await?;
        let role = grantable(word)?;
        if !grants.contains(&(group.id, role)) {
            grants.push((group.id, role));
            canonical
                .push(json!({ "value": group.id.to_string(), "display": group.display_name, "role": role.as_str() }));
        }
    }
    if let Some(Value::Object(own)) = document.get_mut(schema::USHER) {
        own.shift_remove("groupRoleList");
        if !canonical.is_empty() {
            own.insert("groupRoles".to_owned(), Value::Array(canonical));
        }
        if own.is_empty() {
            document.shift_remove(schema::USHER);
        }
    }
    grants.extend(core_roles(tx, tenant, caller, document).await?);
    Ok(grants)
}

/// A leaver is not kept by a bad role: the roles stay what they were.
pub fn give_up(reading: &mut Reading, before: &User) -> Vec<Grant> {
    let stored = before.document.get(schema::USHER).and_then(|own| own.get("groupRoles")).cloned();
    if let Some(Value::Object(own)) = reading.wish.document.get_mut(schema::USHER) {
        own.shift_remove("groupRoles");
        own.shift_remove("groupRoleList");
        if let Some(stored) = stored {
            own.insert("groupRoles".to_owned(), stored);
        }
    }
    reading.dropped.push("groupRoles".to_owned());
    Vec::new()
}

/// Whoever is invited from a session is a learner on its group, whatever else the push says.
pub fn confine(grants: &mut Vec<Grant>, session: Option<&ProgramSession>) {
    if let Some(session) = session {
        *grants = vec![(session.group, Role::Learner)];
    }
}

/// Makes the person's role rows of this connection what the grants say.
///
/// # Errors
/// The store's.
pub async fn join(
    tx: &mut Conn,
    scene: &Scene,
    user: &User,
    grants: &[Grant],
    joining: Joining,
) -> Result<Joined, Error> {
    let connection = scene.connection.as_ref();
    let id = connection.map(|connection| connection.id);
    if !user.is_live() {
        return Ok(Joined::Same);
    }
    let mut changes = Changes::default();
    if joining != Joining::New {
        changes.remove(store::memberships::remove_of_user(tx, user.tenant, user.id, Source::IdpRoles, id).await?);
    }
    let row = |group, role, source| Membership {
        group,
        member: MemberId::User(user.id),
        role,
        source,
        connection: id,
        display: None,
    };
    let mut rows: Vec<_> = grants.iter().map(|(group, role)| row(*group, *role, Source::IdpRoles)).collect();
    if let Some(group) =
        connection.and_then(|connection| connection.default_group).filter(|_| joining != Joining::Again)
    {
        let role = connection.and_then(|connection| connection.default_role).unwrap_or(Role::Learner);
        rows.push(row(group, role, Source::Default));
    }
    changes.insert(store::memberships::insert(tx, user.tenant, &rows, scene.now).await?);
    if !rows.is_empty() {
        scene.notes.roles(&rows);
    }
    store::events::append(tx, user.tenant, scene.now, &changes.events()).await?;
    Ok(if changes.count() == 0 { Joined::Same } else { Joined::Changed })
}

/// Whether a change of a document may change its roles: both speak of none where there are none to take back.
pub fn are_concerned(before: &Object, after: &Object) -> bool {
    let speaks = |document: &Object| {
        let own = document.get(schema::USHER).and_then(Value::as_object);
        let names = ["groupRoles", "groupRoleList", "invitedFrom"];
        document.contains_key("roles") || own.is_some_and(|own| names.iter().any(|name| own.contains_key(*name)))
    };
    before != after && (speaks(before) || speaks(after))
}

fn grantable(word: &str) -> Result<Role, Error> {
    let role: Role = word.parse().map_err(|error: crate::domain::role::UnknownRole| {
        wish::bad("groupRoles", &format!("can't be used: {error}"))
    })?;
    if role.is_grantable_by_push() {
        Ok(role)
    } else {
        Err(wish::bad(
            "groupRoles",
            &format!("may not grant \"{role}\"; an administrator grants it, or a group mapping"),
        ))
    }
}

/// The group of an id or a name, as far as the connection may see it.
async fn find(tx: &mut Conn, tenant: TenantId, caller: &Caller, name: &str) -> Result<Group, Error> {
    if let Some(group) = by_id(tx, tenant, caller, name).await? {
        return Ok(group);
    }
    let view = View::Connection(caller.connection.id);
    let mut named = store::groups::find_by_display_name(tx, tenant, view, &fold::fold(name)).await?;
    match (named.pop(), named.is_empty()) {
        (Some(group), true) => Ok(group),
        (Some(_), false) => {
            Err(wish::bad("groupRoles", &format!("names the group \"{name}\", of which there are several; use its id")))
        }
        (None, _) => Err(wish::bad("groupRoles", &format!("names the group \"{name}\", which does not exist"))),
    }
}

async fn by_id(tx: &mut Conn, tenant: TenantId, caller: &Caller, name: &str) -> Result<Option<Group>, Error> {
    let Ok(id) = name.parse::<GroupId>() else { return Ok(None) };
    let group = store::groups::find(tx, tenant, id).await?;
    Ok(group.filter(|group| !group.is_root && group.connection.is_none_or(|owner| owner == caller.connection.id)))
}

/// Core `roles` take effect where `type` names one group and `value` a grantable role; all others are just stored (decision 21).
async fn core_roles(tx: &mut Conn, tenant: TenantId, caller: &Caller, document: &Object) -> Result<Vec<Grant>, Error> {
    let Some(Value::Array(roles)) = document.get("roles") else { return Ok(Vec::new()) };
    let mut grants = Vec::new();
    for role in roles {
        let word = |name: &str| role.get(name).and_then(Value::as_str);
        let (Some(group), Some(value)) = (word("type"), word("value")) else { continue };
        let Ok(role) = grantable(value) else { continue };
        if let Ok(group) = find(tx, tenant, caller, group).await {
            grants.push((group.id, role));
        }
    }
    Ok(grants)
}
