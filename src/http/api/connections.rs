//! `/api/v1/connections`: identity providers' integrations, their settings and group mappings.

use super::{
    answer::{self, Answered},
    fields::Fields,
    path::Path,
    query::Parameters,
};
use crate::{
    app::{
        App,
        desk::{
            Actor,
            connections::{self, Wanted, WantedMapping},
        },
    },
    domain::{
        company::CompanySignIn,
        connection::{Connection, GroupMapping},
        role::Role,
        user::Mode,
    },
};
use axum::{extract::State, http::StatusCode};
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let paging = parameters.paging(&app, &actor)?;
    parameters.end()?;
    let page = connections::list(&app, &actor, paging.cursor.as_deref(), paging.limit).await?;
    paging.answer(&page, connection)
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path(name): Path<String>) -> Answered {
    answer::ok(&connection(&connections::find(&app, &actor, &name).await?))
}

pub(super) async fn put(
    State(app): State<App>,
    actor: Actor,
    Path(name): Path<String>,
    mut fields: Fields,
) -> Answered {
    // The id may come back as it was read.
    fields.text("id")?;
    let wanted = Wanted {
        name: fields.text("name")?,
        default_mode: fields.text("defaultMode")?,
        default_group: fields.text("defaultGroup")?,
        default_role: fields.text("defaultRole")?,
        notifications: fields.text("notifications")?,
        extension: fields.text("extension")?,
        company_sign_in: fields.text("companySignIn")?,
    };
    fields.end()?;
    let (put, is_new) = connections::put(&app, &actor, &name, &wanted).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer::json_of(status, &connection(&put)))
}

pub(super) async fn mappings(State(app): State<App>, actor: Actor, Path(name): Path<String>) -> Answered {
    shown(&connections::mappings(&app, &actor, &name).await?)
}

pub(super) async fn put_mappings(
    State(app): State<App>,
    actor: Actor,
    Path(name): Path<String>,
    mut fields: Fields,
) -> Answered {
    let items = fields.needed_objects("items")?;
    // The list may come back as it was read.
    fields.text("nextCursor")?;
    fields.end()?;
    let mut wanted = Vec::with_capacity(items.len());
    for mut item in items {
        let (group, to, role) = (item.needed("group")?, item.needed("to")?, item.text("role")?);
        item.end()?;
        wanted.push(WantedMapping { group, to, role });
    }
    shown(&connections::put_mappings(&app, &actor, &name, &wanted).await?)
}

fn shown(mappings: &[GroupMapping]) -> Answered {
    let item = |mapping: &GroupMapping| json!({ "group": mapping.pushed, "to": mapping.group.to_string(), "role": mapping.role.as_str() });
    // All of them: they are set as a whole, too.
    answer::ok(&json!({ "items": mappings.iter().map(item).collect::<Vec<_>>(), "nextCursor": null }))
}

fn connection(connection: &Connection) -> Value {
    json!({
        "id": connection.id.to_string(),
        "name": connection.name,
        "defaultMode": connection.default_mode.map(Mode::as_str),
        "defaultGroup": connection.default_group.map(|group| group.to_string()),
        "defaultRole": connection.default_role.map(Role::as_str),
        "notifications": connection.notifications.as_str(),
        "extension": connection.extension.as_str(),
        "companySignIn": connection.company_sign_in.as_ref().map(CompanySignIn::as_str),
    })
}
