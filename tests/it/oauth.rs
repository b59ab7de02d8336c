//! The client-credentials grant.

use crate::support::{call::Answer, world::World};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use usher::app::{tenants, tokens};

async fn ask(world: &World, fields: &[(&str, &str)]) -> Answer {
    world.call("POST", "/oauth/token").form(fields).send().await
}

async fn grant(world: &World, id: &str, secret: &str) -> Answer {
    ask(world, &[("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)]).await
}

async fn status(world: &World, token: &str) -> u16 {
    world.call("GET", "/scim/v2/Users").token(token).send().await.status
}

installed! {
    async fn a_token_is_exchanged_for_one_of_an_hour(world: World) {
        let answer = grant(&world, "okta", &world.token).await;
        assert_eq!((answer.status, answer.header("cache-control"), answer.header("pragma")), (200, "no-store", "no-cache"), "{}", answer.text);
        assert_eq!((&answer.body["token_type"], &answer.body["expires_in"], &answer.body["scope"]), (&"Bearer".into(), &3600.into(), &"scim".into()));
        let short = answer.body["access_token"].as_str().unwrap().to_owned();
        assert_ne!(short, world.token);
        assert_eq!(status(&world, &short).await, 200);
        assert_eq!(world.call("GET", "/api/v1/me").token(&short).send().await.status, 403);
        world.advance(crate::support::world::seconds(3_599));
        assert_eq!(status(&world, &short).await, 200);
        world.advance(crate::support::world::seconds(1));
        assert_eq!(status(&world, &short).await, 401);
        assert_eq!(status(&world, &world.token).await, 200);
    }

    async fn the_header_and_the_id_of_the_token_do_as_well(world: World) {
        let listed = tokens::list(&world.app, tenants::DEFAULT).await.unwrap();
        let id = listed[0].token.id.to_string();
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{}", world.token)));
        let call = world.call("POST", "/oauth/token").header("authorization", &basic);
        let answer = call.clone().form(&[("grant_type", "client_credentials"), ("scope", "anything")]).send().await;
        assert_eq!((answer.status, &answer.body["scope"]), (200, &"scim".into()), "{}", answer.text);
        let twice = call.form(&[("grant_type", "client_credentials"), ("client_secret", "x")]).send().await;
        assert_eq!((twice.status, &twice.body["error"]), (400, &"invalid_request".into()));
    }

    async fn it_ends_with_the_token_it_came_from(world: World) {
        let token = grant(&world, "okta", &world.token).await.body["access_token"].as_str().unwrap().to_owned();
        assert_eq!(status(&world, &token).await, 200);
        tokens::revoke(&world.app, tenants::DEFAULT, "okta").await.unwrap();
        assert_eq!(status(&world, &token).await, 401);
        assert_eq!(grant(&world, "okta", &world.token).await.status, 401);
    }

    async fn an_api_token_acts_as_its_person(world: World) {
        let desk = world.desk().await;
        let answer = grant(&world, "root@example.com", &desk.token).await;
        assert_eq!(answer.body["scope"], "api", "{}", answer.text);
        let short = answer.body["access_token"].as_str().unwrap();
        assert_eq!(world.call("GET", "/api/v1/me").token(short).send().await.body["isPlatformAdministrator"], true);
        assert_eq!(status(&world, short).await, 403);
    }

    async fn refusals_are_those_of_the_standard(world: World) {
        let short = grant(&world, "okta", &world.token).await.body["access_token"].as_str().unwrap().to_owned();
        for (id, secret) in [("okta", "usher_scim_nonsense"), ("other", world.token.as_str()), ("okta", short.as_str()), ("", "")] {
            let answer = grant(&world, id, secret).await;
            assert_eq!((answer.status, &answer.body["error"]), (401, &"invalid_client".into()), "{id}: {}", answer.text);
            assert!(answer.header("www-authenticate").starts_with("Basic "));
        }
        for (fields, error) in [
            (&[][..], "invalid_request"),
            (&[("grant_type", "password")], "unsupported_grant_type"),
            (&[("grant_type", "client_credentials"), ("grant_type", "client_credentials")], "invalid_request"),
        ] {
            let answer = ask(&world, fields).await;
            assert_eq!((answer.status, &answer.body["error"]), (400, &error.into()), "{fields:?}");
        }
        let json = world.call("POST", "/oauth/token").raw("application/json", "{}").send().await;
        assert_eq!((json.status, &json.body["error"]), (400, &"invalid_request".into()));
        let get = world.call("GET", "/oauth/token").send().await;
        assert_eq!((get.status, get.header("allow")), (405, "POST"));
        for tampered in [&short[..short.len() - 2], "usher_access_", "usher_access_AAAA"] {
            assert_eq!(status(&world, tampered).await, 401);
        }
    }

    async fn guesses_are_limited(world: World) {
        let mut refused = None;
        for _ in 0..130 {
            let answer = grant(&world, "okta", "nonsense").await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("a limit");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
}
