//! Who sends a file: an administrator of the platform, or an operator in a shell.

use crate::{
    app::{
        App, Error,
        desk::Actor,
        tenants::{self, OPERATOR},
        tokens,
    },
    domain::{UserId, tenant::Tenant},
    store,
};
use std::sync::Arc;

/// Who sends a file.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The tenant the people belong to.
    pub(super) tenant: Arc<Tenant>,
    /// What they are called in lists.
    pub(super) name: String,
    /// Who gets the report by mail.
    pub(super) user: Option<UserId>,
    /// The request it came with.
    pub(super) request_id: Option<String>,
}

impl Sender {
    /// Somebody who acts over the API or the console.
    ///
    /// # Errors
    /// `Forbidden` for who does not administer the platform.
    pub fn of(actor: &Actor) -> Result<Self, Error> {
        actor.check_platform()?;
        Ok(Self {
            tenant: Arc::clone(&actor.tenant),
            name: actor.name.clone(),
            user: Some(actor.user),
            request_id: actor.request_id.clone(),
        })
    }

    /// An operator in a shell, on behalf of an administrator where one is named.
    ///
    /// # Errors
    /// `NotFound` for the tenant or the person, `Forbidden` when the person does not administer the platform.
    pub async fn in_shell(app: &App, tenant: &str, login: Option<&str>) -> Result<Self, Error> {
        let tenant = Arc::new(tenants::find(app, tenant).await?);
        let Some(login) = login else {
            return Ok(Self { tenant, name: OPERATOR.to_owned(), user: None, request_id: None });
        };
        let mut reader = app.store.read().await?;
        let user = tokens::person(&mut reader, &tenant, login).await?;
        let user = store::users::find(&mut reader, tenant.id, user).await?;
        let actor = Actor::of(&mut reader, tenant, user, "csv").await.map_err(|error| match error {
            Error::BadCredentials => {
                Error::Forbidden(format!("{login} is not active, so nothing can be sent for them"))
            }
            other => other,
        })?;
        Self::of(&actor)
    }
}
