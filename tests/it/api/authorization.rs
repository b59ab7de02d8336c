//! Who may call the API at all, and with what.

use crate::support::world::{PASSWORD, PUBLIC_URL, person};
use serde_json::json;
use usher::app::administrators::Rank;

/// Every route and method; `{id}` stands for an id of the right form.
const ROUTES: [(&str, &str); 30] = [
    ("GET", "/invitations"),
    ("POST", "/invitations"),
    ("GET", "/invitations/{id}"),
    ("POST", "/invitations/{id}/resend"),
    ("POST", "/invitations/{id}/cancel"),
    ("GET", "/users"),
    ("POST", "/users"),
    ("GET", "/users/{id}"),
    ("PATCH", "/users/{id}"),
    ("DELETE", "/users/{id}"),
    ("POST", "/users/{id}/suspend"),
    ("POST", "/users/{id}/reactivate"),
    ("POST", "/users/{id}/activate"),
    ("GET", "/groups"),
    ("POST", "/groups"),
    ("POST", "/groups/{id}/members"),
    ("GET", "/sessions"),
    ("POST", "/sessions"),
    ("POST", "/sessions/{id}/registrations"),
    ("GET", "/notifications"),
    ("POST", "/notifications/release"),
    ("POST", "/notifications/discard"),
    ("POST", "/notifications/{id}/bounced"),
    ("POST", "/notifications/{id}/retry"),
    ("GET", "/suppressed-addresses"),
    ("DELETE", "/suppressed-addresses/ada@example.com"),
    ("GET", "/connections/okta/requests"),
    ("GET", "/connections/okta/requests/{id}"),
    ("POST", "/simulations"),
    ("GET", "/billing"),
];
/// What anybody may ask, who then sees what is theirs.
const OPEN: [(&str, &str); 2] = [("GET", "/groups"), ("GET", "/sessions")];
const ID: &str = "0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a";

fn body_of(path: &str) -> serde_json::Value {
    match path {
        "/invitations" => json!({ "emails": "new@example.com" }),
        "/users" => json!({ "firstName": "A", "lastName": "B", "email": "new@example.com", "sendCredentials": true }),
        "/groups" => json!({ "name": "Sales" }),
        "/sessions" => json!({ "title": "Negotiation", "groupId": ID }),
        path if path.ends_with("/members") || path.ends_with("/registrations") => json!({ "userId": ID }),
        _ => json!({}),
    }
}

installed! {
    async fn nobody_gets_in_without_credentials(world: World) {
        let scim = world.token.clone();
        for (method, path) in ROUTES {
            let path = format!("/api/v1{}", path.replace("{id}", ID));
            let answer = world.call(method, &path).send().await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"api\"");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.body["status"], 401);
            let answer = world.call(method, &path).token("usher_api_nonsense").send().await;
            assert_eq!(answer.status, 401, "{method} {path}");
            let answer = world.call(method, &path).token(&scim).send().await;
            assert_eq!(answer.status, 403, "{method} {path}");
        }
        for path in ["/api", "/api/v1", "/api/v1/nothing"] {
            assert_eq!(world.call("GET", path).send().await.status, 401, "{path}");
        }
    }

    async fn somebody_without_a_role_changes_nothing(world: World) {
        world.create("Ada").await;
        let token = world.api_token_of("ada@example.com").await;
        let before = world.mails().len();
        for (method, path) in ROUTES {
            let address = format!("/api/v1{}", path.replace("{id}", ID));
            let mut call = world.call(method, &address).token(&token);
            if method != "GET" {
                call = call.raw("application/json", body_of(path).to_string());
            }
            let answer = call.send().await;
            if OPEN.contains(&(method, path)) {
                assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
            } else {
                assert!(matches!(answer.status, 403 | 404 | 422), "{method} {path}: {} {}", answer.status, answer.text);
            }
        }
        world.deliver().await;
        assert_eq!(world.mails().len(), before);
    }

    async fn a_browser_session_serves_our_own_pages_only(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let cookie = world.sign_in("root@example.com", PASSWORD).await.cookie();
        let ask = |origin: &'static str, cookie: String| {
            let call = world.call("POST", "/api/v1/invitations").cookie(&cookie).header("origin", origin);
            call.raw("application/json", json!({ "emails": "ada@example.com" }).to_string())
        };
        assert_eq!(ask("https://evil.example.com", cookie.clone()).send().await.status, 403);
        let cross = ask(PUBLIC_URL, cookie.clone()).header("sec-fetch-site", "cross-site");
        assert_eq!(cross.send().await.status, 403);
        let answer = ask(PUBLIC_URL, cookie.clone()).send().await;
        assert_eq!((answer.status, &answer.body["results"][0]["status"]), (200, &json!("invited")), "{}", answer.text);
        world.form("/logout", &[]).await;
        assert_eq!(world.call("GET", "/api/v1/users").cookie("usher_session=nonsense").send().await.status, 401);
    }

    async fn a_token_ends_with_its_person(world: World) {
        let id = world.create("Ada").await;
        let token = world.api_token_of("ada@example.com").await;
        assert_eq!(world.call("GET", "/api/v1/groups").token(&token).send().await.status, 200);
        world.switch(&id, false).await;
        assert_eq!(world.call("GET", "/api/v1/groups").token(&token).send().await.status, 401);
    }

    async fn what_is_wrong_is_named(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let token = world.api_token_of("root@example.com").await;
        let ask = |body: &'static str| world.call("POST", "/api/v1/invitations").token(&token).raw("application/json", body);
        for (body, status, field) in [
            ("{", 400, json!(null)),
            ("[]", 400, json!(null)),
            ("{}", 422, json!("emails")),
            (r#"{"emails":7}"#, 422, json!("emails")),
            (r#"{"emails":"a@example.com","rolls":[]}"#, 422, json!("rolls")),
            (r#"{"emails":"a@example.com","roles":"coach"}"#, 422, json!("roles")),
            (r#"{"emails":"a@example.com","roles":["king"]}"#, 422, json!("roles")),
            (r#"{"emails":"a@example.com","roles":["owner"]}"#, 422, json!("roles")),
            (r#"{"emails":"a@example.com","language":"tlh"}"#, 422, json!("language")),
            (r#"{"emails":"a@example.com","deletionDate":"2027-03-10"}"#, 422, json!("deletionDate")),
            (r#"{"emails":"a@example.com","deletionDate":"soon"}"#, 422, json!("deletionDate")),
            (r#"{"emails":"a@example.com","labels":[""]}"#, 422, json!("labels")),
            (r#"{"emails":" ; "}"#, 422, json!("emails")),
            (r#"{"emails":"a@example.com","groupId":"x"}"#, 422, json!("groupId")),
            (r#"{"emails":"a@example.com","sessionId":"0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a"}"#, 422, json!("sessionId")),
        ] {
            let answer = ask(body).send().await;
            assert_eq!((answer.status, &answer.body["field"]), (status, &field), "{body}: {}", answer.text);
        }
        let plain = world.call("POST", "/api/v1/invitations").token(&token).raw("text/plain", r#"{"emails":"a@example.com"}"#);
        assert_eq!(plain.send().await.status, 415);
        assert_eq!(world.call("PUT", "/api/v1/invitations").token(&token).send().await.status, 405);
        for query in ["limit=0", "limit=201", "cursor=x", "state=gone", "colour=red", "state=%ff", "limit=1&limit=2"] {
            let answer = world.call("GET", &format!("/api/v1/users?{query}")).token(&token).send().await;
            assert_eq!(answer.status, 422, "{query}: {}", answer.text);
        }
        let huge = world.call("POST", "/api/v1/invitations").token(&token).raw("application/json", vec![b' '; 1_100_000]);
        assert_eq!(huge.send().await.status, 413);
    }

    async fn one_tenant_never_sees_another(world: World) {
        usher::app::tenants::create(&world.app, "other", usher::app::tenants::Changes::default()).await.unwrap();
        usher::app::administrators::create(&world.app, "other", "root@other.example.com", Some(PASSWORD.to_owned()), Rank::Administrator).await.unwrap();
        let wanted = usher::app::tokens::Wanted {
            name: "api".to_owned(),
            scope: usher::store::tokens::Scope::Api,
            connection: None,
            user: Some("root@other.example.com".to_owned()),
            group: None,
            lifetime: crate::support::world::TOKEN_LIFE,
        };
        let token = usher::app::tokens::create(&world.app, "other", wanted).await.unwrap().secret;
        let id = crate::support::world::id_of(&world.push(person("Ada", json!({}))).await);
        let user = world.get(&format!("/Users/{id}")).await;
        assert_eq!(user.status, 200);
        for (method, path) in [("GET", ""), ("DELETE", ""), ("POST", "/suspend")] {
            let answer = world.call(method, &format!("/api/v1/users/{id}{path}")).token(&token).send().await;
            assert_eq!(answer.status, 404, "{method} {path}");
        }
        for list in ["users", "invitations", "notifications"] {
            let answer = world.call("GET", &format!("/api/v1/{list}")).token(&token).send().await;
            assert!(!answer.text.contains(&id), "{list}");
        }
    }
}
