//! `usher tenant`.

use super::{arguments::Tenant, assignment, failure::Failure, print};
use crate::{
    app::{App, tenants},
    domain::{
        notification::MailSwitch,
        tenant::{Adoption, ScimPassword, Tenant as Row},
    },
};

pub async fn run(app: &App, command: Tenant) -> Result<(), Failure> {
    match command {
        Tenant::Create(options) => {
            let changes = assignment::tenant(&options.settings)?;
            let tenant = tenants::create(app, &options.slug, changes).await?;
            print::line(format_args!("tenant {} is made", tenant.slug))
        }
        Tenant::Set(options) => {
            let changes = assignment::tenant(&options.settings)?;
            tenants::set(app, &options.slug, changes).await?;
            list(app).await
        }
        Tenant::List => list(app).await,
    }
}

async fn list(app: &App) -> Result<(), Failure> {
    let headings = [
        "slug",
        "name",
        "defaultMode",
        "timeZone",
        "language",
        "invitationTtl",
        "adoption",
        "scimPassword",
        "mailBudgetPerHour",
        "notifications",
        "digest",
        "leaverMails",
        "deletionBrake",
        "retention",
        "companySignIn",
        "senderName",
        "replyTo",
        "logoUrl",
        "colour",
    ];
    let mut rows = vec![headings.iter().map(ToString::to_string).collect::<Vec<_>>()];
    rows.extend(tenants::list(app).await?.iter().map(row));
    print::table(&rows)
}

fn row(tenant: &Row) -> Vec<String> {
    let adoption = match tenant.adoption {
        Adoption::On => "on",
        Adoption::Off => "off",
    };
    let password = match tenant.scim_password {
        ScimPassword::Ignore => "ignore",
        ScimPassword::Accept => "accept",
    };
    vec![
        tenant.slug.clone(),
        tenant.name.clone(),
        tenant.default_mode.as_str().to_owned(),
        tenant.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        tenant.language.clone(),
        format!("{}h", tenant.invitation_ttl.as_hours()),
        adoption.to_owned(),
        password.to_owned(),
        tenant.mail_budget_per_hour.to_string(),
        switch(tenant.notifications).to_owned(),
        tenant.digest.as_str().to_owned(),
        tenant.leaver_mails.as_str().to_owned(),
        tenant.deletion_brake.to_string(),
        format!("{}d", tenant.retention.as_hours() / 24),
        tenant.company_sign_in.as_str().to_owned(),
        tenant.branding.sender_name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        tenant.branding.reply_to.as_ref().map(|address| address.as_str().to_owned()).unwrap_or_default(),
        tenant.branding.logo.as_ref().map(|logo| logo.as_str().to_owned()).unwrap_or_default(),
        tenant.branding.colour.map(|colour| colour.to_string()).unwrap_or_default(),
    ]
}

/// The word of a switch.
pub fn switch(switch: MailSwitch) -> &'static str {
    match switch {
        MailSwitch::On => "on",
        MailSwitch::Hold => "hold",
        MailSwitch::Off => "off",
    }
}
