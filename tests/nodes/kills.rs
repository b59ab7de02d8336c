//! Two processes on one database, of which one is killed again and again.

use crate::{
    block_on,
    client::{Caller, address},
    node::{Node, install},
    relay::Relay,
    server::Server,
    until,
};
use reqwest::Method;
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

const ROUNDS: usize = 5;
const LEAVERS: usize = 25;

/// The two processes from outside, and what the clients saw.
#[derive(Default)]
struct World {
    origins: Mutex<Vec<String>>,
    /// Names and ids.
    acknowledged: Mutex<Vec<(String, String)>>,
    other: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

#[test]
fn kills_of_one_of_two_processes_lose_nothing_and_repeat_nothing() {
    block_on(async {
        let Some(server) = Server::start_new().await else { return };
        let relay = Relay::start().await;
        let caller = Caller::new(&install(&server.url()).await);
        server
            .execute("UPDATE tenants SET mail_budget_per_hour = 100000, deletion_brake_percent = NULL", "usher")
            .await;
        let one = Node::start(&server.url(), &relay.url());
        let mut other = Node::start(&server.url(), &relay.url());
        let world = Arc::new(World::default());
        *world.origins.lock().unwrap() = vec![one.origin.clone(), other.origin.clone()];
        add_leavers(&server, &caller, &one).await;
        let load: Vec<_> = (0..6).map(|client| tokio::spawn(push_on(client, caller.clone(), world.clone()))).collect();

        for _ in 0..ROUNDS {
            let enough = world.acknowledged.lock().unwrap().len() + 30;
            until("some load", || async { (world.acknowledged.lock().unwrap().len() >= enough).then_some(()) }).await;
            drop(other);
            // A few at a time, so that several rounds have some.
            let due = format!(
                "UPDATE users SET deletion_date = '2020-01-01', deletion_at = 1 WHERE (tenant_id, id) IN
                 (SELECT tenant_id, id FROM users WHERE user_name LIKE 'leaver%' AND deletion_at IS NULL AND state = 'active' LIMIT {})",
                LEAVERS / ROUNDS
            );
            server.execute(&due, "usher").await;
            other = Node::start(&server.url(), &relay.url());
            world.origins.lock().unwrap()[1].clone_from(&other.origin);
        }
        world.is_over.store(true, Ordering::SeqCst);
        for client in load {
            client.await.unwrap();
        }
        drop(other);
        // It gives its leases back; those of the killed ones are then the only ones left, and their minute is over at once.
        one.stop();
        server.execute("UPDATE notifications SET due_at = 0 WHERE status = 'sending'", "usher").await;
        let last = Node::start(&server.url(), &relay.url());
        let open = "SELECT ((SELECT count(*) FROM notifications WHERE status IN ('queued', 'delayed', 'sending'))
                    + (SELECT count(*) FROM users WHERE deletion_at IS NOT NULL AND state <> 'deleted'))::text";
        until("the end of all work", || async { (server.value(open).await == "0").then_some(()) }).await;
        check(&server, &relay, &caller, &last, &world).await;
        last.stop();
    });
}

/// People whose deletion date will come while processes die.
async fn add_leavers(server: &Server, caller: &Caller, node: &Node) {
    for number in 0..LEAVERS {
        let made = caller.push(&node.origin, &format!("leaver{number}"), "create").await.unwrap();
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let active = "SELECT count(*)::text FROM users WHERE user_name LIKE 'leaver%' AND state = 'active'";
    until("active leavers", || async { (server.value(active).await == LEAVERS.to_string()).then_some(()) }).await;
}

/// Pushes one person after the other, now here, now there.
async fn push_on(client: usize, caller: Caller, world: Arc<World>) {
    let mut number = 0;
    while !world.is_over.load(Ordering::SeqCst) {
        number += 1;
        let origin = world.origins.lock().unwrap()[number % 2].clone();
        let name = format!("person{client}x{number}");
        match caller.push(&origin, &name, "invite").await {
            Some(answer) if answer.status == 201 => {
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                world.acknowledged.lock().unwrap().push((name, id));
            }
            Some(answer) => world.other.lock().unwrap().push(format!("{} {}", answer.status, answer.text)),
            // The process is gone.
            None => tokio::task::yield_now().await,
        }
    }
}

async fn check(server: &Server, relay: &Relay, caller: &Caller, node: &Node, world: &World) {
    assert_eq!(*world.other.lock().unwrap(), Vec::<String>::new());
    let acknowledged = world.acknowledged.lock().unwrap().clone();
    for (name, id) in &acknowledged {
        let found = caller.scim(&node.origin, Method::GET, &format!("/Users/{id}"), None).await;
        assert_eq!(found.status, 200, "{name} was acknowledged and is lost: {}", found.text);
        let ids = relay.mails_to(&address(name));
        assert!(!ids.is_empty(), "{name} was never mailed");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1, "{name} got two invitations: {ids:?}");
    }
    let twice = "SELECT coalesce(string_agg(DISTINCT kind, ', '), '') FROM
                 (SELECT kind FROM events WHERE user_id IS NOT NULL GROUP BY tenant_id, user_id, kind HAVING count(*) > 1) repeated";
    assert_eq!(server.value(twice).await, "", "events that happened twice");
    let gone = "SELECT count(*)::text FROM events e JOIN users u ON u.tenant_id = e.tenant_id AND u.id = e.user_id
                WHERE u.user_name LIKE 'leaver%' AND e.kind = 'user.deleted'";
    assert_eq!(server.value(gone).await, LEAVERS.to_string());
    let billed =
        "SELECT count(*)::text FROM billing_intervals b JOIN users u ON u.tenant_id = b.tenant_id AND u.id = b.user_id
                  WHERE u.user_name LIKE 'leaver%' AND b.ended_at IS NOT NULL";
    assert_eq!(server.value(billed).await, LEAVERS.to_string());
}
