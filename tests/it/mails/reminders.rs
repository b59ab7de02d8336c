//! Reminders of invitations.

use crate::support::world::{World, hours, id_of, link_in, person};
use serde_json::json;
use usher::{
    app::{restraint, tenants::Changes},
    domain::notification::{Code, Notification, Status, Variant},
    store,
};

async fn days(world: &World, days: i64) {
    for _ in 0..days {
        world.pass(hours(24)).await;
    }
}

fn reminders(world: &World) -> usize {
    world.mails().iter().filter(|mail| mail.code == Code::E4).count()
}

installed! {
    async fn a_waiting_invitation_is_reminded_of_twice(world: World) {
        let (_, link) = world.invite("Ada").await;
        days(&world, 2).await;
        assert_eq!(reminders(&world), 0);
        days(&world, 1).await;
        assert_eq!(reminders(&world), 1);
        assert_eq!(link_in(&world.last_mail()), link, "the link stays the same");
        days(&world, 6).await;
        assert_eq!(reminders(&world), 1);
        days(&world, 1).await;
        assert_eq!(reminders(&world), 2);
        days(&world, 30).await;
        assert_eq!((reminders(&world), world.mails().len()), (2, 3));
    }

    async fn who_came_in_is_not_reminded(world: World) {
        world.onboard("Ada").await;
        let (bob, _) = world.invite("Bob").await;
        world.switch(&bob, false).await;
        let (cem, _) = world.invite("Cem").await;
        assert_eq!(world.delete(&format!("/Users/{cem}")).await.status, 204);
        days(&world, 20).await;
        assert_eq!(reminders(&world), 0);
    }

    async fn an_invitation_that_ended_is_not_reminded_of(world: World) {
        let ttl = Some(hours(24 * 5));
        world.set_tenant(Changes { invitation_ttl: ttl, ..Changes::default() }).await;
        world.invite("Ada").await;
        days(&world, 20).await;
        assert_eq!(reminders(&world), 1);
    }

    async fn a_server_that_was_off_reminds_once(world: World) {
        world.invite("Ada").await;
        world.pass(hours(24 * 11)).await;
        days(&world, 5).await;
        assert_eq!(reminders(&world), 1);
    }

    async fn a_reminder_that_is_silenced_is_recorded(world: World) {
        let (id, _) = world.invite("Ada").await;
        world.set_own(&id, "suppressNotifications", json!(true)).await;
        days(&world, 4).await;
        let rows = world.outbox(&id).await;
        let last = ("E4".to_owned(), "omitted".to_owned(), "suppressed by suppressNotifications".to_owned());
        assert_eq!((reminders(&world), rows.last()), (0, Some(&last)));
    }

    async fn a_reminder_on_its_way_is_dropped_when_the_person_comes_in(world: World) {
        let (id, link) = world.invite("Ada").await;
        world.advance(hours(24 * 3));
        world.tick().await;
        world.accept(&link).await;
        world.deliver().await;
        let rows = world.outbox(&id).await;
        assert_eq!((reminders(&world), rows[1].0.as_str(), rows[1].1.as_str()), (0, "E4", "cancelled"));
    }

    async fn a_new_address_is_written_to_three_times_a_day(world: World) {
        let id = world.invite("Ada").await.0;
        for number in 0..4 {
            world.advance(hours(1));
            let path = "emails[type eq \"work\"].value";
            let change = json!([{ "op": "replace", "path": path, "value": format!("a{number}@example.com") }]);
            assert_eq!(world.patch(&format!("/Users/{id}"), change).await.status, 200);
            world.deliver().await;
        }
        assert_eq!(world.mails().iter().filter(|mail| mail.code == Code::E1).count(), 3);
        let rows = world.outbox(&id).await;
        assert_eq!(rows.iter().filter(|row| row.2 == "throttled" && row.1 == "omitted").count(), 2);
        assert_eq!(world.own(&id).await["invitation"]["delivery"], "omitted");
    }

    async fn an_optional_mail_of_a_kind_goes_once_a_day(world: World) {
        let id = world.create("Ada").await;
        let group = id_of(&world.post("/Groups", json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Sales" })).await.body);
        world.advance(hours(1));
        for (hour, cause) in ["one", "two", "three"].into_iter().enumerate() {
            insert(&world, &id, Code::E11, cause, &group).await;
            world.deliver().await;
            if hour == 1 {
                world.advance(hours(24));
            }
            world.advance(hours(1));
        }
        let said = |row: &(String, String, String)| format!("{} {}", row.1, row.2);
        let rows: Vec<String> = world.outbox(&id).await.iter().skip(1).map(said).collect();
        assert_eq!(rows, ["sent 250 kept", "omitted throttled", "sent 250 kept"]);
    }

    async fn what_names_a_group_that_is_gone_is_not_sent(world: World) {
        let id = world.create("Ada").await;
        insert(&world, &id, Code::E11, "one", "0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a").await;
        world.deliver().await;
        let rows = world.outbox(&id).await;
        assert!(rows.iter().any(|row| (row.0.as_str(), row.1.as_str()) == ("E11", "cancelled")), "{rows:?}");
    }

    async fn one_action_sends_one_mail(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        insert(&world, &id, Code::E12, "session", "").await;
        insert(&world, &id, Code::E11, "group", "").await;
        world.advance(hours(1));
        world.deliver().await;
        let mut rows = world.outbox(&id).await;
        rows.sort();
        let said: Vec<_> = rows.iter().map(|row| (row.0.as_str(), row.1.as_str())).collect();
        assert_eq!(said, [("E11", "omitted"), ("E12", "omitted"), ("E8", "sent")]);
        assert!(rows[..2].iter().all(|row| row.2 == "superseded"));
    }

    async fn an_invitation_is_not_sent_again_within_five_minutes(world: World) {
        let (id, _) = world.invite("Ada").await;
        let wait = |world: World, id: String| async move {
            let mut reader = world.app.store.read().await.unwrap();
            let user = crate::support::world::user_id(&id);
            match restraint::check_resend(&mut reader, world.tenant.id, user, world.now()).await {
                Ok(()) => 0,
                Err(usher::app::Error::TooOften { retry_after_seconds, .. }) => retry_after_seconds,
                Err(error) => panic!("{error}"),
            }
        };
        assert_eq!(wait(world.clone(), id.clone()).await, 300);
        world.advance(jiff::SignedDuration::from_millis(1_500));
        assert_eq!(wait(world.clone(), id.clone()).await, 299);
        world.advance(hours(1));
        assert_eq!(wait(world.clone(), id).await, 0);
    }

    async fn leavers_are_told_where_the_tenant_wants_it(world: World) {
        let told = |world: &World| -> Vec<String> {
            world.mails().iter().filter(|mail| mail.code == Code::E14).map(|mail| mail.to.clone()).collect()
        };
        let silent = world.create("Silent").await;
        world.switch(&silent, false).await;
        world.deliver().await;
        assert!(told(&world).is_empty(), "off by default");
        let leaver_mails = Some(usher::domain::tenant::Switch::On);
        world.set_tenant(Changes { leaver_mails, ..Changes::default() }).await;
        let ada = world.create("Ada").await;
        world.switch(&ada, false).await;
        world.deliver().await;
        let (bob, _) = world.onboard("Bob").await;
        assert_eq!(world.delete(&format!("/Users/{bob}")).await.status, 204);
        world.deliver().await;
        let (cem, _) = world.invite("Cem").await;
        world.switch(&cem, false).await;
        let staged = id_of(&world.push(person("Dan", json!({ "provisioningMode": "create" }))).await);
        world.switch(&staged, false).await;
        world.deliver().await;
        let variants = |rows: Vec<Notification>| rows.into_iter().filter(|row| row.code == Code::E14).map(|row| row.variant).collect::<Vec<_>>();
        assert_eq!(variants(world.notifications(&ada).await), [Variant::Suspended]);
        assert_eq!(variants(world.notifications(&bob).await), [Variant::Deleted]);
        assert_eq!(variants(world.notifications(&cem).await), [Variant::Cancelled]);
        assert!(variants(world.notifications(&staged).await).is_empty(), "who heard nothing hears nothing");
        assert_eq!(told(&world), ["ada@example.com", "bob@example.com", "cem@example.com"]);
    }

    async fn who_is_back_is_not_told_of_leaving(world: World) {
        let leaver_mails = Some(usher::domain::tenant::Switch::On);
        world.set_tenant(Changes { leaver_mails, ..Changes::default() }).await;
        let ada = world.create("Ada").await;
        world.switch(&ada, false).await;
        world.switch(&ada, true).await;
        world.deliver().await;
        let row = world.notifications(&ada).await.pop().unwrap();
        assert_eq!((row.code, row.status), (Code::E14, Status::Cancelled));
    }
}

/// Puts a mail of this kind and about this into a person's outbox, made now.
async fn insert(world: &World, id: &str, code: Code, cause: &str, target: &str) {
    let first = world.notifications(id).await.remove(0);
    let (clock, rng) = (&*world.app.clock, &*world.app.rng);
    let mail = Notification {
        id: usher::domain::NotificationId::generate(clock, rng),
        code,
        cause: cause.to_owned(),
        target: target.to_owned(),
        status: Status::Queued,
        reason: None,
        sent_at: None,
        created_at: world.now(),
        due_at: world.now(),
        ..first
    };
    let inserted = world.app.store.write(move |tx| {
        let mail = mail.clone();
        Box::pin(async move { store::notifications::insert(tx, &mail).await })
    });
    inserted.await.unwrap();
}
