//! Letters to invented people: what `usher mail preview` and the tests write.

use super::{Letter, Sender};
use crate::domain::{
    about::{About, Entry, Rejected},
    branding::Branding,
    notification::{Code, Variant},
};
use jiff::{Timestamp, civil::date, tz::TimeZone};

/// 17 November 2026, 09:00 UTC.
const WRITTEN_AT: Timestamp = Timestamp::constant(1_794_906_000, 0);
/// 1 December 2026, 13:30 UTC.
const EXPIRES_AT: Timestamp = Timestamp::constant(1_796_131_800, 0);

/// A letter and what to call it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// A name that can be a file's: `e1`, `e14-deleted`.
    pub name: &'static str,
    /// What the mail is, in a few words.
    pub title: &'static str,
    /// The letter.
    pub letter: Letter,
}

/// One letter of every kind and wording, in the order of their codes.
#[must_use]
pub fn letters() -> Vec<Sample> {
    let of = |name, title, letter| Sample { name, title, letter };
    let worded = |code, variant| Letter { variant, ..letter(code) };
    let e1 = letter(Code::E1);
    let company = About { entry: Entry::Company, ..e1.about.clone() };
    let login = Some("https://usher.example.com/login".to_owned());
    let by_company = |letter: Letter| {
        let about = About { entry: Entry::Company, ..letter.about };
        let link = Some("https://login.example.com/start".to_owned());
        Letter { about, link, expires_at: None, ..letter }
    };
    let back = Letter { expires_at: None, link: login, ..worded(Code::E10, Variant::Known) };
    vec![
        of("e1", "invited to the platform", e1.clone()),
        of("e1-company", "invited, signs in with the company account", Letter { about: company, ..e1 }),
        of("e2", "invited from a group", letter(Code::E2)),
        of("e3", "invited from a program session", letter(Code::E3)),
        of("e4", "reminder of an invitation", letter(Code::E4)),
        of("e5", "invitation sent again", worded(Code::E5, Variant::Session)),
        of("e6", "created, password known", letter(Code::E6)),
        of("e6-company", "created, signs in with the company account", by_company(letter(Code::E6))),
        of("e7", "created, credentials generated", letter(Code::E7)),
        of("e8", "created without a password; also in a batch (E9)", letter(Code::E8)),
        of("e9-report", "report to whoever imported a file", letter(Code::E9)),
        of("e10-invited", "welcome back, by invitation", worded(Code::E10, Variant::Platform)),
        of("e10-created", "welcome back, account created", back),
        of("e11", "added to a group", letter(Code::E11)),
        of("e12", "registered to a session", letter(Code::E12)),
        of("e13", "deletion in 24 hours", letter(Code::E13)),
        of("e14-suspended", "suspended", worded(Code::E14, Variant::Suspended)),
        of("e14-deleted", "deleted", worded(Code::E14, Variant::Deleted)),
        of("e14-cancelled", "invitation withdrawn", worded(Code::E14, Variant::Cancelled)),
        of("e15", "what administrators should see to", letter(Code::E15)),
        of("reset", "forgotten password", letter(Code::Reset)),
        of("reset-company", "forgotten password, signs in with the company account", by_company(letter(Code::Reset))),
        of("address", "to the old address of an account", letter(Code::AddressChanged)),
    ]
}

/// A plausible letter of each kind.
#[must_use]
pub fn letter(code: Code) -> Letter {
    let is_invitation = matches!(code, Code::E1 | Code::E2 | Code::E3 | Code::E4 | Code::E5 | Code::E10);
    let sets_password = matches!(code, Code::E8 | Code::Reset);
    let path = match () {
        () if is_invitation => "i/sample-Zx9Qf3vYt7Lk2mWcB5hRj8",
        () if sets_password => "set-password/sample-Zx9Qf3vYt7Lk2mWcB5hRj8",
        () => "login",
    };
    Letter {
        code,
        variant: if code == Code::E14 { Variant::Suspended } else { Variant::Plain },
        about: about(code),
        message_id: "<0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a@usher.example.com>".to_owned(),
        from: Sender { address: "no-reply@usher.example.com".to_owned(), name: None },
        branding: Branding::default(),
        to: "ada@example.com".to_owned(),
        to_name: "Ada Lovelace".to_owned(),
        login: "ada@example.com".to_owned(),
        language: "en".to_owned(),
        tenant_name: "Example Academy".to_owned(),
        link: Some(format!("https://usher.example.com/{path}")),
        expires_at: (is_invitation || sets_password).then_some(EXPIRES_AT),
        time_zone: TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC),
        password: (code == Code::E7).then(|| "Nf7wKq3xRb9tVm4hZp".to_owned()),
        deletion_date: (code == Code::E13).then(|| date(2026, 12, 1)),
        date: WRITTEN_AT,
    }
}

fn rejected() -> Vec<Rejected> {
    let row = |line, column: Option<&str>, reason: &str| Rejected {
        line,
        column: column.map(str::to_owned),
        reason: reason.to_owned(),
    };
    vec![
        row(4, Some("email"), "give one mail address, as in ann@example.com"),
        row(17, Some("group_ids"), "there is no group \"Sales Nord\"; make it first, or give another"),
        row(30, None, "this row has more cells than the header"),
    ]
}

fn about(code: Code) -> About {
    let tally = match code {
        Code::E9 => vec![("created", 112), ("updated", 7), ("unchanged", 20), ("rejected", 4)],
        Code::E15 => vec![("failed", 2), ("bounced", 1), ("conflicts", 3), ("parked", 1)],
        _ => Vec::new(),
    };
    About {
        group: Some("Sales".to_owned()),
        session: Some("Negotiation basics".to_owned()),
        starts: Some(date(2027, 1, 11)),
        inviter: Some("Grace Hopper".to_owned()),
        roles: vec!["learner".to_owned(), "coach".to_owned()],
        days: Some(4),
        count: Some(if code == Code::E9 { 143 } else { 12 }),
        tally,
        rejected: if code == Code::E9 { rejected() } else { Vec::new() },
        finished_at: Some(WRITTEN_AT),
        entry: Entry::Form,
    }
}
