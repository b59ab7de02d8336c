//! Billing, events, audit and the local inbox.

use crate::support::sample;
use serde_json::json;
use usher::{
    domain::event::{Event, Kind},
    store::{audit, billing, events, inbox},
};

on_both! {
    async fn one_interval_is_open_at_a_time(store: Store) {
        let (tenant, user) = (sample::tenant_id(), sample::user_id());
        put!(store, () billing::close(tenant, user, sample::at(0))).unwrap();
        for (opens, closes) in [(1, 3), (4, 5)] {
            put!(store, () billing::open(tenant, user, sample::at(opens))).unwrap();
            put!(store, () billing::open(tenant, user, sample::at(opens + 1))).unwrap();
            put!(store, () billing::close(tenant, user, sample::at(closes))).unwrap();
        }
        put!(store, () billing::open(tenant, user, sample::at(6))).unwrap();
        // Somebody else looked at the clock earlier and came later.
        put!(store, () billing::close(tenant, user, sample::at(2))).unwrap();
        put!(store, () billing::open(tenant, user, sample::at(7))).unwrap();
        let intervals = get!(store, billing::of_user(tenant, user));
        let times: Vec<_> = intervals.iter().map(|interval| (interval.started_at, interval.ended_at)).collect();
        let expected =
            [(1, Some(3)), (4, Some(5)), (6, Some(6)), (7, None)].map(|(from, to)| (sample::at(from), to.map(sample::at)));
        assert_eq!(times, expected);
    }

    async fn events_keep_their_order(store: Store) {
        let (tenant, user) = (sample::tenant_id(), sample::user_id());
        let rows: Vec<Event> = (0..20)
            .map(|number| Event { kind: Kind::UserUpdated, user: Some(user), group: Some(sample::group_id()), data: json!({"n": number}) })
            .collect();
        put!(store, (rows) events::append(tenant, sample::at(0), &rows)).unwrap();
        put!(store, (rows) events::append(tenant, sample::at(0), &rows[..0])).unwrap();
        let found = get!(store, events::of_user(tenant, user));
        assert_eq!(found, rows.into_iter().map(|row| ("user.updated".to_owned(), row.data)).collect::<Vec<_>>());
    }

    async fn audit_rows_go_in_with_one_statement(store: Store) {
        let tenant = sample::tenant_id();
        let entry = audit::Entry { actor: "okta".to_owned(), action: "user.create", target: None, request_id: Some("r1".to_owned()), detail: json!({"attributes": ["userName"]}) };
        let rows = vec![entry.clone(), entry];
        let before = store.statements();
        put!(store, (rows) audit::append(tenant, sample::at(0), &rows)).unwrap();
        put!(store, () audit::append(tenant, sample::at(0), &[])).unwrap();
        assert_eq!(store.statements() - before, 1);
    }

    async fn a_message_is_kept_once(store: Store) {
        let mail = inbox::Mail {
            message_id: "<1@example.com>".to_owned(),
            code: "E1".to_owned(),
            recipient: "ada@example.com".to_owned(),
            language: "en".to_owned(),
            subject: "Welcome".to_owned(),
            text: "text".to_owned(),
            html: "<p>html</p>".to_owned(),
            received_at: sample::at(0),
        };
        let newer = inbox::Mail { message_id: "<2@example.com>".to_owned(), received_at: sample::at(1), ..mail.clone() };
        for mail in [&mail, &newer, &mail] {
            put!(store, (mail) inbox::insert(&mail)).unwrap();
        }
        let ids: Vec<_> = get!(store, inbox::list(10)).into_iter().map(|mail| mail.message_id).collect();
        assert_eq!(ids, ["<2@example.com>", "<1@example.com>"]);
        assert_eq!(format!("{:?}", get!(store, inbox::find("<1@example.com>"))), format!("{:?}", Some(mail)));
        assert!(get!(store, inbox::find("<3@example.com>")).is_none());
    }
}
