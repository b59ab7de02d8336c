//! Which keys a kind of mail is written with: its own, and for the rest those of the mail it builds on.

use crate::{
    domain::{
        about::Entry,
        notification::{Code, Variant},
    },
    mail::{Letter, clean},
};

/// The wording of one letter.
pub(super) struct Wording {
    /// The mail's own name in keys.
    own: &'static str,
    /// The mail it builds on.
    pub(super) base: &'static str,
    /// The parts that are its own.
    parts: &'static [&'static str],
    entry: Entry,
    /// Whether the one who invites can be named.
    has_inviter: bool,
    /// Whether there is anything to count.
    has_count: bool,
}

impl Wording {
    pub(super) fn of(letter: &Letter) -> Self {
        let about = &letter.about;
        let has_inviter = about.inviter.as_deref().and_then(clean::name).is_some();
        let has_count = about.count.is_some_and(|count| count > 0);
        let base = base(letter);
        let of = |own, base, parts| Self { own, base, parts, entry: about.entry, has_inviter, has_count };
        match (letter.code, letter.variant) {
            (Code::E4, _) => of("e4", base, &["subject", "title", "intro"]),
            (Code::E5, _) => of("e5", base, &["detail"]),
            (Code::E10, _) => of("e10", base, &["subject", "title", "intro"]),
            (Code::E14, _) => of("e14", base, &["detail", "reason"]),
            _ => of(base, base, &[]),
        }
    }

    /// The key of a part of the mail.
    pub(super) fn key(&self, part: &str) -> String {
        let code = match self.base {
            _ if self.parts.contains(&part) => self.own,
            // What all invitations say alike stands once.
            "e2" | "e3" if !["subject", "title", "intro"].contains(&part) => "e1",
            base => base,
        };
        let by = match (code, part) {
            ("e1" | "e2", "intro") if self.has_inviter => "-by",
            _ => "",
        };
        let is_company = self.entry == Entry::Company;
        let is_by_company = self.is_invitation() && is_company;
        match (code, part) {
            ("e10", "intro") if is_by_company => "mail-sso-e10-invite-intro".to_owned(),
            ("e10", "intro") if self.is_invitation() => "mail-e10-invite-intro".to_owned(),
            (_, "intro") if is_by_company => format!("mail-sso-{code}-intro{by}"),
            ("e15", "detail") if !self.has_count => "mail-e15-detail-none-held".to_owned(),
            ("e1", "detail" | "button") if is_by_company => format!("mail-sso-{part}"),
            ("e6" | "reset", "button") if is_company => "mail-sso-button".to_owned(),
            ("e6", "detail") | ("reset", "subject" | "title" | "intro" | "detail") if is_company => {
                format!("mail-sso-{code}-{part}")
            }
            _ => format!("mail-{code}-{part}{by}"),
        }
    }

    /// Some mails only tell.
    pub(super) fn has_button(&self) -> bool {
        !matches!(self.own, "e14" | "address")
    }

    fn is_invitation(&self) -> bool {
        matches!(self.base, "e1" | "e2" | "e3")
    }
}

fn base(letter: &Letter) -> &'static str {
    let about = &letter.about;
    // Who was invited from a group or a session that is gone by now is still invited.
    let group = if about.group.is_some() { "e2" } else { "e1" };
    let session = if about.session.is_some() && about.inviter.is_some() { "e3" } else { "e1" };
    match (letter.code, letter.variant) {
        (Code::E2, _) | (Code::E4 | Code::E5 | Code::E10, Variant::Group) => group,
        (Code::E3, _) | (Code::E4 | Code::E5 | Code::E10, Variant::Session) => session,
        (Code::E6, _) | (Code::E9 | Code::E10, Variant::Known) => "e6",
        (Code::E7, _) | (Code::E9 | Code::E10, Variant::Generated) => "e7",
        // Decided before the people signed in with their company's account: there is no password to choose any more.
        (Code::E8, _) | (Code::E9 | Code::E10, Variant::Link) if about.entry == Entry::Company => "e6",
        (Code::E8, _) | (Code::E9 | Code::E10, Variant::Link) => "e8",
        (Code::E1 | Code::E4 | Code::E5 | Code::E10, _) => "e1",
        (Code::E9, _) => "e9",
        (Code::E11, _) => "e11",
        (Code::E12, _) => "e12",
        (Code::E13, _) => "e13",
        (Code::E14, Variant::Deleted) => "e14-deleted",
        (Code::E14, Variant::Cancelled) => "e14-cancelled",
        (Code::E14, _) => "e14-suspended",
        (Code::E15, _) => "e15",
        (Code::Reset, _) => "reset",
        (Code::AddressChanged, _) => "address",
    }
}
