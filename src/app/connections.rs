//! Connections: an identity provider's or HR system's integration, its settings and its group mappings.

use super::{
    App, Error, access,
    groups::mapping,
    tenants::{self, OPERATOR},
};
use crate::{
    domain::{
        ConnectionId, GroupId, TenantId,
        company::CompanySignIn,
        connection::{Connection, Extension, GroupMapping},
        notification::MailSwitch,
        role::Role,
        tenant::Tenant,
        user::Mode,
    },
    scim::fold::fold,
    store::{
        self, Conn, StoreError,
        audit::{self, Entry},
        groups::View,
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The connection of tokens that name none.
pub const DEFAULT: &str = "default";

/// The settings to change; what is absent stays. An inner `None` clears a setting.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The path for people whose push names none; cleared, the tenant's.
    pub default_mode: Option<Option<Mode>>,
    /// The group everyone of the connection joins.
    pub default_group: Option<Option<GroupId>>,
    /// The role on it, and of pushed members.
    pub default_role: Option<Option<Role>>,
    /// Whether mails leave, wait or are not made.
    pub notifications: Option<MailSwitch>,
    /// Whether our own extension is published and returned.
    pub extension: Option<Extension>,
    /// Where its people sign in with their company's account; cleared, as the tenant has it.
    pub company_sign_in: Option<Option<CompanySignIn>>,
}

/// Who changes a connection, for the audit trail.
#[derive(Debug, Clone)]
pub(super) struct Author {
    /// As the audit trail names them.
    pub name: String,
    /// The request it came with.
    pub request_id: Option<String>,
}

impl Author {
    /// An operator in a shell.
    pub fn operator() -> Self {
        Self { name: OPERATOR.to_owned(), request_id: None }
    }
}

/// A new connection.
///
/// # Errors
/// `NotFound` for the tenant, `Invalid` for a name or setting, `Conflict` for a name that is taken.
pub async fn create(app: &App, tenant: &str, name: &str, changes: Changes) -> Result<Connection, Error> {
    let now = app.clock.now();
    let id = ConnectionId::generate(&*app.clock, &*app.rng);
    let (slug, owned) = (tenant.to_owned(), name.to_owned());
    let written = app.store.write(move |tx| {
        let (slug, name, changes) = (slug.clone(), owned.clone(), changes.clone());
        Box::pin(async move {
            let tenant = tenants::by_slug(tx, &slug).await?;
            insert(tx, &tenant, id, name, changes, &Author::operator(), now).await
        })
    });
    match written.await {
        Ok(connection) => {
            access::forget(app);
            Ok(connection)
        }
        Err(Error::Store(StoreError::Conflict(_))) => {
            Err(Error::Conflict(format!("there is a connection {name} in tenant {tenant} already")))
        }
        Err(error) => Err(error),
    }
}

/// Changes a connection's settings; they count from the next request on.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn set(app: &App, tenant: &str, name: &str, changes: Changes) -> Result<Connection, Error> {
    let now = app.clock.now();
    let (slug, name) = (tenant.to_owned(), name.to_owned());
    let connection = app
        .store
        .write(move |tx| {
            let (slug, name, changes) = (slug.clone(), name.clone(), changes.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let connection = by_name(tx, &tenant, &name).await?;
                change(tx, connection, changes, &Author::operator(), now).await
            })
        })
        .await?;
    access::forget(app);
    Ok(connection)
}

/// Maps a pushed group to a platform group: who is pushed into the one holds the role on the other.
///
/// # Errors
/// `NotFound` for tenant, connection and group; `Invalid` for the role of the owner.
pub async fn map(app: &App, tenant: &str, name: &str, mapping: GroupMapping) -> Result<Connection, Error> {
    if mapping.role == Role::Owner {
        return Err(Error::Invalid { field: "role", message: "nobody becomes the owner by a mapping".to_owned() });
    }
    let now = app.clock.now();
    let (slug, name) = (tenant.to_owned(), name.to_owned());
    let connection = app
        .store
        .write(move |tx| {
            let (slug, name, mapping) = (slug.clone(), name.clone(), mapping.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let connection = by_name(tx, &tenant, &name).await?;
                if store::groups::find(tx, tenant.id, mapping.group).await?.is_none() {
                    return Err(Error::NotFound(format!("there is no group {} in this tenant", mapping.group)));
                }
                store::mappings::hold(tx, tenant.id).await?;
                store::connections::insert_mapping(tx, tenant.id, connection.id, &mapping).await?;
                follow(tx, &connection, &[&mapping.pushed], now).await?;
                let detail = json!({
                    "connection": connection.name,
                    "pushed": mapping.pushed,
                    "group": mapping.group.to_string(),
                    "role": mapping.role.as_str(),
                });
                record(tx, &connection, &Author::operator(), now, "connection.mapped", detail).await?;
                Ok::<_, Error>(connection)
            })
        })
        .await?;
    access::forget(app);
    Ok(connection)
}

/// Takes a mapping away: who held the role by it alone holds it no longer.
///
/// # Errors
/// `NotFound` for tenant, connection and mapping; `LastAdministrators`.
pub async fn unmap(app: &App, tenant: &str, name: &str, mapping: GroupMapping) -> Result<Connection, Error> {
    let now = app.clock.now();
    let (slug, name) = (tenant.to_owned(), name.to_owned());
    let connection = app
        .store
        .write(move |tx| {
            let (slug, name, mapping) = (slug.clone(), name.clone(), mapping.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let connection = by_name(tx, &tenant, &name).await?;
                let GroupMapping { pushed, group, role } = mapping;
                store::mappings::hold(tx, tenant.id).await?;
                if !store::mappings::remove(tx, tenant.id, connection.id, &pushed, group, role).await? {
                    let message = format!("the connection {name} does not map {pushed} to {group} as {role}");
                    return Err(Error::NotFound(message));
                }
                follow(tx, &connection, &[&pushed], now).await?;
                let detail = json!({
                    "connection": connection.name,
                    "pushed": pushed,
                    "group": group.to_string(),
                    "role": role.as_str(),
                });
                record(tx, &connection, &Author::operator(), now, "connection.unmapped", detail).await?;
                Ok::<_, Error>(connection)
            })
        })
        .await?;
    access::forget(app);
    Ok(connection)
}

/// Mappings came or went: who is in the pushed groups gets or loses the roles, all at once, so that a role which moves from one mapping to
/// another is never gone in between. They are held since before they came or went.
async fn follow(tx: &mut Conn, connection: &Connection, pushed: &[&str], now: Timestamp) -> Result<(), Error> {
    let mut groups = Vec::new();
    for pushed in pushed {
        let view = View::Connection(connection.id);
        let named = store::groups::find_by_display_name(tx, connection.tenant, view, &fold(pushed)).await?;
        groups.extend(named.iter().filter(|group| group.connection == Some(connection.id)).map(|group| group.id));
    }
    let people = store::mappings::below(tx, connection.tenant, connection.id, &groups).await?;
    let people: Vec<_> = people.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    mapping::enforce(tx, connection.tenant, &people, now).await
}

/// A connection with what it maps.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The connection.
    pub connection: Connection,
    /// Pushed group to platform group.
    pub mappings: Vec<GroupMapping>,
}

/// A tenant's connections with their mappings.
///
/// # Errors
/// `NotFound` for the tenant.
pub async fn list(app: &App, tenant: &str) -> Result<Vec<Listed>, Error> {
    let mut reader = app.store.read().await?;
    let tenant = tenants::by_slug(&mut reader, tenant).await?;
    let mut listed = Vec::new();
    for connection in store::connections::list(&mut reader, tenant.id).await? {
        let mappings = store::connections::list_mappings(&mut reader, tenant.id, connection.id).await?;
        listed.push(Listed { connection, mappings });
    }
    Ok(listed)
}

/// The connection a token is for, made on demand; `default` when none is named.
pub(super) async fn on_demand(
    tx: &mut Conn,
    tenant: &Tenant,
    name: Option<&str>,
    fresh: ConnectionId,
    now: Timestamp,
) -> Result<Connection, Error> {
    let wanted = name.unwrap_or(DEFAULT);
    match store::connections::find_by_name(tx, tenant.id, wanted).await? {
        Some(connection) => Ok(connection),
        None => insert(tx, tenant, fresh, wanted.to_owned(), Changes::default(), &Author::operator(), now).await,
    }
}

/// Inserts a connection with these settings.
///
/// # Errors
/// `Invalid` for a name or setting.
pub(super) async fn insert(
    tx: &mut Conn,
    tenant: &Tenant,
    id: ConnectionId,
    name: String,
    changes: Changes,
    author: &Author,
    now: Timestamp,
) -> Result<Connection, Error> {
    check_name(&name)?;
    let mut connection = Connection {
        tenant: tenant.id,
        id,
        name,
        default_mode: None,
        default_group: None,
        default_role: None,
        notifications: MailSwitch::On,
        extension: Extension::On,
        company_sign_in: None,
    };
    apply(tx, &mut connection, changes).await?;
    store::connections::insert(tx, &connection, now).await?;
    let detail = json!({ "connection": connection.name, "after": settings(&connection) });
    record(tx, &connection, author, now, "connection.created", detail).await?;
    Ok(connection)
}

/// Changes a connection's settings; nothing is written where nothing differs.
///
/// # Errors
/// `Invalid` naming a setting.
pub(super) async fn change(
    tx: &mut Conn,
    connection: Connection,
    changes: Changes,
    author: &Author,
    now: Timestamp,
) -> Result<Connection, Error> {
    let mut changed = connection.clone();
    apply(tx, &mut changed, changes).await?;
    let (before, after) = (settings(&connection), settings(&changed));
    if before != after {
        store::connections::update(tx, &changed).await?;
        let detail = json!({ "connection": changed.name, "before": before, "after": after });
        record(tx, &changed, author, now, "connection.changed", detail).await?;
    }
    Ok(changed)
}

/// Replaces the group mappings of a connection.
///
/// # Errors
/// `Invalid` for a group that does not exist; `LastAdministrators`.
pub(super) async fn replace_mappings(
    tx: &mut Conn,
    connection: &Connection,
    mappings: &[GroupMapping],
    author: &Author,
    now: Timestamp,
) -> Result<Vec<GroupMapping>, Error> {
    let wanted: Vec<GroupId> = mappings.iter().map(|mapping| mapping.group).collect();
    let known = store::groups::find_many(tx, connection.tenant, &wanted).await?;
    if let Some(missing) = wanted.iter().find(|id| known.iter().all(|group| group.id != **id)) {
        return Err(Error::Invalid { field: "to", message: format!("there is no group {missing}") });
    }
    store::mappings::hold(tx, connection.tenant).await?;
    let before = store::connections::list_mappings(tx, connection.tenant, connection.id).await?;
    store::connections::delete_mappings(tx, connection.tenant, connection.id).await?;
    for mapping in mappings {
        store::connections::insert_mapping(tx, connection.tenant, connection.id, mapping).await?;
    }
    let after = store::connections::list_mappings(tx, connection.tenant, connection.id).await?;
    let pushed: BTreeSet<&str> = before.iter().chain(&after).map(|mapping| mapping.pushed.as_str()).collect();
    follow(tx, connection, &pushed.into_iter().collect::<Vec<_>>(), now).await?;
    let shown = |mappings: &[GroupMapping]| mappings.iter().map(mapping_shown).collect::<Vec<_>>();
    let (old, new) = (shown(&before), shown(&after));
    if old != new {
        let detail =
            json!({ "connection": connection.name, "before": { "mappings": old }, "after": { "mappings": new } });
        record(tx, connection, author, now, "connection.mappings_changed", detail).await?;
    }
    Ok(after)
}

fn mapping_shown(mapping: &GroupMapping) -> Value {
    json!({ "group": mapping.pushed, "to": mapping.group.to_string(), "role": mapping.role.as_str() })
}

/// The settings as the audit trail shows them.
fn settings(connection: &Connection) -> Value {
    json!({
        "defaultMode": connection.default_mode.map(Mode::as_str),
        "defaultGroup": connection.default_group.map(|group| group.to_string()),
        "defaultRole": connection.default_role.map(Role::as_str),
        "notifications": connection.notifications.as_str(),
        "extension": connection.extension.as_str(),
        "companySignIn": connection.company_sign_in.as_ref().map(CompanySignIn::as_str),
    })
}

async fn apply(tx: &mut Conn, connection: &mut Connection, changes: Changes) -> Result<(), Error> {
    if let Some(group) = changes.default_group {
        if let Some(group) = group {
            check_group(tx, connection.tenant, group).await?;
        }
        connection.default_group = group;
    }
    if let Some(role) = changes.default_role {
        if role.is_some_and(|role| !role.is_grantable_by_push()) {
            let message = "everybody would get it: use learner, author or coach, or a mapping for one group".to_owned();
            return Err(Error::Invalid { field: "defaultRole", message });
        }
        connection.default_role = role;
    }
    connection.default_mode = changes.default_mode.unwrap_or(connection.default_mode);
    connection.notifications = changes.notifications.unwrap_or(connection.notifications);
    connection.extension = changes.extension.unwrap_or(connection.extension);
    if let Some(company) = changes.company_sign_in {
        connection.company_sign_in = company;
    }
    Ok(())
}

async fn by_name(conn: &mut Conn, tenant: &Tenant, name: &str) -> Result<Connection, Error> {
    let found = store::connections::find_by_name(conn, tenant.id, name).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no connection {name} in tenant {}", tenant.slug)))
}

async fn check_group(conn: &mut Conn, tenant: TenantId, group: GroupId) -> Result<(), Error> {
    if store::groups::find(conn, tenant, group).await?.is_some() {
        return Ok(());
    }
    Err(Error::Invalid { field: "defaultGroup", message: format!("there is no group {group} in this tenant") })
}

async fn record(
    tx: &mut Conn,
    connection: &Connection,
    author: &Author,
    now: Timestamp,
    action: &'static str,
    detail: Value,
) -> Result<(), Error> {
    let entry = Entry {
        actor: author.name.clone(),
        action,
        target: Some(connection.id.to_string()),
        request_id: author.request_id.clone(),
        detail,
    };
    audit::append(tx, connection.tenant, now, &[entry]).await?;
    Ok(store::tenants::bump_epoch(tx).await?)
}

/// Refuses what can't be the name of a connection.
///
/// # Errors
/// `Invalid`.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let is_name = (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if is_name {
        return Ok(());
    }
    let message = format!("\"{name}\" is no connection name; use letters, digits, - _ and ., at most 63 characters");
    Err(Error::Invalid { field: "connection", message })
}
