//! `/api/v1/groups`.

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
            groups::{self, Wanted},
        },
    },
    domain::group::Group,
};
use axum::{extract::State, http::StatusCode};
use serde_json::{Value, json};

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let paging = parameters.paging(&app, &actor)?;
    parameters.end()?;
    paging.answer(&groups::list(&app, &actor, paging.cursor.as_deref(), paging.limit).await?, group)
}

pub(super) async fn create(State(app): State<App>, actor: Actor, mut fields: Fields) -> Answered {
    let wanted = Wanted {
        name: fields.needed("name")?,
        parent: fields.text("parentId")?,
        visibility: fields.text("visibility")?,
    };
    fields.end()?;
    Ok(answer::json_of(StatusCode::CREATED, &group(&groups::create(&app, &actor, &wanted).await?)))
}

pub(super) async fn add_member(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    let (user, roles) = (fields.needed("userId")?, fields.texts("roles")?);
    fields.end()?;
    let added = groups::add_member(&app, &actor, &id, &user, roles.as_deref()).await?;
    answer::ok(&json!({
        "groupId": added.group.to_string(),
        "userId": added.user.to_string(),
        "roles": added.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "status": if added.is_new { "added" } else { "unchanged" },
    }))
}

fn group(group: &Group) -> Value {
    json!({
        "id": group.id.to_string(),
        "name": group.display_name,
        "parentId": group.parent.map(|id| id.to_string()),
        "visibility": group.visibility.as_str(),
        "isPlatform": group.is_root,
        "isManaged": group.connection.is_some(),
        "createdAt": group.created_at,
    })
}
