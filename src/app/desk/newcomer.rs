//! A person added by hand: the document and the wish that every way in makes of what was typed.

use crate::{
    app::{
        Error, effects, memberships, names, returning,
        scene::{Scene, Wording},
    },
    domain::{
        GroupId, UserId, calendar,
        group::{MemberId, Membership},
        invitation::Kind,
        language::Language,
        onboarding::{self, Credentials, Wish},
        role::{Role, Source},
        user::{Mode, User},
    },
    scim::{Object, fold::fold, schema},
    store::Conn,
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

/// What is known of a newcomer.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Where mail goes, and the sign-in name unless there is another one.
    pub address: String,
    /// The sign-in name.
    pub user_name: Option<String>,
    /// The id in the system the person comes from.
    pub external_id: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// A name as written beside an address.
    pub display_name: Option<String>,
    /// The language of mails.
    pub language: Option<Language>,
    /// The day the account goes.
    pub deletion_date: Option<Date>,
    /// Labels.
    pub labels: Vec<String>,
    /// The path.
    pub mode: Mode,
    /// Where the person is invited from.
    pub kind: Kind,
    /// How a created person gets in.
    pub credentials: Credentials,
    /// Whether mails are silenced.
    pub is_silent: bool,
    /// Since when a person is billed who was active on another platform and is in at once.
    pub active_since: Option<Timestamp>,
}

impl Newcomer {
    /// A newcomer of whom only the address is known.
    pub fn at(address: &str, mode: Mode) -> Self {
        Self {
            address: address.to_owned(),
            user_name: None,
            external_id: None,
            first_name: None,
            last_name: None,
            display_name: None,
            language: None,
            deletion_date: None,
            labels: Vec::new(),
            mode,
            kind: Kind::Platform,
            credentials: Credentials::Unsaid,
            is_silent: false,
            active_since: None,
        }
    }

    /// The sign-in name.
    pub fn login(&self) -> &str {
        self.user_name.as_deref().unwrap_or(&self.address)
    }

    fn document(&self) -> Object {
        let mut document = Object::new();
        let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
        put("schemas", json!([schema::USER, schema::USHER]));
        put("userName", json!(self.login()));
        if let Some(id) = &self.external_id {
            put("externalId", json!(id));
        }
        if self.first_name.is_some() || self.last_name.is_some() {
            let mut name = Object::new();
            name.extend(self.first_name.as_ref().map(|first| ("givenName".to_owned(), json!(first))));
            name.extend(self.last_name.as_ref().map(|last| ("familyName".to_owned(), json!(last))));
            put("name", Value::Object(name));
        }
        if let Some(name) = &self.display_name {
            put("displayName", json!(name));
        }
        if let Some(language) = self.language {
            put("preferredLanguage", json!(language.tag()));
        }
        put("emails", json!([{ "value": self.address, "type": "work", "primary": true }]));
        put(schema::USHER, Value::Object(self.extension()));
        document
    }

    fn extension(&self) -> Object {
        let mut own = Object::new();
        own.insert("provisioningMode".to_owned(), json!(self.mode.as_str()));
        if let Some(date) = self.deletion_date {
            own.insert("deletionDate".to_owned(), json!(date.to_string()));
        }
        if !self.labels.is_empty() {
            own.insert("labels".to_owned(), json!(self.labels));
        }
        if self.kind != Kind::Platform {
            own.insert("invitedFrom".to_owned(), json!({ "kind": self.kind.word(), "value": self.kind.target() }));
        }
        if self.is_silent {
            own.insert("suppressNotifications".to_owned(), json!(true));
        }
        own
    }

    fn wish(&self) -> Wish {
        Wish {
            document: self.document(),
            user_name: self.login().to_owned(),
            external_id: self.external_id.clone(),
            active: Some(true),
            shows_active: true,
            mode: Some(self.mode),
            start_date: None,
            deletion_date: self.deletion_date,
            suppress_notifications: self.is_silent,
            credentials: self.credentials.clone(),
        }
    }
}

/// Adds the person, whose sign-in name nobody live may hold, to these groups with these roles.
///
/// # Errors
/// `Conflict` when the name is taken; the store's.
pub async fn add(tx: &mut Conn, scene: &Scene, newcomer: &Newcomer, seats: &[Seat]) -> Result<User, Error> {
    let name = names::free(tx, scene.tenant.id, &fold(newcomer.login()), None).await?;
    if let names::Name::Held(_) = name {
        return Err(Error::Conflict(format!("the following user already has an active account: {}", newcomer.login())));
    }
    let named = match name {
        names::Name::Left(former) => Some(*former),
        names::Name::Held(_) | names::Name::New => None,
    };
    let mut scene = scene.clone();
    if named.is_some() {
        scene.wording = Wording::WelcomeBack;
    }
    let wish = newcomer.wish();
    let former = returning::alike(tx, scene.tenant.id, named.as_ref(), &wish.document, &wish.user_name).await?;
    let now = calendar::to_millis(scene.now);
    let id = UserId::generate(&*scene.app.clock, &*scene.app.rng);
    let blank = User { former, ..User::new(scene.tenant.id, id, None, now) };
    let around = scene.circumstances(None);
    let decision = match newcomer.active_since {
        Some(since) => onboarding::migrate(blank, wish, &around, since),
        None => onboarding::provision(blank, wish, &around),
    };
    let user = effects::insert(tx, &scene, decision).await?.user;
    seat(tx, &scene, user.id, seats).await?;
    Ok(user)
}

/// A role on a group, and by whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The group.
    pub group: GroupId,
    /// The role.
    pub role: Role,
    /// By whose word.
    pub source: Source,
}

/// Gives a person these roles on these groups; answers whether any is new.
///
/// # Errors
/// The store's.
pub async fn seat(tx: &mut Conn, scene: &Scene, user: UserId, seats: &[Seat]) -> Result<bool, Error> {
    let row = |seat: &Seat| Membership {
        group: seat.group,
        member: MemberId::User(user),
        role: seat.role,
        source: seat.source,
        connection: None,
        display: None,
    };
    let rows: Vec<_> = seats.iter().map(row).collect();
    Ok(memberships::add(tx, scene.tenant.id, &rows, scene.now).await? > 0)
}
