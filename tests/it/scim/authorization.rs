//! Every route, and who may not use it.

use crate::support::{
    call::Answer,
    world::{TOKEN_LIFE, World, group, hours, id_of, patch_of, person},
};
use serde_json::{Value, json};
use usher::app::{administrators::Rank, tenants, tokens};

/// Every route and method of the surface; `{user}` and `{group}` stand for ids that exist.
const ROUTES: [(&str, &str); 31] = [
    ("GET", ""),
    ("GET", "/Users"),
    ("POST", "/Users"),
    ("GET", "/Users/{user}"),
    ("HEAD", "/Users/{user}"),
    ("PUT", "/Users/{user}"),
    ("PATCH", "/Users/{user}"),
    ("DELETE", "/Users/{user}"),
    ("GET", "/Groups"),
    ("POST", "/Groups"),
    ("GET", "/Groups/{group}"),
    ("HEAD", "/Groups/{group}"),
    ("PUT", "/Groups/{group}"),
    ("PATCH", "/Groups/{group}"),
    ("DELETE", "/Groups/{group}"),
    ("POST", "/ServiceProviderConfig"),
    ("GET", "/Roles"),
    ("GET", "/Roles/coach"),
    ("GET", "/Entitlements"),
    ("GET", "/Entitlements/x"),
    ("GET", "/ResourceTypes"),
    ("GET", "/ResourceTypes/User"),
    ("GET", "/Schemas"),
    ("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
    ("GET", "/Me"),
    ("POST", "/Bulk"),
    ("POST", "/.search"),
    ("POST", "/Users/.search"),
    ("POST", "/Groups/.search"),
    ("GET", "/Nothing"),
    ("TRACE", "/Users"),
];

/// A person and a group to aim at.
async fn targets(world: &World) -> (String, String) {
    let user = id_of(&world.push(person("Ada", json!({}))).await);
    let made = world.post("/Groups", group("Pilots", &[&user])).await;
    assert_eq!(made.status, 201, "{}", made.text);
    (user, id_of(&made.body))
}

fn body(method: &str, path: &str) -> Value {
    match method {
        "PATCH" => patch_of(&json!([{ "op": "replace", "path": "externalId", "value": "stolen" }])),
        _ if path.starts_with("/Groups") => group("Stolen", &[]),
        _ => person("Stolen", json!({})),
    }
}

async fn ask(world: &World, route: (&str, &str), ids: &(String, String), authorization: Option<&str>) -> Answer {
    let (method, path) = route;
    let path = path.replace("{user}", &ids.0).replace("{group}", &ids.1);
    let mut call = world.scim(method, &path).anonymous();
    if let Some(value) = authorization {
        call = call.header("authorization", value);
    }
    if matches!(method, "POST" | "PUT" | "PATCH") {
        call = call.json(&body(method, &path));
    }
    call.send().await
}

/// Asks for everything with these credentials and expects the same refusal everywhere.
async fn refuse_all(world: &World, ids: &(String, String), authorization: Option<&str>, status: u16, challenge: &str) {
    for route in ROUTES {
        let answer = ask(world, route, ids, authorization).await;
        assert_eq!(answer.status, status, "{route:?} {authorization:?}: {}", answer.text);
        assert_eq!(answer.header("www-authenticate"), challenge, "{route:?} {authorization:?}");
        assert_eq!(answer.header("content-type"), "application/scim+json", "{route:?} {authorization:?}");
    }
}

async fn everything(world: &World, ids: &(String, String)) -> (Value, Value, Value) {
    let list = world.get("/Users").await.body;
    (list, world.get(&format!("/Groups/{}", ids.1)).await.body, world.get("/Groups").await.body)
}

const MISSING: &str = r#"Bearer realm="scim""#;
const INVALID: &str = r#"Bearer realm="scim", error="invalid_token""#;
const INSUFFICIENT: &str = r#"Bearer realm="scim", error="insufficient_scope", scope="scim""#;

installed! {
    async fn no_route_works_without_a_good_token(world: World) {
        let ids = targets(&world).await;
        let before = everything(&world, &ids).await;
        refuse_all(&world, &ids, None, 401, MISSING).await;
        refuse_all(&world, &ids, Some("Basic YWRhOmFkYQ=="), 401, MISSING).await;
        refuse_all(&world, &ids, Some("Bearer null"), 401, INVALID).await;
        refuse_all(&world, &ids, Some(&format!("Bearer {}x", world.token)), 401, INVALID).await;
        assert_eq!(everything(&world, &ids).await, before);
    }

    async fn no_route_works_with_a_revoked_token(world: World) {
        let ids = targets(&world).await;
        let revoked = world.token_of(tenants::DEFAULT, "revoked").await;
        let bearer = format!("Bearer {revoked}");
        // Used once, so that it is in the cache.
        assert_eq!(ask(&world, ROUTES[0], &ids, Some(&bearer)).await.status, 200);
        tokens::revoke(&world.app, tenants::DEFAULT, "revoked").await.unwrap();
        refuse_all(&world, &ids, Some(&bearer), 401, INVALID).await;
    }

    async fn no_route_works_with_an_expired_token(world: World) {
        let ids = targets(&world).await;
        let bearer = format!("Bearer {}", world.token);
        assert_eq!(ask(&world, ROUTES[0], &ids, Some(&bearer)).await.status, 200);
        world.advance(TOKEN_LIFE);
        refuse_all(&world, &ids, Some(&bearer), 401, INVALID).await;
    }

    async fn no_route_works_with_a_token_of_the_api(world: World) {
        let ids = targets(&world).await;
        world.administrator("root@example.com", Rank::Administrator).await;
        let token = world.api_token_of("root@example.com").await;
        refuse_all(&world, &ids, Some(&format!("Bearer {token}")), 403, INSUFFICIENT).await;
    }

    async fn a_rotated_token_overlaps_with_its_successor(world: World) {
        let issued = tokens::rotate(&world.app, tenants::DEFAULT, "okta", hours(1)).await.unwrap();
        let new = world.call("GET", "/scim/v2/Users").token(&issued.secret);
        assert_eq!((world.get("/Users").await.status, new.clone().send().await.status), (200, 200));
        world.advance(hours(1));
        assert_eq!((world.get("/Users").await.status, new.send().await.status), (401, 200));
    }

    async fn a_token_is_taken_from_one_header_only(world: World) {
        let in_query = world.scim("GET", &format!("/Users?access_token={}", world.token)).anonymous().send().await;
        assert_eq!((in_query.status, in_query.header("www-authenticate")), (401, MISSING));
        let twice = world.get("/Users?access_token=x").await;
        assert_eq!(twice.status, 400, "{}", twice.text);
    }
}
