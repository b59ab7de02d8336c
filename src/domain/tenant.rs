//! A tenant and its settings.

use super::{TenantId, brake::Brake, branding::Branding, company::CompanySignIn, notification::MailSwitch, user::Mode};
use jiff::{SignedDuration, tz::TimeZone};

/// What happens to a password that an identity provider pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimPassword {
    /// It is dropped.
    Ignore,
    /// It becomes the password.
    Accept,
}

/// A tenant with its settings; cached, so cheap to clone behind an `Arc`.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// The short name in commands, `[a-z0-9-]{1,63}`.
    pub slug: String,
    /// The name in mails and on pages.
    pub name: String,
    /// The path for people whose push names none.
    pub default_mode: Mode,
    /// Where calendar dates begin.
    pub time_zone: TimeZone,
    /// BCP 47 tag of the language for people who state none.
    pub language: String,
    /// How long an invitation lives.
    pub invitation_ttl: SignedDuration,
    /// Whether connections may adopt.
    pub adoption: Adoption,
    /// What happens to pushed passwords.
    pub scim_password: ScimPassword,
    /// Mails per hour before they are held.
    pub mail_budget_per_hour: u32,
    /// Its switch for mails.
    pub notifications: MailSwitch,
    /// Whether administrators get the digest of what needs their eye.
    pub digest: Switch,
    /// Whether people are told that they were suspended, deleted or uninvited.
    pub leaver_mails: Switch,
    /// How many deletions by date stop for an administrator.
    pub deletion_brake: Brake,
    /// How long deleted people are kept for undo.
    pub retention: SignedDuration,
    /// Where its people sign in with their company's account, unless their connection says otherwise.
    pub company_sign_in: CompanySignIn,
    /// What its mails look like.
    pub branding: Branding,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It happens.
    On,
    /// It does not.
    Off,
}

impl Switch {
    /// The word in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// Whether a connection's first write takes over a person whom no connection manages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    /// It does.
    On,
    /// It does not.
    Off,
}
