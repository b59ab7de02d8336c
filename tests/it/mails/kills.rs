//! A worker that is stopped after the relay took a mail and before that was written down.

use crate::support::world::{id_of, link_in, person, seconds, sender};
use serde_json::json;
use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};
use tokio::sync::Notify;
use usher::{
    domain::notification::Status,
    jobs,
    mail::{Mail, Mailer, Sink},
};

/// Takes so many mails like any relay; after one more nobody hears its reply.
struct Deadly {
    takes: Mutex<usize>,
    taken: Arc<Mutex<Vec<Mail>>>,
    stuck: Arc<Notify>,
}

impl Sink for Deadly {
    fn deliver(&self, mail: Mail) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            self.taken.lock().unwrap().push(mail);
            let dies = {
                let mut left = self.takes.lock().unwrap();
                let dies = *left == 0;
                *left = left.saturating_sub(1);
                dies
            };
            if dies {
                self.stuck.notify_one();
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }
}

installed! {
    async fn a_hundred_kills_lose_no_mail_and_repeat_only_the_same_one(world: World) {
        let taken: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let mut ids = Vec::new();
        for kill in 0..100 {
            for half in ["a", "b"] {
                let mode = if half == "a" { "invite" } else { "create" };
                let body = person(&format!("{half}{kill}"), json!({ "provisioningMode": mode }));
                ids.push(id_of(&world.push(body).await));
            }
            let stuck = Arc::new(Notify::new());
            let deadly = Deadly { takes: Mutex::new(kill % 3), taken: Arc::clone(&taken), stuck: Arc::clone(&stuck) };
            let app = world.app.clone();
            let worker =
                tokio::spawn(async move { jobs::drain(&app, &Mailer::Inbox(Arc::new(deadly)), &sender()).await });
            // Either it is killed with a mail on its way, or it had too few of them to die.
            let ended = tokio::select! {
                () = stuck.notified() => false,
                () = async { while !worker.is_finished() { tokio::task::yield_now().await; } } => true,
            };
            assert!(!ended || kill % 3 == 2, "the worker of round {kill} was not killed");
            worker.abort();
            let _ = worker.await;
            world.advance(seconds(60));
        }
        world.deliver().await;
        let mut mails: HashMap<String, Vec<Mail>> = HashMap::new();
        for mail in taken.lock().unwrap().iter().cloned().chain(world.mails()) {
            mails.entry(mail.to.clone()).or_default().push(mail);
        }
        assert_eq!(mails.len(), 200, "somebody got no mail");
        for (to, copies) in &mails {
            let first = &copies[0];
            assert!(copies.iter().all(|copy| copy.message_id == first.message_id && link_in(copy) == link_in(first)), "{to}");
        }
        assert!(mails.values().any(|copies| copies.len() > 1), "no kill came between");
        for id in &ids {
            let row = world.notifications(id).await.remove(0);
            assert_eq!(row.status, Status::Sent);
        }
    }
}
