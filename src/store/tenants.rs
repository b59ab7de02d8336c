//! Tenants and the access epoch.

use super::{
    Conn, StoreError,
    conn::sql,
    dialect,
    row::{Fields, Row},
};
use crate::domain::{
    TenantId,
    brake::Brake,
    branding::{self, Branding, Logo, ReplyTo, SenderName},
    company::CompanySignIn,
    notification::MailSwitch,
    tenant::{Adoption, ScimPassword, Switch, Tenant},
    user::Mode,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, name, default_mode, time_zone, language, invitation_ttl_seconds, adoption, accepts_scim_password,
                    mail_budget_per_hour, notifications, digest, leaver_mails, deletion_brake_percent, retention_seconds, sender_name, reply_to,
                    logo_url, colour, company_sign_in FROM tenants ",
            $rest
        )
    };
}

/// Inserts a tenant.
///
/// # Errors
/// [`super::Conflict::TenantSlug`].
pub async fn insert(conn: &mut Conn, tenant: &Tenant, at: Timestamp) -> Result<(), StoreError> {
    sql("INSERT INTO tenants (id, slug, name, default_mode, time_zone, language, invitation_ttl_seconds, adoption,
            accepts_scim_password, mail_budget_per_hour, notifications, digest, leaver_mails, deletion_brake_percent, retention_seconds,
            sender_name, reply_to, logo_url, colour, company_sign_in, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)")
    .bind(tenant.id)
    .bind(&tenant.slug)
    .bind(&tenant.name)
    .bind(tenant.default_mode.as_str())
    .bind(zone_name(&tenant.time_zone))
    .bind(&tenant.language)
    .bind(tenant.invitation_ttl.as_secs())
    .bind(tenant.adoption == Adoption::On)
    .bind(tenant.scim_password == ScimPassword::Accept)
    .bind(i64::from(tenant.mail_budget_per_hour))
    .bind(tenant.notifications.as_str())
    .bind(tenant.digest == Switch::On)
    .bind(tenant.leaver_mails == Switch::On)
    .bind(tenant.deletion_brake.percent().map(i64::from))
    .bind(tenant.retention.as_secs())
    .bind(tenant.branding.sender_name.as_ref().map(SenderName::as_str))
    .bind(tenant.branding.reply_to.as_ref().map(ReplyTo::as_str))
    .bind(tenant.branding.logo.as_ref().map(Logo::as_str))
    .bind(tenant.branding.colour.map(|colour| colour.to_string()))
    .bind(tenant.company_sign_in.as_str())
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes every setting.
///
/// # Errors
/// [`super::Conflict::TenantSlug`].
pub async fn update(conn: &mut Conn, tenant: &Tenant) -> Result<(), StoreError> {
    sql("UPDATE tenants SET slug = $2, name = $3, default_mode = $4, time_zone = $5, language = $6, invitation_ttl_seconds = $7,
            adoption = $8, accepts_scim_password = $9, mail_budget_per_hour = $10, notifications = $11, digest = $12, leaver_mails = $13,
            deletion_brake_percent = $14, retention_seconds = $15, sender_name = $16, reply_to = $17, logo_url = $18, colour = $19,
            company_sign_in = $20
         WHERE id = $1")
    .bind(tenant.id)
    .bind(&tenant.slug)
    .bind(&tenant.name)
    .bind(tenant.default_mode.as_str())
    .bind(zone_name(&tenant.time_zone))
    .bind(&tenant.language)
    .bind(tenant.invitation_ttl.as_secs())
    .bind(tenant.adoption == Adoption::On)
    .bind(tenant.scim_password == ScimPassword::Accept)
    .bind(i64::from(tenant.mail_budget_per_hour))
    .bind(tenant.notifications.as_str())
    .bind(tenant.digest == Switch::On)
    .bind(tenant.leaver_mails == Switch::On)
    .bind(tenant.deletion_brake.percent().map(i64::from))
    .bind(tenant.retention.as_secs())
    .bind(tenant.branding.sender_name.as_ref().map(SenderName::as_str))
    .bind(tenant.branding.reply_to.as_ref().map(ReplyTo::as_str))
    .bind(tenant.branding.logo.as_ref().map(Logo::as_str))
    .bind(tenant.branding.colour.map(|colour| colour.to_string()))
    .bind(tenant.company_sign_in.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// The tenant of an id.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    let row = sql(select!("WHERE id = $1")).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// Holds a tenant's row against other writers, after all groups and people that are held.
///
/// # Errors
/// The store's own.
pub async fn hold(conn: &mut Conn, id: TenantId) -> Result<(), StoreError> {
    if !dialect::waits_for_rows(conn.engine()) {
        return Ok(());
    }
    sql("SELECT id FROM tenants WHERE id = $1").for_update(conn).bind(id).rows(conn).await?;
    Ok(())
}

/// The tenant of a short name.
///
/// # Errors
/// The store's own.
pub async fn find_by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Tenant>, StoreError> {
    let row = sql(select!("WHERE slug = $1")).bind(slug).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// All tenants by short name.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn) -> Result<Vec<Tenant>, StoreError> {
    let rows = sql(select!("ORDER BY slug")).rows(conn).await?;
    rows.iter().map(read).collect()
}

/// The access epoch.
///
/// # Errors
/// The store's own.
pub async fn epoch(conn: &mut Conn) -> Result<i64, StoreError> {
    let row = sql("SELECT value FROM epochs WHERE name = 'access'").row(conn).await?;
    row.map_or(Ok(0), |row| row.fields("epochs").number())
}

/// Moves the access epoch on, behind its own value and this one.
///
/// # Errors
/// The store's own.
pub async fn pass_epoch(conn: &mut Conn, earlier: i64) -> Result<(), StoreError> {
    sql("UPDATE epochs SET value = CASE WHEN value < $1 THEN $1 ELSE value END + 1 WHERE name = 'access'")
        .bind(earlier)
        .execute(conn)
        .await?;
    Ok(())
}

/// Tells every process to drop what it caches of tokens, settings and schemas.
///
/// # Errors
/// The store's own.
pub async fn bump_epoch(conn: &mut Conn) -> Result<(), StoreError> {
    sql("UPDATE epochs SET value = value + 1 WHERE name = 'access'").execute(conn).await?;
    Ok(())
}

fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

fn read(row: &Row) -> Result<Tenant, StoreError> {
    let mut fields = row.fields("tenants");
    Ok(Tenant {
        id: fields.parsed("id")?,
        slug: fields.text("slug")?,
        name: fields.text("name")?,
        default_mode: fields.word("default_mode", Mode::parse)?,
        time_zone: fields.word("time_zone", |name| TimeZone::get(name).ok())?,
        language: fields.text("language")?,
        invitation_ttl: SignedDuration::from_secs(fields.int("invitation_ttl_seconds")?),
        adoption: if fields.flag("adoption")? { Adoption::On } else { Adoption::Off },
        scim_password: if fields.flag("accepts_scim_password")? { ScimPassword::Accept } else { ScimPassword::Ignore },
        mail_budget_per_hour: u32::try_from(fields.int("mail_budget_per_hour")?)
            .map_err(|_| fields.corrupt("mail_budget_per_hour"))?,
        notifications: fields.word("notifications", MailSwitch::parse)?,
        digest: if fields.flag("digest")? { Switch::On } else { Switch::Off },
        leaver_mails: if fields.flag("leaver_mails")? { Switch::On } else { Switch::Off },
        deletion_brake: match fields.opt_int("deletion_brake_percent")? {
            None => Brake::OFF,
            Some(percent) => {
                let percent = u8::try_from(percent).ok().and_then(Brake::at);
                percent.ok_or_else(|| fields.corrupt("deletion_brake_percent"))?
            }
        },
        retention: SignedDuration::from_secs(fields.int("retention_seconds")?),
        branding: read_branding(&mut fields)?,
        company_sign_in: fields.word("company_sign_in", |text| CompanySignIn::parse(text).ok())?,
    })
}

fn read_branding(fields: &mut Fields<'_>) -> Result<Branding, StoreError> {
    Ok(Branding {
        sender_name: fields.opt_word("sender_name", |name| SenderName::parse(name).ok())?,
        reply_to: fields.opt_word("reply_to", |address| ReplyTo::parse(address).ok())?,
        logo: fields.opt_word("logo_url", |address| Logo::parse(address).ok())?,
        colour: fields.opt_word("colour", |text| branding::colour(text).ok())?,
    })
}
