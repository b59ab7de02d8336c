//! What the routes answer before any use case runs.

use super::*;
use crate::{
    app::{Settings, outbox::Letter},
    domain::{Clock, Rng},
    store::Store,
};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use jiff::{SignedDuration, Timestamp};
use std::{net::SocketAddr, sync::Arc};
use tower::ServiceExt;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn elapsed(&self) -> SignedDuration {
        SignedDuration::ZERO
    }
}

#[derive(Debug)]
struct Mute;

impl Typesetter for Mute {
    fn set(&self, _: &Letter) -> Option<(String, String)> {
        None
    }
}

impl Rng for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

async fn surface(public_url: &str, inbox: Inbox) -> Router {
    let store = Store::open("sqlite::memory:").await.expect("a store");
    let settings = Settings { public_url: public_url.to_owned() };
    let app = App::new(store, Arc::new(Fixed), Arc::new(Fixed), &[1; 32], settings);
    let proxies = Proxies::parse("10.0.0.0/8").expect("a network");
    router(app, Options { inbox, metrics: None, proxies, typesetter: Arc::new(Mute) })
}

async fn ask(router: &Router, request: axum::http::request::Builder) -> (StatusCode, HeaderMap, String) {
    send(router, request, Body::empty()).await
}

async fn send(router: &Router, request: axum::http::request::Builder, body: Body) -> (StatusCode, HeaderMap, String) {
    let request = request.body(body).expect("a request");
    let Ok(response) = router.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

#[tokio::test]
async fn everything_below_scim_asks_for_credentials_first() {
    let router = surface("http://127.0.0.1:8080", Inbox::Absent).await;
    for path in [
        "/scim",
        "/scim/",
        "/scim/v2",
        "/scim/v2/",
        "/scim/v9/Users",
        "/scim/v2/Users",
        "/scim/v2/Users/",
        "/scim/v2/users",
        "/scim//v2/Users",
        "//scim/v2/Users",
        "/SCIM/v2/Users",
        "/%73cim/v2/Users",
        "/scim/v2/Users/1",
        "/scim/v2/Users/%2e%2e",
        "/scim/v2/%2e%2e/Users",
        "/scim/v2/Users;a=b",
        "/scim/v2/Groups",
        "/scim/v2/Groups/1",
        "/scim/v2/Schemas",
        "/scim/v2/Schemas/x",
        "/scim/v2/ResourceTypes",
        "/scim/v2/ResourceTypes/User",
        "/scim/v2/Me",
        "/scim/v2/Bulk",
        "/scim/v2/.search",
        "/scim/v2/Users/.search",
        "/scim/v2/Nothing",
        "/scim/v2/Users?access_token=abc",
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
            let (status, headers, body) = ask(&router, Request::builder().method(method).uri(path)).await;
            assert_eq!(status, 401, "{method} {path}");
            assert_eq!(headers["www-authenticate"], r#"Bearer realm="scim""#, "{method} {path}");
            assert_eq!(headers["content-type"], "application/scim+json", "{method} {path}");
            assert!(body.contains(r#""status":"401""#), "{method} {path}: {body}");
        }
    }
}

#[tokio::test]
async fn only_the_service_provider_config_is_open() {
    let router = surface("http://127.0.0.1:8080", Inbox::Absent).await;
    for path in ["/scim/v2/ServiceProviderConfig", "/scim/v2/ServiceProviderConfig/"] {
        let (status, headers, body) = ask(&router, Request::builder().uri(path)).await;
        assert_eq!(
            (status, &headers["content-type"]),
            (StatusCode::OK, &"application/scim+json".parse().expect("a value"))
        );
        assert!(body.contains("oauthbearertoken"), "{body}");
        let (status, _, body) = ask(&router, Request::builder().method("HEAD").uri(path)).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
        let (status, ..) = ask(&router, Request::builder().method("POST").uri(path)).await;
        assert_eq!(status, 401);
    }
    let json = Request::builder().uri("/scim/v2/ServiceProviderConfig").header("accept", "application/json");
    assert_eq!(ask(&router, json).await.1["content-type"], "application/json");
    let filtered = Request::builder().uri("/scim/v2/ServiceProviderConfig?filter=x");
    assert_eq!(ask(&router, filtered).await.0, 403);
    let malformed = Request::builder().uri("/scim/v2/ServiceProviderConfig").header("authorization", "Bearer ");
    assert_eq!(ask(&router, malformed).await.0, 401);
}

#[tokio::test]
async fn every_page_carries_the_protective_headers() {
    let router = surface("https://usher.example.com", Inbox::Absent).await;
    for (path, expected) in
        [("/login", 200), ("/forgot", 200), ("/", 303), ("/me", 303), ("/nothing", 404), ("/inbox", 404)]
    {
        let (status, headers, _) = ask(&router, Request::builder().uri(path)).await;
        assert_eq!(status, expected, "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert!(headers["content-security-policy"].to_str().expect("text").starts_with("default-src 'none'"), "{path}");
        assert!(headers.contains_key("strict-transport-security") && headers.contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn forms_come_urlencoded_from_our_own_pages() {
    let router = surface("https://usher.example.com", Inbox::Absent).await;
    let form = "application/x-www-form-urlencoded";
    for (path, content_type, origin, expected) in [
        ("/login", "application/json", "https://usher.example.com", 415),
        ("/login", "text/plain", "https://usher.example.com", 415),
        ("/login", form, "https://evil.example.com", 403),
        ("/i/abc", form, "https://evil.example.com", 403),
        ("/i/abc", "application/json", "null", 415),
        ("/forgot", form, "null", 422),
        ("/logout", form, "null", 303),
    ] {
        let request = Request::builder().method("POST").uri(path);
        let request = request.header("content-type", content_type).header("origin", origin);
        let (status, ..) = send(&router, request, Body::from("email=")).await;
        assert_eq!(status, expected, "{path} {content_type} {origin}");
    }
    let large = Request::builder().method("POST").uri("/forgot").header("content-type", form);
    assert_eq!(send(&router, large, Body::from("a".repeat(64 * 1024 + 1))).await.0, 413);
}

#[tokio::test]
async fn a_page_speaks_the_browsers_language() {
    let router = surface("http://127.0.0.1:8080", Inbox::Absent).await;
    let request = Request::builder().uri("/login").header("accept-language", "fr-CA, en;q=0.5");
    let (_, headers, body) = ask(&router, request).await;
    assert_eq!(headers["content-language"], "fr");
    assert!(body.contains("<html lang=\"fr\" dir=\"ltr\">") && body.contains("Connexion"), "{body}");
}

#[tokio::test]
async fn a_link_may_be_tried_often_but_not_without_end() {
    let router = surface("http://127.0.0.1:8080", Inbox::Absent).await;
    let attempt = || {
        let peer: SocketAddr = "192.0.2.1:1000".parse().expect("an address");
        let request = Request::builder().method("POST").uri("/forgot").extension(ConnectInfo(peer));
        request.header("content-type", "application/x-www-form-urlencoded")
    };
    for number in 0..120 {
        assert_eq!(ask(&router, attempt()).await.0, 422, "{number}");
    }
    let mut refused = None;
    for _ in 0..60 {
        let (status, headers, _) = ask(&router, attempt()).await;
        if status == 429 {
            refused = headers.get("retry-after").cloned();
            break;
        }
    }
    assert_eq!(refused.expect("refused in the end"), "1");
}

#[tokio::test]
async fn the_inbox_is_for_this_machine_only() {
    let router = surface("http://127.0.0.1:8080", Inbox::Served).await;
    let from = |peer: &str, host: &str| {
        let peer: SocketAddr = peer.parse().expect("an address");
        Request::builder().uri("/inbox/none").extension(ConnectInfo(peer)).header("host", host)
    };
    for (peer, host) in
        [("192.0.2.1:1", "localhost"), ("127.0.0.1:1", "evil.example.com"), ("[2001:db8::1]:1", "[::1]:8080")]
    {
        assert_eq!(ask(&router, from(peer, host)).await.0, 404, "{peer} {host}");
    }
}

#[tokio::test]
async fn machines_that_watch_get_short_answers() {
    let router = surface("http://127.0.0.1:8080", Inbox::Absent).await;
    let (status, headers, body) =
        ask(&router, Request::builder().uri("/healthz").header("x-request-id", "abc-1")).await;
    assert_eq!(
        (status, body.as_str(), &headers["x-request-id"]),
        (StatusCode::OK, "ok\n", &"abc-1".parse().expect("a value"))
    );
    assert_eq!(ask(&router, Request::builder().uri("/metrics")).await.0, 404);
    assert_eq!(ask(&router, Request::builder().uri("/readyz")).await.0, 503, "not migrated");
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_an_allowance_of_its_own() {
    let router = surface("http://127.0.0.1:8080", Inbox::Absent).await;
    let forgot = |peer: &'static str, client: String| {
        let request = Request::builder().method("POST").uri("/forgot").header("x-forwarded-for", client);
        let peer: SocketAddr = format!("{peer}:4711").parse().expect("an address");
        request.extension(ConnectInfo(peer))
    };
    let mut refused = 0;
    for number in 0..200 {
        let (status, ..) = ask(&router, forgot("10.1.2.3", format!("203.0.113.{number}"))).await;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(refused, 0);
    for number in 0..200 {
        let (status, ..) = ask(&router, forgot("198.51.100.7", format!("203.0.113.{number}"))).await;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 70, "whoever is no proxy spends one allowance, whatever it claims: {refused}");
}
