//! Platform administrators, made on the command line.

use super::{
    App, Error, access, memberships,
    tenants::{self, OPERATOR},
};
use crate::{
    domain::{
        GroupId, TenantId, UserId,
        event::{self, Event},
        group::{MemberId, Membership},
        password,
        role::{Role, Source},
        tenant::Tenant,
        user::{Mode, State, User},
    },
    scim::{Object, fold::fold},
    store::{
        self, Conn, StoreError,
        audit::{self, Entry},
        events,
    },
};
use jiff::Timestamp;
use serde_json::json;

/// How much of the platform an administrator holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// `admin` on the root group.
    Administrator,
    /// The one protected account.
    Owner,
}

/// An administrator that was just made.
#[derive(Debug, Clone)]
pub struct Created {
    /// Their id.
    pub user: UserId,
    /// The password, where it was generated: the only copy.
    pub generated: Option<String>,
}

/// A new active person who administers the whole platform; no mail, billed from now.
///
/// # Errors
/// `Invalid` for the address or the password, `Conflict` when the address is taken or there is an owner already, `NotFound` for the tenant.
pub async fn create(
    app: &App,
    tenant: &str,
    email: &str,
    password: Option<String>,
    rank: Rank,
) -> Result<Created, Error> {
    let email = checked_email(email)?;
    let (password, generated) = if let Some(password) = password {
        (checked_password(&password, &email)?, None)
    } else {
        let made = password::generate(&*app.rng);
        (made.clone(), Some(made))
    };
    let hash = app.hasher.hash(password).await?;
    let now = app.clock.now();
    let blank = administrator(app, &email, hash, rank, now);
    let (slug, user) = (tenant.to_owned(), blank.id);
    let written = app.store.write(move |tx| {
        let (slug, user) = (slug.clone(), blank.clone());
        Box::pin(async move {
            let tenant = tenants::by_slug(tx, &slug).await?;
            insert(tx, &tenant, User { tenant: tenant.id, ..user }, now).await
        })
    });
    match written.await {
        Ok(()) => {
            access::forget(app);
            Ok(Created { user, generated })
        }
        Err(Error::Store(StoreError::Conflict(_))) => {
            Err(Error::Conflict(format!("there is an account of the name {email} in tenant {tenant} already")))
        }
        Err(error) => Err(error),
    }
}

async fn insert(tx: &mut Conn, tenant: &Tenant, user: User, now: Timestamp) -> Result<(), Error> {
    let root = store::groups::find_root(tx, tenant.id).await?;
    let root = root.ok_or_else(|| Error::NotFound(format!("tenant {} has no root group", tenant.slug)))?;
    if user.is_owner {
        check_no_owner(tx, tenant, root.id).await?;
    }
    store::users::insert(tx, &user).await?;
    let membership = Membership {
        group: root.id,
        member: MemberId::User(user.id),
        role: Role::Admin,
        source: Source::Admin,
        connection: None,
        display: None,
    };
    store::billing::open(tx, tenant.id, user.id, now).await?;
    let told = |kind| Event::of_user(kind, &user, None, "cli");
    let happened = [told(event::Kind::UserCreated), told(event::Kind::UserActivated)];
    events::append(tx, tenant.id, now, &happened).await?;
    memberships::add(tx, tenant.id, &[membership], now).await?;
    let entry = Entry {
        actor: OPERATOR.to_owned(),
        action: "administrator.created",
        target: Some(user.id.to_string()),
        request_id: None,
        detail: json!({ "owner": user.is_owner }),
    };
    audit::append(tx, tenant.id, now, &[entry]).await?;
    Ok(store::tenants::bump_epoch(tx).await?)
}

/// There is one owner; a second would halve the protection of the first.
async fn check_no_owner(tx: &mut Conn, tenant: &Tenant, root: GroupId) -> Result<(), Error> {
    let mut after = None;
    loop {
        let page = store::memberships::page_of_group(tx, tenant.id, root, Source::Admin, None, after, 200).await?;
        let ids: Vec<UserId> = page.iter().filter_map(|row| person(row.member)).collect();
        let people = store::users::find_many(tx, tenant.id, &ids).await?;
        if people.iter().any(|user| user.is_owner && user.is_live()) {
            return Err(Error::Conflict(format!("tenant {} has an owner already", tenant.slug)));
        }
        match page.last() {
            Some(last) if page.len() == 200 => after = Some(last.member),
            _ => return Ok(()),
        }
    }
}

fn person(member: MemberId) -> Option<UserId> {
    match member {
        MemberId::User(id) => Some(id),
        MemberId::Group(_) => None,
    }
}

fn administrator(app: &App, email: &str, hash: String, rank: Rank, now: Timestamp) -> User {
    let mut document = Object::new();
    document.insert("userName".to_owned(), json!(email));
    document.insert("emails".to_owned(), json!([{ "value": email, "type": "work", "primary": true }]));
    let id = UserId::generate(&*app.clock, &*app.rng);
    User {
        user_name: email.to_owned(),
        document,
        state: State::Active,
        mode: Mode::Create,
        billable_since: Some(now),
        password_hash: Some(hash),
        password_generation: 1,
        episode: 1,
        is_owner: rank == Rank::Owner,
        // The tenant is looked up in the transaction that inserts the row.
        ..User::new(TenantId::from_bytes([0; 16]), id, None, now)
    }
}

fn checked_email(email: &str) -> Result<String, Error> {
    let email = email.trim();
    if email_address::EmailAddress::is_valid(email) && fold(email).len() <= 254 {
        return Ok(email.to_owned());
    }
    Err(Error::Invalid { field: "email", message: format!("\"{email}\" is no address") })
}

fn checked_password(password: &str, email: &str) -> Result<String, Error> {
    let prepared = password::prepare(password);
    match password::judge(&prepared, &[email]) {
        Ok(()) => Ok(prepared),
        Err(weakness) => Err(Error::Invalid { field: "password", message: weakness.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_passwords_are_checked() {
        assert_eq!(checked_email(" ada@example.com ").unwrap(), "ada@example.com");
        assert!(matches!(checked_email("ada"), Err(Error::Invalid { field: "email", .. })));
        assert!(checked_password("violet tractor moonlight sandwich", "ada@example.com").is_ok());
        for weak in ["short", "password1234", "ada@example.com"] {
            assert!(matches!(checked_password(weak, "ada@example.com"), Err(Error::Invalid { field: "password", .. })));
        }
    }
}
