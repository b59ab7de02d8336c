//! A person and where they stand.

use super::{ConnectionId, InvitationId, TenantId, UserId};
use crate::scim::{Object, schema::ENTERPRISE};
use jiff::{SignedDuration, Timestamp, civil::Date};

/// The two paths (S1, S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A mail, a form; active once the form is filled.
    Invite,
    /// A notification; active once it is accepted by the relay.
    Create,
}

impl Mode {
    /// The word in settings and in the extension attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Create => "create",
        }
    }

    /// The mode of a word, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invite, Self::Create].into_iter().find(|mode| mode.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// A person's state (domain 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Added, not in yet.
    Staged,
    /// Has an invitation.
    Invited,
    /// In, and billed.
    Active,
    /// Switched off.
    Suspended,
    /// Gone.
    Deleted,
}

impl State {
    /// Whether somebody in this state is switched on administratively.
    #[must_use]
    pub fn is_switched_on(self) -> bool {
        matches!(self, Self::Staged | Self::Invited | Self::Active)
    }

    /// The word in the store, the extension attribute and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Staged, Self::Invited, Self::Active, Self::Suspended, Self::Deleted]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// An account that the person had before, deleted when this one was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Former {
    /// The earlier account.
    pub id: UserId,
    /// How sure it is.
    pub link: FormerLink,
}

/// How sure it is that an earlier account was the same person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormerLink {
    /// The same connection pushed the same `externalId`: the profile came back by itself.
    Record,
    /// It had the same sign-in name or address, and nobody has said more: nothing came back.
    Likeness,
    /// An administrator said so, and the profile came back.
    Confirmed,
}

impl FormerLink {
    /// The word in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Likeness => "likeness",
            Self::Confirmed => "confirmed",
        }
    }

    /// The link of a stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Record, Self::Likeness, Self::Confirmed].into_iter().find(|link| link.as_str() == text)
    }
}

/// A person as stored.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a column; no two of them make one state")]
pub struct User {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id.
    pub id: UserId,
    /// The connection that manages the person; none for people added locally.
    pub connection: Option<ConnectionId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// The sign-in name as written; unique, by its folded key, among the tenant's live people.
    pub user_name: String,
    /// The canonical SCIM document without `active` and `password` (see `scim::document`), our extension's writable attributes included.
    pub document: Object,
    /// False after a PATCH removed `active`, until it is written again.
    pub shows_active: bool,
    /// Where the person stands.
    pub state: State,
    /// Why the state is what it is, in words; empty when it speaks for itself.
    pub state_reason: Option<String>,
    /// The state a suspension ended.
    pub earlier: Option<State>,
    /// The state a deletion ended.
    pub deleted_from: Option<State>,
    /// The account before this one, if there is one.
    pub former: Option<Former>,
    /// The path taken.
    pub mode: Mode,
    /// The day on which the person may come in.
    pub start_date: Option<Date>,
    /// The day on which the account goes.
    pub deletion_date: Option<Date>,
    /// The instant the start date begins, while it still keeps the person waiting.
    pub start_at: Option<Timestamp>,
    /// The instant the deletion date begins, while it is still ahead.
    pub deletion_at: Option<Timestamp>,
    /// The deletion date whose warning went out.
    pub warned_for: Option<Date>,
    /// Whether mails are silenced.
    pub suppress_notifications: bool,
    /// Since when the person is billed.
    pub billable_since: Option<Timestamp>,
    /// Argon2id, PHC string.
    pub password_hash: Option<String>,
    /// Generated credentials must be changed at first sign-in.
    pub must_change_password: bool,
    /// Counts set-password links; a link of an older count is dead.
    pub password_generation: i64,
    /// Counts the times the person was put on a path; part of every mail's cause.
    pub episode: i64,
    /// The invitation it belongs to.
    pub invitation: Option<InvitationId>,
    /// The platform's protected account.
    pub is_owner: bool,
    /// Readable by id over SCIM: not deleted, or deleted by date and still managed.
    pub is_visible: bool,
    /// In lists and filters, holding the userName: visible, and no later person took the userName of a tombstone.
    pub is_listed: bool,
    /// Counts the changes; the `ETag` shows it.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// When the person was deleted.
    pub deleted_at: Option<Timestamp>,
}

impl User {
    /// The id of the manager the resource names, whoever that is.
    #[must_use]
    pub fn manager(&self) -> Option<&str> {
        self.document.get(ENTERPRISE)?.get("manager")?.get("value")?.as_str()
    }

    /// A person of whom nothing is known but the ids: staged, listed, on the invite path, made now.
    #[must_use]
    pub fn new(tenant: TenantId, id: UserId, connection: Option<ConnectionId>, now: Timestamp) -> Self {
        Self {
            tenant,
            id,
            connection,
            external_id: None,
            user_name: String::new(),
            document: Object::new(),
            shows_active: true,
            state: State::Staged,
            state_reason: None,
            earlier: None,
            deleted_from: None,
            former: None,
            mode: Mode::Invite,
            start_date: None,
            deletion_date: None,
            start_at: None,
            deletion_at: None,
            warned_for: None,
            suppress_notifications: false,
            billable_since: None,
            password_hash: None,
            must_change_password: false,
            password_generation: 0,
            episode: 0,
            invitation: None,
            is_owner: false,
            is_visible: true,
            is_listed: true,
            version: 1,
            created_at: now,
            modified_at: now,
            deleted_at: None,
        }
    }

    /// Not deleted.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state != State::Deleted
    }

    /// Deleted, and still known: within the tenant's retention time, and not forgotten yet.
    #[must_use]
    pub fn is_kept(&self, retention: SignedDuration, now: Timestamp) -> bool {
        let ends = self.deleted_at.and_then(|at| at.checked_add(retention).ok());
        !self.is_live() && !self.user_name.is_empty() && ends.is_none_or(|ends| ends >= now)
    }

    /// SCIM's `active`: the administrative switch, not the state.
    #[must_use]
    pub fn is_switched_on(&self) -> bool {
        self.state.is_switched_on()
    }
}

/// A typed name without control and direction characters, its spaces single, at most `max` characters.
#[must_use]
pub fn clean_name(typed: &str, max: usize) -> String {
    let is_visible = |character: &char| {
        !character.is_control()
            && !matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    let visible: String = typed.chars().filter(is_visible).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_of_what_nobody_types() {
        assert_eq!(clean_name("  Ann \u{202e} Marie\r\n", 100), "Ann Marie");
        assert_eq!(clean_name("\u{7}", 100), "");
        assert_eq!(clean_name("abcdef", 3), "abc");
    }
}
