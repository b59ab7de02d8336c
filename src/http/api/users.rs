//! `/api/v1/users`.

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
            people::{self, Belonging, Changes, Earlier, Filter, Person},
            restoring,
            setting_up::{self, Wanted},
        },
    },
    domain::mailbox,
    scim::schema,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};

pub(super) async fn create(State(app): State<App>, actor: Actor, mut fields: Fields) -> Answered {
    let wanted = Wanted {
        first_name: fields.needed("firstName")?,
        last_name: fields.needed("lastName")?,
        email: fields.needed("email")?,
        password: fields.text("password")?,
        send_credentials: fields.flag("sendCredentials")?,
        groups: fields.texts("groupIds")?.unwrap_or_default(),
        roles: fields.texts("roles")?,
        language: fields.text("language")?,
        deletion_date: fields.text("deletionDate")?,
        labels: fields.texts("labels")?,
    };
    fields.end()?;
    let person = setting_up::set_up(&app, &actor, &wanted).await?;
    Ok(answer::located(&app, StatusCode::CREATED, &format!("users/{}", person.user.id), &user(&person)))
}

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let paging = parameters.paging(&app, &actor)?;
    let filter = Filter {
        query: parameters.take("query"),
        state: parameters.take("state"),
        group: parameters.take("groupId"),
        cursor: paging.cursor.clone(),
        limit: paging.limit,
    };
    parameters.end()?;
    paging.answer(&people::list(&app, &actor, &filter).await?, user)
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&user(&people::find(&app, &actor, &id).await?))
}

pub(super) async fn change(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    let changes = Changes {
        first_name: fields.lasting("firstName")?,
        last_name: fields.lasting("lastName")?,
        email: fields.lasting("email")?,
        language: fields.change("language", Fields::text)?,
        deletion_date: fields.change("deletionDate", Fields::text)?,
        labels: fields.change("labels", Fields::texts)?,
    };
    fields.end()?;
    answer::ok(&user(&people::change(&app, &actor, &id, &changes).await?))
}

pub(super) async fn suspend(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&user(&people::suspend(&app, &actor, &id).await?))
}

pub(super) async fn reactivate(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&user(&people::reactivate(&app, &actor, &id).await?))
}

pub(super) async fn activate(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&user(&people::activate(&app, &actor, &id).await?))
}

pub(super) async fn restore(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    actor.check_platform()?;
    restoring::restore(&app, &actor.clerk(), people::known(&id)?).await?;
    answer::ok(&user(&people::find(&app, &actor, &id).await?))
}

pub(super) async fn confirm_return(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    actor.check_platform()?;
    restoring::confirm(&app, &actor.clerk(), people::known(&id)?).await?;
    answer::ok(&user(&people::find(&app, &actor, &id).await?))
}

pub(super) async fn transfer(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answered {
    actor.check_platform()?;
    let to = fields.needed("connection")?;
    fields.end()?;
    restoring::transfer(&app, &actor.clerk(), people::known(&id)?, &to).await?;
    answer::ok(&user(&people::find(&app, &actor, &id).await?))
}

pub(super) async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    people::delete(&app, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A person as the API shows them.
pub(super) fn user(person: &Person) -> Value {
    let user = &person.user;
    let (first_name, last_name) = mailbox::name_of(&user.document);
    let labels = user.document.get(schema::USHER).and_then(|own| own.get("labels")).cloned();
    let membership = |row: &Belonging| {
        json!({
            "groupId": row.membership.group.to_string(),
            "group": row.group_name,
            "role": row.membership.role.as_str(),
            "source": row.membership.source.word(),
        })
    };
    json!({
        "id": user.id.to_string(),
        "email": mailbox::address_of(&user.document, &user.user_name),
        "userName": user.user_name,
        "externalId": user.external_id,
        "firstName": first_name,
        "lastName": last_name,
        "state": user.state.as_str(),
        "stateReason": user.state_reason,
        "mode": user.mode.as_str(),
        "billableSince": user.billable_since,
        "language": user.document.get("preferredLanguage"),
        "startDate": user.start_date.map(|date| date.to_string()),
        "deletionDate": user.deletion_date.map(|date| date.to_string()),
        "labels": labels.unwrap_or_else(|| json!([])),
        "memberships": person.memberships.iter().map(membership).collect::<Vec<_>>(),
        "managedBy": person.managed_by,
        "invitationId": user.invitation.map(|id| id.to_string()),
        "earlier": person.earlier.as_ref().map(earlier),
        "createdAt": user.created_at,
    })
}

fn earlier(earlier: &Earlier) -> Value {
    json!({
        "id": earlier.user.id.to_string(),
        // Nothing once the retention time is over.
        "userName": Some(&earlier.user.user_name).filter(|name| !name.is_empty()),
        "managedBy": earlier.managed_by,
        "deletedAt": earlier.user.deleted_at,
        "status": earlier.standing.as_str(),
    })
}
