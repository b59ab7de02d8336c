//! Claims, leases and what a second look says.

use crate::support::world::{hours, id_of, link_in, person, seconds};
use jiff::SignedDuration;
use serde_json::json;
use usher::{
    app::outbox::{self, Outcome},
    domain::notification::{Notification, Status},
    store,
};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

installed! {
    async fn a_mail_is_claimed_by_one_worker(world: World) {
        for name in ["A", "B", "C"] {
            world.push(person(name, json!({}))).await;
        }
        let first = outbox::claim(&world.app, "first", LEASE, 2).await.unwrap();
        let second = outbox::claim(&world.app, "second", LEASE, 10).await.unwrap();
        assert_eq!((first.len(), second.len()), (2, 1));
        assert!(first.iter().chain(&second).all(|mail| mail.status == Status::Sending && mail.attempts == 1));
        assert!(outbox::claim(&world.app, "third", LEASE, 10).await.unwrap().is_empty());
        assert_eq!(world.deliver().await, 0);
        // An orderly end gives the mails back.
        outbox::release(&world.app, "first").await.unwrap();
        assert_eq!(world.deliver().await, 2);
    }

    async fn a_worker_that_died_after_the_relays_250_is_followed_by_the_same_mail(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let mut claimed = outbox::claim(&world.app, "dying", LEASE, 1).await.unwrap();
        let letter = outbox::prepare(&world.app, claimed.remove(0)).await.unwrap().expect("a letter");
        // The relay has the mail, and nobody wrote it down.
        drop(claimed);
        world.advance(seconds(59));
        assert_eq!(world.deliver().await, 0);
        world.advance(seconds(1));
        assert_eq!(world.deliver().await, 1);
        let mail = world.last_mail();
        assert_eq!(mail.message_id, letter.message_id);
        assert!(letter.link.ends_with(&link_in(&mail)));
        assert!(mail.message_id.ends_with("@usher.example.com>"), "{}", mail.message_id);
        world.pass(hours(1)).await;
        assert_eq!(world.mails().len(), 1);
        world.accept(&link_in(&mail)).await;
        assert_eq!(world.state(&id).await, "active");
    }

    async fn a_created_persons_mail_is_the_same_after_a_crash(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        let mut claimed = outbox::claim(&world.app, "dying", LEASE, 1).await.unwrap();
        let letter = outbox::prepare(&world.app, claimed.remove(0)).await.unwrap().expect("a letter");
        world.pass(seconds(60)).await;
        let mail = world.last_mail();
        assert_eq!(
            (&mail.message_id, format!("https://usher.example.com{}", link_in(&mail))),
            (&letter.message_id, letter.link.clone())
        );
        assert_eq!(world.billing(&id).await.len(), 1);
        // The one thought dead reports after all: nothing is counted twice.
        let accepted = || Outcome::Accepted { reply: "250".to_owned(), subject: mail.subject.clone() };
        outbox::record(&world.app, &letter, accepted()).await.unwrap();
        outbox::record(&world.app, &letter, accepted()).await.unwrap();
        assert_eq!(
            (world.billing(&id).await.len(), world.events(&id).await),
            (1, vec!["user.created".to_owned(), "user.activated".to_owned()])
        );
    }

    async fn a_mail_cancelled_on_its_way_out_stays_cancelled(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        let mut claimed = outbox::claim(&world.app, "worker", LEASE, 1).await.unwrap();
        let letter = outbox::prepare(&world.app, claimed.remove(0)).await.unwrap().expect("a letter");
        world.switch(&id, false).await;
        let delayed = Outcome::Delayed { reply: "451".to_owned() };
        outbox::record(&world.app, &letter, delayed).await.unwrap();
        assert_eq!(world.outbox(&id).await[0].1, "cancelled");
        world.pass(hours(1)).await;
        assert_eq!((world.mails().len(), world.state(&id).await.as_str()), (0, "suspended"));
    }

    async fn a_mail_accepted_after_the_suspension_activates_nobody(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        let mut claimed = outbox::claim(&world.app, "worker", LEASE, 1).await.unwrap();
        let letter = outbox::prepare(&world.app, claimed.remove(0)).await.unwrap().expect("a letter");
        world.switch(&id, false).await;
        let accepted = Outcome::Accepted { reply: "250".to_owned(), subject: "x".to_owned() };
        outbox::record(&world.app, &letter, accepted).await.unwrap();
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("suspended", vec![]));
        assert_eq!(world.outbox(&id).await[0].1, "sent", "the mail did leave");
    }

    async fn the_state_is_looked_at_again_before_sending(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let claimed = outbox::claim(&world.app, "worker", LEASE, 1).await.unwrap();
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        for mail in claimed {
            assert!(outbox::prepare(&world.app, mail).await.unwrap().is_none());
        }
        assert_eq!(world.outbox(&id).await[0].1, "cancelled");
    }

    async fn one_cause_makes_one_mail(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        let row = world.notifications(&id).await.remove(0);
        let twin = Notification { id: "01a42eaa-a680-7aa2-9790-d641b387a857".parse().unwrap(), ..row };
        let inserted = world.app.store.write(move |tx| {
            let twin = twin.clone();
            Box::pin(async move { store::notifications::insert(tx, &twin).await })
        });
        inserted.await.unwrap();
        assert_eq!(world.outbox(&id).await.len(), 1, "a second row of the same cause");
    }
}
