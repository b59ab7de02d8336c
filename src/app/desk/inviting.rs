//! Invitations to the platform, from a group and from a program session (domain 2.3): several addresses at once, an answer for each.

use super::{
    Actor, deletion_date, id, invalid, labels, language,
    newcomer::{self, Newcomer, Seat},
    record, roles,
};
use crate::{
    app::{
        App, Error,
        effects::{self, Writer},
        scene::Scene,
        sessions,
    },
    domain::{
        GroupId, InvitationId, SessionId, UserId, event,
        invitation::Kind,
        invitees::{self, Entry, Invitee},
        language::Language,
        onboarding::{Decision, Effect},
        program_session::ProgramSession,
        role::{Role, Source},
        user::{Mode, State, User},
    },
    scim::{Object, fold::fold, schema},
    store::{self, Conflict, Conn, StoreError},
};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::sync::Arc;

/// How many addresses are taken at a time.
const MAX_ADDRESSES: usize = 500;

/// What was filled in; what a path does not allow must be absent.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// One or several addresses.
    pub emails: String,
    /// Roles on the group; learner where there is none.
    pub roles: Option<Vec<String>>,
    /// The language of the mail.
    pub language: Option<String>,
    /// The day the accounts go.
    pub deletion_date: Option<String>,
    /// Labels.
    pub labels: Option<Vec<String>>,
    /// Invites from this group.
    pub group: Option<String>,
    /// Invites from this session.
    pub session: Option<String>,
}

/// What became of one address.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The address as typed.
    pub email: String,
    /// What happened.
    pub status: Status,
    /// The person.
    pub user: Option<UserId>,
    /// Their invitation.
    pub invitation: Option<InvitationId>,
    /// What there is to say.
    pub message: Option<String>,
}

/// What happened to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A mail is on its way.
    Invited,
    /// The person has an account; nothing changed.
    AlreadyActive,
    /// The person has an account and is registered to the session now.
    Registered,
    /// The person has an open invitation.
    AlreadyInvited,
    /// That is no address.
    Invalid,
}

impl Status {
    /// The word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::AlreadyActive => "alreadyActive",
            Self::Registered => "registered",
            Self::AlreadyInvited => "alreadyInvited",
            Self::Invalid => "invalid",
        }
    }
}

/// Invites every address; answers one outcome each, in their order.
///
/// # Errors
/// `Invalid` naming a field, `Forbidden`: nobody was invited then.
pub async fn invite(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Vec<Outcome>, Error> {
    let entries = invitees::parse(&wanted.emails);
    if entries.is_empty() {
        return Err(invalid("emails", "give one or several addresses, separated by comma, semicolon or newline"));
    }
    if entries.len() > MAX_ADDRESSES {
        return Err(invalid("emails", format!("at most {MAX_ADDRESSES} addresses at a time; use an import for more")));
    }
    let plan = Arc::new(plan(app, actor, wanted).await?);
    let mut outcomes = Vec::with_capacity(entries.len());
    for entry in entries {
        outcomes.push(match entry {
            Entry::Mailbox(invitee) => invite_one(&plan, invitee).await?,
            Entry::Invalid(text) => {
                outcome_of(&text, Status::Invalid, None, Some("this is no mail address".to_owned()))
            }
        });
    }
    plan.scene.wake_worker();
    Ok(outcomes)
}

/// What holds for every address.
struct Plan {
    actor: Actor,
    scene: Scene,
    place: Place,
    roles: Vec<Role>,
    language: Option<Language>,
    deletion_date: Option<Date>,
    labels: Vec<String>,
}

/// Where people are invited from.
enum Place {
    Platform(GroupId),
    Group(GroupId),
    Session(ProgramSession),
}

impl Place {
    fn kind(&self) -> Kind {
        match self {
            Self::Platform(_) => Kind::Platform,
            Self::Group(group) => Kind::Group(group.to_string()),
            Self::Session(session) => Kind::Session(session.id.to_string()),
        }
    }

    fn group(&self) -> GroupId {
        match self {
            Self::Platform(group) | Self::Group(group) => *group,
            Self::Session(session) => session.group,
        }
    }
}

async fn plan(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Plan, Error> {
    check_fields(wanted)?;
    let mut reader = app.store.read().await?;
    let place = place(&mut reader, actor, wanted).await?;
    drop(reader);
    let scene = actor.scene(app);
    Ok(Plan {
        place,
        roles: roles(wanted.roles.as_deref())?,
        language: language(wanted.language.as_deref())?,
        deletion_date: deletion_date(wanted.deletion_date.as_deref(), &actor.tenant, scene.now)?,
        labels: labels(wanted.labels.as_deref())?,
        actor: actor.clone(),
        scene,
    })
}

/// What each path allows.
fn check_fields(wanted: &Wanted) -> Result<(), Error> {
    if wanted.session.is_some() {
        let given = [
            ("groupId", wanted.group.is_some()),
            ("roles", wanted.roles.is_some()),
            ("language", wanted.language.is_some()),
            ("deletionDate", wanted.deletion_date.is_some()),
            ("labels", wanted.labels.is_some()),
        ];
        if let Some((field, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
            let message =
                "an invitation to a session takes nothing but emails: its people are learners in the session's group";
            return Err(invalid(field, message));
        }
    }
    if wanted.group.is_some() && wanted.deletion_date.is_some() {
        let message =
            "an invitation from a group can't set it; leave it out, a platform administrator can set it later";
        return Err(invalid("deletionDate", message));
    }
    Ok(())
}

async fn place(conn: &mut Conn, actor: &Actor, wanted: &Wanted) -> Result<Place, Error> {
    let tenant = actor.tenant.id;
    if let Some(text) = &wanted.session {
        let session: SessionId = id("sessionId", text)?;
        let session = store::program_sessions::find(conn, tenant, session).await?;
        let session = session.ok_or_else(|| invalid("sessionId", "there is no such session"))?;
        let line = store::groups::line(conn, tenant, session.group).await?;
        if !actor.holdings.may_invite_to(&session, &line) {
            let message = "only instructors of the session who coach or administer its group may invite to it";
            return Err(Error::Forbidden(message.to_owned()));
        }
        return Ok(Place::Session(session));
    }
    let Some(text) = &wanted.group else {
        actor.check_platform()?;
        return Ok(Place::Platform(actor.holdings.root));
    };
    let group: GroupId = id("groupId", text)?;
    if store::groups::find(conn, tenant, group).await?.is_none() {
        return Err(invalid("groupId", "there is no such group"));
    }
    actor.check_group(conn, group).await?;
    Ok(Place::Group(group))
}

async fn invite_one(plan: &Arc<Plan>, invitee: Invitee) -> Result<Outcome, Error> {
    let shared = Arc::new((Arc::clone(plan), invitee));
    let attempt = || {
        let shared = Arc::clone(&shared);
        plan.scene.app.store.write(move |tx| {
            let shared = Arc::clone(&shared);
            Box::pin(async move { shared.0.invite(tx, &shared.1).await })
        })
    };
    match attempt().await {
        // Somebody took the name between the look and the write: now it is there to be seen.
        Err(Error::Store(StoreError::Conflict(Conflict::UserName))) => attempt().await,
        other => other,
    }
}

impl Plan {
    async fn invite(&self, tx: &mut Conn, invitee: &Invitee) -> Result<Outcome, Error> {
        let address = &invitee.address;
        match find(tx, &self.scene, address).await? {
            Some(user) if user.state == State::Invited => self.invite_again(tx, address, &user).await,
            Some(user) => self.meet(tx, address, &user).await,
            None => self.add(tx, invitee).await,
        }
    }

    fn seats(&self) -> Vec<Seat> {
        let source = if matches!(self.place, Place::Session(_)) { Source::Session } else { Source::Admin };
        self.roles.iter().map(|role| Seat { group: self.place.group(), role: *role, source }).collect()
    }

    async fn add(&self, tx: &mut Conn, invitee: &Invitee) -> Result<Outcome, Error> {
        let newcomer = Newcomer {
            display_name: invitee.name.clone(),
            language: self.language,
            deletion_date: self.deletion_date,
            labels: self.labels.clone(),
            kind: self.place.kind(),
            ..Newcomer::at(&invitee.address, Mode::Invite)
        };
        let user = newcomer::add(tx, &self.scene, &newcomer, &self.seats()).await?;
        self.register(tx, user.id).await?;
        self.record(tx, &user, "user.invited").await?;
        Ok(outcome_of(&invitee.address, Status::Invited, Some(&user), None))
    }

    /// Somebody whose invitation is open, or was and ended.
    async fn invite_again(&self, tx: &mut Conn, address: &str, before: &User) -> Result<Outcome, Error> {
        let before = store::users::lock(tx, before.tenant, before.id).await?.unwrap_or_else(|| before.clone());
        let scene = self.scene_for(tx, &before).await?;
        let live = store::invitations::find_live(tx, before.tenant, before.id).await?;
        let mut user = before.clone();
        let (status, effects) = if live.is_some() {
            (Status::AlreadyInvited, vec![Effect::MailInvitation(self.place.kind())])
        } else {
            set_kind(&mut user.document, &self.place.kind());
            user.state_reason = None;
            (Status::Invited, vec![Effect::Invite, Effect::Record(event::Kind::UserInvited)])
        };
        let decision = Decision { user, effects };
        let user = effects::update(tx, &scene, &before, decision, Writer::Server).await?.user;
        newcomer::seat(tx, &scene, user.id, &self.seats()).await?;
        self.register(tx, user.id).await?;
        self.record(tx, &user, "user.invited").await?;
        scene.wake_worker();
        let message = (status == Status::AlreadyInvited)
            .then(|| format!("the following user already has a pending invitation: {address}"));
        Ok(outcome_of(address, status, Some(&user), message))
    }

    /// Somebody who has an account: nothing changes, but a session takes them in.
    async fn meet(&self, tx: &mut Conn, address: &str, user: &User) -> Result<Outcome, Error> {
        let said = match user.state {
            State::Suspended => format!("the following user already has an account, which is suspended: {address}"),
            _ => format!("the following user already has an active account: {address}"),
        };
        let Place::Session(session) = &self.place else {
            let remedy = match self.place {
                Place::Group(_) => "; add them to the group as a member instead",
                _ => "",
            };
            return Ok(outcome_of(address, Status::AlreadyActive, Some(user), Some(format!("{said}{remedy}"))));
        };
        if user.state == State::Suspended {
            return Ok(outcome_of(address, Status::AlreadyActive, Some(user), Some(said)));
        }
        let scene = self.scene_for(tx, user).await?;
        if super::training::register(tx, &self.actor, &scene, session, user).await? {
            self.record(tx, user, "session.registered").await?;
            scene.wake_worker();
        }
        Ok(outcome_of(address, Status::Registered, Some(user), Some(format!("{said}; registered to the session"))))
    }

    /// Under the settings of the connection that manages the person, with the inviter's name.
    async fn scene_for(&self, tx: &mut Conn, user: &User) -> Result<Scene, Error> {
        self.actor.scene_of(&self.scene.app, tx, user).await
    }

    async fn register(&self, tx: &mut Conn, user: UserId) -> Result<(), Error> {
        if let Place::Session(session) = &self.place {
            sessions::register(tx, session, user, self.scene.source, self.scene.now).await?;
        }
        Ok(())
    }

    async fn record(&self, tx: &mut Conn, user: &User, action: &'static str) -> Result<(), Error> {
        let kind = self.place.kind();
        let roles: Vec<_> = self.roles.iter().map(|role| role.as_str()).collect();
        let detail = json!({ "from": kind.word(), "target": kind.target(), "roles": roles });
        record(tx, &self.actor, self.scene.now, action, user.id.to_string(), detail).await
    }
}

/// The live person an address means: by sign-in name, or by mail address where exactly one has it.
pub(super) async fn find(conn: &mut Conn, scene: &Scene, address: &str) -> Result<Option<User>, Error> {
    let key = fold(address);
    let named = store::users::find_by_user_name(conn, scene.tenant.id, &key).await?;
    if let Some(user) = named.filter(User::is_live) {
        return Ok(Some(user));
    }
    let mut addressed = store::users::find_by_email(conn, scene.tenant.id, &key, 2).await?;
    Ok(if addressed.len() == 1 { addressed.pop() } else { None })
}

/// Writes where a person is invited from into their document.
fn set_kind(document: &mut Object, kind: &Kind) {
    let own = document.entry(schema::USHER).or_insert_with(|| json!({}));
    let Value::Object(own) = own else { return };
    own.shift_remove("invitedFrom");
    if *kind != Kind::Platform {
        own.insert("invitedFrom".to_owned(), json!({ "kind": kind.word(), "value": kind.target() }));
    }
}

fn outcome_of(email: &str, status: Status, user: Option<&User>, message: Option<String>) -> Outcome {
    let invitation = user.filter(|user| user.state == State::Invited).and_then(|user| user.invitation);
    Outcome { email: email.to_owned(), status, user: user.map(|user| user.id), invitation, message }
}
