//! The outbox.

use crate::support::sample;
use std::collections::HashSet;
use usher::{
    domain::notification::{Code, Notification, Status},
    store::notifications,
};

async fn find(store: &usher::store::Store, row: &Notification) -> Notification {
    get!(store, notifications::find(row.tenant, row.id)).unwrap()
}

on_both! {
    async fn a_cause_makes_one_mail(store: Store) {
        let mut row = sample::notification(sample::tenant_id(), sample::user_id(), Code::E7, "1");
        row.sealed = Some("secret".to_owned());
        row.invitation = Some(sample::invitation_id());
        put!(store, (row) notifications::insert(&row)).unwrap();
        let again = Notification { id: sample::notification_id(), ..row.clone() };
        put!(store, (again) notifications::insert(&again)).unwrap();
        assert_eq!(format!("{:?}", find(&store, &row).await), format!("{row:?}"));
        let other = Notification { id: sample::notification_id(), cause: "2".to_owned(), created_at: sample::at(1), ..row.clone() };
        put!(store, (other) notifications::insert(&other)).unwrap();
        let mails = get!(store, notifications::of_user(row.tenant, row.user));
        assert_eq!(mails.iter().map(|mail| mail.id).collect::<Vec<_>>(), [other.id, row.id]);
    }

    async fn workers_never_claim_the_same_mail(store: Store) {
        let tenant = sample::tenant_id();
        for number in 0..40 {
            let row = sample::notification(tenant, sample::user_id(), Code::E1, &number.to_string());
            put!(store, (row) notifications::insert(&row)).unwrap();
        }
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let store = store.clone();
                tokio::spawn(async move {
                    let owner = format!("worker-{worker}");
                    put!(store, (owner) notifications::claim(&owner, sample::at(0), sample::at(60), 5)).unwrap()
                })
            })
            .collect();
        let mut claimed = Vec::new();
        for worker in workers {
            let rows = worker.await.unwrap();
            assert!(rows.len() <= 5);
            assert!(rows.iter().all(|row| row.status == Status::Sending && row.attempts == 1));
            claimed.extend(rows.into_iter().map(|row| row.id));
        }
        let distinct: HashSet<_> = claimed.iter().collect();
        assert_eq!(distinct.len(), claimed.len());
        // A worker that meets rows another is just taking passes over them; in the end nothing is left out.
        let rest = put!(store, () notifications::claim("last", sample::at(0), sample::at(60), 100)).unwrap();
        assert_eq!(claimed.len() + rest.len(), 40);
        assert!(put!(store, () notifications::claim("x", sample::at(59), sample::at(60), 100)).unwrap().is_empty());
        assert_eq!(put!(store, () notifications::claim("x", sample::at(60), sample::at(120), 100)).unwrap().len(), 40);
    }

    async fn claims_take_what_is_due_oldest_first(store: Store) {
        let tenant = sample::tenant_id();
        let mut rows = Vec::new();
        for (status, due) in [(Status::Delayed, 10), (Status::Queued, 5), (Status::Queued, 99), (Status::Held, 0), (Status::Sent, 0)] {
            let mut row = sample::notification(tenant, sample::user_id(), Code::E1, "1");
            row.status = status;
            row.due_at = sample::at(due);
            put!(store, (row) notifications::insert(&row)).unwrap();
            rows.push(row);
        }
        assert_eq!(get!(store, notifications::next_due()), Some(sample::at(5)));
        let claimed = put!(store, () notifications::claim("w", sample::at(10), sample::at(60), 9)).unwrap();
        assert_eq!(claimed.iter().map(|row| row.id).collect::<Vec<_>>(), [rows[0].id, rows[1].id]);
        assert_eq!(get!(store, notifications::next_due()), Some(sample::at(60)), "a lease that ends is due");
        assert_eq!(get!(store, notifications::counts()), [("held".to_owned(), 1), ("queued".to_owned(), 1), ("sending".to_owned(), 2)]);
        let mut sent = claimed[1].clone();
        sent.status = Status::Sent;
        sent.reason = Some("250 ok".to_owned());
        sent.subject = Some("Welcome".to_owned());
        sent.sent_at = Some(sample::at(11));
        sent.to = Some("new@example.com".to_owned());
        sent.language = "fr".to_owned();
        put!(store, (sent) notifications::update(&sent)).unwrap();
        assert_eq!(format!("{:?}", find(&store, &sent).await), format!("{sent:?}"));
        assert_eq!(put!(store, () notifications::release("w", sample::at(12))).unwrap(), 1);
        let released = put!(store, (sent) notifications::lock(sent.tenant, sent.id)).unwrap().unwrap();
        assert_eq!(released.status, Status::Sent);
        let released = find(&store, &rows[0]).await;
        assert_eq!((released.status, released.attempts, released.due_at), (Status::Queued, 0, sample::at(12)));
    }

    async fn open_mails_are_cancelled_with_a_reason(store: Store) {
        let (tenant, user) = (sample::tenant_id(), sample::user_id());
        let mut rows = Vec::new();
        for (code, status) in [(Code::E1, Status::Queued), (Code::E7, Status::Delayed), (Code::E13, Status::Held), (Code::E6, Status::Sent)] {
            let mut row = sample::notification(tenant, user, code, "1");
            row.status = status;
            row.sealed = Some("secret".to_owned());
            put!(store, (row) notifications::insert(&row)).unwrap();
            rows.push(row);
        }
        put!(store, () notifications::cancel_open(tenant, user, Some(&[Code::E1, Code::E6]), "gone")).unwrap();
        put!(store, () notifications::cancel_open(tenant, user, Some(&[]), "never")).unwrap();
        put!(store, () notifications::cancel_open(tenant, user, None, "suspended")).unwrap();
        for (row, expected) in rows.iter().zip([Some("gone"), Some("suspended"), Some("suspended"), None]) {
            let row = find(&store, row).await;
            let (status, sealed) = if expected.is_some() { (Status::Cancelled, None) } else { (Status::Sent, Some("secret".to_owned())) };
            assert_eq!((row.status, row.reason.as_deref(), row.sealed), (status, expected, sealed));
        }
    }
}
