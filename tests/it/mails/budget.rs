//! The mail budget: beyond it mails are held, nobody is left out, and administrators are told once.

use crate::support::world::{World, hours, id_of, person, seconds, sender};
use jiff::SignedDuration;
use serde_json::json;
use std::collections::HashSet;
use usher::{
    app::{
        administrators::Rank,
        notifications::{self, Clerk, Selection},
        outbox,
        tenants::Changes,
    },
    domain::notification::{Code, MailSwitch, Notification, Status},
    jobs,
    mail::Outcome as Answer,
};

/// The administrator.
const ROOT: &str = "root@example.com";

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

async fn set_budget(world: &World, mails: u32) {
    world.set_tenant(Changes { mail_budget_per_hour: Some(mails), ..Changes::default() }).await;
}

pub fn clerk(world: &World) -> Clerk {
    Clerk { tenant: world.tenant.id, name: "Ada".to_owned(), request_id: None }
}

async fn release(world: &World) -> u64 {
    notifications::release(&world.app, &clerk(world), &Selection::All).await.unwrap()
}

/// So many people, every second one on the create path; answers their ids.
async fn sync(world: &World, from: usize, people: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in from..from + people {
        let mode = if number % 2 == 0 { "invite" } else { "create" };
        ids.push(id_of(&world.push(person(&format!("p{number}"), json!({ "provisioningMode": mode }))).await));
    }
    ids
}

/// The addresses that got mail, the administrators' digests left out.
fn recipients(world: &World) -> Vec<String> {
    world.mails().into_iter().filter(|mail| mail.code != Code::E15).map(|mail| mail.to).collect()
}

fn digests(world: &World) -> usize {
    world.mails().iter().filter(|mail| mail.code == Code::E15).count()
}

async fn mail_of(world: &World, id: &str) -> Notification {
    world.notifications(id).await.remove(0)
}

async fn statuses(world: &World, ids: &[String], status: Status) -> usize {
    let mut count = 0;
    for id in ids {
        count += usize::from(mail_of(world, id).await.status == status);
    }
    count
}

installed! {
    async fn a_first_sync_mails_the_budget_and_a_release_the_rest(world: World) {
        world.administrator(ROOT, Rank::Administrator).await;
        set_budget(&world, 20).await;
        let ids = sync(&world, 0, 90).await;
        world.deliver().await;
        assert_eq!((recipients(&world).len(), digests(&world)), (20, 1));
        assert_eq!((statuses(&world, &ids, Status::Held).await, statuses(&world, &ids, Status::Sent).await), (70, 20));
        let reason = "the mail budget of 20 an hour is used up";
        for id in &ids {
            if mail_of(&world, id).await.status != Status::Held {
                continue;
            }
            assert_eq!(mail_of(&world, id).await.reason.as_deref(), Some(reason));
            let own = world.own(id).await;
            if own["provisioningMode"] == "invite" {
                assert_eq!((&own["state"], &own["invitation"]["delivery"]), (&json!("invited"), &json!("held")));
            } else {
                let waits = format!("the notification is held: {reason}; an administrator can release it");
                assert_eq!((&own["state"], &own["stateReason"]), (&json!("staged"), &json!(waits)));
                assert!(world.billing(id).await.is_empty());
            }
        }
        // The rest of the sync comes in while the budget is used up: nobody is told again.
        world.advance(minutes(20));
        let more = sync(&world, 90, 10).await;
        world.deliver().await;
        assert_eq!((recipients(&world).len(), digests(&world)), (20, 1));
        assert_eq!(release(&world).await, 80);
        assert_eq!(release(&world).await, 0);
        assert_eq!(statuses(&world, &more, Status::Queued).await, 10);
        world.deliver().await;
        assert_eq!((recipients(&world).len(), digests(&world)), (100, 1));
        assert_eq!(recipients(&world).into_iter().collect::<HashSet<_>>().len(), 100, "somebody got two");
        for id in ids.iter().chain(&more) {
            let own = world.own(id).await;
            assert!(own.get("stateReason").is_none(), "{own}");
            assert!(matches!(own["state"].as_str(), Some("active" | "invited")), "{own}");
        }
    }

    async fn the_hour_is_the_last_sixty_minutes(world: World) {
        set_budget(&world, 3).await;
        world.advance(minutes(59));
        sync(&world, 0, 3).await;
        world.deliver().await;
        world.advance(minutes(2));
        let held = sync(&world, 3, 1).await;
        world.deliver().await;
        world.advance(minutes(57));
        sync(&world, 4, 1).await;
        world.deliver().await;
        assert_eq!(recipients(&world).len(), 3, "another hour of the clock is not another hour");
        world.advance(minutes(2));
        sync(&world, 5, 1).await;
        world.deliver().await;
        assert_eq!(recipients(&world).len(), 4);
        assert_eq!(statuses(&world, &held, Status::Held).await, 1, "what is held waits for an administrator");
    }

    async fn workers_on_several_nodes_share_the_budget(world: World) {
        world.administrator(ROOT, Rank::Administrator).await;
        set_budget(&world, 17).await;
        let ids = sync(&world, 0, 60).await;
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move { jobs::drain(&world.app, &world.mailer(), &sender()).await.unwrap() })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        world.deliver().await;
        assert_eq!((recipients(&world).len(), digests(&world)), (17, 1));
        assert_eq!(statuses(&world, &ids, Status::Held).await, 43);
    }

    async fn a_worker_that_dies_over_the_budget_loses_nothing(world: World) {
        set_budget(&world, 0).await;
        let ids = sync(&world, 0, 2).await;
        let claimed = world.app.store.write(|tx| {
            Box::pin(async move {
                let now = "2027-03-10T09:00:00Z".parse().unwrap();
                let until = "2027-03-10T09:01:00Z".parse().unwrap();
                usher::store::notifications::claim(tx, "dying", now, until, 1).await
            })
        });
        assert_eq!(claimed.await.unwrap().len(), 1);
        world.deliver().await;
        assert_eq!(statuses(&world, &ids, Status::Held).await, 1);
        world.advance(seconds(60));
        world.deliver().await;
        assert_eq!(statuses(&world, &ids, Status::Held).await, 2);
        release(&world).await;
        world.deliver().await;
        assert_eq!(recipients(&world).len(), 2);
    }

    async fn what_people_ask_for_is_never_held(world: World) {
        let (id, _) = world.onboard("Ada").await;
        set_budget(&world, 0).await;
        world.advance(hours(2));
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        let rows = world.outbox(&id).await;
        assert_eq!(rows.last().map(|row| (row.0.as_str(), row.1.as_str())), Some(("RESET", "sent")));
    }

    async fn a_released_mail_passes_budget_and_switch(world: World) {
        set_budget(&world, 0).await;
        world.set_tenant(Changes { notifications: Some(MailSwitch::Hold), ..Changes::default() }).await;
        let ids = sync(&world, 0, 4).await;
        world.deliver().await;
        assert_eq!(statuses(&world, &ids, Status::Held).await, 4);
        world.mailbox.script([Answer::Delayed { reply: "451 later".to_owned() }]);
        assert_eq!(release(&world).await, 4);
        world.deliver().await;
        world.pass(minutes(1)).await;
        assert_eq!((recipients(&world).len(), statuses(&world, &ids, Status::Sent).await), (4, 4));
    }

    async fn what_is_released_is_chosen(world: World) {
        set_budget(&world, 0).await;
        let ids = sync(&world, 0, 4).await;
        world.deliver().await;
        let clerk = clerk(&world);
        let of = |selection| {
            let (world, clerk) = (world.clone(), clerk.clone());
            async move { notifications::release(&world.app, &clerk, &selection).await.unwrap() }
        };
        assert_eq!(of(Selection::Code(Code::E8)).await, 2);
        assert_eq!(of(Selection::Ids(vec![])).await, 0);
        let one = mail_of(&world, &ids[0]).await.id;
        assert_eq!((of(Selection::Ids(vec![one, one])).await, of(Selection::Ids(vec![one])).await), (1, 0));
        world.deliver().await;
        assert_eq!((recipients(&world).len(), statuses(&world, &ids, Status::Held).await), (3, 1));
    }

    async fn a_discarded_mail_is_omitted_and_its_person_waits(world: World) {
        set_budget(&world, 0).await;
        let ids = sync(&world, 0, 2).await;
        world.deliver().await;
        assert_eq!(notifications::discard(&world.app, &clerk(&world), &Selection::All).await.unwrap(), 2);
        assert_eq!((release(&world).await, world.deliver().await), (0, 0));
        for id in &ids {
            let mail = mail_of(&world, id).await;
            assert_eq!((mail.status, mail.reason.as_deref()), (Status::Omitted, Some("discarded by Ada")));
        }
        assert_eq!(world.own(&ids[0]).await["invitation"]["delivery"], "omitted");
        let own = world.own(&ids[1]).await;
        assert_eq!((&own["state"], &own["stateReason"]), (&json!("staged"), &json!("the notification was discarded by Ada")));
    }

    async fn a_mail_counts_once_however_often_it_is_tried(world: World) {
        set_budget(&world, 2).await;
        world.mailbox.script(vec![Answer::Delayed { reply: "451".to_owned() }; 3]);
        sync(&world, 0, 1).await;
        for _ in 0..4 {
            world.pass(minutes(2)).await;
        }
        sync(&world, 1, 2).await;
        world.deliver().await;
        assert_eq!((recipients(&world).len(), world.mailbox.attempts()), (2, 5));
    }

    async fn each_time_of_holding_is_told_once(world: World) {
        world.administrator(ROOT, Rank::Administrator).await;
        set_budget(&world, 1).await;
        for round in 0..2 {
            sync(&world, round * 10, 3).await;
            world.deliver().await;
            world.advance(minutes(5));
            sync(&world, round * 10 + 5, 3).await;
            world.deliver().await;
            assert_eq!(digests(&world), round + 1);
            release(&world).await;
            world.deliver().await;
            world.advance(hours(2));
        }
        let digest = world.mails().into_iter().find(|mail| mail.code == Code::E15).unwrap();
        assert_eq!(digest.to, ROOT);
    }

    async fn a_start_date_meets_the_budget_of_its_own_hour(world: World) {
        set_budget(&world, 1).await;
        let later = json!({ "provisioningMode": "create", "startDate": "2027-03-12" });
        let ids = [id_of(&world.push(person("Ada", later.clone())).await), id_of(&world.push(person("Bob", later)).await)];
        let now = sync(&world, 0, 1).await;
        world.deliver().await;
        assert_eq!(statuses(&world, &now, Status::Sent).await, 1);
        world.pass(hours(72)).await;
        assert_eq!((statuses(&world, &ids, Status::Sent).await, statuses(&world, &ids, Status::Held).await), (1, 1));
    }

    async fn a_held_person_who_is_suspended_gets_nothing_at_the_release(world: World) {
        set_budget(&world, 0).await;
        let ids = sync(&world, 0, 2).await;
        world.deliver().await;
        world.switch(&ids[0], false).await;
        assert_eq!(release(&world).await, 1);
        world.deliver().await;
        assert_eq!(recipients(&world), ["p1@example.com"]);
    }

    async fn a_mail_that_was_held_for_long_has_all_its_attempts_before_it(world: World) {
        set_budget(&world, 0).await;
        let ids = sync(&world, 1, 1).await;
        world.deliver().await;
        world.advance(hours(24 * 8));
        world.mailbox.script(vec![Answer::Delayed { reply: "451 greylisted".to_owned() }; 3]);
        release(&world).await;
        for _ in 0..6 {
            world.pass(minutes(1)).await;
        }
        assert_eq!(statuses(&world, &ids, Status::Sent).await, 1);
        let late = outbox::claim(&world.app, "w", seconds(60), 1).await.unwrap();
        assert!(late.is_empty());
    }
}
