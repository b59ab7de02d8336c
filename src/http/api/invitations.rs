//! `/api/v1/invitations`.

use super::{
    answer::{self, Answered},
    fields::Fields,
    path::Path,
    query::Parameters,
};
use crate::app::{
    App,
    desk::{
        Actor,
        invitations::{self, Filter, Listed},
        inviting::{self, Outcome, Wanted},
    },
};
use axum::extract::State;
use serde_json::{Value, json};

pub(super) async fn create(State(app): State<App>, actor: Actor, mut fields: Fields) -> Answered {
    let wanted = Wanted {
        emails: fields.needed("emails")?,
        roles: fields.texts("roles")?,
        language: fields.text("language")?,
        deletion_date: fields.text("deletionDate")?,
        labels: fields.texts("labels")?,
        group: fields.text("groupId")?,
        session: fields.text("sessionId")?,
    };
    fields.end()?;
    let outcomes = inviting::invite(&app, &actor, &wanted).await?;
    answer::ok(&json!({ "results": outcomes.iter().map(outcome).collect::<Vec<_>>() }))
}

pub(super) async fn list(State(app): State<App>, actor: Actor, mut parameters: Parameters) -> Answered {
    let paging = parameters.paging(&app, &actor)?;
    let filter = Filter {
        status: parameters.take("status"),
        email: parameters.take("email"),
        group: parameters.take("groupId"),
        cursor: paging.cursor.clone(),
        limit: paging.limit,
    };
    parameters.end()?;
    paging.answer(&invitations::list(&app, &actor, &filter).await?, invitation)
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&invitation(&invitations::find(&app, &actor, &id).await?))
}

pub(super) async fn resend(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&invitation(&invitations::resend(&app, &actor, &id).await?))
}

pub(super) async fn cancel(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answered {
    answer::ok(&invitation(&invitations::cancel(&app, &actor, &id).await?))
}

fn outcome(outcome: &Outcome) -> Value {
    json!({
        "email": outcome.email,
        "status": outcome.status.as_str(),
        "userId": outcome.user.map(|id| id.to_string()),
        "invitationId": outcome.invitation.map(|id| id.to_string()),
        "message": outcome.message,
    })
}

fn invitation(listed: &Listed) -> Value {
    let invitation = &listed.invitation;
    let user = listed.user.as_ref();
    let email = user.and_then(|user| crate::domain::mailbox::address_of(&user.document, &user.user_name));
    let target = Some(invitation.kind.target()).filter(|target| !target.is_empty());
    let roles: Vec<Value> =
        listed.roles.iter().map(|(group, role)| json!({ "groupId": group.to_string(), "role": role })).collect();
    json!({
        "id": invitation.id.to_string(),
        "userId": invitation.user.to_string(),
        "email": email,
        "userName": user.map(|user| &user.user_name),
        "kind": invitation.kind.word(),
        "target": target,
        "inviter": invitation.inviter,
        "roles": roles,
        "language": invitation.language,
        "status": invitation.status.as_str(),
        "createdAt": invitation.created_at,
        "sendAt": invitation.send_at,
        "sentAt": invitation.sent_at,
        "sentCount": invitation.sent_count,
        "expiresAt": invitation.expires_at,
        "acceptedAt": invitation.accepted_at,
        "cancelledAt": invitation.cancelled_at,
        "cancelledBy": invitation.cancelled_by.map(crate::domain::invitation::CancelledBy::as_str),
        "delivery": invitation.delivery,
        "deliveryReason": listed.reason,
        "source": invitation.source,
    })
}
