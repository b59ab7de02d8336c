//! Connections: an identity provider's or HR system's integration, its settings and its group mappings.

use super::{
    App, Error, access,
    groups::{mapping, members},
    tenants::{self, OPERATOR},
};
use crate::{
    domain::{
        ConnectionId, GroupId, TenantId,
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
}

/// A new connection.
///
/// # Errors
/// `NotFound` for the tenant, `Invalid` for a name or setting, `Conflict` for a name that is taken.
pub async fn create(app: &App, tenant: &str, name: &str, changes: Changes) -> Result<Connection, Error> {
    check_name(name)?;
    let now = app.clock.now();
    let id = ConnectionId::generate(&*app.clock, &*app.rng);
    let (slug, owned) = (tenant.to_owned(), name.to_owned());
    let written = app.store.write(move |tx| {
        let (slug, name, changes) = (slug.clone(), owned.clone(), changes.clone());
        Box::pin(async move {
            let tenant = tenants::by_slug(tx, &slug).await?;
            insert(tx, &tenant, id, name, changes, now).await
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
                let mut connection = by_name(tx, &tenant, &name).await?;
                apply(tx, &mut connection, changes).await?;
                store::connections::update(tx, &connection).await?;
                let detail = json!({ "connection": connection.name });
                record(tx, &connection, now, "connection.changed", detail).await?;
                Ok::<_, Error>(connection)
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
                check_group(tx, tenant.id, mapping.group).await?;
                store::connections::insert_mapping(tx, tenant.id, connection.id, &mapping).await?;
                follow(tx, &connection, &mapping.pushed, now).await?;
                let detail = json!({
                    "connection": connection.name,
                    "pushed": mapping.pushed,
                    "group": mapping.group.to_string(),
                    "role": mapping.role.as_str(),
                });
                record(tx, &connection, now, "connection.mapped", detail).await?;
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
/// `NotFound` for tenant, connection and mapping.
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
                if !store::mappings::remove(tx, tenant.id, connection.id, &pushed, group, role).await? {
                    let message = format!("the connection {name} does not map {pushed} to {group} as {role}");
                    return Err(Error::NotFound(message));
                }
                follow(tx, &connection, &pushed, now).await?;
                let detail = json!({
                    "connection": connection.name,
                    "pushed": pushed,
                    "group": group.to_string(),
                    "role": role.as_str(),
                });
                record(tx, &connection, now, "connection.unmapped", detail).await?;
                Ok::<_, Error>(connection)
            })
        })
        .await?;
    access::forget(app);
    Ok(connection)
}

/// A mapping came or went: the members of the pushed group get or lose the role.
async fn follow(tx: &mut Conn, connection: &Connection, pushed: &str, now: Timestamp) -> Result<(), Error> {
    let view = View::Connection(connection.id);
    let groups = store::groups::find_by_display_name(tx, connection.tenant, view, &fold(pushed)).await?;
    for group in groups.iter().filter(|group| group.connection == Some(connection.id)) {
        let people = members::pushed(tx, connection.tenant, connection.id, group.id).await?;
        let people: Vec<_> = people.iter().map(|row| row.member).collect();
        mapping::enforce(tx, connection.tenant, &mapping::people(&people), now).await?;
    }
    Ok(())
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
    check_name(wanted)?;
    match store::connections::find_by_name(tx, tenant.id, wanted).await? {
        Some(connection) => Ok(connection),
        None => insert(tx, tenant, fresh, wanted.to_owned(), Changes::default(), now).await,
    }
}

async fn insert(
    tx: &mut Conn,
    tenant: &Tenant,
    id: ConnectionId,
    name: String,
    changes: Changes,
    now: Timestamp,
) -> Result<Connection, Error> {
    let mut connection = Connection {
        tenant: tenant.id,
        id,
        name,
        default_mode: None,
        default_group: None,
        default_role: None,
        notifications: MailSwitch::On,
        extension: Extension::On,
    };
    apply(tx, &mut connection, changes).await?;
    store::connections::insert(tx, &connection, now).await?;
    record(tx, &connection, now, "connection.created", json!({ "connection": connection.name })).await?;
    Ok(connection)
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
    Ok(())
}

async fn by_name(conn: &mut Conn, tenant: &Tenant, name: &str) -> Result<Connection, Error> {
    let found = store::connections::find_by_name(conn, tenant.id, name).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no connection {name} in tenant {}", tenant.slug)))
}

async fn check_group(conn: &mut Conn, tenant: TenantId, group: GroupId) -> Result<(), Error> {
    match store::groups::find(conn, tenant, group).await? {
        Some(_) => Ok(()),
        None => Err(Error::NotFound(format!("there is no group {group} in this tenant"))),
    }
}

async fn record(
    tx: &mut Conn,
    connection: &Connection,
    now: Timestamp,
    action: &'static str,
    detail: Value,
) -> Result<(), Error> {
    let entry =
        Entry { actor: OPERATOR.to_owned(), action, target: Some(connection.id.to_string()), request_id: None, detail };
    audit::append(tx, connection.tenant, now, &[entry]).await?;
    Ok(store::tenants::bump_epoch(tx).await?)
}

fn check_name(name: &str) -> Result<(), Error> {
    let is_name = (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if is_name {
        return Ok(());
    }
    let message = format!("\"{name}\" is no connection name; use letters, digits, - _ and ., at most 63 characters");
    Err(Error::Invalid { field: "connection", message })
}
