//! Signing in and out; what a signed-in person sees.

use super::{
    App, Error,
    effects::{self, Writer},
    keyring::{self, Purpose},
    passwords,
    scene::Scene,
};
use crate::{
    domain::{
        TenantId, UserId,
        group::MemberId,
        language, mailbox, onboarding, password,
        role::Role,
        user::{State, User},
    },
    scim::fold,
    store::{self, Conn, sessions::Session},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

/// How long a session lives at most.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// How long a person has to change generated credentials after signing in with them.
const CHANGE: SignedDuration = SignedDuration::from_mins(30);

/// A fresh session.
#[derive(Debug, Clone)]
pub enum SignedIn {
    /// The cookie's secret.
    Session {
        /// The cookie's secret.
        secret: String,
        /// BCP 47 tag of a language we have.
        language: String,
    },
    /// Generated credentials: the password must be changed first, with this link token.
    MustChangePassword {
        /// The link's token.
        link: String,
        /// BCP 47 tag of a language we have.
        language: String,
    },
}

/// What `/me` shows.
#[derive(Debug, Clone)]
pub struct Me {
    /// The tenant's name, the brand of what people see.
    pub tenant_name: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The address on file.
    pub email: String,
    /// The sign-in name as written.
    pub user_name: String,
    /// BCP 47 tag of a language we have.
    pub language: String,
    /// Group name and role word.
    pub groups: Vec<(String, String)>,
    /// The day on which the account goes.
    pub deletion_date: Option<Date>,
    /// Whether the person administers the platform.
    pub is_administrator: bool,
}

/// A session about to be written.
pub(super) struct Fresh {
    pub secret: String,
    digest: String,
    created_at: Timestamp,
}

impl Fresh {
    pub fn new(app: &App) -> Self {
        let secret = keyring::secret(&*app.rng);
        let digest = app.keys.digest(Purpose::Session, &secret);
        Self { secret, digest, created_at: app.clock.now() }
    }

    pub async fn insert(&self, tx: &mut Conn, user: &User) -> Result<(), Error> {
        let expires_at = self.created_at.checked_add(SESSION).unwrap_or(self.created_at);
        let session = Session {
            digest: self.digest.clone(),
            tenant: user.tenant,
            user: user.id,
            created_at: self.created_at,
            expires_at,
        };
        Ok(store::sessions::insert(tx, &session).await?)
    }
}

/// Signs in with userName or email; a staged person whose credential is valid becomes active and billed.
///
/// # Errors
/// `BadCredentials` for every reason alike; `Busy`.
pub async fn sign_in(app: &App, login: &str, typed: &str) -> Result<SignedIn, Error> {
    let prepared = password::prepare(typed);
    if prepared.len() > password::MAX_BYTES {
        return Err(Error::BadCredentials);
    }
    let candidates = candidates(app, login).await?;
    for user in candidates.iter().filter(|user| may_enter(user)) {
        if app.hasher.verify(prepared.clone(), user.password_hash.clone()).await? {
            return enter(app, user.tenant, user.id).await;
        }
    }
    if !candidates.iter().any(may_enter) {
        app.hasher.verify(prepared, None).await?;
    }
    Err(Error::BadCredentials)
}

/// The person of a session cookie, if it is alive.
///
/// # Errors
/// The store's.
pub async fn who(app: &App, secret: &str) -> Result<Option<Me>, Error> {
    let digest = app.keys.digest(Purpose::Session, secret);
    let mut reader = app.store.read().await?;
    let Some(session) = store::sessions::find(&mut reader, &digest).await? else { return Ok(None) };
    if session.expires_at <= app.clock.now() {
        return Ok(None);
    }
    let user = store::users::find(&mut reader, session.tenant, session.user).await?;
    let tenant = store::tenants::find(&mut reader, session.tenant).await?;
    let (Some(user), Some(tenant)) = (user.filter(|user| user.state == State::Active), tenant) else { return Ok(None) };
    let belongings = store::memberships::of_members(&mut reader, user.tenant, &[MemberId::User(user.id)]).await?;
    let is_administrator = user.is_owner
        || belongings.iter().any(|belonging| belonging.group_is_root && belonging.membership.role >= Role::Admin);
    let mut groups: Vec<_> = belongings
        .iter()
        .filter(|belonging| !belonging.group_is_root && !belonging.group_is_mapped)
        .map(|belonging| (belonging.group_name.clone(), belonging.membership.role.as_str().to_owned()))
        .collect();
    groups.sort();
    groups.dedup();
    let (first_name, last_name) = mailbox::name_of(&user.document);
    let email = mailbox::address_of(&user.document, &user.user_name).unwrap_or_default();
    Ok(Some(Me {
        tenant_name: tenant.name,
        first_name,
        last_name,
        email,
        language: language_of(&user, &tenant.language),
        user_name: user.user_name,
        groups,
        deletion_date: user.deletion_date,
        is_administrator,
    }))
}

/// Ends a session.
///
/// # Errors
/// The store's.
pub async fn sign_out(app: &App, secret: &str) -> Result<(), Error> {
    let digest = app.keys.digest(Purpose::Session, secret);
    app.store
        .write(move |tx| {
            let digest = digest.clone();
            Box::pin(async move { store::sessions::delete(tx, &digest).await.map_err(Error::from) })
        })
        .await
}

/// The live people a login may mean: a userName, or an address that exactly one person of a tenant has.
pub(super) async fn candidates(app: &App, login: &str) -> Result<Vec<User>, Error> {
    let key = fold::fold(login.trim());
    let mut found = Vec::new();
    if key.is_empty() || key.len() > 1024 {
        return Ok(found);
    }
    let mut reader = app.store.read().await?;
    for tenant in store::tenants::list(&mut reader).await? {
        let named = store::users::find_by_user_name(&mut reader, tenant.id, &key).await?;
        if let Some(user) = named.filter(User::is_live) {
            found.push(user);
            continue;
        }
        let mut addressed = store::users::find_by_email(&mut reader, tenant.id, &key, 2).await?;
        if addressed.len() == 1 {
            found.append(&mut addressed);
        }
    }
    Ok(found)
}

/// Only a start date or an administrator's switch keeps a valid credential out.
fn may_enter(user: &User) -> bool {
    match user.state {
        State::Active => true,
        State::Staged => user.start_at.is_none(),
        State::Invited | State::Suspended | State::Deleted => false,
    }
}

async fn enter(app: &App, tenant: TenantId, id: UserId) -> Result<SignedIn, Error> {
    let fresh = std::sync::Arc::new(Fresh::new(app));
    let (shared, context) = (std::sync::Arc::clone(&fresh), app.clone());
    let (user, language) = app
        .store
        .write(move |tx| {
            let (fresh, app) = (std::sync::Arc::clone(&shared), context.clone());
            Box::pin(async move { begin(&app, tx, tenant, id, &fresh).await })
        })
        .await?;
    if user.must_change_password {
        let now = app.clock.now();
        let link = passwords::token(app, &user, now.checked_add(CHANGE).unwrap_or(now));
        return Ok(SignedIn::MustChangePassword { link, language });
    }
    Ok(SignedIn::Session { secret: fresh.secret.clone(), language })
}

async fn begin(app: &App, tx: &mut Conn, tenant: TenantId, id: UserId, fresh: &Fresh) -> Result<(User, String), Error> {
    let locked = store::users::lock(tx, tenant, id).await?;
    let before = locked.filter(may_enter).ok_or(Error::BadCredentials)?;
    let scene = Scene::of(app, tx, &before, "sign-in", "form").await?.ok_or(Error::BadCredentials)?;
    let user = if before.state == State::Staged {
        let decision = onboarding::activate(&before, scene.now);
        effects::update(tx, &scene, &before, decision, Writer::Server).await?.user
    } else {
        before
    };
    if !user.must_change_password {
        fresh.insert(tx, &user).await?;
    }
    let language = scene.language_of(&user);
    Ok((user, language))
}

fn language_of(user: &User, default: &str) -> String {
    let preferred = user.document.get("preferredLanguage").and_then(|tag| tag.as_str());
    language::negotiate(preferred, default).tag().to_owned()
}

/// Removes sessions past their end.
///
/// # Errors
/// The store's.
pub async fn forget_expired(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            Box::pin(async move { store::sessions::delete_expired(tx, now).await.map(drop).map_err(Error::from) })
        })
        .await
}
