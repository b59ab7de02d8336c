//! Events pushed: signed, in order for each person, again and again until they arrive, and nowhere they must not go.

use crate::support::{
    receiver::Receiver,
    world::{Desk, World, hours, id_of, person, seconds},
};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc};
use usher::{app::webhooks, jobs, webhook::Courier};

struct Post {
    desk: Desk,
    courier: Arc<Courier>,
}

impl Post {
    async fn at(world: &World) -> Self {
        Self { desk: world.desk().await, courier: Arc::default() }
    }

    /// Registers a receiver on this machine; answers id and secret.
    async fn register(&self, receiver: &Receiver, more: Value) -> (String, String) {
        let mut body = json!({ "url": receiver.url, "allowPrivate": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.desk.make("/webhooks", body).await;
        (id_of(&made), made["secret"].as_str().unwrap().to_owned())
    }

    /// Sends what is due; answers how many attempts that took.
    async fn push(&self) -> usize {
        jobs::push(&self.desk.world.app, &self.courier).await.unwrap()
    }

    /// Lets time pass in small steps, sending what becomes due.
    async fn wait(&self, total: i64, step: i64) {
        for _ in 0..total / step {
            self.desk.world.advance(seconds(step));
            self.push().await;
        }
    }

    async fn read(&self, id: &str) -> Value {
        self.desk.get(&format!("/webhooks/{id}")).await.body
    }

    async fn deliveries(&self, id: &str, query: &str) -> Vec<Value> {
        let answer = self.desk.get(&format!("/webhooks/{id}/deliveries{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["items"].as_array().unwrap().clone()
    }
}

installed! {
    async fn an_event_arrives_signed_with_the_secret_that_was_shown_once(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, secret) = post.register(&receiver, json!({ "description": "The platform" })).await;
        assert!(secret.starts_with("whsec_"));
        assert!(post.read(&id).await.get("secret").is_none());
        let (ada, link) = world.invite("Ada").await;
        world.accept(&link).await;
        assert_eq!(post.push().await, 3);
        assert_eq!(receiver.types(), ["user.invited", "invitation.sent", "user.activated"]);
        let feed = post.desk.get("/events?limit=1000").await.body;
        for request in receiver.received() {
            assert!(request.is_signed_with(&secret));
            let seq = &request.body["data"]["seq"];
            let event = feed["items"].as_array().unwrap().iter().find(|event| event["seq"] == *seq).unwrap();
            assert_eq!(request.id, format!("evt_{}_{seq}", world.tenant.id));
            assert_eq!(request.timestamp, world.now().as_second().to_string());
            assert_eq!((&request.body["type"], &request.body["timestamp"]), (&event["type"], &event["at"]));
            assert_eq!(request.body["data"]["userId"], *ada);
            assert_eq!(request.body["data"]["state"], event["data"]["state"]);
        }
        assert_eq!(post.push().await, 0, "nothing goes twice");
        let arrived = post.deliveries(&id, "?status=delivered").await;
        assert_eq!((arrived.len(), &arrived[0]["type"], &arrived[0]["answer"]), (3, &json!("user.activated"), &json!(204)));
    }

    async fn only_what_happens_from_now_on_and_is_wanted_is_sent(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        world.create("Bob").await;
        post.register(&receiver, json!({ "types": ["user.activated", "user.suspended"] })).await;
        let ada = world.create("Ada").await;
        world.switch(&ada, false).await;
        post.push().await;
        assert_eq!(receiver.types(), ["user.activated", "user.suspended"]);
        assert!(receiver.received().iter().all(|request| request.body["data"]["userId"] == *ada));
    }

    async fn a_failure_holds_back_the_same_person_and_nobody_else(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        let (ada, bob) = (world.create("Ada").await, world.create("Bob").await);
        let bad = ada.clone();
        receiver.judge(move |body| if body["data"]["userId"] == *bad { 500 } else { 204 });
        post.push().await;
        let of = |id: &str| receiver.received().iter().filter(|request| request.body["data"]["userId"] == *id).count();
        assert_eq!((of(&ada), of(&bob)), (1, 2));
        let failing = post.deliveries(&id, "?status=failing").await;
        assert_eq!((failing.len(), &failing[0]["reason"]), (1, &json!("the receiver answered 500")));
        assert_eq!(post.deliveries(&id, "?status=waiting").await.len(), 2);
        receiver.judge(|_| 204);
        post.wait(4, 1).await;
        assert_eq!(receiver.types(), ["user.created", "user.activated", "user.created", "user.activated"]);
        assert_eq!(post.deliveries(&id, "?status=waiting").await.len(), 0);
    }

    async fn a_receiver_that_was_down_for_an_hour_and_then_fails_half_the_time_gets_everything(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        post.register(&receiver, json!({})).await;
        receiver.judge(|_| 503);
        let mut people = Vec::new();
        for name in ["Ada", "Bob", "Cleo", "Dan", "Eve"] {
            people.push(world.onboard(name).await.0);
            post.push().await;
        }
        post.wait(3_600, 60).await;
        assert_eq!(receiver.taken(), [0_i64; 0]);
        let attempts = receiver.received().len();
        assert!(attempts < 150, "{attempts} attempts in an hour");
        let count = std::sync::atomic::AtomicUsize::new(0);
        receiver.judge(move |_| if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed).is_multiple_of(2) { 500 } else { 204 });
        for id in &people {
            world.switch(id, false).await;
        }
        // The next attempt is at most twelve minutes away; from then on it is a matter of seconds.
        let mut waited = 0;
        while receiver.taken().is_empty() {
            post.wait(30, 30).await;
            waited += 30;
            assert!(waited <= 720);
        }
        post.wait(180, 1).await;
        let mut by_person: HashMap<String, Vec<String>> = HashMap::new();
        for request in receiver.received().iter().filter(|request| request.status == 204) {
            let person = request.body["data"]["userId"].as_str().unwrap().to_owned();
            by_person.entry(person).or_default().push(request.body["type"].as_str().unwrap().to_owned());
        }
        for id in &people {
            assert_eq!(by_person[id], world.events(id).await, "complete and in order");
        }
    }

    async fn a_receiver_says_when_it_wants_to_be_asked_again(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        post.register(&receiver, json!({})).await;
        receiver.script([429]);
        receiver.ask_for("300");
        world.push(person("Ada", json!({}))).await;
        assert_eq!(post.push().await, 1);
        post.wait(299, 13).await;
        assert_eq!(receiver.received().len(), 1);
        post.wait(20, 20).await;
        assert_eq!(receiver.types(), ["user.invited"]);
    }

    async fn redirects_are_not_followed(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        receiver.script([302]);
        world.push(person("Ada", json!({}))).await;
        assert_eq!(post.push().await, 1);
        assert_eq!(receiver.received().len(), 1);
        let failing = post.deliveries(&id, "?status=failing").await;
        assert_eq!((&failing[0]["answer"], failing[0]["reason"].as_str().unwrap().contains("redirect")), (&json!(302), true));
    }

    async fn a_receiver_that_is_gone_gets_no_more(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        receiver.script([410]);
        world.create("Ada").await;
        post.push().await;
        post.wait(60, 10).await;
        assert_eq!(receiver.received().len(), 1);
        let webhook = post.read(&id).await;
        assert_eq!((&webhook["status"], &webhook["statusReason"]), (&json!("disabled"), &json!("the receiver answered 410 Gone")));
        post.desk.make(&format!("/webhooks/{id}/resume"), json!({})).await;
        post.push().await;
        assert_eq!(receiver.types(), ["user.created", "user.activated"]);
    }

    async fn days_of_failure_suspend_a_webhook_and_resuming_loses_nothing(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        receiver.judge(|_| 500);
        let ada = world.create("Ada").await;
        post.push().await;
        post.wait(4 * 24 * 3_600, 3_600).await;
        assert_eq!(post.read(&id).await["status"], "active");
        post.wait(24 * 3_600, 3_600).await;
        let webhook = post.read(&id).await;
        assert_eq!(webhook["status"], "suspended");
        assert!(webhook["statusReason"].as_str().unwrap().contains("5 days; the last time the receiver answered 500"), "{webhook}");
        let attempts = receiver.received().len();
        world.switch(&ada, false).await;
        world.pass(hours(2)).await;
        post.push().await;
        assert_eq!(receiver.received().len(), attempts, "a suspended webhook is left alone");
        assert!(world.last_mail().text.contains("Webhooks that get no more events: 1"), "{}", world.last_mail().text);
        receiver.judge(|_| 204);
        let resumed = post.desk.make(&format!("/webhooks/{id}/resume"), json!({})).await;
        assert_eq!((&resumed["status"], &resumed["statusReason"]), (&json!("active"), &Value::Null));
        assert_eq!(post.desk.post(&format!("/webhooks/{id}/resume"), json!({})).await.status, 409);
        post.push().await;
        assert_eq!(receiver.types(), ["user.created", "user.activated", "user.suspended"]);
    }

    async fn one_event_that_never_arrives_suspends_too_so_that_it_is_not_lost(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        let ada = world.create("Ada").await;
        receiver.judge(move |body| if body["data"]["userId"] == *ada { 400 } else { 204 });
        for day in 0..6 {
            world.create(&format!("P{day}")).await;
            post.wait(24 * 3_600, 4 * 3_600).await;
        }
        assert_eq!(post.read(&id).await["status"], "suspended");
    }

    async fn while_a_secret_changes_both_sign(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, old) = post.register(&receiver, json!({})).await;
        let rotated = post.desk.make(&format!("/webhooks/{id}/rotate-secret"), json!({ "overlapHours": 2 })).await;
        let new = rotated["secret"].as_str().unwrap().to_owned();
        assert_ne!(old, new);
        let signed = |number: usize| {
            let request = receiver.received()[number].clone();
            (request.signatures.len(), request.is_signed_with(&old), request.is_signed_with(&new))
        };
        world.push(person("Ada", json!({}))).await;
        post.push().await;
        assert_eq!(signed(0), (2, true, true));
        world.advance(hours(2));
        world.push(person("Bob", json!({}))).await;
        post.push().await;
        assert_eq!(signed(1), (1, false, true));
        for (bad, status) in [(json!({ "overlapHours": -1 }), 422), (json!({ "overlapHours": 169 }), 422), (json!({ "overlapHours": "x" }), 422)] {
            assert_eq!(post.desk.post(&format!("/webhooks/{id}/rotate-secret"), bad).await.status, status);
        }
        let at_once = post.desk.make(&format!("/webhooks/{id}/rotate-secret"), json!({ "overlapHours": 0 })).await;
        assert_eq!(at_once["oldSecretUntil"], Value::Null);
    }

    async fn a_replay_sends_again_with_the_same_ids(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        world.create("Ada").await;
        post.push().await;
        world.advance(hours(1));
        let since = world.now().to_string();
        world.create("Bob").await;
        post.push().await;
        let first: Vec<_> = receiver.received().iter().map(|request| request.id.clone()).collect();
        assert_eq!(first.len(), 4);
        let path = format!("/webhooks/{id}/replay");
        post.desk.make(&path, json!({ "since": since })).await;
        post.push().await;
        let again: Vec<_> = receiver.received().iter().map(|request| request.id.clone()).collect();
        assert_eq!(again[4..], first[2..]);
        let seq = receiver.taken()[1];
        post.desk.make(&path, json!({ "after": seq })).await;
        post.push().await;
        assert_eq!(receiver.taken()[6..], receiver.taken()[2..4]);
        post.desk.make(&path, json!({ "after": 0 })).await;
        post.push().await;
        assert!(receiver.types()[8..].contains(&"membership.changed".to_owned()), "also from before the registration");
        for bad in [json!({}), json!({ "after": 1, "since": since }), json!({ "after": -1 }), json!({ "since": "yesterday" })] {
            assert_eq!(post.desk.post(&path, bad.clone()).await.status, 422, "{bad}");
        }
    }

    async fn a_worker_that_dies_loses_nothing_and_two_never_serve_at_once(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        post.register(&receiver, json!({})).await;
        world.create("Ada").await;
        let place = webhooks::due(&world.app).await.unwrap()[0];
        let round = webhooks::begin(&world.app, "first", place).await.unwrap().expect("a round");
        assert_eq!(round.messages.len(), 1, "the first event of the only person");
        assert!(webhooks::begin(&world.app, "second", place).await.unwrap().is_none());
        assert_eq!(post.push().await, 0);
        // The first one dies here; its lease ends.
        world.advance(seconds(31));
        assert_eq!(post.push().await, 2);
        assert_eq!(receiver.types(), ["user.created", "user.activated"]);
        assert_eq!(receiver.received()[0].id, round.messages[0].id);
        // It was only slow, and comes back with an answer nobody waits for.
        let answer = usher::domain::webhook::Answer::None("late".to_owned());
        webhooks::record(&world.app, "first", round, vec![answer]).await.unwrap();
        assert_eq!(post.push().await, 0);
    }

    async fn a_name_that_leads_home_is_refused_at_registration_and_at_every_attempt(world: World) {
        let post = Post::at(&world).await;
        for url in [
            "https://127.0.0.1/",
            "https://[::1]:8443/",
            "https://[::ffff:127.0.0.1]/",
            "https://2130706433/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/",
            "http://platform.example.com/",
            "https://ann:pw@platform.example.com/",
            "gopher://platform.example.com/",
            "",
        ] {
            let answer = post.desk.post("/webhooks", json!({ "url": url })).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!("url")), "{url}: {}", answer.text);
        }
        for url in ["http://169.254.169.254/", "http://0.0.0.0:9/", "http://[fe80::1]/"] {
            let answer = post.desk.post("/webhooks", json!({ "url": url, "allowPrivate": true })).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!("url")), "{url}");
        }
        // As if the name had led elsewhere when it was registered.
        let parcel = usher::webhook::Parcel {
            url: "https://localhost.localdomain./".to_owned(),
            reach: webhooks::Reach::Public,
            id: String::new(),
            timestamp: 0,
            signature: String::new(),
            body: String::new(),
        };
        let refused = |answer| matches!(answer, usher::domain::webhook::Answer::None(_));
        assert!(refused(post.courier.send(&parcel).await));
        assert!(refused(post.courier.send(&usher::webhook::Parcel { url: "https://127.0.0.1:1/".to_owned(), ..parcel }).await));
    }

    async fn registrations_are_checked_listed_and_deleted(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        for (body, field) in [
            (json!({ "url": receiver.url, "allowPrivate": true, "types": ["user.exploded"] }), "types"),
            (json!({ "url": receiver.url, "allowPrivate": true, "description": "x".repeat(201) }), "description"),
            (json!({ "url": receiver.url, "allowPrivate": "yes" }), "allowPrivate"),
            (json!({ "url": receiver.url, "allowPrivate": true, "secret": "mine" }), "secret"),
            (json!({}), "url"),
        ] {
            let answer = post.desk.post("/webhooks", body.clone()).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{body}");
        }
        let (first, _) = post.register(&receiver, json!({})).await;
        for _ in 1..20 {
            post.register(&receiver, json!({})).await;
        }
        assert_eq!(post.desk.post("/webhooks", json!({ "url": receiver.url, "allowPrivate": true })).await.status, 409);
        let listed = post.desk.get("/webhooks").await;
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 20);
        assert!(!listed.text.contains("whsec_"));
        world.push(person("Ada", json!({}))).await;
        assert_eq!(post.desk.send("DELETE", &format!("/webhooks/{first}"), json!({})).await.status, 204);
        assert_eq!(post.desk.get(&format!("/webhooks/{first}")).await.status, 404);
        assert_eq!(post.desk.send("DELETE", &format!("/webhooks/{first}"), json!({})).await.status, 404);
        assert_eq!(post.push().await, 19);
    }

    async fn what_arrived_is_remembered_for_a_week(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, _) = post.register(&receiver, json!({})).await;
        world.push(person("Ada", json!({}))).await;
        post.push().await;
        webhooks::forget_delivered(&world.app).await.unwrap();
        assert_eq!(post.deliveries(&id, "").await.len(), 1);
        world.advance(hours(7 * 24 + 1));
        webhooks::forget_delivered(&world.app).await.unwrap();
        assert_eq!(post.deliveries(&id, "").await.len(), 0);
    }

    async fn no_secret_is_at_rest(world: World) {
        let (post, receiver) = (Post::at(&world).await, Receiver::start().await);
        let (id, secret) = post.register(&receiver, json!({})).await;
        let mut reader = world.app.store.read().await.unwrap();
        let row = usher::store::webhooks::find(&mut reader, world.tenant.id, id.parse().unwrap()).await.unwrap().unwrap();
        assert!(!format!("{row:?}").contains(secret.trim_start_matches("whsec_")));
    }
}
