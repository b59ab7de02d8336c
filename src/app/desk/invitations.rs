//! The list of invitations: find, resend, cancel (S22 to S25).

use super::{Actor, MAX_PAGE, Page, id, invalid, one_more, record};
use crate::{
    app::{
        App, Error,
        effects::{self, Writer},
        restraint,
        scene::Scene,
    },
    domain::{
        GroupId, InvitationId,
        group::MemberId,
        invitation::{Invitation, Kind, Status},
        onboarding::{self, Decision, Effect},
        user::{State, User},
    },
    scim::fold::fold,
    store::{self, Conn, invitations::Sought},
};
use serde_json::json;
use std::sync::Arc;

/// An invitation with what the list shows of its person.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The invitation.
    pub invitation: Invitation,
    /// The person.
    pub user: Option<User>,
    /// Their roles on groups, as words: group id and role.
    pub roles: Vec<(GroupId, &'static str)>,
    /// Why its last mail stands where it stands.
    pub reason: Option<String>,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A status's word.
    pub status: Option<String>,
    /// An address.
    pub email: Option<String>,
    /// Only invitations from this group.
    pub group: Option<String>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: usize,
}

/// Invitations, newest first.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a parameter.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<Page<Listed>, Error> {
    let mut reader = app.store.read().await?;
    let group: Option<GroupId> = filter.group.as_deref().map(|text| id("groupId", text)).transpose()?;
    match group {
        Some(group) => drop(actor.check_group(&mut reader, group).await?),
        None => actor.check_platform()?,
    }
    let status = filter.status.as_deref().map(|word| {
        let words = "use scheduled, pending, accepted, expired, cancelled or superseded";
        Status::parse(word).ok_or_else(|| invalid("status", words))
    });
    let limit = filter.limit.clamp(1, MAX_PAGE);
    let sought = Sought {
        status: status.transpose()?,
        address: filter.email.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(fold),
        group: group.map(|group| group.to_string()),
        before: filter.cursor.as_deref().map(|text| id("cursor", text)).transpose()?,
        limit: one_more(limit),
    };
    let found = store::invitations::search(&mut reader, actor.tenant.id, &sought).await?;
    let page = Page::cut(found, limit, |invitation| invitation.id.to_string());
    Ok(Page { items: surround(&mut reader, page.items).await?, next: page.next })
}

/// One invitation.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn find(app: &App, actor: &Actor, text: &str) -> Result<Listed, Error> {
    let invitation: InvitationId = text.parse().map_err(|_| unknown())?;
    let mut reader = app.store.read().await?;
    let invitation = store::invitations::find(&mut reader, actor.tenant.id, invitation).await?.ok_or_else(unknown)?;
    check(&mut reader, actor, &invitation).await?;
    surround(&mut reader, vec![invitation]).await?.pop().ok_or_else(unknown)
}

/// Sends the invitation again with a new link and a new life; the old link is dead.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` where its state forbids it; `TooOften`.
pub async fn resend(app: &App, actor: &Actor, text: &str) -> Result<Listed, Error> {
    act(app, actor, text, Verb::Resend).await
}

/// Cancels the invitation. A person whom no connection manages is deleted with it.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` where its state forbids it.
pub async fn cancel(app: &App, actor: &Actor, text: &str) -> Result<Listed, Error> {
    act(app, actor, text, Verb::Cancel).await
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Resend,
    Cancel,
}

async fn act(app: &App, actor: &Actor, text: &str, verb: Verb) -> Result<Listed, Error> {
    let id: InvitationId = text.parse().map_err(|_| unknown())?;
    let shared = Arc::new((app.clone(), actor.clone()));
    let scene = app
        .store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { write(&shared.0, tx, &shared.1, id, verb).await })
        })
        .await?;
    scene.wake_worker();
    find(app, actor, text).await
}

async fn write(app: &App, tx: &mut Conn, actor: &Actor, id: InvitationId, verb: Verb) -> Result<Scene, Error> {
    let found = store::invitations::find(tx, actor.tenant.id, id).await?.ok_or_else(unknown)?;
    check(tx, actor, &found).await?;
    // Groups before people before invitations, in every transaction: the order of locks.
    if matches!(verb, Verb::Cancel) {
        store::groups::lock_of_member(tx, actor.tenant.id, found.user).await?;
    }
    let before = store::users::lock(tx, actor.tenant.id, found.user).await?.ok_or_else(unknown)?;
    let invitation = store::invitations::lock(tx, actor.tenant.id, id).await?.ok_or_else(unknown)?;
    let scene = actor.scene_of(app, tx, &before).await?;
    let is_theirs = before.state == State::Invited && before.invitation == Some(id);
    let (decision, action) = match verb {
        Verb::Resend if is_theirs && matches!(invitation.status, Status::Pending | Status::Expired) => {
            restraint::check_resend(tx, before.tenant, before.id, scene.now).await?;
            (Decision { user: before.clone(), effects: vec![Effect::RenewInvitation] }, "invitation.resent")
        }
        Verb::Cancel if invitation.status.is_live() && before.invitation == Some(id) => {
            (onboarding::cancel_invitation(&before, scene.now), "invitation.cancelled")
        }
        Verb::Resend => return Err(forbidden_by_state("sent again", &invitation)),
        Verb::Cancel => return Err(forbidden_by_state("cancelled", &invitation)),
    };
    effects::update(tx, &scene, &before, decision, Writer::Server).await?;
    record(tx, actor, scene.now, action, id.to_string(), json!({ "user": before.id.to_string() })).await?;
    Ok(scene)
}

fn forbidden_by_state(what: &str, invitation: &Invitation) -> Error {
    Error::Conflict(format!("this invitation can't be {what}: it is {}", invitation.status.as_str()))
}

/// Platform administrators handle every invitation, group administrators those from their group.
async fn check(conn: &mut Conn, actor: &Actor, invitation: &Invitation) -> Result<(), Error> {
    let group = match &invitation.kind {
        Kind::Platform => None,
        Kind::Group(group) => group.parse().ok(),
        Kind::Session(session) => match session.parse() {
            Ok(session) => {
                store::program_sessions::find(conn, actor.tenant.id, session).await?.map(|found| found.group)
            }
            Err(_) => None,
        },
    };
    match group {
        Some(group) => actor.check_group(conn, group).await.map(drop),
        None => actor.check_platform(),
    }
}

/// Invitations with their people, roles and the reasons of their last mails: a constant number of statements.
async fn surround(conn: &mut Conn, invitations: Vec<Invitation>) -> Result<Vec<Listed>, Error> {
    let Some(tenant) = invitations.first().map(|invitation| invitation.tenant) else { return Ok(Vec::new()) };
    let ids: Vec<_> = invitations.iter().map(|invitation| invitation.user).collect();
    let people = store::users::find_many(conn, tenant, &ids).await?;
    let members: Vec<_> = ids.iter().map(|id| MemberId::User(*id)).collect();
    let rows = store::memberships::of_members(conn, tenant, &members).await?;
    let invited: Vec<_> = invitations.iter().map(|invitation| invitation.id).collect();
    let reasons = store::notifications::reasons(conn, tenant, &invited).await?;
    let listed = |invitation: Invitation| Listed {
        user: people.iter().find(|user| user.id == invitation.user).cloned(),
        roles: rows
            .iter()
            .filter(|row| row.membership.member == MemberId::User(invitation.user))
            .map(|row| (row.membership.group, row.membership.role.as_str()))
            .collect(),
        reason: reasons.get(&invitation.id).cloned(),
        invitation,
    };
    Ok(invitations.into_iter().map(listed).collect())
}

fn unknown() -> Error {
    Error::NotFound("there is no such invitation".to_owned())
}
