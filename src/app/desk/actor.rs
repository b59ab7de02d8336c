//! Who acts by hand: a person with the roles they hold, by an API token or a session.

use crate::{
    app::{
        App, Error,
        access::{Grant, Principal},
        keyring::Purpose,
        notifications::Clerk,
        scene::Scene,
    },
    domain::{
        GroupId, TenantId, UserId,
        group::MemberId,
        mailbox,
        rights::Holdings,
        tenant::Tenant,
        user::{State, User},
    },
    store::{self, Conn},
};
use std::sync::Arc;

/// A person who acts.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The tenant they act in.
    pub tenant: Arc<Tenant>,
    /// What they are called in lists and mails.
    pub name: String,
    /// Where the batch report goes.
    pub user: UserId,
    /// What they hold.
    pub holdings: Holdings,
    /// api, console, csv.
    pub source: &'static str,
    /// The request it came with.
    pub request_id: Option<String>,
}

impl Actor {
    /// The person an API token acts as.
    ///
    /// # Errors
    /// `Forbidden` for a token of another scope, `BadCredentials` when the person is not active any more.
    pub async fn of_principal(app: &App, principal: &Principal) -> Result<Self, Error> {
        let Grant::Api { user } = principal.grant else {
            let message = "this token is for SCIM; the API needs one with the scope api".to_owned();
            return Err(Error::Forbidden(message));
        };
        let mut reader = app.store.read().await?;
        let user = store::users::find(&mut reader, principal.tenant.id, user).await?;
        Self::of(&mut reader, Arc::clone(&principal.tenant), user, "api").await
    }

    /// The person a session cookie belongs to.
    ///
    /// # Errors
    /// `BadCredentials` when the session or the person is over.
    pub async fn of_session(app: &App, secret: &str) -> Result<Self, Error> {
        let digest = app.keys.digest(Purpose::Session, secret);
        let mut reader = app.store.read().await?;
        let session = store::sessions::find(&mut reader, &digest).await?;
        let session = session.filter(|session| session.expires_at > app.clock.now()).ok_or(Error::BadCredentials)?;
        let tenant = store::tenants::find(&mut reader, session.tenant).await?.ok_or(Error::BadCredentials)?;
        let user = store::users::find(&mut reader, session.tenant, session.user).await?;
        Self::of(&mut reader, Arc::new(tenant), user, "console").await
    }

    /// A person who is active, with what they hold.
    pub(super) async fn of(
        conn: &mut Conn,
        tenant: Arc<Tenant>,
        user: Option<User>,
        source: &'static str,
    ) -> Result<Self, Error> {
        let user = user.filter(|user| user.state == State::Active).ok_or(Error::BadCredentials)?;
        let belongings = store::memberships::of_members(conn, tenant.id, &[MemberId::User(user.id)]).await?;
        let root = store::groups::find_root(conn, tenant.id).await?.ok_or(Error::BadCredentials)?.id;
        let roles = belongings.iter().map(|row| (row.membership.group, row.membership.role)).collect();
        let holdings = Holdings { user: user.id, is_owner: user.is_owner, root, roles };
        let name = mailbox::greeting_name(&user.document).unwrap_or_else(|| user.user_name.clone());
        Ok(Self { tenant, name, user: user.id, holdings, source, request_id: None })
    }

    /// Refuses who does not administer the platform.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn check_platform(&self) -> Result<(), Error> {
        if self.holdings.is_platform_administrator() {
            return Ok(());
        }
        Err(Error::Forbidden("only administrators of the platform may do this".to_owned()))
    }

    /// Refuses who does not administer the group.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(super) async fn check_group(&self, conn: &mut Conn, group: GroupId) -> Result<Vec<GroupId>, Error> {
        let line = store::groups::line(conn, self.tenant.id, group).await?;
        if self.holdings.administers(&line) {
            return Ok(line);
        }
        Err(Error::Forbidden("only administrators of this group may do this".to_owned()))
    }

    /// The scene of what the actor does to people whom no connection manages.
    pub(super) fn scene(&self, app: &App) -> Scene {
        Scene::new(app, Arc::clone(&self.tenant), None, &self.name, self.source)
    }

    /// The scene of what the actor does to a person, under the settings of the connection that manages them.
    pub(super) async fn scene_of(&self, app: &App, conn: &mut Conn, user: &User) -> Result<Scene, Error> {
        let scene = Scene::of(app, conn, user, &self.name, self.source).await?;
        scene.ok_or_else(|| Error::NotFound("this tenant is gone".to_owned()))
    }

    /// The actor as the audit trail names them.
    #[must_use]
    pub fn audit_name(&self) -> String {
        format!("user:{}", self.user)
    }

    /// The actor as one who handles mails.
    #[must_use]
    pub fn clerk(&self) -> Clerk {
        Clerk { tenant: self.tenant_id(), name: self.audit_name(), request_id: self.request_id.clone() }
    }

    /// The tenant's id.
    #[must_use]
    pub fn tenant_id(&self) -> TenantId {
        self.tenant.id
    }
}
