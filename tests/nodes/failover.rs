//! A primary with a synchronous standby dies under load, and the standby takes its place.

use crate::{
    block_on,
    client::Caller,
    node::{Node, install},
    relay::Relay,
    server::Server,
    until,
};
use reqwest::Method;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// What the clients saw.
#[derive(Default)]
struct Seen {
    /// The ids of those who were acknowledged, in that order.
    acknowledged: Vec<String>,
    put_off: usize,
    /// Answers that are neither.
    other: Vec<String>,
}

#[test]
fn a_standby_that_is_promoted_takes_over_and_nothing_acknowledged_is_lost() {
    block_on(async {
        let Some(primary) = Server::start_new().await else { return };
        let relay = Relay::start().await;
        let caller = Caller::new(&install(&primary.url()).await);
        let standby = primary.start_standby().await;
        // The standby stands first: it must be passed over as long as it is one.
        let database = format!("postgres://usher@{},{}/usher", standby.host(), primary.host());
        let node = Node::start(&database, &relay.url());
        let (seen, is_over) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
        let load: Vec<_> = (0..6)
            .map(|client| {
                tokio::spawn(push_on(client, caller.clone(), node.origin.clone(), seen.clone(), is_over.clone()))
            })
            .collect();
        let acknowledged = || seen.lock().unwrap().acknowledged.len();
        until("some load", || async { (acknowledged() >= 60).then_some(()) }).await;

        primary.stop();
        until("503s", || async { (seen.lock().unwrap().put_off >= 20).then_some(()) }).await;
        assert_eq!(caller.plain(&node.origin, "/readyz").await.status, 503);
        let before = acknowledged();
        standby.promote();
        until("the same load again", || async { (acknowledged() >= before + 60).then_some(()) }).await;
        is_over.store(true, Ordering::SeqCst);
        for client in load {
            client.await.unwrap();
        }

        let (ids, other) = {
            let seen = seen.lock().unwrap();
            (seen.acknowledged.clone(), seen.other.clone())
        };
        assert_eq!(other, Vec::<String>::new());
        for id in &ids {
            let found = caller.scim(&node.origin, Method::GET, &format!("/Users/{id}"), None).await;
            assert_eq!(found.status, 200, "{id} was acknowledged and is lost: {}", found.text);
        }
        let told = node.complaints();
        assert!(told[0].contains("the database is away") && told[1].contains("the database is back"), "{told:#?}");
        assert_eq!(told.len(), 2, "{told:#?}");
        node.stop();
    });
}

/// Pushes one person after the other until told that it is over.
async fn push_on(client: usize, caller: Caller, origin: String, seen: Arc<Mutex<Seen>>, is_over: Arc<AtomicBool>) {
    let mut number = 0;
    while !is_over.load(Ordering::SeqCst) {
        number += 1;
        let answer = caller.push(&origin, &format!("person{client}x{number}"), "invite").await.expect("an answer");
        let mut seen = seen.lock().unwrap();
        match (answer.status, answer.retry_after) {
            (201, _) => seen.acknowledged.push(answer.json()["id"].as_str().unwrap().to_owned()),
            (503, Some(_)) => seen.put_off += 1,
            _ => seen.other.push(format!("{} {}", answer.status, answer.text)),
        }
    }
}
