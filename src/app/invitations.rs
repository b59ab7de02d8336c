//! Invitations: opening the link, filling the form.

use super::{
    App, Error,
    effects::{self, Scene, Writer},
    keyring::{Link, Purpose},
    sign_in::{self, SignedIn},
};
use crate::{
    domain::{
        InvitationId, calendar,
        invitation::{Invitation, Status},
        mailbox, onboarding, password,
        user::{State, User, clean_name},
    },
    scim::Object,
    store::{self, Conn},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest name the form takes, in characters.
const MAX_NAME: usize = 100;

/// What the form shows before it is filled.
#[derive(Debug, Clone)]
pub struct Form {
    /// The tenant's name, the brand of what people see.
    pub tenant_name: String,
    /// The address on file.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A language we have.
    pub language: String,
}

/// What the person typed.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// In plain text, as typed.
    pub password: String,
}

/// Reads the link; changes nothing.
///
/// # Errors
/// `NotFound` for unknown, used, expired and cancelled links alike.
pub async fn open(app: &App, token: &str) -> Result<Form, Error> {
    let link = app.keys.read_link(Purpose::InvitationLink, token).ok_or_else(dead)?;
    let mut reader = app.store.read().await?;
    let (invitation, user) = find(&mut reader, &link, app.clock.now()).await?;
    let tenant = store::tenants::find(&mut reader, link.tenant).await?.ok_or_else(dead)?;
    let (first_name, last_name) = mailbox::name_of(&user.document);
    let email = mailbox::address_of(&user.document, &user.user_name).unwrap_or(user.user_name);
    Ok(Form { tenant_name: tenant.name, email, first_name, last_name, language: invitation.language })
}

/// Accepts the invitation: names and password are set, the person becomes active and billed, and is signed in.
///
/// # Errors
/// `NotFound` for a dead link; `Invalid` naming `firstName`, `lastName` or `password`, with a text key as its message; `Busy`.
pub async fn accept(app: &App, token: &str, answers: Answers) -> Result<SignedIn, Error> {
    let form = open(app, token).await?;
    let link = app.keys.read_link(Purpose::InvitationLink, token).ok_or_else(dead)?;
    let first_name = name("firstName", "error-first-name-missing", &answers.first_name)?;
    let last_name = name("lastName", "error-last-name-missing", &answers.last_name)?;
    let prepared = password::prepare(&answers.password);
    judge(&prepared, &[&first_name, &last_name, &form.email])?;
    let hash = app.hasher.hash(prepared).await?;
    let session = sign_in::Fresh::new(app);
    let command = Arc::new(Acceptance { app: app.clone(), link, first_name, last_name, hash, session });
    let shared = Arc::clone(&command);
    app.store
        .write(move |tx| {
            let command = Arc::clone(&shared);
            Box::pin(async move { command.run(tx).await })
        })
        .await?;
    Ok(SignedIn::Session { secret: command.session.secret.clone(), language: form.language })
}

struct Acceptance {
    app: App,
    link: Link,
    first_name: String,
    last_name: String,
    hash: String,
    session: sign_in::Fresh,
}

impl Acceptance {
    async fn run(&self, tx: &mut Conn) -> Result<(), Error> {
        let now = self.app.clock.now();
        let (_, user) = find(tx, &self.link, now).await?;
        // People before invitations, in every transaction: the order of locks.
        let before = store::users::lock(tx, self.link.tenant, user.id).await?.ok_or_else(dead)?;
        find(tx, &self.link, now).await?;
        let scene = Scene::of(&self.app, tx, &before, "invitation form", "form").await?.ok_or_else(dead)?;
        let mut decision = onboarding::activate(&before, now);
        decision.user.password_hash = Some(self.hash.clone());
        decision.user.must_change_password = false;
        decision.user.password_generation += 1;
        rename(&mut decision.user.document, &self.first_name, &self.last_name);
        let user = effects::update(tx, &scene, &before, decision, Writer::Client).await?;
        self.session.insert(tx, &user).await
    }
}

/// The invitation of a link and its person, both in the state that the form needs.
async fn find(conn: &mut Conn, link: &Link, now: Timestamp) -> Result<(Invitation, User), Error> {
    let id = InvitationId::from_bytes(link.subject);
    let invitation = store::invitations::find(conn, link.tenant, id).await?;
    let is_open = |invitation: &Invitation| {
        invitation.status == Status::Pending && invitation.generation == link.generation && invitation.expires_at > now
    };
    let invitation = invitation.filter(is_open).ok_or_else(dead)?;
    let user = store::users::find(conn, link.tenant, invitation.user).await?;
    let user = user.filter(|user| user.state == State::Invited).ok_or_else(dead)?;
    Ok((invitation, user))
}

/// What every dead link says.
pub(super) fn dead() -> Error {
    Error::NotFound("this link does not work (any more)".to_owned())
}

/// Judges a prepared password; the message is a text key.
///
/// # Errors
/// `Invalid` naming `password`.
pub(super) fn judge(prepared: &str, own_words: &[&str]) -> Result<(), Error> {
    let words: Vec<&str> = own_words.iter().flat_map(|word| word.split(['@', '.', ' '])).collect();
    password::judge(prepared, &words)
        .map_err(|weakness| Error::Invalid { field: "password", message: weakness.text_key().to_owned() })
}

fn name(field: &'static str, missing: &str, typed: &str) -> Result<String, Error> {
    let name = clean_name(typed, MAX_NAME);
    if name.is_empty() { Err(Error::Invalid { field, message: missing.to_owned() }) } else { Ok(name) }
}

/// Puts the names of the form into the document; a `formatted` name, where there is one, describes them.
fn rename(document: &mut Object, first_name: &str, last_name: &str) {
    let name = document.entry("name").or_insert_with(|| json!({}));
    let Value::Object(name) = name else { return };
    name.insert("givenName".to_owned(), Value::from(first_name));
    name.insert("familyName".to_owned(), Value::from(last_name));
    if name.contains_key("formatted") {
        name.insert("formatted".to_owned(), Value::from(format!("{first_name} {last_name}")));
    }
}

/// When a link to this invitation dies by itself.
#[must_use]
pub(super) fn link_of(invitation: &Invitation) -> Link {
    Link {
        tenant: invitation.tenant,
        subject: invitation.id.bytes(),
        generation: invitation.generation,
        expires_at: calendar::to_millis(invitation.expires_at),
    }
}
