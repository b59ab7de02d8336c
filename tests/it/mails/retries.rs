//! When a relay says "later".

use crate::support::world::{World, hours, id_of, person};
use jiff::SignedDuration;
use serde_json::json;
use usher::{domain::notification::Status, mail::Outcome};

fn later(times: usize) -> Vec<Outcome> {
    vec![Outcome::Delayed { reply: "451 try later".to_owned() }; times]
}

/// Lets time pass until the person's mail is due and makes the attempt; answers how long that was.
async fn next_attempt(world: &World, id: &str) -> SignedDuration {
    let pause = world.notifications(id).await[0].due_at.duration_since(world.now());
    world.advance(pause.checked_sub(SignedDuration::from_millis(1)).unwrap());
    assert_eq!(world.deliver().await, 0, "not before it is due");
    world.advance(SignedDuration::from_millis(1));
    assert_eq!(world.deliver().await, 1);
    pause
}

installed! {
    async fn pauses_double_from_ten_seconds_to_half_an_hour(world: World) {
        world.mailbox.script(later(12));
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        world.deliver().await;
        let mut expected: i64 = 10_000;
        for attempt in 0..12 {
            let pause = i64::try_from(next_attempt(&world, &id).await.as_millis()).unwrap();
            let (least, most) = (expected - expected / 10, expected + expected / 10);
            assert!((least..=most).contains(&pause), "attempt {attempt}: {pause} ms instead of about {expected}");
            expected = (expected * 2).min(1_800_000);
        }
        assert_eq!((world.state(&id).await.as_str(), world.mailbox.attempts()), ("active", 13));
        assert_eq!(world.notifications(&id).await[0].attempts, 13);
    }

    async fn every_attempt_is_the_same_message(world: World) {
        world.mailbox.script(later(2));
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        world.deliver().await;
        next_attempt(&world, &id).await;
        next_attempt(&world, &id).await;
        let row = world.notifications(&id).await.remove(0);
        assert_eq!(world.last_mail().message_id, format!("<{}@usher.example.com>", row.id));
        assert_eq!((row.status, row.reason.as_deref()), (Status::Sent, Some("250 kept")));
    }

    async fn a_created_mail_is_given_up_after_days(world: World) {
        world.mailbox.script(later(1_000));
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        world.deliver().await;
        for _ in 0..6 {
            world.pass(hours(24)).await;
        }
        let row = world.notifications(&id).await.remove(0);
        assert_eq!(row.status, Status::Failed);
        assert!(row.reason.unwrap().contains("451 try later"));
        let attempts = world.mailbox.attempts();
        world.pass(hours(24)).await;
        assert_eq!((world.state(&id).await.as_str(), world.mailbox.attempts()), ("staged", attempts));
    }

    async fn one_bad_address_does_not_hold_the_others_up(world: World) {
        world
            .mailbox
            .script([Outcome::Refused { reply: "550".to_owned() }, Outcome::Delayed { reply: "451".to_owned() }]);
        for name in ["A", "B", "C", "D"] {
            world.push(person(name, json!({}))).await;
        }
        world.deliver().await;
        assert_eq!(world.mails().len(), 2);
        world.pass(hours(1)).await;
        assert_eq!(world.mails().len(), 3);
    }
}
