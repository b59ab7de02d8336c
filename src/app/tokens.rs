//! Bearer tokens: made, listed, revoked, rotated. The secret is answered once and stored nowhere.

use super::{
    App, Error, access, connections,
    keyring::{self, Purpose},
    tenants::{self, OPERATOR},
};
use crate::{
    domain::{ConnectionId, GroupId, TokenId, UserId, tenant::Tenant},
    scim::fold::fold,
    store::{
        self, Conn,
        audit::{self, Entry},
        tokens::{Scope, Token},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// What a new token is to be.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// For people; several tokens may share it.
    pub name: String,
    /// What it may be used for.
    pub scope: Scope,
    /// The connection of a SCIM token, made on demand; `default` when absent.
    pub connection: Option<String>,
    /// Whom an API token acts as: a userName or an address.
    pub user: Option<String>,
    /// Binds the token to one group.
    pub group: Option<GroupId>,
    /// How long it works.
    pub lifetime: SignedDuration,
}

/// A token that was just made, with the only copy of its secret.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The row.
    pub token: Token,
    /// What the client sends as bearer token.
    pub secret: String,
}

/// A new token.
///
/// # Errors
/// `NotFound` for tenant, person and group; `Invalid` where scope and options do not go together.
pub async fn create(app: &App, tenant: &str, wanted: Wanted) -> Result<Issued, Error> {
    check(&wanted)?;
    let now = app.clock.now();
    let secret = fresh_secret(app, wanted.scope);
    let ids = (TokenId::generate(&*app.clock, &*app.rng), ConnectionId::generate(&*app.clock, &*app.rng));
    let digest = app.keys.digest(Purpose::Token, &secret);
    let slug = tenant.to_owned();
    let token = app
        .store
        .write(move |tx| {
            let (slug, wanted, digest) = (slug.clone(), wanted.clone(), digest.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let token = assemble(tx, &tenant, wanted, ids, digest, now).await?;
                store::tokens::insert(tx, &token).await?;
                record(tx, &token, now, "token.created").await?;
                Ok::<_, Error>(token)
            })
        })
        .await?;
    access::forget(app);
    Ok(Issued { token, secret })
}

/// A token with the name of its connection, for lists.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The token, without its secret.
    pub token: Token,
    /// The name of its connection.
    pub connection: Option<String>,
}

/// A tenant's tokens.
///
/// # Errors
/// `NotFound` for the tenant.
pub async fn list(app: &App, tenant: &str) -> Result<Vec<Listed>, Error> {
    let mut reader = app.store.read().await?;
    let tenant = tenants::by_slug(&mut reader, tenant).await?;
    let connections = store::connections::list(&mut reader, tenant.id).await?;
    let name = |id| connections.iter().find(|connection| Some(connection.id) == id).map(|found| found.name.clone());
    let tokens = store::tokens::list(&mut reader, tenant.id).await?;
    Ok(tokens.into_iter().map(|token| Listed { connection: name(token.connection), token }).collect())
}

/// Revokes the token of this id, or every usable token of this name; answers how many.
///
/// # Errors
/// `NotFound` when there is nothing to revoke.
pub async fn revoke(app: &App, tenant: &str, which: &str) -> Result<usize, Error> {
    let now = app.clock.now();
    let (slug, which) = (tenant.to_owned(), which.to_owned());
    let count = app
        .store
        .write(move |tx| {
            let (slug, which) = (slug.clone(), which.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let usable = usable(tx, &tenant, &which, now).await?;
                for token in &usable {
                    let revoked = Token { revoked_at: Some(now), ..token.clone() };
                    store::tokens::update(tx, &revoked).await?;
                    record(tx, &revoked, now, "token.revoked").await?;
                }
                Ok::<_, Error>(usable.len())
            })
        })
        .await?;
    access::forget(app);
    Ok(count)
}

/// A new secret with the rights and the lifetime of the newest token of this name (or of this id); what was usable stays so for `overlap`.
///
/// # Errors
/// `NotFound` when there is nothing to rotate.
pub async fn rotate(app: &App, tenant: &str, which: &str, overlap: SignedDuration) -> Result<Issued, Error> {
    let now = app.clock.now();
    let until = now.checked_add(overlap).unwrap_or(Timestamp::MAX);
    // Its prefix depends on the scope, which only the row knows: one candidate each.
    let secrets = [Scope::Scim, Scope::Api].map(|scope| {
        let secret = fresh_secret(app, scope);
        (scope, app.keys.digest(Purpose::Token, &secret), secret)
    });
    let id = TokenId::generate(&*app.clock, &*app.rng);
    let (slug, which) = (tenant.to_owned(), which.to_owned());
    let issued = app
        .store
        .write(move |tx| {
            let (slug, which, secrets) = (slug.clone(), which.clone(), secrets.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let old = usable(tx, &tenant, &which, now).await?;
                let newest = old.iter().max_by_key(|token| token.created_at);
                let Some(newest) = newest else { return Err(nothing(&which)) };
                let secret = secrets.into_iter().find(|(scope, ..)| *scope == newest.scope);
                let Some((_, digest, secret)) = secret else { return Err(nothing(&which)) };
                let token = successor(newest, id, digest, now);
                for old in &old {
                    let ending = Token { expires_at: old.expires_at.min(until), ..old.clone() };
                    store::tokens::update(tx, &ending).await?;
                }
                store::tokens::insert(tx, &token).await?;
                record(tx, &token, now, "token.rotated").await?;
                Ok(Issued { token, secret })
            })
        })
        .await?;
    access::forget(app);
    Ok(issued)
}

fn check(wanted: &Wanted) -> Result<(), Error> {
    let wrong = |field, message: &str| Err(Error::Invalid { field, message: message.to_owned() });
    if !crate::scim::fold::is_printable(&wanted.name) || wanted.name.chars().count() > 100 {
        return wrong("name", "it must have 1 to 100 printable characters");
    }
    if wanted.lifetime <= SignedDuration::ZERO || wanted.lifetime > SignedDuration::from_hours(24 * 3650) {
        return wrong("expires", "it must be more than nothing and at most 3650d");
    }
    match (wanted.scope, &wanted.connection, &wanted.user) {
        (Scope::Scim, _, Some(_)) => wrong("user", "a scim token acts for a connection; leave it out or use scope api"),
        (Scope::Api, Some(_), _) => wrong("connection", "an api token acts as a person; name the person with user"),
        (Scope::Api, _, None) => wrong("user", "an api token needs the person it acts as"),
        _ => Ok(()),
    }
}

fn fresh_secret(app: &App, scope: Scope) -> String {
    // The prefix lets secret scanners recognise a leaked token.
    let prefix = match scope {
        Scope::Scim => "usher_scim_",
        Scope::Api => "usher_api_",
    };
    format!("{prefix}{}", keyring::secret(&*app.rng))
}

async fn assemble(
    tx: &mut Conn,
    tenant: &Tenant,
    wanted: Wanted,
    (id, fresh_connection): (TokenId, ConnectionId),
    digest: String,
    now: Timestamp,
) -> Result<Token, Error> {
    let (connection, user) = match wanted.scope {
        Scope::Scim => {
            let name = wanted.connection.as_deref();
            (Some(connections::on_demand(tx, tenant, name, fresh_connection, now).await?.id), None)
        }
        Scope::Api => (None, Some(person(tx, tenant, wanted.user.as_deref().unwrap_or_default()).await?)),
    };
    if let Some(group) = wanted.group {
        let found = store::groups::find(tx, tenant.id, group).await?;
        found.ok_or_else(|| Error::NotFound(format!("there is no group {group} in tenant {}", tenant.slug)))?;
    }
    Ok(Token {
        tenant: tenant.id,
        id,
        name: wanted.name,
        scope: wanted.scope,
        digest,
        connection,
        user,
        group: wanted.group,
        created_at: now,
        expires_at: now.checked_add(wanted.lifetime).unwrap_or(Timestamp::MAX),
        revoked_at: None,
    })
}

/// The live person who signs in with this.
pub(super) async fn person(tx: &mut Conn, tenant: &Tenant, login: &str) -> Result<UserId, Error> {
    let key = fold(login.trim());
    if let Some(user) =
        store::users::find_by_user_name(tx, tenant.id, &key).await?.filter(crate::domain::user::User::is_live)
    {
        return Ok(user.id);
    }
    let found = store::users::find_by_email(tx, tenant.id, &key, 2).await?;
    match found.as_slice() {
        [user] => Ok(user.id),
        [] => Err(Error::NotFound(format!("nobody in tenant {} signs in as {login}", tenant.slug))),
        _ => Err(Error::Conflict(format!("several people in tenant {} have the address {login}", tenant.slug))),
    }
}

/// The usable tokens of a name, or the one of an id.
async fn usable(tx: &mut Conn, tenant: &Tenant, which: &str, now: Timestamp) -> Result<Vec<Token>, Error> {
    let mut tokens = store::tokens::find_by_name(tx, tenant.id, which).await?;
    if let Ok(id) = which.parse::<TokenId>() {
        let all = store::tokens::list(tx, tenant.id).await?;
        tokens.extend(all.into_iter().filter(|token| token.id == id && token.name != which));
    }
    tokens.retain(|token| token.revoked_at.is_none() && token.expires_at > now);
    if tokens.is_empty() { Err(nothing(which)) } else { Ok(tokens) }
}

fn nothing(which: &str) -> Error {
    Error::NotFound(format!("there is no usable token of the name or id {which}"))
}

fn successor(old: &Token, id: TokenId, digest: String, now: Timestamp) -> Token {
    let lifetime = old.expires_at.duration_since(old.created_at);
    let expires_at = now.checked_add(lifetime).unwrap_or(Timestamp::MAX);
    Token { id, digest, created_at: now, expires_at, ..old.clone() }
}

async fn record(tx: &mut Conn, token: &Token, now: Timestamp, action: &'static str) -> Result<(), Error> {
    let entry = Entry {
        actor: OPERATOR.to_owned(),
        action,
        target: Some(token.id.to_string()),
        request_id: None,
        detail: json!({
            "name": token.name,
            "scope": token.scope.as_str(),
            "user": token.user.map(|id| id.to_string()),
            "connection": token.connection.map(|id| id.to_string()),
            "expiresAt": token.expires_at,
        }),
    };
    audit::append(tx, token.tenant, now, &[entry]).await?;
    Ok(store::tenants::bump_epoch(tx).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(scope: Scope) -> Wanted {
        let lifetime = SignedDuration::from_hours(24);
        Wanted { name: "okta".to_owned(), scope, connection: None, user: None, group: None, lifetime }
    }

    fn fault(wanted: &Wanted) -> Option<&'static str> {
        match check(wanted) {
            Err(Error::Invalid { field, .. }) => Some(field),
            _ => None,
        }
    }

    #[test]
    fn scope_and_options_must_go_together() {
        let ada = || Some("ada@example.com".to_owned());
        assert_eq!(fault(&wanted(Scope::Scim)), None);
        assert_eq!(fault(&Wanted { user: ada(), ..wanted(Scope::Api) }), None);
        assert_eq!(fault(&wanted(Scope::Api)), Some("user"));
        assert_eq!(fault(&Wanted { user: ada(), ..wanted(Scope::Scim) }), Some("user"));
        assert_eq!(
            fault(&Wanted { connection: Some("x".to_owned()), user: ada(), ..wanted(Scope::Api) }),
            Some("connection")
        );
        assert_eq!(fault(&Wanted { name: " \n".to_owned(), ..wanted(Scope::Scim) }), Some("name"));
        assert_eq!(fault(&Wanted { lifetime: SignedDuration::ZERO, ..wanted(Scope::Scim) }), Some("expires"));
    }
}
