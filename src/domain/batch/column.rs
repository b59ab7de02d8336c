//! The columns a file may have.

use std::fmt;

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// The address; the only column that must be there.
    Email,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// A password that is handed over.
    Password,
    /// Whether credentials are generated and mailed.
    SendCredentials,
    /// The language of mails.
    Language,
    /// Roles on the groups.
    Roles,
    /// Groups, by id or name.
    GroupIds,
    /// The day the account goes.
    DeletionDate,
    /// Labels.
    Labels,
    /// The path.
    Mode,
    /// The id in the system the person comes from.
    ExternalId,
    /// The sign-in name.
    UserName,
    /// Whether the person is in at once, without a mail.
    ActiveWithoutMail,
    /// Since when a person who is in at once is billed.
    BilledSince,
}

impl Column {
    /// All of them, in the order documents name them.
    pub const ALL: [Self; 15] = [
        Self::Email,
        Self::FirstName,
        Self::LastName,
        Self::Password,
        Self::SendCredentials,
        Self::Language,
        Self::Roles,
        Self::GroupIds,
        Self::DeletionDate,
        Self::Labels,
        Self::Mode,
        Self::ExternalId,
        Self::UserName,
        Self::ActiveWithoutMail,
        Self::BilledSince,
    ];

    /// Its name in headers and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Password => "password",
            Self::SendCredentials => "send_credentials",
            Self::Language => "language",
            Self::Roles => "roles",
            Self::GroupIds => "group_ids",
            Self::DeletionDate => "deletion_date",
            Self::Labels => "labels",
            Self::Mode => "mode",
            Self::ExternalId => "external_id",
            Self::UserName => "user_name",
            Self::ActiveWithoutMail => "active_without_mail",
            Self::BilledSince => "billed_since",
        }
    }

    /// The column of a header's cell, whatever its case, spaces, underscores and hyphens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'));
            letters.flat_map(char::to_lowercase).collect()
        };
        let wanted = plain(text);
        Self::ALL.into_iter().find(|column| plain(column.name()) == wanted)
    }

    /// Whether rows of one person must agree on it; roles and groups add up instead.
    #[must_use]
    pub fn is_personal(self) -> bool {
        !matches!(self, Self::Email | Self::Roles | Self::GroupIds)
    }

    /// All names, for people who mistyped one.
    #[must_use]
    pub fn list() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
