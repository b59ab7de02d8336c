//! Writes of people: each is one transaction that loads, decides, and carries the decision out.

use super::{
    Caller, Precondition, Resource, invited_from, not_found, parse_id,
    render::{Holders, Renderer},
    roles, taken,
    wish::{self, Reading},
};
use crate::{
    app::{
        App, Error,
        access::Principal,
        adoption,
        consequences::{Because, Consequences},
        digest,
        effects::{self, Writer, Written},
        names, protection, returning,
        scene::{Scene, Wording},
        sessions, trail, unique,
    },
    domain::{
        TenantId, UserId, calendar, event,
        invitation::Invitation,
        onboarding::{self, Credentials, Decision, Effect, Wish},
        password,
        tenant::ScimPassword,
        user::{Former, FormerLink, Mode, State, User},
    },
    scim::{
        self, Kind, Object, fold,
        patch::Patch,
        schema,
        validate::{self, Context},
    },
    store::{self, Conflict, Conn, StoreError, Work, audit, shown::Shown},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// What every write carries into its transaction; shared, because a transaction may run more than once.
struct Command {
    scene: Scene,
    caller: Caller,
    principal: Arc<Principal>,
    credentials: Credentials,
    /// The body of a PUT, or nothing.
    body: Object,
    patch: Option<Patch>,
    precondition: Precondition,
    /// The request it came with, for the audit trail.
    request_id: Option<String>,
}

/// What a rewrite holds first. Whoever writes groups and people holds the groups first, but only the person as they are tells whether a push
/// comes to that; so that most pushes cost nothing for it, it is found out with the person alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Person,
    Groups,
}

/// POST: adds a person on the path the push, the connection or the tenant chooses. `body` is the parsed JSON.
///
/// # Errors
/// SCIM's; 409 `uniqueness` when the userName is live.
pub async fn provision(app: &App, principal: &Arc<Principal>, body: Object) -> Result<Resource, Error> {
    let caller = Caller::of(principal)?;
    let document = validate::document(&body, &caller.registry, Kind::User, Context::Create)?;
    let reading = wish::read(document, None, &caller, &principal.tenant)?;
    let mut command = Command::new(app, principal, caller);
    command.credentials = command.hash(&reading).await?;
    let command = Arc::new((command, reading));
    let resource = if command.0.concerns_others() {
        app.store.write(provisioning(&command)).await
    } else {
        app.store.write_ahead(provisioning(&command)).await
    };
    let resource = resource.map_err(conflict)?;
    command.0.scene.wake_worker();
    Ok(resource)
}

/// PUT.
///
/// # Errors
/// SCIM's; 404, 403 for another connection's people, 409, 412.
pub async fn replace(
    app: &App,
    principal: &Arc<Principal>,
    id: &str,
    body: Object,
    precondition: Precondition,
) -> Result<Resource, Error> {
    let caller = Caller::of(principal)?;
    let user = parse_id(id).ok_or_else(|| not_found(id))?;
    let mut command = Command::new(app, principal, caller);
    if principal.tenant.scim_password == ScimPassword::Accept {
        let document = validate::document(&body, &command.caller.registry, Kind::User, Context::Create)?;
        command.credentials = command.hash_pushed(document.get("password")).await?;
    }
    command.body = body;
    command.precondition = precondition;
    told_refusal(app, principal, user, command.rewrite(app, user).await).await
}

/// PATCH; `patch` has been checked against the schema already.
///
/// # Errors
/// SCIM's; 404, 403 for another connection's people, 409, 412.
pub async fn patch(
    app: &App,
    principal: &Arc<Principal>,
    id: &str,
    patch: Patch,
    precondition: Precondition,
) -> Result<Resource, Error> {
    let caller = Caller::of(principal)?;
    let user = parse_id(id).ok_or_else(|| not_found(id))?;
    let mut command = Command::new(app, principal, caller);
    if principal.tenant.scim_password == ScimPassword::Accept {
        let before = command.read_once(app, user).await?;
        let after = patch.apply(&wish::basis(&before, &command.caller), &command.caller.registry, Kind::User)?;
        command.credentials = command.hash_pushed(after.get("password")).await?;
    }
    command.patch = Some(patch);
    command.precondition = precondition;
    told_refusal(app, principal, user, command.rewrite(app, user).await).await
}

/// DELETE.
///
/// # Errors
/// 404, 403 for another connection's people, 412.
pub async fn delete(
    app: &App,
    principal: &Arc<Principal>,
    id: &str,
    precondition: Precondition,
) -> Result<Consequences, Error> {
    let caller = Caller::of(principal)?;
    let user = parse_id(id).ok_or_else(|| not_found(id))?;
    let mut command = Command::new(app, principal, caller);
    command.precondition = precondition;
    let command = Arc::new(command);
    let outcome = app
        .store
        .write(move |tx| {
            let command = Arc::clone(&command);
            Box::pin(async move { command.delete(tx, user).await })
        })
        .await;
    let outcome = match outcome {
        Ok(outcome) => outcome.into_result(app, principal.tenant.id, user).await,
        Err(error) => Err(error),
    };
    told_refusal(app, principal, user, outcome).await
}

/// What a transaction on a protected person comes to.
enum Outcome<T> {
    Done(T),
    /// The owner or the last administrator: refused, but signed out all the same.
    Protected,
}

impl<T> Outcome<T> {
    async fn into_result(self, app: &App, tenant: TenantId, user: UserId) -> Result<T, Error> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Protected => {
                protection::sign_out(app, tenant, &[user]).await?;
                Err(Error::Forbidden(
                    "the owner and the last platform administrator can be neither suspended nor deleted over SCIM; make somebody else an administrator first".to_owned(),
                ))
            }
        }
    }
}

/// Writes a refusal down, and that administrators are to be told of it.
async fn told_refusal<T>(
    app: &App,
    principal: &Principal,
    user: UserId,
    outcome: Result<T, Error>,
) -> Result<T, Error> {
    let Err(Error::Forbidden(why)) = &outcome else { return outcome };
    protection::tell(app, principal, &[user], why).await?;
    outcome
}

impl Command {
    fn new(app: &App, principal: &Arc<Principal>, caller: Caller) -> Self {
        let connection = Some(Arc::clone(&caller.connection));
        let scene = Scene::new(app, Arc::clone(&principal.tenant), connection, &principal.token_name, "scim");
        Self {
            scene,
            caller,
            principal: Arc::clone(principal),
            credentials: Credentials::Unsaid,
            body: Object::new(),
            patch: None,
            precondition: Precondition::None,
            request_id: trail::request_id(),
        }
    }

    /// Hashes what the reading says about credentials, before the transaction: hashing is slow.
    async fn hash(&mut self, reading: &Reading) -> Result<Credentials, Error> {
        let mode = reading.wish.mode.unwrap_or(self.scene.circumstances(None).default_mode);
        if reading.generate && reading.password.is_none() {
            if mode == Mode::Invite {
                return Err(wish::bad(
                    "generateCredentials",
                    "needs provisioningMode \"create\"; an invited person chooses a password in the form",
                ));
            }
            let plain = password::generate(&*self.scene.app.rng);
            let hash = self.scene.app.hasher.hash(password::prepare(&plain)).await?;
            self.scene.generated = Some(plain);
            return Ok(Credentials::Generated(hash));
        }
        let pushed = reading.password.clone().map(Value::String);
        self.hash_pushed(pushed.as_ref()).await
    }

    async fn hash_pushed(&self, pushed: Option<&Value>) -> Result<Credentials, Error> {
        let Some(pushed) = pushed.and_then(Value::as_str) else { return Ok(Credentials::Unsaid) };
        let prepared = password::prepare(pushed);
        if let Err(weakness) = password::judge(&prepared, &[]) {
            return Err(scim::Error::invalid_value(format!("password: {weakness}")).into());
        }
        Ok(Credentials::Known(self.scene.app.hasher.hash(prepared).await?))
    }

    fn tenant(&self) -> TenantId {
        self.scene.tenant.id
    }

    /// Whether pushes of this connection look at more than the person as a rule: values that must be unique, a group that newcomers join.
    fn concerns_others(&self) -> bool {
        !self.caller.registry.unique(Kind::User).is_empty() || self.caller.connection.default_group.is_some()
    }

    async fn read_once(&self, app: &App, id: UserId) -> Result<User, Error> {
        let mut reader = app.store.read().await?;
        let user = store::users::find(&mut reader, self.tenant(), id).await?;
        user.filter(|user| user.is_visible).ok_or_else(|| not_found(&id.to_string()))
    }

    async fn provision(&self, tx: &mut Conn, mut reading: Reading) -> Result<Resource, Error> {
        self.scene.notes.clear();
        let Earlier { named, former } = self.earlier(tx, &mut reading.wish).await?;
        let is_back = named.is_some() || former.is_some_and(|former| former.link == FormerLink::Record);
        let mut roles = roles::resolve(tx, self.tenant(), &self.caller, &mut reading.wish.document).await?;
        let session = invited_from::resolve(tx, &self.caller, self.tenant(), &reading.wish.document).await?;
        roles::confine(&mut roles, session.as_ref());
        reading.wish.credentials = self.credentials.clone();
        let mut scene = self.scene.clone();
        if is_back {
            scene.wording = Wording::WelcomeBack;
        }
        let why = Because::of(reading.wish.mode, scene.connection.as_deref());
        let decision = onboarding::provision(self.blank(former), reading.wish, &scene.circumstances(None));
        let Written { user, invitation } = effects::insert(tx, &scene, decision).await?;
        unique::follow_person(tx, &self.caller.registry, None, &user).await?;
        let joined = roles::join(tx, &scene, &user, &roles, roles::Joining::New).await?;
        if let Some(session) = session.as_ref().filter(|_| user.is_live()) {
            sessions::register(tx, session, user.id, "scim", scene.now).await?;
        }
        scene.notes.former(former.map(|former| former.id));
        scene.notes.person(None, &user, why);
        let former = former.map(|former| former.id.to_string());
        let after = json!({ "userName": user.user_name, "state": user.state.as_str(), "mode": user.mode.as_str() });
        let detail = json!({ "former": former, "after": after });
        self.audit(tx, "user.provision", &user, detail).await?;
        if joined == roles::Joined::Changed || session.is_some() {
            return self.render(tx, &user).await;
        }
        let manager = store::shown::manager(tx, &user).await?;
        self.resource(tx, Shown { user, invitation, manager, belongings: Some(Vec::new()) }).await
    }

    /// Who had the newcomer's name before, and who the newcomer was here before.
    async fn earlier(&self, tx: &mut Conn, wish: &mut Wish) -> Result<Earlier, Error> {
        let names = returning::names(&wish.document, &wish.user_name);
        let record = wish.external_id.as_deref().map(|id| (self.caller.connection.id, id));
        if !store::earlier::is_known(tx, self.tenant(), &names, record).await? {
            return Ok(Earlier { named: None, former: None });
        }
        let named = self.free_user_name(tx, &fold::fold(&wish.user_name), None).await?;
        let former = self.recognise(tx, named.as_ref(), wish).await?;
        Ok(Earlier { named, former })
    }

    /// Makes sure nobody live holds the name; answers who held it before.
    async fn free_user_name(&self, tx: &mut Conn, key: &str, own: Option<UserId>) -> Result<Option<User>, Error> {
        match names::free(tx, self.tenant(), key, own).await? {
            names::Name::Held(holder) => Err(taken(&holder)),
            names::Name::Left(former) => Ok(Some(*former)),
            names::Name::New => Ok(None),
        }
    }

    /// Who the newcomer was here before: the same record of this connection, whose profile comes back, or just the same name or address.
    async fn recognise(&self, tx: &mut Conn, named: Option<&User>, wish: &mut Wish) -> Result<Option<Former>, Error> {
        let connection = self.caller.connection.id;
        let same = match &wish.external_id {
            Some(id) => store::earlier::find_tombstone(tx, self.tenant(), connection, id).await?,
            None => None,
        };
        if let Some(former) = &same {
            returning::give_back(&mut wish.document, &former.document);
            return Ok(Some(Former { id: former.id, link: FormerLink::Record }));
        }
        returning::alike(tx, self.tenant(), named, &wish.document, &wish.user_name).await
    }

    fn blank(&self, former: Option<Former>) -> User {
        let app = &self.scene.app;
        let now = calendar::to_millis(self.scene.now);
        let id = UserId::generate(&*app.clock, &*app.rng);
        User { former, ..User::new(self.tenant(), id, Some(self.caller.connection.id), now) }
    }

    async fn rewrite(self, app: &App, user: UserId) -> Result<Resource, Error> {
        let tenant = self.tenant();
        let command = Arc::new(self);
        let mut first = First::Person;
        let outcome = loop {
            let attempt = match first {
                First::Person if !command.concerns_others() => {
                    app.store.write_ahead(rewriting(&command, user, first)).await
                }
                First::Person | First::Groups => app.store.write(rewriting(&command, user, first)).await,
            };
            match attempt.map_err(conflict)? {
                Some(outcome) => break outcome,
                None => first = First::Groups,
            }
        };
        command.scene.wake_worker();
        outcome.into_result(app, tenant, user).await
    }

    /// Nothing where the person leaves or comes back and their groups are not held: nothing was written then, and it is to be done again with
    /// the groups first.
    async fn rewrite_in(&self, tx: &mut Conn, id: UserId, first: First) -> Result<Option<Outcome<Resource>>, Error> {
        self.scene.notes.clear();
        if first == First::Groups {
            store::groups::lock_of_member(tx, self.tenant(), id).await?;
        }
        let shown = store::shown::lock(tx, self.tenant(), id).await?.ok_or_else(|| not_found(&id.to_string()))?;
        self.admit(&shown.user)?;
        let before = &shown.user;
        let (mut reading, roles) = self.read_wish(tx, before).await?;
        reading.wish.credentials = self.credentials.clone();
        let why = if reading.wish.mode.is_some() { Because::Extension } else { Because::Before };
        let last = self.last_invitation(tx, before).await?;
        let mut decision = onboarding::rewrite(before, reading.wish, &self.scene.circumstances(last.as_ref()));
        if before.is_owner && decision.user.deletion_date.is_some() {
            return Err(Error::Forbidden("the owner's account has no deletion date".to_owned()));
        }
        if first == First::Person && moves_groups(&decision) {
            return Ok(None);
        }
        let belongings = shown.belongings.as_deref().unwrap_or_default();
        if ends(&decision) && protection::protects_member(tx, before, belongings).await? {
            return Ok(Some(Outcome::Protected));
        }
        self.claim(tx, before, &mut decision).await?;
        self.check_name(tx, before, &decision).await?;
        let written = effects::update(tx, &self.scene, before, decision, Writer::Client).await?;
        let user = &written.user;
        let mut joined = roles::Joined::Same;
        if user != before {
            unique::follow_person(tx, &self.caller.registry, Some(before), user).await?;
            let joining = roles::Joining::of(before, user);
            if roles::are_concerned(&before.document, &user.document) || joining == roles::Joining::Back {
                joined = roles::join(tx, &self.scene, user, &roles, joining).await?;
            }
            let (old, new) = trail::of_person(before, user);
            let detail = json!({ "before": old, "after": new, "dropped": reading.dropped });
            self.audit(tx, "user.update", user, detail).await?;
            if user.connection != before.connection {
                // Behind the person's mails: whoever sends them holds those first, too.
                digest::note(tx, user.tenant, self.scene.now).await?;
            }
        }
        self.scene.notes.ignored(&reading.dropped);
        self.scene.notes.person(Some(before), user, why);
        if joined == roles::Joined::Changed || first == First::Groups {
            return Ok(Some(Outcome::Done(self.render(tx, user).await?)));
        }
        let manager = if user.manager() == before.manager() {
            shown.manager.clone()
        } else {
            store::shown::manager(tx, user).await?
        };
        let invitation = written.invitation.or(shown.invitation);
        let shown = Shown { user: written.user, invitation, manager, belongings: shown.belongings };
        Ok(Some(Outcome::Done(self.resource(tx, shown).await?)))
    }

    /// What the push makes of a person as they are, and their roles.
    async fn read_wish(&self, tx: &mut Conn, before: &User) -> Result<(Reading, Vec<roles::Grant>), Error> {
        let basis = wish::basis(before, &self.caller);
        let document = match &self.patch {
            Some(patch) => patch.apply(&basis, &self.caller.registry, Kind::User)?,
            None => validate::document(&self.body, &self.caller.registry, Kind::User, Context::Replace(&basis))?,
        };
        let mut reading = wish::read(document, Some(before), &self.caller, &self.scene.tenant)?;
        let mut roles = match roles::resolve(tx, self.tenant(), &self.caller, &mut reading.wish.document).await {
            Err(_) if reading.wish.active == Some(false) => roles::give_up(&mut reading, before),
            other => other?,
        };
        if before.document.get(schema::USHER) != reading.wish.document.get(schema::USHER) {
            invited_from::keep_after_acceptance(before, &mut reading.wish.document);
            match invited_from::resolve(tx, &self.caller, self.tenant(), &reading.wish.document).await {
                Err(_) if reading.wish.active == Some(false) => {
                    invited_from::give_up(&mut reading.wish.document, &before.document);
                    reading.dropped.push("invitedFrom".to_owned());
                }
                other => roles::confine(&mut roles, other?.as_ref()),
            }
        }
        Ok((reading, roles))
    }

    /// The person, locked, in the caller's sight and of the version the caller means.
    async fn load(&self, tx: &mut Conn, id: UserId) -> Result<User, Error> {
        let user = store::users::lock(tx, self.tenant(), id).await?.ok_or_else(|| not_found(&id.to_string()))?;
        self.admit(&user)?;
        Ok(user)
    }

    /// Whether this is somebody in the caller's sight and of the version the caller means.
    fn admit(&self, user: &User) -> Result<(), Error> {
        if !user.is_visible {
            return Err(not_found(&user.id.to_string()));
        }
        if user.connection.is_some_and(|owner| owner != self.caller.connection.id) {
            return Err(Error::Forbidden(
                "this user is managed by another connection; an administrator can transfer the user to this one"
                    .to_owned(),
            ));
        }
        self.precondition.check(user.version)
    }

    async fn last_invitation(&self, tx: &mut Conn, user: &User) -> Result<Option<Invitation>, Error> {
        if user.state == State::Suspended { Ok(store::invitations::find_last(tx, user).await?) } else { Ok(None) }
    }

    /// Adoption: the first change of a person whom no connection manages takes them over, within limits.
    async fn claim(&self, tx: &mut Conn, before: &User, decision: &mut Decision) -> Result<(), Error> {
        if before.connection.is_some() || (decision.user == *before && decision.effects.is_empty()) {
            return Ok(());
        }
        let (name, emails) = (&decision.user.user_name, decision.user.document.get("emails"));
        if let Some(why) = adoption::obstacle(tx, &self.scene.tenant, before, name, emails).await? {
            let detail = format!("this user is managed by no connection and can't be adopted: {why}");
            return Err(Error::Forbidden(detail));
        }
        decision.user.connection = Some(self.caller.connection.id);
        decision.effects.push(Effect::Record(event::Kind::UserAdopted));
        let detail = json!({ "connection": self.caller.connection.name });
        self.audit(tx, "user.adopted", before, detail).await
    }

    async fn check_name(&self, tx: &mut Conn, before: &User, decision: &Decision) -> Result<(), Error> {
        let user = &decision.user;
        let renamed = fold::fold(&before.user_name) != fold::fold(&user.user_name);
        if user.is_listed && (renamed || !before.is_listed || !before.is_live()) {
            self.free_user_name(tx, &fold::fold(&user.user_name), Some(user.id)).await?;
        }
        Ok(())
    }

    async fn delete(&self, tx: &mut Conn, id: UserId) -> Result<Outcome<Consequences>, Error> {
        self.scene.notes.clear();
        store::groups::lock_of_member(tx, self.tenant(), id).await?;
        let before = self.load(tx, id).await?;
        if protection::protects(tx, &before).await? {
            return Ok(Outcome::Protected);
        }
        let decision = onboarding::delete(&before, self.scene.now);
        let user = effects::update(tx, &self.scene, &before, decision, Writer::Client).await?.user;
        unique::follow_person(tx, &self.caller.registry, Some(&before), &user).await?;
        self.audit(tx, "user.delete", &user, json!({})).await?;
        self.scene.notes.person(Some(&before), &user, Because::Before);
        Ok(Outcome::Done(self.scene.notes.take()))
    }

    async fn audit(&self, tx: &mut Conn, action: &'static str, user: &User, detail: Value) -> Result<(), Error> {
        let actor = format!("token:{}", self.principal.token);
        let (target, request_id) = (Some(user.id.to_string()), self.request_id.clone());
        let entry = audit::Entry { actor, action, target, request_id, detail };
        Ok(audit::append(tx, self.tenant(), self.scene.now, &[entry]).await?)
    }

    /// The resource as the store has it now.
    async fn render(&self, tx: &mut Conn, user: &User) -> Result<Resource, Error> {
        let shown = store::shown::find(tx, user.tenant, user.id, store::shown::Groups::Load).await?;
        self.resource(tx, shown.ok_or_else(|| not_found(&user.id.to_string()))?).await
    }

    async fn resource(&self, tx: &mut Conn, shown: Shown) -> Result<Resource, Error> {
        let holders = Holders::load(tx, self.tenant(), std::slice::from_ref(&shown)).await?;
        let renderer = Renderer::new(&self.scene.app, &self.caller.registry, self.caller.connection.id);
        Ok(Resource { consequences: self.scene.notes.take(), ..renderer.resource(shown, &holders) })
    }
}

/// Adding somebody as the work of a transaction.
fn provisioning(
    command: &Arc<(Command, Reading)>,
) -> impl for<'t> Fn(&'t mut Conn) -> Work<'t, Resource, Error> + Send + Sync + 'static {
    let command = Arc::clone(command);
    move |tx| {
        let command = Arc::clone(&command);
        Box::pin(async move { command.0.provision(tx, command.1.clone()).await })
    }
}

/// A rewrite as the work of a transaction.
fn rewriting(
    command: &Arc<Command>,
    user: UserId,
    first: First,
) -> impl for<'t> Fn(&'t mut Conn) -> Work<'t, Option<Outcome<Resource>>, Error> + Send + Sync + 'static {
    let command = Arc::clone(command);
    move |tx| {
        let command = Arc::clone(&command);
        Box::pin(async move { command.rewrite_in(tx, user, first).await })
    }
}

/// Who is met again when somebody is added.
struct Earlier {
    /// Who had the name.
    named: Option<User>,
    /// Who the newcomer was.
    former: Option<Former>,
}

/// Whether a decision takes somebody's access away.
fn ends(decision: &Decision) -> bool {
    decision.effects.iter().any(|effect| matches!(effect, Effect::CancelInvitation(_)))
}

/// Whether memberships end or come back with it, which writes the groups.
fn moves_groups(decision: &Decision) -> bool {
    decision.effects.iter().any(|effect| matches!(effect, Effect::EndMemberships | Effect::RestoreMemberships(_)))
}

/// A userName that was taken between the look and the write, which the end of a write tells.
fn conflict(error: Error) -> Error {
    match error {
        Error::Store(StoreError::Conflict(Conflict::UserName)) => Error::Scim(scim::Error::of(
            scim::ScimType::Uniqueness,
            "a user with this userName already exists: the following user already has an active account",
        )),
        other => other,
    }
}
