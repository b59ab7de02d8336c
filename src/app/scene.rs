//! The scene of what happens to people: who acts, on what, when, and how mails about it are worded.
//!
//! Never decides and writes nothing but a mail into the outbox.

use super::{App, Error, consequences::Notes};
use crate::{
    domain::{
        NotificationId,
        about::Entry,
        calendar,
        connection::Connection,
        invitation::{self, CancelledBy, Invitation},
        language, mailbox,
        notification::{Clearance, Code, MailSwitch, Notification, Status, Variant},
        onboarding::Circumstances,
        tenant::Tenant,
        user::User,
    },
    store::{self, Conn},
};
use jiff::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Who acts, on what, when: what every use case that changes people carries along.
#[derive(Clone)]
pub struct Scene {
    pub app: App,
    pub tenant: Arc<Tenant>,
    /// The connection whose settings apply: the caller's, or the one that manages the person.
    pub connection: Option<Arc<Connection>>,
    /// A token's or a person's name, for lists and the audit trail.
    pub actor: String,
    /// scim, api, console, csv, form, clock.
    pub source: &'static str,
    pub now: Timestamp,
    /// How mails about the way in are worded.
    pub wording: Wording,
    /// A generated password in plain text, on its way into the sealed column.
    pub generated: Option<String>,
    /// Whether a mail entered the outbox, so that the worker is told once the transaction is durable.
    pub queued: Arc<AtomicBool>,
    /// What the use case came to, for the request log and simulations.
    pub notes: Notes,
}

/// How mails about the way in are worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// By the path.
    Usual,
    /// By the path, as part of a batch (E9).
    Batch,
    /// Welcome back (E10).
    WelcomeBack,
}

impl Wording {
    /// The mail of an invitation.
    pub(super) fn of_invitation(self, kind: &invitation::Kind) -> (Code, Variant) {
        match self {
            Self::Usual | Self::Batch => (kind.code(), Variant::Plain),
            Self::WelcomeBack => (Code::E10, kind.variant()),
        }
    }

    /// The mail of a created account.
    pub(super) fn of_creation(self, code: Code) -> (Code, Variant) {
        let variant = match code {
            Code::E7 => Variant::Generated,
            Code::E8 => Variant::Link,
            _ => Variant::Known,
        };
        match self {
            Self::Usual => (code, Variant::Plain),
            Self::Batch => (Code::E9, variant),
            Self::WelcomeBack => (Code::E10, variant),
        }
    }
}

impl Scene {
    /// The scene of something that happens now, of which nothing has come yet.
    #[must_use]
    pub fn new(
        app: &App,
        tenant: Arc<Tenant>,
        connection: Option<Arc<Connection>>,
        actor: &str,
        source: &'static str,
    ) -> Self {
        Self {
            app: app.clone(),
            tenant,
            connection,
            actor: actor.to_owned(),
            source,
            now: app.clock.now(),
            wording: Wording::Usual,
            generated: None,
            queued: Arc::default(),
            notes: Notes::default(),
        }
    }

    /// The scene of something that happens to a person outside of a push: under the settings of the connection that manages them.
    ///
    /// # Errors
    /// The store's.
    pub async fn of(
        app: &App,
        conn: &mut Conn,
        user: &User,
        actor: &str,
        source: &'static str,
    ) -> Result<Option<Self>, Error> {
        let Some(tenant) = store::tenants::find(conn, user.tenant).await? else { return Ok(None) };
        let connection = match user.connection {
            Some(id) => store::connections::find(conn, user.tenant, id).await?,
            None => None,
        };
        Ok(Some(Self::new(app, Arc::new(tenant), connection.map(Arc::new), actor, source)))
    }

    /// Tells the mail worker, if there is something for it; to be called after the commit.
    pub fn wake_worker(&self) {
        if self.queued.swap(false, Ordering::Relaxed) {
            self.app.outbox.notify_one();
        }
    }

    /// Puts a mail into the outbox, unless one of its cause is there.
    ///
    /// # Errors
    /// The store's.
    pub async fn post(&self, tx: &mut Conn, mail: &Notification) -> Result<(), Error> {
        store::notifications::insert(tx, mail).await?;
        self.notes.mail(mail);
        if mail.status == Status::Queued {
            self.queued.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// What decisions need to know.
    #[must_use]
    pub fn circumstances(&self, last: Option<&Invitation>) -> Circumstances<'_> {
        let cancelled_by = last.and_then(|invitation| invitation.cancelled_by);
        Circumstances {
            now: self.now,
            zone: &self.tenant.time_zone,
            default_mode: self
                .connection
                .as_ref()
                .and_then(|connection| connection.default_mode)
                .unwrap_or(self.tenant.default_mode),
            entry: self.company().map_or(Entry::Form, |_| Entry::Company),
            mail: self.mail_switch(),
            cancelled_by_administrator: cancelled_by == Some(CancelledBy::Administrator),
            cancelled_with_the_person: matches!(cancelled_by, Some(CancelledBy::Suspension | CancelledBy::Deletion)),
        }
    }

    /// The stricter of the tenant's and the connection's switch.
    #[must_use]
    pub fn mail_switch(&self) -> MailSwitch {
        let own = self.connection.as_ref().map_or(MailSwitch::On, |connection| connection.notifications);
        match (self.tenant.notifications, own) {
            (MailSwitch::Off, _) | (_, MailSwitch::Off) => MailSwitch::Off,
            (MailSwitch::Hold, _) | (_, MailSwitch::Hold) => MailSwitch::Hold,
            (MailSwitch::On, MailSwitch::On) => MailSwitch::On,
        }
    }

    /// The language for mails to this person.
    #[must_use]
    pub fn language_of(&self, user: &User) -> String {
        let preferred = user.document.get("preferredLanguage").and_then(|tag| tag.as_str());
        language::negotiate(preferred, &self.tenant.language).tag().to_owned()
    }

    /// A mail to this person, held where the switch says so; not in the outbox yet.
    #[must_use]
    pub fn mail(&self, user: &User, code: Code, cause: String) -> Notification {
        let now = calendar::to_millis(self.now);
        let is_held = self.mail_switch() == MailSwitch::Hold;
        Notification {
            tenant: user.tenant,
            id: NotificationId::generate(&*self.app.clock, &*self.app.rng),
            user: user.id,
            code,
            variant: Variant::Plain,
            target: String::new(),
            cause,
            status: if is_held { Status::Held } else { Status::Queued },
            clearance: Clearance::Open,
            reason: is_held.then(|| "held for the tenant or the connection".to_owned()),
            to: mailbox::address_of(&user.document, &user.user_name),
            language: self.language_of(user),
            subject: None,
            invitation: None,
            sealed: None,
            attempts: 0,
            tried_at: None,
            due_at: now,
            created_at: now,
            sent_at: None,
        }
    }
}
