//! Program sessions: who teaches them, who is registered.

use super::{Actor, MAX_PAGE, Page, id, invalid, one_more, record};
use crate::{
    app::{App, Error, scene::Scene, sessions},
    domain::{
        GroupId, SessionId, UserId,
        event::{self, Event},
        notification::{Code, Notification, Status},
        onboarding,
        program_session::ProgramSession,
        user::{State, User, clean_name},
    },
    store::{self, Conn, program_sessions::Sought},
};
use jiff::civil::Date;
use serde_json::json;
use std::sync::{Arc, atomic::Ordering};

/// The longest title, in characters.
const MAX_TITLE: usize = 200;
/// How many people may teach a session.
const MAX_INSTRUCTORS: usize = 100;

/// What a new session is to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// What it is called in lists and mails.
    pub title: String,
    /// Its group.
    pub group: String,
    /// The day it begins.
    pub start_date: Option<String>,
    /// Those who teach it.
    pub instructors: Vec<String>,
}

/// Sessions, newest first: all of a group or of the platform for its administrators, else those the actor teaches.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a parameter.
pub async fn list(
    app: &App,
    actor: &Actor,
    group: Option<&str>,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<ProgramSession>, Error> {
    let mut reader = app.store.read().await?;
    let group: Option<GroupId> = group.map(|text| id("groupId", text)).transpose()?;
    let sees_all = match group {
        Some(group) => actor.check_group(&mut reader, group).await.is_ok(),
        None => actor.holdings.is_platform_administrator(),
    };
    let limit = limit.clamp(1, MAX_PAGE);
    let sought = Sought {
        group,
        instructor: (!sees_all).then_some(actor.user),
        before: cursor.map(|text| id("cursor", text)).transpose()?,
        limit: one_more(limit),
    };
    let found = store::program_sessions::page(&mut reader, actor.tenant.id, &sought).await?;
    Ok(Page::cut(found, limit, |session| session.id.to_string()))
}

/// A new session.
///
/// # Errors
/// `Invalid` naming a field; `Forbidden` for who does not administer the group.
pub async fn create(app: &App, actor: &Actor, wanted: &Wanted) -> Result<ProgramSession, Error> {
    let title = clean_name(&wanted.title, MAX_TITLE + 1);
    if title.is_empty() || title.chars().count() > MAX_TITLE {
        return Err(invalid("title", format!("give a title of 1 to {MAX_TITLE} characters")));
    }
    let start_date = wanted.start_date.as_deref().filter(|text| !text.trim().is_empty()).map(|text| {
        text.trim().parse::<Date>().map_err(|_| invalid("startDate", "it must be a calendar date as in 2027-06-30"))
    });
    if wanted.instructors.len() > MAX_INSTRUCTORS {
        return Err(invalid("instructorIds", format!("at most {MAX_INSTRUCTORS} people may teach a session")));
    }
    let mut instructors = Vec::new();
    for text in &wanted.instructors {
        let user: UserId = id("instructorIds", text)?;
        if !instructors.contains(&user) {
            instructors.push(user);
        }
    }
    let session = ProgramSession {
        tenant: actor.tenant.id,
        id: SessionId::generate(&*app.clock, &*app.rng),
        title,
        group: id("groupId", &wanted.group)?,
        start_date: start_date.transpose()?,
        instructors,
    };
    let shared = Arc::new((actor.clone(), session, app.clock.now()));
    let command = Arc::clone(&shared);
    app.store
        .write(move |tx| {
            let command = Arc::clone(&command);
            Box::pin(async move { insert(tx, &command.0, &command.1, command.2).await })
        })
        .await?;
    Ok(shared.1.clone())
}

async fn insert(tx: &mut Conn, actor: &Actor, session: &ProgramSession, now: jiff::Timestamp) -> Result<(), Error> {
    if store::groups::find(tx, session.tenant, session.group).await?.is_none() {
        return Err(invalid("groupId", "there is no such group"));
    }
    actor.check_group(tx, session.group).await?;
    let people = store::users::find_many(tx, session.tenant, &session.instructors).await?;
    let is_known = |user: &UserId| people.iter().any(|person| person.id == *user && person.is_live());
    if let Some(missing) = session.instructors.iter().find(|user| !is_known(user)) {
        return Err(invalid("instructorIds", format!("there is no user {missing}")));
    }
    store::program_sessions::insert(tx, session, now).await?;
    let data = json!({ "sessionId": session.id.to_string(), "source": actor.source });
    let event = Event::of_group(event::Kind::SessionCreated, session.group, data);
    store::events::append(tx, session.tenant, now, &[event]).await?;
    let detail = json!({ "group": session.group.to_string() });
    record(tx, actor, now, "session.created", session.id.to_string(), detail).await
}

/// Registers a person who has an account; answers whether that is new.
///
/// # Errors
/// `NotFound` for the session; `Invalid` naming a field; `Forbidden`; `Conflict` for a person who can't take part.
pub async fn register_person(app: &App, actor: &Actor, session: &str, user: &str) -> Result<bool, Error> {
    let session: SessionId = session.parse().map_err(|_| unknown())?;
    let user: UserId = id("userId", user)?;
    let shared = Arc::new((app.clone(), actor.clone()));
    let (is_new, scene) = app
        .store
        .write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { register_in(&shared.0, tx, &shared.1, session, user).await })
        })
        .await?;
    scene.wake_worker();
    Ok(is_new)
}

async fn register_in(
    app: &App,
    tx: &mut Conn,
    actor: &Actor,
    session: SessionId,
    user: UserId,
) -> Result<(bool, Scene), Error> {
    let session = store::program_sessions::find(tx, actor.tenant.id, session).await?.ok_or_else(unknown)?;
    let line = store::groups::line(tx, session.tenant, session.group).await?;
    if !actor.holdings.may_invite_to(&session, &line) && !actor.holdings.administers(&line) {
        let message = "only the session's instructors who coach its group, and the group's administrators, may do this";
        return Err(Error::Forbidden(message.to_owned()));
    }
    let user = store::users::lock(tx, session.tenant, user).await?.filter(User::is_live);
    let user = user.ok_or_else(|| invalid("userId", "there is no such user"))?;
    if !matches!(user.state, State::Active | State::Staged) {
        let message = format!("this person is {}; invite them to the session instead", user.state.as_str());
        return Err(Error::Conflict(message));
    }
    let scene = actor.scene_of(app, tx, &user).await?;
    let is_new = register(tx, actor, &scene, &session, &user).await?;
    if is_new {
        record(
            tx,
            actor,
            scene.now,
            "session.registered",
            user.id.to_string(),
            json!({ "session": session.id.to_string() }),
        )
        .await?;
    }
    Ok((is_new, scene))
}

/// Registers somebody who has an account, and tells them (E12); answers whether that is new.
///
/// # Errors
/// The store's.
pub(super) async fn register(
    tx: &mut Conn,
    actor: &Actor,
    scene: &Scene,
    session: &ProgramSession,
    user: &User,
) -> Result<bool, Error> {
    if !sessions::register(tx, session, user.id, scene.source, scene.now).await? {
        return Ok(false);
    }
    let target = format!("{} {}", session.id, actor.name);
    let mut mail = Notification { target, ..scene.mail(user, Code::E12, session.id.to_string()) };
    if let Some(reason) = onboarding::silence(user, Code::E12, &scene.circumstances(None)) {
        mail.status = Status::Omitted;
        mail.reason = Some(reason.to_owned());
    }
    store::notifications::insert(tx, &mail).await?;
    scene.queued.store(true, Ordering::Relaxed);
    Ok(true)
}

fn unknown() -> Error {
    Error::NotFound("there is no such session".to_owned())
}
