//! A request that comes twice with one key happens once.

use crate::support::{
    call::{Answer, Call},
    world::{Desk, hours},
};
use serde_json::{Value, json};
use usher::app::administrators::Rank;

fn call(desk: &Desk, path: &str, key: &str, body: &Value) -> Call {
    let call = desk.world.call("POST", &format!("/api/v1{path}")).token(&desk.token).header("idempotency-key", key);
    call.raw("application/json", body.to_string())
}

async fn post(desk: &Desk, path: &str, key: &str, body: Value) -> Answer {
    call(desk, path, key, &body).send().await
}

async fn groups(desk: &Desk) -> usize {
    desk.get("/groups").await.body["items"].as_array().unwrap().len()
}

installed! {
    async fn the_same_request_gets_the_first_answer(world: World) {
        let desk = world.desk().await;
        let first = post(&desk, "/groups", "k-1", json!({ "name": "Sales" })).await;
        assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""), "{}", first.text);
        let again = post(&desk, "/groups", "k-1", json!({ "name": "Sales" })).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"), "{}", again.text);
        assert_eq!((again.text, again.headers["content-type"].clone()), (first.text, first.headers["content-type"].clone()));
        assert_eq!(groups(&desk).await, 2);
        let person = json!({ "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "sendCredentials": true });
        let made = post(&desk, "/users", "\"quoted\"", person.clone()).await;
        let again = post(&desk, "/users", "quoted", person).await;
        assert_eq!((again.status, again.header("location")), (201, made.header("location")));
        let invited = post(&desk, "/invitations", "k-2", json!({ "emails": "bob@example.com" })).await;
        let again = post(&desk, "/invitations", "k-2", json!({ "emails": "bob@example.com" })).await;
        assert_eq!((&again.body["results"][0]["status"], &invited.body), (&json!("invited"), &again.body));
        assert_eq!(world.deliver().await, 2);
    }

    async fn a_file_is_imported_once(world: World) {
        let desk = world.desk().await;
        let send = |path: &str, file: String| {
            let call = desk.world.call("POST", path).token(&desk.token).header("idempotency-key", "k-1");
            call.raw("text/csv", file)
        };
        let rows: Vec<_> = (0..1_001).map(|number| format!("p{number}@example.com")).collect();
        let long = format!("email\n{}", rows.join("\n"));
        let first = send("/api/v1/imports?dryRun=true", long.clone()).send().await;
        assert_eq!((first.status, first.header("idempotency-replayed")), (202, ""), "{}", first.text);
        let again = send("/api/v1/imports?dryRun=true", long.clone()).send().await;
        assert_eq!((again.status, again.header("idempotency-replayed"), &again.text), (202, "true", &first.text));
        assert_eq!(again.header("location"), first.header("location"));
        let real = send("/api/v1/imports", long).send().await;
        assert_eq!((real.status, &real.body["field"]), (422, &json!("Idempotency-Key")), "{}", real.text);
    }

    async fn another_request_with_the_key_is_refused(world: World) {
        let desk = world.desk().await;
        post(&desk, "/groups", "k-1", json!({ "name": "Sales" })).await;
        for (path, body) in [("/groups", json!({ "name": "Research" })), ("/invitations", json!({ "emails": "a@example.com" }))] {
            let answer = post(&desk, path, "k-1", body).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!("Idempotency-Key")), "{}", answer.text);
        }
        let long = "x".repeat(256);
        for key in ["", long.as_str()] {
            assert_eq!(post(&desk, "/groups", key, json!({ "name": "Other" })).await.body["field"], "Idempotency-Key");
        }
        assert_eq!(groups(&desk).await, 2);
    }

    async fn a_refusal_gives_the_key_back(world: World) {
        let desk = world.desk().await;
        assert_eq!(post(&desk, "/groups", "k-1", json!({ "name": " " })).await.status, 422);
        let made = post(&desk, "/groups", "k-1", json!({ "name": "Sales" })).await;
        assert_eq!((made.status, made.header("idempotency-replayed")), (201, ""));
    }

    async fn a_key_is_a_persons_own_and_ends_after_a_day(world: World) {
        let desk = world.desk().await;
        world.administrator("second@example.com", Rank::Administrator).await;
        let second = world.desk_of("second@example.com").await;
        let invite = || json!({ "emails": "ada@example.com" });
        assert_eq!(post(&desk, "/invitations", "k-1", invite()).await.body["results"][0]["status"], "invited");
        assert_eq!(post(&second, "/invitations", "k-1", invite()).await.body["results"][0]["status"], "alreadyInvited");
        world.advance(hours(25));
        usher::app::idempotency::forget_expired(&world.app).await.unwrap();
        let again = post(&desk, "/invitations", "k-1", invite()).await;
        assert_eq!((again.header("idempotency-replayed"), &again.body["results"][0]["status"]), ("", &json!("alreadyInvited")));
    }

    async fn of_many_at_once_one_happens(world: World) {
        let desk = world.desk().await;
        let body = json!({ "title": "Negotiation", "groupId": desk.get("/me").await.body["platformGroupId"] });
        let calls = (0..8).map(|_| tokio::spawn(call(&desk, "/sessions", "k-1", &body).send()));
        let mut made = 0;
        for call in calls.collect::<Vec<_>>() {
            let answer = call.await.unwrap();
            match (answer.status, answer.header("idempotency-replayed")) {
                (201, "") => made += 1,
                (201, "true") => {}
                (409, _) => assert_eq!(answer.header("retry-after"), "1"),
                _ => panic!("{} {}", answer.status, answer.text),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(desk.get("/sessions").await.body["items"].as_array().unwrap().len(), 1);
    }

    async fn a_request_that_ended_without_an_answer_never_runs_again(world: World) {
        let desk = world.desk().await;
        let principal = usher::app::access::authenticate(&world.app, &desk.token).await.unwrap();
        let actor = usher::app::desk::Actor::of_principal(&world.app, &principal).await.unwrap();
        // What a process leaves behind that died between the effect and its answer.
        let request = b"/v1/groups\napplication/json\n{\"name\":\"Sales\"}";
        usher::app::idempotency::reserve(&world.app, &actor, "k-1", request).await.unwrap();
        let early = post(&desk, "/groups", "k-1", json!({ "name": "Sales" })).await;
        assert_eq!((early.status, early.header("retry-after")), (409, "1"), "{}", early.text);
        world.advance(hours(1));
        let late = post(&desk, "/groups", "k-1", json!({ "name": "Sales" })).await;
        assert_eq!((late.status, late.header("retry-after")), (409, ""));
        assert!(late.body["detail"].as_str().unwrap().contains("Look whether it took effect"), "{}", late.text);
        assert_eq!(groups(&desk).await, 1);
    }

    async fn nothing_readable_is_kept_of_an_answer(world: World) {
        let desk = world.desk().await;
        post(&desk, "/invitations", "k-1", json!({ "emails": "ada@example.com" })).await;
        let key = usher::store::idempotency::Key {
            tenant: world.tenant.id,
            user: desk.get("/me").await.body["userId"].as_str().unwrap().parse().unwrap(),
            name: "k-1".to_owned(),
        };
        let mut reader = world.app.store.read().await.unwrap();
        let known = usher::store::idempotency::find(&mut reader, &key).await.unwrap().expect("a row");
        assert_eq!(known.status, Some(200));
        assert!(!format!("{known:?}").contains("ada@"), "{known:?}");
    }
}
