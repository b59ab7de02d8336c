//! The connections of a tenant at the desk: read, set, and their group mappings. For administrators of the platform.

use super::{Actor, MAX_PAGE, Page, id, invalid};
use crate::{
    app::{
        App, Error, access,
        connections::{self, Author, Changes},
    },
    domain::{
        ConnectionId, GroupId,
        company::CompanySignIn,
        connection::{Connection, Extension, GroupMapping},
        notification::MailSwitch,
        role::Role,
        user::Mode,
    },
    scim::fold::is_printable,
    store::{self, Conn},
};
use std::sync::Arc;

/// How many mappings a connection has at most.
const MAX_MAPPINGS: usize = 1_000;
/// The longest name of a pushed group, in characters.
const MAX_NAME: usize = 500;

/// Every setting of a connection as words; what is absent is set back to its default.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The name in the body, which must be that of the path.
    pub name: Option<String>,
    /// invite or create.
    pub default_mode: Option<String>,
    /// A group's id.
    pub default_group: Option<String>,
    /// A role.
    pub default_role: Option<String>,
    /// on, hold or off.
    pub notifications: Option<String>,
    /// on or off.
    pub extension: Option<String>,
    /// off, or the address of a page; the tenant's when absent.
    pub company_sign_in: Option<String>,
}

/// A group mapping as words.
#[derive(Debug, Clone)]
pub struct WantedMapping {
    /// The pushed group's displayName.
    pub group: String,
    /// The id of the platform's group.
    pub to: String,
    /// The role; learner where there is none.
    pub role: Option<String>,
}

/// Connections, newest first.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a parameter.
pub async fn list(app: &App, actor: &Actor, cursor: Option<&str>, limit: usize) -> Result<Page<Connection>, Error> {
    actor.check_platform()?;
    let before: Option<ConnectionId> = cursor.map(|text| id("cursor", text)).transpose()?;
    let mut reader = app.store.read().await?;
    // A tenant has a handful of them.
    let mut found = store::connections::list(&mut reader, actor.tenant_id()).await?;
    found.sort_by_key(|connection| std::cmp::Reverse(connection.id));
    found.retain(|connection| before.is_none_or(|before| connection.id < before));
    let limit = limit.clamp(1, MAX_PAGE);
    Ok(Page::cut(found, limit, |connection| connection.id.to_string()))
}

/// One connection.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn find(app: &App, actor: &Actor, name: &str) -> Result<Connection, Error> {
    actor.check_platform()?;
    let mut reader = app.store.read().await?;
    named(&mut reader, actor, name).await
}

/// Sets every setting of a connection, which is made where there is none; answers whether it was.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a field.
pub async fn put(app: &App, actor: &Actor, name: &str, wanted: &Wanted) -> Result<(Connection, bool), Error> {
    actor.check_platform()?;
    connections::check_name(name).map_err(|error| match error {
        Error::Invalid { message, .. } => invalid("name", message),
        other => other,
    })?;
    if wanted.name.as_deref().is_some_and(|given| given != name) {
        return Err(invalid("name", "it differs from the name in the address; connections keep their names"));
    }
    let fresh = ConnectionId::generate(&*app.clock, &*app.rng);
    let command = Arc::new((actor.clone(), name.to_owned(), changes(wanted)?, app.clock.now()));
    let put = app
        .store
        .write(move |tx| {
            let command = Arc::clone(&command);
            Box::pin(async move {
                let (actor, name, changes, now) = &*command;
                let author = author(actor);
                if let Some(old) = store::connections::find_by_name(tx, actor.tenant_id(), name).await? {
                    let changed = connections::change(tx, old, changes.clone(), &author, *now).await?;
                    return Ok::<_, Error>((changed, false));
                }
                let (name, changes) = (name.clone(), changes.clone());
                let made = connections::insert(tx, &actor.tenant, fresh, name, changes, &author, *now).await?;
                Ok((made, true))
            })
        })
        .await?;
    access::forget(app);
    Ok(put)
}

/// The group mappings of a connection.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn mappings(app: &App, actor: &Actor, name: &str) -> Result<Vec<GroupMapping>, Error> {
    actor.check_platform()?;
    let mut reader = app.store.read().await?;
    let connection = named(&mut reader, actor, name).await?;
    Ok(store::connections::list_mappings(&mut reader, actor.tenant_id(), connection.id).await?)
}

/// Replaces the group mappings of a connection; they count for what is pushed from then on.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Invalid` naming a field.
pub async fn put_mappings(
    app: &App,
    actor: &Actor,
    name: &str,
    wanted: &[WantedMapping],
) -> Result<Vec<GroupMapping>, Error> {
    actor.check_platform()?;
    if wanted.len() > MAX_MAPPINGS {
        return Err(invalid("items", format!("at most {MAX_MAPPINGS} mappings belong to a connection")));
    }
    let mappings = wanted.iter().map(mapping).collect::<Result<Vec<_>, _>>()?;
    let command = Arc::new((actor.clone(), name.to_owned(), mappings, app.clock.now()));
    let written = app
        .store
        .write(move |tx| {
            let command = Arc::clone(&command);
            Box::pin(async move {
                let (actor, name, mappings, now) = &*command;
                let connection = named(tx, actor, name).await?;
                connections::replace_mappings(tx, &connection, mappings, &author(actor), *now).await
            })
        })
        .await?;
    access::forget(app);
    Ok(written)
}

async fn named(conn: &mut Conn, actor: &Actor, name: &str) -> Result<Connection, Error> {
    let found = store::connections::find_by_name(conn, actor.tenant_id(), name).await?;
    found.ok_or_else(|| Error::NotFound("there is no connection of this name".to_owned()))
}

fn author(actor: &Actor) -> Author {
    Author { name: actor.audit_name(), request_id: actor.request_id.clone() }
}

fn changes(wanted: &Wanted) -> Result<Changes, Error> {
    let mode = |word: &str| Mode::parse(word).ok_or_else(|| invalid("defaultMode", "use invite or create"));
    let switch = |word: &str| MailSwitch::parse(word).ok_or_else(|| invalid("notifications", "use on, hold or off"));
    let extension = |word: &str| Extension::parse(word).ok_or_else(|| invalid("extension", "use on or off"));
    let company = |text: &str| CompanySignIn::parse(text).map_err(|why| invalid("companySignIn", why.to_string()));
    let group = wanted.default_group.as_deref().map(|text| id::<GroupId>("defaultGroup", text));
    Ok(Changes {
        default_mode: Some(wanted.default_mode.as_deref().map(mode).transpose()?),
        default_group: Some(group.transpose()?),
        default_role: Some(wanted.default_role.as_deref().map(|word| role("defaultRole", word)).transpose()?),
        notifications: Some(wanted.notifications.as_deref().map_or(Ok(MailSwitch::On), switch)?),
        extension: Some(wanted.extension.as_deref().map_or(Ok(Extension::On), extension)?),
        company_sign_in: Some(wanted.company_sign_in.as_deref().map(company).transpose()?),
    })
}

fn mapping(wanted: &WantedMapping) -> Result<GroupMapping, Error> {
    let pushed = wanted.group.trim();
    if !is_printable(pushed) || pushed.chars().count() > MAX_NAME {
        let message = format!("give the displayName of the pushed group, 1 to {MAX_NAME} printable characters");
        return Err(invalid("group", message));
    }
    let role = wanted.role.as_deref().map_or(Ok(Role::Learner), |word| role("role", word))?;
    if role == Role::Owner {
        return Err(invalid("role", "nobody becomes the owner by a mapping"));
    }
    Ok(GroupMapping { pushed: pushed.to_owned(), group: id("to", &wanted.to)?, role })
}

fn role(field: &'static str, word: &str) -> Result<Role, Error> {
    word.parse().map_err(|error: crate::domain::role::UnknownRole| invalid(field, error.to_string()))
}
