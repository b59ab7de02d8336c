//! What administrators see of mails and do with them.

use super::budget::clerk;
use crate::support::world::{World, hours, id_of, person, seconds, user_id};
use jiff::SignedDuration;
use serde_json::json;
use usher::{
    app::{
        Error,
        administrators::Rank,
        notifications::{self, Wanted},
    },
    domain::{
        NotificationId,
        notification::{Code, Status},
    },
    mail::Outcome,
    store,
};

async fn mail_of(world: &World, id: &str) -> usher::domain::notification::Notification {
    world.notifications(id).await.pop().unwrap()
}

async fn bounce(world: &World, id: NotificationId, reason: &str) -> Result<(), Error> {
    notifications::bounced(&world.app, &clerk(world), id, reason).await.map(drop)
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn created(name: &str) -> serde_json::Value {
    person(name, json!({ "provisioningMode": "create" }))
}

installed! {
    async fn mails_are_found_by_person_status_and_kind(world: World) {
        let mut ids = Vec::new();
        for name in ["A", "B", "C", "D", "E"] {
            world.advance(seconds(1));
            ids.push(id_of(&world.push(created(name)).await));
        }
        world.mailbox.script([Outcome::Refused { reply: "550 no such mailbox".to_owned() }]);
        world.deliver().await;
        let found = |wanted: Wanted, limit: usize| {
            let world = world.clone();
            async move { notifications::list(&world.app, world.tenant.id, &wanted, limit).await.unwrap() }
        };
        let users = |page: &notifications::Page| page.items.iter().map(|mail| mail.user.to_string()).collect::<Vec<_>>();
        let first = found(Wanted::default(), 2).await;
        assert_eq!(users(&first), [ids[4].clone(), ids[3].clone()]);
        let second = found(Wanted { before: first.next, ..Wanted::default() }, 2).await;
        assert_eq!(users(&second), [ids[2].clone(), ids[1].clone()]);
        let last = found(Wanted { before: second.next, ..Wanted::default() }, 2).await;
        assert_eq!((users(&last), last.next), (vec![ids[0].clone()], None));
        let failed = found(Wanted { status: Some(Status::Failed), ..Wanted::default() }, 50).await;
        assert_eq!(failed.items.len(), 1);
        assert_eq!(failed.items[0].reason.as_deref(), Some("550 no such mailbox"));
        assert!(found(Wanted { code: Some(Code::E1), ..Wanted::default() }, 50).await.items.is_empty());
        let of_person = Wanted { user: Some(user_id(&ids[2])), code: Some(Code::E8), ..Wanted::default() };
        assert_eq!(users(&found(of_person, 50).await), [ids[2].clone()]);
        let unknown = notifications::find(&world.app, world.tenant.id, NotificationId::from_bytes([7; 16])).await;
        assert!(matches!(unknown, Err(Error::NotFound(_))));
    }

    async fn an_address_that_bounced_gets_no_mail_until_it_is_cleared(world: World) {
        let id = world.create("Ada").await;
        let mail = mail_of(&world, &id).await;
        let reason = "550 5.1.1\r\n  no such mailbox";
        bounce(&world, mail.id, reason).await.unwrap();
        bounce(&world, mail.id, "again").await.unwrap();
        let mail = mail_of(&world, &id).await;
        let words = "bounced: 550 5.1.1 no such mailbox";
        assert_eq!((mail.status, mail.reason.as_deref()), (Status::Failed, Some(words)));
        let own = world.own(&id).await;
        let shown = json!("the notification bounced: 550 5.1.1 no such mailbox");
        assert_eq!((&own["state"], &own["stateReason"]), (&json!("active"), &shown), "billing goes on");
        assert!(world.billing(&id).await[0].1.is_none());
        assert_eq!(world.events(&id).await.last().map(String::as_str), Some("mail.bounced"));
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        let reset = mail_of(&world, &id).await;
        assert_eq!((reset.status, reset.reason.as_deref()), (Status::Omitted, Some("bounced address")));
        let suppressed = notifications::suppressed(&world.app, world.tenant.id, None, 10).await.unwrap().items;
        assert_eq!(suppressed.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["ada@example.com"]);
        notifications::clear(&world.app, &clerk(&world), " ADA@example.com ").await.unwrap();
        let twice = notifications::clear(&world.app, &clerk(&world), "ada@example.com").await;
        assert!(matches!(twice, Err(Error::NotFound(_))));
        world.advance(hours(1));
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        assert_eq!(mail_of(&world, &id).await.status, Status::Sent);
    }

    async fn people_whose_address_bounced_wait_with_the_reason(world: World) {
        let gone = world.create("Ada").await;
        bounce(&world, mail_of(&world, &gone).await.id, "550").await.unwrap();
        assert_eq!(world.delete(&format!("/Users/{gone}")).await.status, 204);
        let created = id_of(&world.push(created("Ada")).await);
        let mut invited = person("Bob", json!({ "provisioningMode": "invite" }));
        invited["emails"][0]["value"] = json!("Ada@Example.com");
        let invited = id_of(&world.push(invited).await);
        world.deliver().await;
        let own = world.own(&created).await;
        let words = json!("the notification was omitted: bounced address");
        assert_eq!((&own["state"], &own["stateReason"]), (&json!("staged"), &words));
        let own = world.own(&invited).await;
        assert_eq!((&own["state"], &own["invitation"]["delivery"]), (&json!("invited"), &json!("omitted")));
    }

    async fn an_invitation_that_bounced_says_so(world: World) {
        let (id, _) = world.invite("Ada").await;
        bounce(&world, mail_of(&world, &id).await.id, "").await.unwrap();
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitation"]["delivery"]), (&json!("invited"), &json!("bounced")));
        assert_eq!(own["stateReason"], "the notification bounced: no reason given");
    }

    async fn only_a_sent_mail_bounces(world: World) {
        let id = id_of(&world.push(created("Ada")).await);
        let early = bounce(&world, mail_of(&world, &id).await.id, "550").await;
        assert!(matches!(early, Err(Error::Conflict(_))), "{early:?}");
        let unknown = bounce(&world, NotificationId::from_bytes([7; 16]), "550").await;
        assert!(matches!(unknown, Err(Error::NotFound(_))));
    }

    async fn a_failed_mail_can_be_sent_again(world: World) {
        world.mailbox.script([Outcome::Refused { reply: "550 relaying denied".to_owned() }]);
        let id = id_of(&world.push(created("Ada")).await);
        world.deliver().await;
        let own = world.own(&id).await;
        assert_eq!(own["stateReason"], "the notification was refused: 550 relaying denied");
        let mail = mail_of(&world, &id).await;
        notifications::retry(&world.app, &clerk(&world), mail.id).await.unwrap();
        assert_eq!(world.own(&id).await["stateReason"], "waits until the notification is sent");
        world.deliver().await;
        assert_eq!((world.state(&id).await.as_str(), world.mails().len()), ("active", 1));
        let again = notifications::retry(&world.app, &clerk(&world), mail.id).await;
        assert!(matches!(again, Err(Error::Conflict(_))));
    }

    async fn administrators_hear_of_failed_and_bounced_mails_once_a_day(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let digests = || world.mails().iter().filter(|mail| mail.code == Code::E15).count();
        let id = world.create("Ada").await;
        world.mailbox.script([Outcome::Refused { reply: "550".to_owned() }]);
        world.push(created("Bob")).await;
        world.deliver().await;
        world.pass(minutes(30)).await;
        bounce(&world, mail_of(&world, &id).await.id, "550").await.unwrap();
        assert_eq!(digests(), 0, "news is collected for an hour");
        world.pass(minutes(31)).await;
        assert_eq!(digests(), 1);
        world.mailbox.script([Outcome::Refused { reply: "550".to_owned() }]);
        world.push(created("Cem")).await;
        world.deliver().await;
        for _ in 0..20 {
            world.pass(hours(1)).await;
        }
        assert_eq!(digests(), 1, "one a day");
        world.pass(hours(4)).await;
        assert_eq!(digests(), 2);
        world.pass(hours(48)).await;
        assert_eq!(digests(), 2, "nothing new, nothing to tell");
    }

    async fn a_digest_tells_what_happened_since_the_last_one(world: World) {
        let root = world.administrator("root@example.com", Rank::Administrator).await;
        world.mailbox.script(vec![Outcome::Refused { reply: "550".to_owned() }; 2]);
        for name in ["Ada", "Bob"] {
            world.push(created(name)).await;
        }
        world.deliver().await;
        world.advance(hours(1));
        world.tick().await;
        let claimed = usher::app::outbox::claim(&world.app, "w", seconds(60), 5).await.unwrap();
        let letter = usher::app::outbox::prepare(&world.app, claimed[0].clone()).await.unwrap().unwrap();
        assert_eq!((letter.notification.user.to_string(), letter.about.count), (root, Some(0)));
        assert_eq!(letter.about.tally, [("failed", 2)]);
        let mut reader = world.app.store.read().await.unwrap();
        let ends = store::mail_budget::ends(&mut reader, world.tenant.id).await.unwrap();
        let nothing = store::mail_budget::tallies(&mut reader, world.tenant.id, ends.0, ends.1).await.unwrap();
        assert!(nothing.is_empty());
    }

    async fn a_tenant_may_do_without_the_digest(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let digest = Some(usher::domain::tenant::Switch::Off);
        world.set_tenant(usher::app::tenants::Changes { digest, ..Default::default() }).await;
        world.mailbox.script([Outcome::Refused { reply: "550".to_owned() }]);
        world.push(created("Ada")).await;
        world.deliver().await;
        world.pass(hours(2)).await;
        assert!(world.mails().is_empty());
    }
}
