//! One-time set-password links (E8, forgotten passwords, generated credentials that must be changed).

use super::{
    App, Error,
    effects::{self, Writer},
    invitations::{dead, judge},
    keyring::{Link, Purpose},
    scene::Scene,
    sign_in::{self, SignedIn},
};
use crate::{
    domain::{
        UserId,
        company::SignInPage,
        mailbox, onboarding, password,
        user::{State, User},
    },
    store::{self, Conn},
};
use jiff::Timestamp;
use std::sync::Arc;

/// Who acts, for the audit trail, and from where, for the feed.
const ACTOR: &str = "set-password form";
const SOURCE: &str = "form";

/// What the set-password page shows.
#[derive(Debug, Clone)]
pub struct Form {
    /// The tenant's name, the brand of what people see.
    pub tenant_name: String,
    /// The address on file.
    pub email: String,
    /// A language we have.
    pub language: String,
    /// Whether the new password takes the place of one that was mailed.
    pub replaces_mailed: bool,
    /// Where the person signs in with their company's account; then there is no password to set.
    pub company: Option<SignInPage>,
}

/// Reads the link; changes nothing.
///
/// # Errors
/// `NotFound` for unknown, used and expired links alike.
pub async fn open(app: &App, token: &str) -> Result<Form, Error> {
    let link = app.keys.read_link(Purpose::PasswordLink, token).ok_or_else(dead)?;
    let mut reader = app.store.read().await?;
    let user = store::users::find(&mut reader, link.tenant, UserId::from_bytes(link.subject)).await?;
    let user = user.filter(|user| is_good(&link, user, app.clock.now())).ok_or_else(dead)?;
    let scene = Scene::of(app, &mut reader, &user, ACTOR, SOURCE).await?.ok_or_else(dead)?;
    let (language, company) = (scene.language_of(&user), scene.company_of(&user).cloned());
    let replaces_mailed = user.must_change_password && user.password_hash.is_some();
    let email = mailbox::address_of(&user.document, &user.user_name).unwrap_or(user.user_name);
    Ok(Form { tenant_name: scene.tenant.name.clone(), email, language, replaces_mailed, company })
}

/// Sets the password and signs the person in; the link and every other session are dead afterwards. A staged person is active and billed.
///
/// # Errors
/// `NotFound` for a dead link; `Invalid` naming `password`, with a text key as its message; `Busy`.
pub async fn set(app: &App, token: &str, typed: String) -> Result<SignedIn, Error> {
    let form = open(app, token).await?;
    if form.company.is_some() {
        return Err(Error::Invalid { field: "password", message: "page-set-password-sso".to_owned() });
    }
    let link = app.keys.read_link(Purpose::PasswordLink, token).ok_or_else(dead)?;
    let prepared = password::prepare(&typed);
    judge(&prepared, &[&form.email])?;
    refuse_mailed(app, &link, &prepared).await?;
    let hash = app.hasher.hash(prepared).await?;
    let session = sign_in::Fresh::new(app);
    let command = Arc::new(Setting { app: app.clone(), link, hash, session });
    let shared = Arc::clone(&command);
    app.store
        .write(move |tx| {
            let command = Arc::clone(&shared);
            Box::pin(async move { command.run(tx).await })
        })
        .await?;
    Ok(SignedIn::Session { secret: command.session.secret.clone(), language: form.language })
}

/// A generated password went through the mail: it is replaced, not kept.
async fn refuse_mailed(app: &App, link: &Link, prepared: &str) -> Result<(), Error> {
    let mut reader = app.store.read().await?;
    let user = store::users::find(&mut reader, link.tenant, UserId::from_bytes(link.subject)).await?;
    drop(reader);
    let Some(mailed) = user.filter(|user| user.must_change_password).and_then(|user| user.password_hash) else {
        return Ok(());
    };
    if app.hasher.verify(prepared.to_owned(), Some(mailed)).await? {
        return Err(Error::Invalid { field: "password", message: "error-password-same".to_owned() });
    }
    Ok(())
}

struct Setting {
    app: App,
    link: Link,
    hash: String,
    session: sign_in::Fresh,
}

impl Setting {
    async fn run(&self, tx: &mut Conn) -> Result<(), Error> {
        let now = self.app.clock.now();
        let user = store::users::lock(tx, self.link.tenant, UserId::from_bytes(self.link.subject)).await?;
        let before = user.filter(|user| is_good(&self.link, user, now)).ok_or_else(dead)?;
        let scene = Scene::of(&self.app, tx, &before, ACTOR, SOURCE).await?.ok_or_else(dead)?;
        let decision = onboarding::set_password(&before, &self.hash, now);
        let user = effects::update(tx, &scene, &before, decision, Writer::Server).await?.user;
        self.session.insert(tx, &user).await
    }
}

fn is_good(link: &Link, user: &User, now: Timestamp) -> bool {
    let may_enter = user.state == State::Active || (user.state == State::Staged && user.start_at.is_none());
    may_enter && user.password_generation == link.generation && link.expires_at > now
}

/// The token of a set-password link for this person.
#[must_use]
pub(super) fn token(app: &App, user: &User, expires_at: Timestamp) -> String {
    let link = Link { tenant: user.tenant, subject: user.id.bytes(), generation: user.password_generation, expires_at };
    app.keys.sign_link(Purpose::PasswordLink, &link)
}
