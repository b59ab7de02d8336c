//! The database is stopped under a running server, started again, and made read-only.

use crate::{
    block_on,
    client::{Answer, Caller, address},
    node::{Node, install},
    relay::Relay,
    server::Server,
    until,
};
use reqwest::Method;

#[test]
fn while_the_database_is_away_every_surface_says_so_and_afterwards_all_goes_on() {
    block_on(async {
        let Some(server) = Server::start_new().await else { return };
        let relay = Relay::start().await;
        let caller = Caller::new(&install(&server.url()).await);
        let node = Node::start(&server.url(), &relay.url());
        let origin = &node.origin;
        let made = caller.push(origin, "before", "invite").await.unwrap();
        assert_eq!(made.status, 201, "{}", made.text);
        let path = format!("/Users/{}", made.json()["id"].as_str().unwrap());
        assert_eq!(caller.scim(origin, Method::GET, &path, None).await.status, 200);
        assert_eq!((caller.api(origin, "/users").await.status, caller.sign_in(origin).await.status), (200, 303));
        assert_eq!((caller.exchange(origin).await.status, caller.plain(origin, "/readyz").await.status), (200, 200));
        until("the first mail", || async { relay.mails_to(&address("before")).first().cloned() }).await;
        assert_eq!(node.complaints(), Vec::<String>::new());

        server.stop();
        // What is cached of tokens is good for another moment.
        until("no tokens", || async { (caller.exchange(origin).await.status == 503).then_some(()) }).await;
        for _ in 0..40 {
            let answers = tokio::join!(
                caller.scim(origin, Method::GET, &path, None),
                caller.push(origin, "meanwhile", "invite"),
                caller.api(origin, "/users"),
                caller.sign_in(origin),
                caller.exchange(origin),
                caller.plain(origin, "/readyz"),
                caller.plain(origin, "/healthz"),
            );
            let (read, pushed, api, page, token, ready, health) = answers;
            assert_eq!((ready.status, health.status), (503, 200));
            is_put_off(&read, "application/scim+json");
            assert_eq!(read.json()["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
            assert_eq!(read.json()["status"], "503");
            is_put_off(&pushed.unwrap(), "application/scim+json");
            is_put_off(&api, "application/problem+json");
            is_put_off(&page, "text/html");
            is_put_off(&token, "application/json");
            assert_eq!(token.json()["error"], "temporarily_unavailable");
        }
        let told = node.complaints();
        assert!(told.len() == 1 && told[0].contains("the database is away"), "{told:#?}");

        server.start();
        until("the way back", || async { (caller.plain(origin, "/readyz").await.status == 200).then_some(()) }).await;
        assert_eq!(caller.scim(origin, Method::GET, &path, None).await.status, 200);
        assert_eq!(caller.push(origin, "after", "create").await.unwrap().status, 201);
        assert_eq!((caller.api(origin, "/users").await.status, caller.sign_in(origin).await.status), (200, 303));
        until("a mail after the outage", || async { relay.mails_to(&address("after")).first().cloned() }).await;
        let told = node.complaints();
        assert!(told.len() == 2 && told[1].contains("the database is back"), "{told:#?}");
        node.stop();
    });
}

#[test]
fn a_server_that_takes_no_writes_any_more_is_as_good_as_away() {
    block_on(async {
        let Some(server) = Server::start_new().await else { return };
        let relay = Relay::start().await;
        let caller = Caller::new(&install(&server.url()).await);
        let node = Node::start(&server.url(), &relay.url());
        assert_eq!(caller.push(&node.origin, "before", "invite").await.unwrap().status, 201);

        server.execute("ALTER SYSTEM SET default_transaction_read_only = on", "postgres").await;
        server.execute("SELECT pg_reload_conf()", "postgres").await;
        let mut number = 0;
        let refused = until("a refusal", || {
            number += 1;
            let (caller, origin, name) = (&caller, &node.origin, format!("meanwhile{number}"));
            async move { caller.push(origin, &name, "invite").await.filter(|answer| answer.status != 201) }
        })
        .await;
        is_put_off(&refused, "application/scim+json");
        until("no readiness", || async { (caller.plain(&node.origin, "/readyz").await.status == 503).then_some(()) })
            .await;

        server.execute("ALTER SYSTEM RESET default_transaction_read_only", "postgres").await;
        server.execute("SELECT pg_reload_conf()", "postgres").await;
        until("writes again", || async {
            caller.push(&node.origin, "after", "invite").await.filter(|answer| answer.status == 201)
        })
        .await;
        node.stop();
    });
}

fn is_put_off(answer: &Answer, kind: &str) {
    assert_eq!((answer.status, answer.retry_after.is_some()), (503, true), "{kind}: {}", answer.text);
    assert!(answer.kind.starts_with(kind), "{kind}: {}", answer.kind);
}
