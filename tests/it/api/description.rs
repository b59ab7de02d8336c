//! The description of the API, the routes, and the page that shows it.

use std::collections::BTreeSet;
use usher::http::{api_calls, api_description};

/// Method and path of every call that is described.
fn described() -> BTreeSet<(String, String)> {
    let paths = api_description()["paths"].as_object().unwrap();
    let calls = paths.iter().flat_map(|(path, calls)| {
        calls.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    calls.collect()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let routes: BTreeSet<_> = api_calls().into_iter().map(|(method, path)| (method.to_owned(), path)).collect();
    let described = described();
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(missing.is_empty(), "not in src/http/api/description: {missing:?}");
    let gone: Vec<_> = described.difference(&routes).collect();
    assert!(gone.is_empty(), "described, but no route: {gone:?}");
}

installed! {
    async fn anybody_reads_the_description_and_its_page(world: World) {
        let answer = world.page("/api/openapi.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.body["openapi"], "3.1.0");
        assert_eq!(answer.body["servers"][0]["url"], crate::support::world::PUBLIC_URL);
        assert_eq!(answer.body["paths"].as_object().unwrap().len(), api_description()["paths"].as_object().unwrap().len());
        let page = world.page("/api/docs").await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for asset in ["/api/docs/page.css", "/api/docs/page.js"] {
            assert!(page.text.contains(asset), "{asset}");
            assert_eq!(world.page(asset).await.status, 200, "{asset}");
        }
        assert_eq!(world.call("POST", "/api/docs").send().await.header("content-type"), "application/problem+json");
    }

    async fn headers_keep_answers_out_of_caches_and_frames(world: World) {
        let desk = world.desk().await;
        for path in ["/users", "/nothing", "/users/x"] {
            let answer = desk.get(path).await;
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
        }
    }

    async fn a_path_that_can_not_be_decoded_names_nothing(world: World) {
        let desk = world.desk().await;
        for path in ["/users/%ff", "/users/a%00b", "/connections/%ff", "/users/%2e%2e"] {
            let answer = desk.get(path).await;
            assert_eq!((answer.status, answer.header("content-type")), (404, "application/problem+json"), "{path}");
        }
        let answer = desk.get("/users?query=a%00b").await;
        assert_eq!((answer.status, &answer.body["field"]), (422, &serde_json::json!("query")));
        let answer = desk.post("/groups", serde_json::json!({ "name": "a\u{0}b" })).await;
        assert_eq!((answer.status, &answer.body["field"]), (422, &serde_json::json!("name")));
        let twice = world.call("POST", "/api/v1/groups").token(&desk.token).raw("application/json", r#"{"name":"A","name":"B"}"#);
        assert_eq!(twice.send().await.status, 400);
    }
}
