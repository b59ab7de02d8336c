use super::{layout::WIDTH, *};
use crate::{
    domain::{
        about::{About, Entry, Rejected},
        branding::{self, Branding},
        notification::Variant,
    },
    mail::sample::{letter, letters},
};
use insta::assert_snapshot;

const CODES: [Code; 17] = Code::ALL;

fn mail(letter: &Letter) -> Mail {
    compose(letter).unwrap_or_else(|error| panic!("{}: {error}", letter.code.as_str()))
}

#[test]
fn mails_read_like_this() {
    for language in Language::all() {
        let mut pages = Vec::new();
        for sample in letters() {
            let mail = mail(&Letter { language: language.tag().to_owned(), ..sample.letter.clone() });
            pages.push(format!("=== {}: {}\n\nSubject: {}\n\n{}", sample.name, sample.title, mail.subject, mail.text));
        }
        assert_snapshot!(language.tag(), pages.join("\n"));
    }
}

#[test]
fn variants_are_written_with_the_words_of_what_they_build_on() {
    let said = |code, variant| mail(&Letter { variant, password: Some("a-secret-word".to_owned()), ..letter(code) });
    let again = said(Code::E5, Variant::Session);
    assert_eq!(again.subject, "Grace Hopper invites you to Negotiation basics");
    assert!(again.text.contains("replaces the one"), "{}", again.text);
    assert!(again.text.contains("11 January 2027"), "{}", again.text);
    assert!(said(Code::E4, Variant::Group).text.contains("4 days left"));
    assert_eq!(said(Code::E9, Variant::Generated).subject, "Your sign-in details for Example Academy");
    let back = said(Code::E10, Variant::Generated);
    assert!(back.subject.starts_with("Welcome back") && back.text.contains("a-secret-word"), "{}", back.text);
    assert!(said(Code::E11, Variant::Plain).text.contains("Coach"));
    assert!(said(Code::E14, Variant::Cancelled).subject.contains("withdrawn"));
    let one = About { days: Some(1), count: Some(1), ..About::default() };
    assert!(said(Code::E9, Variant::Plain).text.contains("Rejected: 4"));
    let text = |code| mail(&Letter { about: one.clone(), ..letter(code) }).text;
    let nothing = About { count: Some(0), ..About::default() };
    let quiet = mail(&Letter { about: nothing, ..letter(Code::E15) }).text;
    assert!(quiet.contains("since our last message") && !quiet.contains("held"), "{quiet}");
    assert!(text(Code::E4).contains("one day left") && text(Code::E15).contains("One message"));
}

#[test]
fn the_html_part_reads_like_this() {
    assert_snapshot!("e7-en-html", mail(&letter(Code::E7)).html);
}

#[test]
fn both_parts_say_the_same_in_the_same_language() {
    for code in CODES {
        for language in Language::all() {
            let letter = Letter { language: language.tag().to_owned(), ..letter(code) };
            let mail = mail(&letter);
            assert_eq!(mail.language, language.tag());
            let html = format!("<html lang=\"{}\" dir=\"{}\" ", language.tag(), language.direction().as_str());
            assert!(mail.html.contains(&html));
            let link = letter.link.as_deref().expect("link");
            // Mails that only tell have nothing to press.
            let places = if matches!(code, Code::E14 | Code::AddressChanged) { 0 } else { 2 };
            assert_eq!(mail.text.contains(&format!("\n{link}\n")), places > 0, "{code:?}");
            assert_eq!(mail.html.matches(&format!("href=\"{link}\"")).count(), places, "{code:?}");
            if let Some(secret) = &letter.password {
                assert!(mail.text.contains(secret) && mail.html.contains(secret));
            }
            for part in [&mail.text, &mail.html, &mail.subject] {
                assert!(!part.contains("{$") && !part.contains("mail-"), "{code:?}: {part}");
            }
        }
    }
}

#[test]
fn only_the_credentials_mail_holds_a_password() {
    for code in CODES {
        let mail = mail(&Letter { password: Some("a-secret-word".to_owned()), ..letter(code) });
        assert_eq!(mail.text.contains("a-secret-word"), code == Code::E7);
        assert_eq!(mail.html.contains("a-secret-word"), code == Code::E7);
    }
}

#[test]
fn lines_of_the_text_part_are_short_but_for_the_link() {
    for sample in letters() {
        for language in Language::all() {
            let mail = mail(&Letter { language: language.tag().to_owned(), ..sample.letter.clone() });
            for line in mail.text.lines().filter(|line| !line.starts_with("http")) {
                assert!(line.chars().count() <= WIDTH, "{line}");
            }
        }
    }
}

#[test]
fn hostile_names_do_no_harm() {
    for code in CODES {
        let mail = mail(&Letter {
            to_name: "<a href='http://evil.example'>Ada</a>\r\nBcc: x@evil.example".to_owned(),
            login: "<img src=x>\r\nada\u{202e}".to_owned(),
            tenant_name: "Evil\"><script>alert(1)</script>\r\nX-Evil: 1".to_owned(),
            about: About {
                group: Some("<img src=x onerror=alert(1)>\u{202e}\r\nBcc: x".to_owned()),
                session: Some("https://evil.example <b>now</b>".to_owned()),
                inviter: Some("Eve www.evil.example".to_owned()),
                ..letter(code).about
            },
            ..letter(code)
        });
        assert_eq!(mail.to_name, None);
        assert!(!mail.text.contains("evil.example") && !mail.html.contains("evil.example"));
        assert!(!mail.html.contains("<script") && !mail.html.contains("<img") && !mail.html.contains("<b>now"));
        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains(['\r', '\u{202e}']));
        }
        assert!(!mail.subject.contains('\n'));
    }
}

#[test]
fn a_name_that_looks_like_a_link_is_left_out() {
    let mail = mail(&Letter { to_name: "http://evil".to_owned(), ..letter(Code::E1) });
    assert!(mail.text.starts_with("Hello,\n"), "{}", mail.text);
}

#[test]
fn without_a_tenant_name_the_sender_lends_its_own() {
    let named = |tenant: &str, sender: Option<&str>| {
        let from = Sender { address: "no-reply@example.com".to_owned(), name: sender.map(str::to_owned) };
        mail(&Letter { tenant_name: tenant.to_owned(), from, ..letter(Code::E1) }).from.name.unwrap_or_default()
    };
    assert_eq!(named("Academy", Some("Mailer")), "Academy");
    assert_eq!(named(" ", Some("Mailer")), "Mailer");
    assert_eq!(named("", None), "example.com");
}

#[test]
fn an_unknown_language_is_answered_in_english() {
    assert_eq!(mail(&Letter { language: "xx".to_owned(), ..letter(Code::E1) }).language, "en");
}

#[test]
fn the_warning_may_go_without_a_link() {
    let mail = mail(&Letter { link: None, expires_at: None, ..letter(Code::E13) });
    assert!(!mail.text.contains("http") && !mail.html.contains("<a "));
}

#[test]
fn a_letter_that_lacks_something_is_refused_for_good() {
    let refused = |letter: Letter| compose(&letter).expect_err("refused").to_string();
    let base = || letter(Code::E7);
    for to in ["", "ada", "a@example.com,b@example.com", "\"x\r\n\"@example.com", "<a@example.com>"] {
        assert!(refused(Letter { to: to.to_owned(), ..base() }).starts_with("the recipient"), "{to:?}");
    }
    assert_eq!(refused(Letter { link: None, ..base() }), "a mail of kind E7 needs a link");
    assert_eq!(refused(Letter { password: None, ..base() }), "a mail of kind E7 needs a password");
    let warning = Letter { deletion_date: None, ..letter(Code::E13) };
    assert_eq!(refused(warning), "a mail of kind E13 needs a deletion date");
    for link in ["javascript:alert(1)", "/i/x", "https://x/\r\ny", "https://x/\"y", "https://x/<y>"] {
        assert!(refused(Letter { link: Some(link.to_owned()), ..base() }).starts_with("the link"), "{link:?}");
    }
    for id in ["", "x@y", "<x>", "<x@y>\r\nBcc: z", "<x y@z>", "<a@b@c>"] {
        assert!(refused(Letter { message_id: id.to_owned(), ..base() }).starts_with("the Message-ID"), "{id:?}");
    }
    let from = Sender { address: "nobody".to_owned(), name: None };
    assert!(refused(Letter { from, ..base() }).starts_with("the sender"));
}

#[test]
fn what_is_printed_of_a_letter_or_mail_holds_no_secret() {
    let letter = letter(Code::E7);
    for shown in [format!("{letter:?}"), format!("{:?}", mail(&letter))] {
        assert!(!shown.contains("token") && !shown.contains("ada@") && !shown.contains("Nf7"), "{shown}");
    }
}

#[test]
fn whoever_invites_is_named_where_the_name_can_be_shown() {
    let said = |code, inviter: Option<&str>, entry| {
        let about = About { inviter: inviter.map(str::to_owned), entry, ..letter(code).about };
        mail(&Letter { about, ..letter(code) }).text
    };
    for code in [Code::E1, Code::E2] {
        for entry in [Entry::Form, Entry::Company] {
            assert!(said(code, Some("Grace Hopper"), entry).contains("Grace Hopper has invited you"), "{code:?}");
            for nobody in [None, Some("root@example.com"), Some("http://evil.example"), Some(" ")] {
                let text = said(code, nobody, entry);
                assert!(!text.contains("has invited you") && !text.contains("evil"), "{text}");
            }
        }
    }
}

/// The mail to somebody who signs in with their company's account, which its button leads to.
fn leading_to_the_company(code: Code, variant: Variant, language: Language) -> Mail {
    let about = About { entry: Entry::Company, ..letter(code).about };
    let tag = language.tag().to_owned();
    let mail = mail(&Letter { about, variant, language: tag, ..letter(code) });
    let button = plain(language, "mail-sso-button");
    assert!(mail.html.contains(&button) && mail.text.contains(&button), "{code:?} {}", mail.text);
    mail
}

#[test]
fn who_signs_in_with_the_company_account_is_asked_for_no_password() {
    for (code, variant) in [
        (Code::E1, Variant::Plain),
        (Code::E2, Variant::Plain),
        (Code::E3, Variant::Plain),
        (Code::E4, Variant::Group),
        (Code::E5, Variant::Platform),
        (Code::E10, Variant::Platform),
    ] {
        for language in Language::all() {
            let mail = leading_to_the_company(code, variant, language);
            assert!(!mail.text.contains(&plain(language, "mail-e1-button")), "{code:?} {}", mail.text);
        }
    }
}

#[test]
fn created_people_of_a_company_hear_of_no_password() {
    for (code, variant) in [
        (Code::E6, Variant::Plain),
        (Code::E8, Variant::Plain),
        (Code::E9, Variant::Known),
        (Code::E10, Variant::Link),
        (Code::Reset, Variant::Plain),
    ] {
        for language in Language::all() {
            let mail = leading_to_the_company(code, variant, language);
            for other in ["mail-e8-button", "mail-e8-detail", "mail-reset-button", "mail-reset-title"] {
                assert!(!mail.text.contains(&plain(language, other)), "{code:?} {}", mail.text);
            }
        }
    }
}

#[test]
fn a_report_shows_where_rows_are_wrong_and_opens_no_web_page() {
    let hostile = |reason: &str| Rejected { line: 7, column: Some("group_ids".to_owned()), reason: reason.to_owned() };
    for language in Language::all() {
        let rejected = vec![hostile("a <b>bold</b>\r\nreason\u{202e}"), hostile("see https://evil.example/now")];
        let about = About { rejected, ..letter(Code::E9).about };
        let mail = mail(&Letter { about, language: language.tag().to_owned(), ..letter(Code::E9) });
        assert!(mail.text.contains("group_ids") && mail.text.contains("a <b>bold</b> reason\n"), "{}", mail.text);
        assert!(mail.html.contains("a &lt;b&gt;bold") && !mail.html.contains("<b>"));
        assert!(!mail.text.contains("evil.example") && !mail.html.contains("evil.example"));
        assert!(mail.text.contains(&plain(language, "mail-label-more")), "{}", mail.text);
    }
}

#[test]
fn a_tenants_looks_are_in_every_mail() {
    let looks = Branding {
        sender_name: SenderName::parse("Academy, People Team").ok(),
        reply_to: ReplyTo::parse("help@example.com").ok(),
        logo: Logo::parse("https://cdn.example.com/logo.png?a=1&b=2").ok(),
        colour: branding::colour("#ffd400").ok(),
    };
    for sample in letters() {
        let plain = mail(&sample.letter);
        let mail = mail(&Letter { branding: looks.clone(), ..sample.letter.clone() });
        assert_eq!(mail.from.name.as_deref(), Some("Academy, People Team"));
        assert_eq!(mail.reply_to.as_deref(), Some("help@example.com"));
        let logo = "<img class=\"soft\" src=\"https://cdn.example.com/logo.png?a=1&amp;b=2\" alt=\"Example Academy\"";
        assert!(mail.html.contains(logo) && !plain.html.contains("<img"), "{}", sample.name);
        assert!(mail.text.contains("Just reply to this message") && !plain.text.contains("Just reply"));
        if sample.letter.code != Code::E14 && sample.letter.code != Code::AddressChanged {
            assert!(
                mail.html.contains(
                    "background-color:#ffd400;font-size:16px;line-height:22px;font-weight:600;color:#000000;"
                )
            );
            assert!(
                plain.html.contains(
                    "background-color:#2450b5;font-size:16px;line-height:22px;font-weight:600;color:#ffffff;"
                )
            );
        }
    }
}

#[test]
fn words_run_from_right_to_left_in_arabic() {
    let mail = mail(&Letter { language: "ar".to_owned(), ..letter(Code::E7) });
    assert!(mail.html.contains("dir=\"rtl\"") && !mail.html.contains("text-align:left"), "{}", mail.html);
    assert!(!mail.subject.contains(['\u{2068}', '\u{2069}']), "{}", mail.subject);
    assert!(mail.text.contains("\u{2068}Example Academy\u{2069}"), "{}", mail.text);
}

#[test]
fn what_every_mail_program_needs_stands_in_the_tags_themselves() {
    for sample in letters() {
        let html = mail(&sample.letter).html;
        let body = html.split_once("<body").expect("body").1;
        // Gmail drops style sheets of mails it clips or forwards, Outlook reads widths and colours from attributes.
        assert!(!body.contains("<style") && body.contains("bgcolor=\"#ffffff\"") && body.contains("<!--[if mso]>"));
        assert_eq!(html.matches("<!--[if mso]>").count(), html.matches("<![endif]-->").count());
        assert_eq!(body.matches("<table").count(), body.matches("</table>").count(), "{}", sample.name);
        assert_eq!(body.matches("<td").count(), body.matches("</td>").count(), "{}", sample.name);
        // Gmail clips at 102 kB.
        assert!(html.len() < 30_000, "{}: {}", sample.name, html.len());
    }
}
