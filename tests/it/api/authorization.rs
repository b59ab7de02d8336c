//! What lets somebody into the API, and what is refused before any use case runs.

use crate::support::world::{PASSWORD, PUBLIC_URL};
use serde_json::json;
use usher::app::administrators::Rank;

installed! {
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
}
