//! Tenants: creating them, their settings, their root group.

use super::{
    App, Error, access,
    effects::{self, Writer},
    scene::Scene,
};
use crate::{
    domain::{
        GroupId, TenantId,
        brake::Brake,
        branding::{Branding, Logo, ReplyTo, SenderName},
        calendar,
        colour::Colour,
        company::CompanySignIn,
        group::{Group, Visibility},
        notification::MailSwitch,
        onboarding::{Decision, Effect},
        tenant::{Adoption, ScimPassword, Switch, Tenant},
        user::{Mode, User},
    },
    scim::Object,
    store::{
        self, Conn, StoreError,
        audit::{self, Entry},
    },
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

/// The slug of the tenant that exists from the first start on.
pub const DEFAULT: &str = "default";
/// Who the audit trail names for what an operator does in a shell.
pub const OPERATOR: &str = "command line";

/// The settings to change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The name in mails and on pages.
    pub name: Option<String>,
    /// The path for people whose push names none.
    pub default_mode: Option<Mode>,
    /// Where calendar dates begin.
    pub time_zone: Option<TimeZone>,
    /// BCP 47 tag of a language we have.
    pub language: Option<String>,
    /// How long an invitation's link lives.
    pub invitation_ttl: Option<SignedDuration>,
    /// Whether connections may take over people nobody manages.
    pub adoption: Option<Adoption>,
    /// What happens to a pushed password.
    pub scim_password: Option<ScimPassword>,
    /// The budget of mails per hour; those beyond it are held.
    pub mail_budget_per_hour: Option<u32>,
    /// Whether mails leave, wait or are not made.
    pub notifications: Option<MailSwitch>,
    /// Whether administrators get the digest.
    pub digest: Option<Switch>,
    /// Whether leavers are told.
    pub leaver_mails: Option<Switch>,
    /// How many deletions by date stop for an administrator.
    pub deletion_brake: Option<Brake>,
    /// How long deleted people are kept for undo.
    pub retention: Option<SignedDuration>,
    /// Where its people sign in with their company's account.
    pub company_sign_in: Option<CompanySignIn>,
    /// The name beside the sender's address; inside, `None` clears.
    pub sender_name: Option<Option<SenderName>>,
    /// Where answers to mails go; inside, `None` clears.
    pub reply_to: Option<Option<ReplyTo>>,
    /// The picture above mails; inside, `None` clears.
    pub logo: Option<Option<Logo>>,
    /// The colour of buttons and links in mails; inside, `None` clears.
    pub colour: Option<Option<Colour>>,
}

/// The tenant `default`, made when there is none yet; safe when several processes do so at once.
///
/// # Errors
/// The store's.
pub async fn ensure_default(app: &App) -> Result<Tenant, Error> {
    let mut reader = app.store.read().await?;
    if let Some(tenant) = store::tenants::find_by_slug(&mut reader, DEFAULT).await? {
        return Ok(tenant);
    }
    drop(reader);
    match create(app, DEFAULT, Changes::default()).await {
        // Somebody else was faster.
        Err(Error::Conflict(_)) => find(app, DEFAULT).await,
        other => other,
    }
}

/// A new tenant with its root group.
///
/// # Errors
/// `Invalid` for a slug that is none, `Conflict` for one that is taken.
pub async fn create(app: &App, slug: &str, changes: Changes) -> Result<Tenant, Error> {
    check_slug(slug)?;
    let now = app.clock.now();
    let mut tenant = Tenant {
        id: TenantId::generate(&*app.clock, &*app.rng),
        slug: slug.to_owned(),
        name: if slug == DEFAULT { "Usher".to_owned() } else { slug.to_owned() },
        default_mode: Mode::Invite,
        time_zone: TimeZone::UTC,
        language: "en".to_owned(),
        invitation_ttl: SignedDuration::from_hours(14 * 24),
        adoption: Adoption::On,
        scim_password: ScimPassword::Ignore,
        mail_budget_per_hour: 500,
        notifications: MailSwitch::On,
        digest: Switch::On,
        leaver_mails: Switch::Off,
        deletion_brake: Brake::default(),
        retention: SignedDuration::from_hours(30 * 24),
        company_sign_in: CompanySignIn::Off,
        branding: Branding::default(),
    };
    apply(&mut tenant, changes)?;
    let root = root_group(app, &tenant, now);
    let made = tenant.clone();
    let written = app.store.write(move |tx| {
        let (tenant, root) = (tenant.clone(), root.clone());
        Box::pin(async move { insert(tx, &tenant, &root, now).await })
    });
    match written.await {
        Ok(()) => Ok(made),
        Err(Error::Store(StoreError::Conflict(_))) => Err(Error::Conflict(format!("there is a tenant {slug} already"))),
        Err(error) => Err(error),
    }
}

/// Changes a tenant's settings; they count from the next request on.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn set(app: &App, slug: &str, changes: Changes) -> Result<Tenant, Error> {
    let now = app.clock.now();
    let (slug, context) = (slug.to_owned(), app.clone());
    let tenant = app
        .store
        .write(move |tx| {
            let (app, slug, changes) = (context.clone(), slug.clone(), changes.clone());
            Box::pin(async move {
                let mut tenant = by_slug(tx, &slug).await?;
                let (before, zone) = (settings(&tenant), tenant.time_zone.clone());
                apply(&mut tenant, changes)?;
                // People are held before their tenant, in every transaction: the order of locks.
                let people = if tenant.time_zone == zone {
                    Vec::new()
                } else {
                    store::users::waiting_for_a_day(tx, tenant.id, now).await?
                };
                store::tenants::update(tx, &tenant).await?;
                move_dates(&app, tx, &tenant, people).await?;
                record(tx, &tenant, now, "tenant.changed", before).await?;
                Ok::<_, Error>(tenant)
            })
        })
        .await?;
    access::forget(app);
    Ok(tenant)
}

/// Every tenant.
///
/// # Errors
/// The store's.
pub async fn list(app: &App) -> Result<Vec<Tenant>, Error> {
    let mut reader = app.store.read().await?;
    Ok(store::tenants::list(&mut reader).await?)
}

/// The tenant of a slug.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, slug: &str) -> Result<Tenant, Error> {
    let mut reader = app.store.read().await?;
    by_slug(&mut reader, slug).await
}

pub(super) async fn by_slug(conn: &mut Conn, slug: &str) -> Result<Tenant, Error> {
    let found = store::tenants::find_by_slug(conn, slug).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no tenant {slug}")))
}

/// In another zone the days that are still ahead begin at other instants.
async fn move_dates(app: &App, tx: &mut Conn, tenant: &Tenant, people: Vec<User>) -> Result<(), Error> {
    let begins = |date| calendar::begin_of(date, &tenant.time_zone);
    for before in people {
        let mut user = before.clone();
        user.deletion_at = before.deletion_at.and(before.deletion_date).and_then(begins);
        user.start_at = before.start_at.and(before.start_date).and_then(begins);
        if user == before {
            continue;
        }
        let effects = if user.start_at == before.start_at { Vec::new() } else { vec![Effect::Reschedule] };
        if let Some(scene) = Scene::of(app, tx, &before, OPERATOR, "clock").await? {
            effects::update(tx, &scene, &before, Decision { user, effects }, Writer::Server).await?;
        }
    }
    Ok(())
}

async fn insert(tx: &mut Conn, tenant: &Tenant, root: &Group, now: Timestamp) -> Result<(), Error> {
    store::tenants::insert(tx, tenant, now).await?;
    store::groups::insert(tx, root).await?;
    record(tx, tenant, now, "tenant.created", Value::Null).await
}

async fn record(
    tx: &mut Conn,
    tenant: &Tenant,
    now: Timestamp,
    action: &'static str,
    before: Value,
) -> Result<(), Error> {
    let entry = Entry {
        actor: OPERATOR.to_owned(),
        action,
        target: Some(tenant.id.to_string()),
        request_id: None,
        detail: json!({ "tenant": tenant.slug, "before": before, "after": settings(tenant) }),
    };
    audit::append(tx, tenant.id, now, &[entry]).await?;
    Ok(store::tenants::bump_epoch(tx).await?)
}

/// The settings as the audit trail shows them.
fn settings(tenant: &Tenant) -> Value {
    json!({
        "name": tenant.name,
        "defaultMode": tenant.default_mode.as_str(),
        "timeZone": tenant.time_zone.iana_name().unwrap_or("UTC"),
        "language": tenant.language,
        "invitationTtlSeconds": tenant.invitation_ttl.as_secs(),
        "adoption": tenant.adoption == Adoption::On,
        "acceptsScimPassword": tenant.scim_password == ScimPassword::Accept,
        "mailBudgetPerHour": tenant.mail_budget_per_hour,
        "notifications": tenant.notifications.as_str(),
        "digest": tenant.digest.as_str(),
        "leaverMails": tenant.leaver_mails.as_str(),
        "companySignIn": tenant.company_sign_in.as_str(),
    })
}

fn root_group(app: &App, tenant: &Tenant, now: Timestamp) -> Group {
    let mut document = Object::new();
    document.insert("displayName".to_owned(), json!(tenant.name));
    Group {
        tenant: tenant.id,
        id: GroupId::generate(&*app.clock, &*app.rng),
        connection: None,
        external_id: None,
        display_name: tenant.name.clone(),
        document,
        parent: None,
        visibility: Visibility::Public,
        is_root: true,
        version: 1,
        created_at: now,
        modified_at: now,
    }
}

fn apply(tenant: &mut Tenant, changes: Changes) -> Result<(), Error> {
    if let Some(name) = changes.name {
        tenant.name = checked_name(name)?;
    }
    if let Some(ttl) = changes.invitation_ttl {
        tenant.invitation_ttl = checked_ttl(ttl)?;
    }
    if let Some(retention) = changes.retention {
        tenant.retention = checked_retention(retention)?;
    }
    assign(&mut tenant.default_mode, changes.default_mode);
    assign(&mut tenant.time_zone, changes.time_zone);
    assign(&mut tenant.language, changes.language);
    assign(&mut tenant.adoption, changes.adoption);
    assign(&mut tenant.scim_password, changes.scim_password);
    assign(&mut tenant.mail_budget_per_hour, changes.mail_budget_per_hour);
    assign(&mut tenant.notifications, changes.notifications);
    assign(&mut tenant.digest, changes.digest);
    assign(&mut tenant.leaver_mails, changes.leaver_mails);
    assign(&mut tenant.deletion_brake, changes.deletion_brake);
    assign(&mut tenant.company_sign_in, changes.company_sign_in);
    assign(&mut tenant.branding.sender_name, changes.sender_name);
    assign(&mut tenant.branding.reply_to, changes.reply_to);
    assign(&mut tenant.branding.logo, changes.logo);
    assign(&mut tenant.branding.colour, changes.colour);
    Ok(())
}

fn assign<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn check_slug(slug: &str) -> Result<(), Error> {
    let is_slug = (1..=63).contains(&slug.len())
        && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !slug.starts_with('-');
    if is_slug {
        return Ok(());
    }
    let message = format!("\"{slug}\" is no short name; use a-z, 0-9 and -, at most 63 characters");
    Err(Error::Invalid { field: "slug", message })
}

fn checked_name(name: String) -> Result<String, Error> {
    if crate::scim::fold::is_printable(&name) && name.chars().count() <= 100 {
        return Ok(name);
    }
    Err(Error::Invalid { field: "name", message: "it must have 1 to 100 printable characters".to_owned() })
}

fn checked_ttl(ttl: SignedDuration) -> Result<SignedDuration, Error> {
    if (SignedDuration::from_mins(1)..=SignedDuration::from_hours(365 * 24)).contains(&ttl) {
        return Ok(ttl);
    }
    Err(Error::Invalid { field: "invitationTtl", message: "it must be between one minute and 365 days".to_owned() })
}

fn checked_retention(retention: SignedDuration) -> Result<SignedDuration, Error> {
    if (SignedDuration::from_hours(24)..=SignedDuration::from_hours(3650 * 24)).contains(&retention) {
        return Ok(retention);
    }
    Err(Error::Invalid { field: "retention", message: "it must be between one day and 3650 days".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_names() {
        for slug in ["default", "acme-2", "a", &"x".repeat(63)] {
            assert!(check_slug(slug).is_ok(), "{slug}");
        }
        for slug in ["", "-a", "Acme", "a b", "a_b", "\u{e9}", &"x".repeat(64)] {
            assert!(matches!(check_slug(slug), Err(Error::Invalid { field: "slug", .. })), "{slug}");
        }
    }

    #[test]
    fn an_invitation_lives_between_a_minute_and_a_year() {
        assert!(checked_ttl(SignedDuration::from_hours(14 * 24)).is_ok());
        assert!(checked_ttl(SignedDuration::ZERO).is_err());
        assert!(checked_ttl(SignedDuration::from_hours(366 * 24)).is_err());
    }
}
