//! A letter to test with.

use super::{Letter, Sender};
use crate::domain::about::About;
use crate::domain::notification::{Code, Variant};
use jiff::{civil::date, tz::TimeZone};

/// A plausible letter of each kind.
pub(super) fn letter(code: Code) -> Letter {
    let link = match code {
        Code::E1 | Code::E2 | Code::E3 | Code::E4 | Code::E5 | Code::E10 => {
            "https://usher.example.com/i/token-Zx9Qf3vYt7Lk2mWcB5hRj8"
        }
        Code::E8 | Code::Reset => "https://usher.example.com/set-password/token-Zx9Qf3vYt7Lk2mWcB5hRj8",
        _ => "https://usher.example.com/login",
    };
    let expires =
        matches!(code, Code::E1 | Code::E2 | Code::E3 | Code::E4 | Code::E5 | Code::E8 | Code::E10 | Code::Reset);
    Letter {
        code,
        variant: if code == Code::E14 { Variant::Suspended } else { Variant::Plain },
        about: About {
            group: Some("Sales".to_owned()),
            session: Some("Negotiation basics".to_owned()),
            starts: Some(date(2027, 1, 11)),
            inviter: Some("Grace Hopper".to_owned()),
            roles: vec!["coach".to_owned()],
            days: Some(4),
            count: Some(12),
            tally: Vec::new(),
        },
        message_id: "<0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a@usher.example.com>".to_owned(),
        from: Sender { address: "no-reply@usher.example.com".to_owned(), name: None },
        reply_to: None,
        to: "ada@example.com".to_owned(),
        to_name: "Ada Lovelace".to_owned(),
        login: "ada@example.com".to_owned(),
        language: "en".to_owned(),
        tenant_name: "Example Academy".to_owned(),
        link: Some(link.to_owned()),
        expires_at: expires.then(|| "2026-12-01T13:30:00Z".parse().expect("timestamp")),
        time_zone: TimeZone::get("Europe/Paris").expect("zone"),
        password: (code == Code::E7).then(|| "Nf7wKq3xRb9tVm4hZp".to_owned()),
        deletion_date: (code == Code::E13).then(|| date(2026, 12, 1)),
        date: "2026-11-17T09:00:00Z".parse().expect("timestamp"),
    }
}
