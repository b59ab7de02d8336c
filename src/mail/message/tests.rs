use super::*;
use crate::{
    domain::{
        branding::{Branding, ReplyTo, SenderName},
        notification::Code,
    },
    mail::{Letter, compose, sample::letter},
};
use mail_parser::{HeaderValue as Parsed, MessageParser, MimeHeaders};

fn raw(letter: &Letter) -> Vec<u8> {
    build(&compose(letter).expect("mail")).expect("message").formatted()
}

#[test]
fn headers_and_parts_come_out_as_they_went_in() {
    let letter = Letter { language: "fr".to_owned(), to_name: "Élodie Łukasz".to_owned(), ..letter(Code::E1) };
    let mail = compose(&letter).expect("mail");
    let raw = raw(&letter);
    let parsed = MessageParser::default().parse(&raw).expect("message");
    let from = parsed.from().and_then(|from| from.first()).expect("from");
    let to = parsed.to().expect("to");
    assert_eq!((from.name(), from.address()), (Some("Example Academy"), Some("no-reply@usher.example.com")));
    assert_eq!(to.iter().count(), 1);
    let to = to.first().expect("one");
    assert_eq!((to.name(), to.address()), (Some("Élodie Łukasz"), Some("ada@example.com")));
    assert_eq!(parsed.subject(), Some(mail.subject.as_str()));
    assert_eq!(parsed.message_id(), Some("0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a@usher.example.com"));
    assert_eq!(parsed.date().map(mail_parser::DateTime::to_timestamp), Some(mail.date.as_second()));
    for (name, value) in
        [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"), ("Content-Language", "fr")]
    {
        assert_eq!(parsed.header_raw(name).map(str::trim), Some(value), "{name}");
    }
    assert_eq!(parsed.content_type().and_then(|kind| kind.subtype()), Some("alternative"));
    assert_eq!(parsed.body_text(0).as_deref().map(unix), Some(mail.text.clone()));
    assert_eq!(parsed.body_html(0).as_deref().map(unix), Some(mail.html.clone()));
    assert_eq!((parsed.text_body_count(), parsed.html_body_count(), parsed.attachment_count()), (1, 1, 0));
}

#[test]
fn the_message_is_plain_ascii_with_short_lines() {
    for (code, language) in [(Code::E1, "fr"), (Code::E7, "ar"), (Code::E13, "de")] {
        let raw =
            raw(&Letter { language: language.to_owned(), tenant_name: "Académie 学校".to_owned(), ..letter(code) });
        let text = String::from_utf8(raw).expect("UTF-8");
        assert!(text.is_ascii());
        assert!(text.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])), "{text}");
    }
}

#[test]
fn nothing_can_be_smuggled_into_the_headers() {
    let hostile = "x\r\nBcc: spy@evil.example\r\n\r\nbody\u{2028}Bcc: y\u{85}Bcc: z";
    let letter = Letter {
        to_name: hostile.to_owned(),
        tenant_name: hostile.replace("spy@evil.example", "spy"),
        login: hostile.to_owned(),
        ..letter(Code::E7)
    };
    let raw = raw(&letter);
    let parsed = MessageParser::default().parse(&raw).expect("message");
    let names: Vec<&str> = parsed.headers().iter().map(mail_parser::Header::name).collect();
    let expected = [
        "Message-ID",
        "Date",
        "From",
        "To",
        "Subject",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    ];
    assert_eq!(names, expected);
    assert!(parsed.bcc().is_none());
}

#[test]
fn names_of_every_kind_survive_the_to_header() {
    for name in
        ["O\u{2019}Hara, \"Bob\" (x)", "Ada; Lovelace", "\u{5d3}\u{5df} \u{5db}\u{5d4}\u{5df}", "a\\b", "=?utf-8?q?x?="]
    {
        let letter = Letter { to_name: name.to_owned(), ..letter(Code::E1) };
        let raw = raw(&letter);
        let parsed = MessageParser::default().parse(&raw).expect("message");
        let to = parsed.to().expect("to");
        assert_eq!(to.iter().count(), 1, "{name}");
        assert_eq!(to.first().and_then(|to| to.address()), Some("ada@example.com"), "{name}");
    }
}

#[test]
fn a_domain_beyond_ascii_is_written_in_punycode() {
    let mail = compose(&Letter { to: "ada@b\u{fc}cher.example".to_owned(), ..letter(Code::E1) }).expect("mail");
    let message = build(&mail).expect("message");
    let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["ada@xn--bcher-kva.example"]);
}

#[test]
fn a_local_part_beyond_ascii_keeps_its_letters_in_envelope_and_header() {
    let mail = compose(&Letter { to: "\u{fc}nal@example.com".to_owned(), ..letter(Code::E1) }).expect("mail");
    let message = build(&mail).expect("message");
    assert_eq!(message.envelope().to().first().map(ToString::to_string).as_deref(), Some("\u{fc}nal@example.com"));
    let raw = String::from_utf8(message.formatted()).expect("UTF-8");
    assert!(raw.contains("\r\nTo: \"Ada Lovelace\" <\u{fc}nal@example.com>\r\n"), "{raw}");
}

#[test]
fn answers_go_where_the_letter_says() {
    let reply_to = ReplyTo::parse("help@example.com").ok();
    let raw = raw(&Letter { branding: Branding { reply_to, ..Branding::default() }, ..letter(Code::E1) });
    let parsed = MessageParser::default().parse(&raw).expect("message");
    let Some(Parsed::Address(reply_to)) = parsed.header("Reply-To") else { panic!("no Reply-To") };
    assert_eq!(reply_to.first().and_then(|to| to.address()), Some("help@example.com"));
}

#[test]
fn a_sender_name_of_every_kind_survives_the_from_header() {
    for name in ["Example Academy", "Académie, « RH »", "学校", "Team; R&D (EU)", "a\\b", "=?utf-8?q?x?="] {
        let branding = Branding { sender_name: SenderName::parse(name).ok(), ..Branding::default() };
        let raw = raw(&Letter { branding, ..letter(Code::E1) });
        let parsed = MessageParser::default().parse(&raw).expect("message");
        let from = parsed.from().expect("from");
        assert_eq!(from.iter().count(), 1, "{name}");
        let from = from.first().expect("one");
        assert_eq!((from.name(), from.address()), (Some(name), Some("no-reply@usher.example.com")));
    }
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}
