//! Invitations: opening the link, filling the form, or confirming it where people sign in with their company's account.

use super::{
    App, Error,
    effects::{self, Writer},
    keyring::{Link, Purpose},
    scene::Scene,
    sign_in::{self, SignedIn},
};
use crate::{
    domain::{
        InvitationId, calendar,
        company::SignInPage,
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
/// Who acts, for the audit trail, and from where, for the feed.
const ACTOR: &str = "invitation form";
const SOURCE: &str = "form";

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
    /// Where the person signs in with their company's account; then there is nothing to fill in.
    pub company: Option<SignInPage>,
}

/// Where an accepted invitation leads.
#[derive(Debug, Clone)]
pub enum Accepted {
    /// The form was filled, and the person is signed in.
    SignedIn(SignedIn),
    /// The person signs in with their company's account, here.
    Company(SignInPage),
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
    let scene = Scene::of(app, &mut reader, &user, ACTOR, SOURCE).await?.ok_or_else(dead)?;
    let (first_name, last_name) = mailbox::name_of(&user.document);
    let email = mailbox::address_of(&user.document, &user.user_name).unwrap_or(user.user_name);
    let (tenant_name, company) = (scene.tenant.name.clone(), scene.company().cloned());
    Ok(Form { tenant_name, email, first_name, last_name, language: invitation.language, company })
}

/// Accepts the invitation: the person becomes active and billed. Names and password are set and the person is signed in, or, with company
/// sign-in, nothing is asked for and the company's page does the rest: its link is no proof of being somebody there.
///
/// # Errors
/// `NotFound` for a dead link; `Invalid` naming `firstName`, `lastName` or `password`, with a text key as its message; `Busy`.
pub async fn accept(app: &App, token: &str, answers: Answers) -> Result<Accepted, Error> {
    let form = open(app, token).await?;
    let link = app.keys.read_link(Purpose::InvitationLink, token).ok_or_else(dead)?;
    if let Some(page) = form.company {
        run(app, &Arc::new(Acceptance { app: app.clone(), link, filled: None })).await?;
        return Ok(Accepted::Company(page));
    }
    let first_name = name("firstName", "error-first-name-missing", &answers.first_name)?;
    let last_name = name("lastName", "error-last-name-missing", &answers.last_name)?;
    let prepared = password::prepare(&answers.password);
    judge(&prepared, &[&first_name, &last_name, &form.email])?;
    let hash = app.hasher.hash(prepared).await?;
    let session = sign_in::Fresh::new(app);
    let secret = session.secret.clone();
    let filled = Some(Filled { first_name, last_name, hash, session });
    run(app, &Arc::new(Acceptance { app: app.clone(), link, filled })).await?;
    Ok(Accepted::SignedIn(SignedIn::Session { secret, language: form.language }))
}

async fn run(app: &App, command: &Arc<Acceptance>) -> Result<(), Error> {
    let command = Arc::clone(command);
    app.store
        .write(move |tx| {
            let command = Arc::clone(&command);
            Box::pin(async move { command.run(tx).await })
        })
        .await
}

struct Acceptance {
    app: App,
    link: Link,
    /// Nothing where the person signs in with their company's account.
    filled: Option<Filled>,
}

/// A form that is complete.
struct Filled {
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
        let scene = Scene::of(&self.app, tx, &before, ACTOR, SOURCE).await?.ok_or_else(dead)?;
        let mut decision = onboarding::activate(&before, now);
        if let Some(filled) = &self.filled {
            decision.user.password_hash = Some(filled.hash.clone());
            decision.user.must_change_password = false;
            decision.user.password_generation += 1;
            rename(&mut decision.user.document, &filled.first_name, &filled.last_name);
        }
        let user = effects::update(tx, &scene, &before, decision, Writer::Client).await?.user;
        match &self.filled {
            Some(filled) => filled.session.insert(tx, &user).await,
            None => Ok(()),
        }
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
