use super::*;
use axum::http::HeaderMap;

async fn html(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Every page with every kind of value, hostile ones included.
fn pages(language: Language) -> Vec<(&'static str, Response)> {
    let evil = "<script>alert(1)</script>{{ 7*7 }}\"";
    let groups = vec![context! { name => evil, role => "Coach" }];
    let mail = context! { path => "/inbox/x", to => evil, subject => evil, code => "E1", language => "en", received_at => "now" };
    let ok = StatusCode::OK;
    let invitation = |fault_field: &str, fault: &str| {
        let values =
            context! { tenant => evil, email => evil, first_name => evil, last_name => "", fault_field, fault };
        page(ok, "invitation.html", language, values)
    };
    vec![
        ("invitation", invitation("", "")),
        ("invitation with a fault", invitation("password", "error-password-short")),
        (
            "set password",
            page(
                ok,
                "set_password.html",
                language,
                context! { tenant => evil, email => evil, replaces_mailed => true, fault => "error-password-weak" },
            ),
        ),
        (
            "invitation by company sign-in",
            page(ok, "invitation_company.html", language, context! { tenant => evil, email => evil }),
        ),
        (
            "set password by company sign-in",
            page(
                ok,
                "set_password_company.html",
                language,
                context! { tenant => evil, company => "https://login.example.com/?a=1&b=2" },
            ),
        ),
        ("sign in", page(ok, "sign_in.html", language, context! { login => evil, fault => "error-credentials" })),
        ("forgot", page(ok, "forgot.html", language, context! { fault => "error-email-missing" })),
        ("forgot done", page(ok, "forgot_done.html", language, context! {})),
        ("dead link", dead_link(language)),
        (
            "me",
            page(
                ok,
                "me.html",
                language,
                context! { tenant => evil, name => evil, first_name => evil, last_name => evil, email => evil, user_name => evil, groups, deletion_date => "1" },
            ),
        ),
        (
            "me, bare",
            page(
                ok,
                "me.html",
                language,
                context! { tenant => "T", name => "", first_name => "", last_name => "", email => "", user_name => "u", groups => Vec::<Value>::new(), deletion_date => None::<String> },
            ),
        ),
        ("inbox", page(ok, "inbox.html", language, context! { mails => vec![mail.clone()] })),
        ("empty inbox", page(ok, "inbox.html", language, context! { mails => Vec::<Value>::new() })),
        ("mail", page(ok, "mail.html", language, context! { mail, text => evil })),
    ]
}

#[tokio::test]
async fn every_page_renders_in_every_language_and_escapes_what_people_wrote() {
    for language in Language::all() {
        for (name, response) in pages(language) {
            assert!(!response.status().is_server_error(), "{name}");
            let html = html(response).await;
            assert!(
                html.contains(&format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction().as_str())),
                "{name}"
            );
            assert!(!html.contains("<script"), "{name}: {html}");
            assert!(!html.contains("49"), "{name} ran a template out of a value");
            for raw in [">page-", ">label-", ">action-", ">error-", ">role-"] {
                assert!(!html.contains(raw), "{name} lacks a text: {html}");
            }
        }
    }
}

#[tokio::test]
async fn failures_have_a_page_and_say_when_to_come_back() {
    for (status, title) in [
        (400, "We did not understand that"),
        (403, "We did not understand that"),
        (404, "There is nothing here"),
        (415, "We did not understand that"),
        (429, "One moment, please"),
        (500, "Something went wrong"),
        (503, "Back in a moment"),
    ] {
        let status = StatusCode::from_u16(status).expect("a status");
        let response = failure(Language::ENGLISH, status, Some(0));
        assert_eq!((response.status(), &response.headers()["retry-after"]), (status, &HeaderValue::from_static("1")));
        assert!(html(response).await.contains(title), "{status}");
    }
}

#[tokio::test]
async fn a_fault_stands_in_the_summary_and_beside_its_field() {
    let values = context! { tenant => "T", email => "a@example.com", first_name => "Ada", last_name => "L",
    fault_field => "password", fault => "error-password-short" };
    let html = html(page(StatusCode::OK, "invitation.html", Language::ENGLISH, values)).await;
    assert!(html.contains("<a href=\"#password\">This password is too short"), "{html}");
    assert!(html.contains("aria-invalid=\"true\" aria-describedby=\"password-hint password-fault\""), "{html}");
    assert!(html.contains("value=\"Ada\""), "{html}");
    assert_eq!(html.matches("aria-invalid").count(), 1, "{html}");
}

#[test]
fn hardened_headers_keep_what_a_page_set() {
    let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("public"))]);
    super::super::harden::apply(&super::super::origin::PublicOrigin::of("https://a.example"), &mut headers);
    assert_eq!(headers["cache-control"], "public");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert!(headers.contains_key("strict-transport-security"));
}
