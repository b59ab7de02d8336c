//! Simulations: what a push would come to, found out by doing it in a transaction that is rolled back.
//!
//! The use cases are the real ones, so a prediction can't differ from what they would do. Nothing is kept and nobody is told: no row, no mail,
//! no event, no audit entry. On SQLite nothing else is written meanwhile, so one simulation happens at a time and each is bounded in time by
//! who runs it.

use super::{
    App, Error,
    access::{self, Grant, Principal},
    adoption,
    consequences::{self, Consequences},
    outbox::{self, Letter},
};
use crate::{
    domain::{
        GroupId, TenantId, UserId,
        notification::Notification,
        role::Role,
        sending,
        tenant::Tenant,
        user::{Mode, State, User},
    },
    scim::{
        Kind, Object, fold,
        validate::{self, Context},
    },
    store,
};
use jiff::{Timestamp, civil::Date};
use std::{fmt, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whose turn it is to simulate.
#[derive(Debug)]
pub struct Turn(Arc<Semaphore>);

impl Default for Turn {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// An application on which everything can be done and nothing is kept.
pub struct Rehearsal {
    /// The application: requests go to it as to the real one.
    pub app: App,
    /// Who pushes.
    pub principal: Arc<Principal>,
    _turn: OwnedSemaphorePermit,
}

/// What a request would come to, for people.
#[derive(Debug, Clone, Default)]
pub struct Foreseen {
    /// What the use case noted.
    pub consequences: Consequences,
    /// The mails with their letters.
    pub mails: Vec<Mail>,
    /// Roles with the names of their groups.
    pub roles: Vec<(GroupId, String, Role)>,
    /// What becomes of the bill; none when no person was concerned.
    pub billing: Option<Outlook>,
}

/// A mail that would enter the outbox.
#[derive(Debug, Clone)]
pub struct Mail {
    /// What was noted of it.
    pub noted: consequences::Mail,
    /// Its row, as it stands in the end.
    pub row: Notification,
    /// What it would say; none for a mail that has nowhere to go.
    pub letter: Option<Letter>,
}

/// What becomes of a person's bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// Billed from this instant.
    Begins(Timestamp),
    /// Billed until this instant.
    Ends(Timestamp),
    /// Billed already, and still.
    Since(Timestamp),
    /// Billed once the invitation's form is completed.
    WithForm,
    /// Billed once the relay has accepted the notification.
    WithNotification,
    /// Nothing before this day.
    AfterStart(Date),
    /// Not billed.
    No,
}

/// What stands in the way of a push that names somebody who is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encounter {
    /// Who is there.
    pub user: UserId,
    /// What they are called.
    pub user_name: String,
    /// What would happen if the identity provider matched them and updated instead.
    pub verdict: Verdict,
}

/// Whether a connection could go on with a person who is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It manages them.
    Own,
    /// It would take them over.
    Adopt,
    /// It may not take them over: why.
    Refuse(&'static str),
    /// Another connection manages them.
    Foreign,
}

/// The mail budget of the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many mails may leave in an hour.
    pub per_hour: u32,
    /// How many may still leave now.
    pub left: usize,
}

/// Begins a simulation on behalf of a connection.
///
/// # Errors
/// `NotFound` for the connection, `Busy` while another simulation is under way.
pub async fn begin(app: &App, tenant: &Arc<Tenant>, connection: &str) -> Result<Rehearsal, Error> {
    let turn = Arc::clone(&app.simulations.0).try_acquire_owned();
    let turn = turn.map_err(|_| Error::Busy { retry_after_seconds: 1 })?;
    let principal = access::stand_in(app, tenant, connection).await?;
    let store = app.store.rehearsal().await?;
    Ok(Rehearsal { app: app.rehearsing(store), principal, _turn: turn })
}

/// The tenant of a short name, for commands.
///
/// # Errors
/// `NotFound`.
pub async fn tenant(app: &App, slug: &str) -> Result<Arc<Tenant>, Error> {
    let mut reader = app.store.read().await?;
    Ok(Arc::new(super::tenants::by_slug(&mut reader, slug).await?))
}

impl Rehearsal {
    /// Undoes everything.
    pub async fn end(self) {
        self.app.store.close().await;
    }

    fn tenant(&self) -> TenantId {
        self.principal.tenant.id
    }

    /// What consequences mean, looked up where they happened.
    ///
    /// # Errors
    /// The store's.
    pub async fn explain(&self, consequences: Consequences) -> Result<Foreseen, Error> {
        let mut mails = Vec::new();
        for noted in &consequences.mails {
            let mut reader = self.app.store.read().await?;
            let row = store::notifications::find(&mut reader, self.tenant(), noted.id).await?;
            drop(reader);
            let Some(row) = row else { continue };
            let letter = outbox::preview(&self.app, self.tenant(), noted.id).await?;
            mails.push(Mail { noted: noted.clone(), row, letter });
        }
        let mut reader = self.app.store.read().await?;
        let mut roles = Vec::new();
        for (group, role) in &consequences.roles {
            let found = store::groups::find(&mut reader, self.tenant(), *group).await?;
            roles.push((*group, found.map(|group| group.display_name).unwrap_or_default(), *role));
        }
        let billing = match &consequences.person {
            Some(person) => {
                let user = store::users::find(&mut reader, self.tenant(), person.id).await?;
                user.map(|user| outlook(&user, &consequences))
            }
            None => None,
        };
        Ok(Foreseen { consequences, mails, roles, billing })
    }

    /// Looks at mails again: what came later may have dropped them.
    ///
    /// # Errors
    /// The store's.
    pub async fn look_again(&self, foreseen: &mut Foreseen) -> Result<(), Error> {
        for mail in &mut foreseen.mails {
            let mut reader = self.app.store.read().await?;
            if let Some(row) = store::notifications::find(&mut reader, self.tenant(), mail.noted.id).await? {
                mail.row = row;
            }
        }
        Ok(())
    }

    /// Who holds the userName of this document, and what an identity provider that matches them could do; none when nobody does.
    ///
    /// # Errors
    /// The store's.
    pub async fn encounter(&self, body: &Object) -> Result<Option<Encounter>, Error> {
        let Grant::Scim { connection, registry, .. } = &self.principal.grant else { return Ok(None) };
        let Ok(document) = validate::document(body, registry, Kind::User, Context::Create) else { return Ok(None) };
        let name = document.get("userName").and_then(|name| name.as_str()).unwrap_or_default();
        let mut reader = self.app.store.read().await?;
        let found = store::users::find_by_user_name(&mut reader, self.tenant(), &fold::fold(name)).await?;
        let Some(user) = found else { return Ok(None) };
        let verdict = match user.connection {
            Some(owner) if owner == connection.id => Verdict::Own,
            Some(_) => Verdict::Foreign,
            None => {
                let emails = document.get("emails");
                let tenant = &self.principal.tenant;
                let obstacle = adoption::obstacle(&mut reader, tenant, &user, name, emails).await?;
                obstacle.map_or(Verdict::Adopt, Verdict::Refuse)
            }
        };
        Ok(Some(Encounter { user: user.id, user_name: user.user_name, verdict }))
    }

    /// How many mails may leave now.
    ///
    /// # Errors
    /// The store's.
    pub async fn budget(&self) -> Result<Budget, Error> {
        let mut reader = self.app.store.read().await?;
        let per_hour = self.principal.tenant.mail_budget_per_hour;
        let slot = sending::forgotten_slot(self.app.clock.now());
        let spent = store::mail_budget::spent(&mut reader, self.tenant(), slot).await?;
        Ok(Budget { per_hour, left: sending::room(per_hour, spent) })
    }
}

impl Mail {
    /// Whether it would leave at once, if the budget lets it.
    #[must_use]
    pub fn asks_budget(&self) -> bool {
        use crate::domain::notification::Status;
        self.row.status == Status::Queued
            && self.row.due_at <= self.row.created_at
            && !sending::UNBUDGETED.contains(&self.row.code)
    }
}

fn outlook(user: &User, consequences: &Consequences) -> Outlook {
    match (consequences.billing, user.state) {
        (Some(consequences::Billing::Ends(at)), _) => Outlook::Ends(at),
        (Some(consequences::Billing::Begins(at)), _) => Outlook::Begins(at),
        (None, State::Active) => user.billable_since.map_or(Outlook::No, Outlook::Since),
        (None, State::Invited) => Outlook::WithForm,
        (None, State::Staged) => match user.start_date.filter(|_| user.start_at.is_some()) {
            Some(date) => Outlook::AfterStart(date),
            None if user.mode == Mode::Create => Outlook::WithNotification,
            None => Outlook::WithForm,
        },
        (None, State::Suspended | State::Deleted) => Outlook::No,
    }
}

/// Makes mails of letters, to show what they say.
pub trait Typesetter: fmt::Debug + Send + Sync {
    /// Subject and text; none for a letter that can't be made.
    fn set(&self, letter: &Letter) -> Option<(String, String)>;
}
